// Retention: how much history a ledger keeps, and how a moment is held.
#ifndef GRANTLEDGER_RETENTION_H_
#define GRANTLEDGER_RETENTION_H_

#include <chrono>
#include <cstdint>
#include <variant>

#include <grantledger/types.h>

namespace grantledger {

/// Every moment stays readable.
struct KeepEverything {};

/// The moments of the last `duration`, at least 0, counted back from the time of the last record.
struct KeepFor {
  std::chrono::milliseconds duration{0};
};

/// The moments of the last `records` records, and the one before them.
struct KeepRecords {
  std::uint64_t records = 0;
};

/// The moments from this one on. It may be beyond the last record: then all is dropped that the
/// latest moment does not need.
struct KeepFrom {
  Moment moment;
};

/// Where the *horizon* is, the earliest moment that is kept. It only ever goes forward, when a
/// compaction runs. What only earlier moments need is dropped then: superseded versions, stays that
/// left no grant, used ClientTokens, and the records of the log.
using RetentionPolicy = std::variant<KeepEverything, KeepFor, KeepRecords, KeepFrom>;

/// Keeps a moment, and all that are later, readable until it is destroyed, or until
/// Options::max_hold has passed. Thread-safe. Once the ledger is closed it keeps nothing any more.
class MomentHold {
 public:
  virtual ~MomentHold() = default;
  MomentHold(const MomentHold&) = delete;
  MomentHold& operator=(const MomentHold&) = delete;
  [[nodiscard]] virtual Lsn lsn() const = 0;

 protected:
  MomentHold() = default;
};

}  // namespace grantledger

#endif  // GRANTLEDGER_RETENTION_H_
