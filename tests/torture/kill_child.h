// What the campaign `kill` and its child process tell each other.
#ifndef GRANTLEDGER_TESTS_TORTURE_KILL_CHILD_H_
#define GRANTLEDGER_TESTS_TORTURE_KILL_CHILD_H_

#include <string>
#include <vector>

#include <grantledger/ledger.h>

#include "observed.h"

namespace grantledger::torture {

/// What the child does: opens the ledger; writes in several threads, and compacts; closes; then
/// opens, compacts and closes until it is killed. It has a clock of its own.
struct KillPlan {
  std::string directory;
  std::string answers;  ///< The file into which it tells what it did: lines of JSON.
  bool synced = false;
  bool background = false;
  std::uint64_t compaction_records = 0;
  std::uint64_t cache_bytes = 0;
  std::uint32_t max_grants_per_license = 0;
  std::uint64_t keep_from = 0;  ///< The retention policy.
  std::uint64_t seed = 0;
  Millis clock = 0;
  /// By thread, by commit.
  std::vector<std::vector<std::vector<Json>>> writes;

  [[nodiscard]] Options ToOptions() const;
};

Json ToJson(const KillPlan& plan);
KillPlan KillPlanFrom(const Json& json);

// The lines: {"Opened": true} and {"Closed": true}; {"Begun": {"Thread", "Commit", "Before"}}; and,
// when it is answered, {"Answered": {"Thread", "Commit", "Answers", "After"}}, Before and After
// being a Sight.

}  // namespace grantledger::torture

#endif  // GRANTLEDGER_TESTS_TORTURE_KILL_CHILD_H_
