// Dropper: drops what only moments behind the horizon need.
//
// It goes over the records up to the horizon, a chunk at a time, and for each one drops what it
// left: first the rows that nobody writes again (events, superseded sizes of cohorts), then, in the
// writers' turn, what is superseded in rows that writers change (accounts, licenses, uses of
// ClientTokens), and the record last. A record that is gone is done with, so that a run that was
// stopped is begun again where it was.
//
// Records that are kept: the first; that of an account's creation, which has its name; those of
// entering a place, for as long as the stay is kept; those of ClientTokens that may still be used.
#ifndef GRANTLEDGER_LEDGER_DROPPER_H_
#define GRANTLEDGER_LEDGER_DROPPER_H_

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "ledger/compaction_writer.h"
#include "ledger/homes.h"
#include "ledger/retention.h"

namespace grantledger {

/// What is done to rows that writers change too.
using RowChange = std::function<Status(Batch&)>;
/// Does it between the writes, and commits it.
using WritersTurn = std::function<Status(const RowChange&)>;

/// Used once, by one thread.
class Dropper {
 public:
  /// References are kept. `horizon` is stored, and `base` is folded up to it. `between` is called
  /// after each small step; false stops. So does `stops` (or none), which is asked at every record,
  /// when it is true.
  Dropper(Store& store, const IdCodec& ids, At horizon, std::chrono::milliseconds token_lifetime,
          WritersTurn turn, const std::function<bool()>& between, std::function<bool()> stops = {});

  /// Adds what it did to the report. False: it was stopped.
  Result<bool> Run(CompactionReport* report);

 private:
  /// What a chunk of records leaves to drop in rows that writers change, and of the log.
  struct Chunk {
    std::set<AccountId> accounts;
    std::set<std::uint64_t> licenses;
    std::vector<Lsn> spent_tokens;
    std::vector<Lsn> entries;  ///< Of accounts: kept where a stay began.
    std::vector<Lsn> records;  ///< That go.
    std::vector<Lsn> kept_tokens;
  };

  Result<bool> DropSpentTokens();
  Status DropChunk(Lsn from, Lsn to);
  Status DropRowsOf(const fb::RecordT& record, Chunk* chunk);
  Status DropEvent(std::uint64_t grant, std::uint64_t account, Lsn lsn);
  Status DropSizes(AccountId account, Lsn lsn);
  Status ChangeRows(const Chunk& chunk);
  Status DropRecords(const Chunk& chunk, Lsn to);
  Result<std::set<Lsn>> StillStays(const Chunk& chunk);
  Status Delete(Family family, std::string_view key);
  Status DeleteRecord(Lsn lsn);
  [[nodiscard]] bool IsSpent(const fb::RecordT& record) const;
  /// Calls `change` for every `item`, some at a time, in the writers' turn.
  template <typename Items, typename Change>
  Status InTurn(const Items& items, const Change& change);

  Store& store_;
  At horizon_;
  std::chrono::milliseconds token_lifetime_;
  WritersTurn turn_;
  const std::function<bool()>& between_;
  CompactionWriter writer_;
  // As of the horizon, where nothing changes any more.
  Snapshot rows_;
  FoldCache cache_;
  View view_;
  StayHomes homes_;
  std::set<std::string> sized_;  // cohorts whose superseded sizes are gone
  bool stopped_ = false;
  std::uint64_t dropped_records_ = 0;
  std::uint64_t dropped_rows_ = 0;
};

// Of one row, in the writers' turn. All do nothing where nothing is to drop.

/// Stays that had ended by the horizon and are no grant's home, but for the last. The first in each
/// organization that left a trace stays, as a sign that the account was there.
Status DropStays(Batch& batch, AccountId account, Lsn horizon, StayHomes& homes);
/// Versions that were superseded by the horizon.
Status DropLicenseVersions(Batch& batch, std::uint64_t license, Lsn horizon);
/// The use of a ClientToken by the record.
Status DropTokenUse(Batch& batch, Lsn lsn);

}  // namespace grantledger

#endif  // GRANTLEDGER_LEDGER_DROPPER_H_
