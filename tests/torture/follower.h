// LogFollower: reads the log of a ledger that others write to, so that the order of their writes is
// known, and keeps the retention policy from passing what it has not read.
#ifndef GRANTLEDGER_TESTS_TORTURE_FOLLOWER_H_
#define GRANTLEDGER_TESTS_TORTURE_FOLLOWER_H_

#include <atomic>
#include <map>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <grantledger/inspect.h>

#include "oracle.h"
#include "subject.h"

namespace grantledger::torture {

class LogFollower {
 public:
  /// `keeps`: how many records before the last that was read are kept; nullopt: all are.
  LogFollower(Subject& subject, std::optional<std::uint64_t> keeps)
      : subject_(subject), keeps_(keeps) {}
  ~LogFollower() { Stop(); }
  LogFollower(const LogFollower&) = delete;
  LogFollower& operator=(const LogFollower&) = delete;

  /// Reads on in a thread of its own.
  void Start();
  /// Returns when all records are read that were there when it was called.
  void Stop();

  /// Reads the records that are there. Not between Start and Stop.
  void CatchUp();

  /// All records that were read, from record 0 on.
  [[nodiscard]] const std::map<Lsn, InspectedRecord>& records() const { return records_; }

 private:
  Subject& subject_;
  std::optional<std::uint64_t> keeps_;
  std::map<Lsn, InspectedRecord> records_;
  std::atomic<bool> stop_ = false;
  std::thread thread_;
};

/// Finds the write that made each record after `from`, in their order. `answered` are all writes
/// of that time. Those with a record become Stretch::writes, the others Stretch::refused; a
/// violation where a record has no write, or an answered write no record. Of writes without a
/// ClientToken no two with one operation and caller were under way at the same time.
///
/// `unanswered`: commits that were under way when the process was killed. Each is there whole or
/// not at all.
std::optional<Violation> MatchLog(const std::map<Lsn, InspectedRecord>& records, Lsn from,
                                  std::vector<Observed> answered,
                                  std::vector<std::vector<Observed>> unanswered, Stretch* stretch);

}  // namespace grantledger::torture

#endif  // GRANTLEDGER_TESTS_TORTURE_FOLLOWER_H_
