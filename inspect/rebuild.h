// Rebuild: the log is the ledger, and all else is made from it again.
#ifndef GRANTLEDGER_INSPECT_REBUILD_H_
#define GRANTLEDGER_INSPECT_REBUILD_H_

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <grantledger/ledger.h>

#include "ledger/compaction_log.h"
#include "ledger/tables.h"

namespace grantledger {

/// Applies the records of a log to a store, some thousands in a commit.
class LogReplay {
 public:
  /// `to` is kept. REQUIRES: nothing else writes to it.
  explicit LogReplay(Store& to);

  /// First of all in a store that has records: goes on after them.
  Status Continue();
  /// Record 0. REQUIRES: the store is empty. Errors: Corruption (it is no Genesis).
  Status Begin(std::string_view genesis);
  /// The next record, which must be that behind last(). What fails with Corruption is as though it
  /// had not been tried; behind any other error the replay is of no use.
  Status Add(Lsn lsn, std::string_view payload);
  /// What was added is committed, with the counters.
  Status Commit();
  [[nodiscard]] Lsn last() const { return counters_.lsn; }

 private:
  Status Check(Lsn lsn, const fb::RecordT& record) const;
  /// What was added since the last commit, anew.
  Status AddAgain();

  Store& to_;
  std::unique_ptr<Batch> batch_;
  fb::CountersT counters_;
  fb::CountersT committed_;
  std::vector<std::string> pending_;  // the payloads since the last commit
  std::size_t pending_bytes_ = 0;
};

/// So much of a tail is folded in one step where memory is short.
inline constexpr TailLimits kScanLimits{.records = Lsn{1} << 18, .products = 1024};

/// Folds what is not folded yet, and drops what `policy` lets go. Nobody else writes to the store.
/// `between` hears of records, as CompactionProgress. False: it was stopped.
Result<bool> FoldAll(Store& store, const TailLimits& limits, const RetentionPolicy& policy,
                     const CompactionProgress& between);

/// Copies the rows of a family that prove themselves. Gives how many did not. `between` hears how
/// many rows are done; false stops it.
Result<std::uint64_t> CopyFamily(const Rows& from, Family family, Store& to,
                                 const std::function<bool(std::uint64_t rows)>& between);
Status RemoveFamily(Store& store, Family family);

/// A row that two stores do not have in common. Good until the visitor returns.
struct RowDifference {
  std::string_view key;
  std::optional<std::string_view> stored;   ///< Payloads; nullopt: there is no such row.
  std::optional<std::string_view> derived;  ///< At least one is there.
};
/// Visits the differences of a family in the order of the keys; false ends it. Rows of `stored`
/// that do not prove themselves are passed over; the LSN of an account's folded cell counts from
/// the mark of `base` in `derived` on. `between` as above.
Status CompareFamily(const Rows& stored, const Rows& derived, Family family,
                     const std::function<bool(const RowDifference&)>& visit,
                     const std::function<bool(std::uint64_t rows)>& between);

}  // namespace grantledger

#endif  // GRANTLEDGER_INSPECT_REBUILD_H_
