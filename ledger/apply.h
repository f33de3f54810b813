// Apply: the last of the three steps of a write. Turns a record into rows of the families that are
// derived from the log. It decides nothing, draws nothing and reads no clock: the same records
// applied to an empty ledger give the same bytes.
#ifndef GRANTLEDGER_LEDGER_APPLY_H_
#define GRANTLEDGER_LEDGER_APPLY_H_

#include "ledger/tables.h"

namespace grantledger {

/// Applies one record; `counters` is advanced, and written by WriteCounters when a batch ends.
/// Errors are Corruption and IoError: the batch is then of no use.
Status ApplyRecord(const fb::RecordT& record, Batch& batch, fb::CountersT& counters);

void WriteCounters(const fb::CountersT& counters, Batch& batch);

}  // namespace grantledger

#endif  // GRANTLEDGER_LEDGER_APPLY_H_
