// Apply: the last of the three steps of a write. Turns a record into rows of the families that are
// derived from the log. It decides nothing, draws nothing and reads no clock: the same records
// applied to an empty ledger give the same bytes.
#ifndef GRANTLEDGER_LEDGER_APPLY_H_
#define GRANTLEDGER_LEDGER_APPLY_H_

#include <string_view>

#include "ledger/tables.h"

namespace grantledger {

/// Puts a record into the log: the middle step of a write. `payload` is the record packed, linked
/// by LinkRecord. `counters` has the checksum of it then.
void AppendRecord(Lsn lsn, std::string_view payload, Batch& batch, fb::CountersT& counters);

/// Makes the record the one that follows the last, of which `counters` tell.
void LinkRecord(const fb::CountersT& counters, fb::RecordT* record);
/// Corruption: it is not.
Status CheckLink(const fb::CountersT& counters, const fb::RecordT& record);

/// Applies one record; `counters` is advanced, and written by WriteCounters when a batch ends.
/// Errors are Corruption and IoError: the batch is then of no use.
Status ApplyRecord(const fb::RecordT& record, Batch& batch, fb::CountersT& counters);

void WriteCounters(const fb::CountersT& counters, Batch& batch);

}  // namespace grantledger

#endif  // GRANTLEDGER_LEDGER_APPLY_H_
