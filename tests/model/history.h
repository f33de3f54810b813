// Random histories: a seed, and which of its steps are taken. Each step chooses by a seed of its
// own from the state at that moment, so that a history can be shrunk by leaving steps out.
#ifndef GRANTLEDGER_TESTS_MODEL_HISTORY_H_
#define GRANTLEDGER_TESTS_MODEL_HISTORY_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "harness.h"

namespace grantledger::model {

/// The numbers of the steps that are taken, ascending.
using Steps = std::vector<std::uint64_t>;
inline constexpr std::uint64_t kStepsOfAHistory = 900;

/// What was done, for the report.
struct Counters {
  struct Answers {
    std::uint64_t succeeded = 0;
    std::uint64_t refused = 0;
  };
  std::map<std::string, Answers> operations;  ///< Of the histories.
  std::uint64_t checked_reads = 0;            ///< Of the checks between their steps.
  std::uint64_t past_reads = 0;               ///< Of these, as of a past moment.
  std::uint64_t histories = 0;

  [[nodiscard]] std::uint64_t HistoryOperations() const;
  [[nodiscard]] std::string ToString() const;
};

struct Failure {
  Mismatch mismatch;
  std::uint64_t failed_step = 0;
  std::vector<Json> requests;  ///< The writes and reads up to the failure.
};

Steps FirstSteps(std::uint64_t count);
/// "0-17,20,22-23" and back. REQUIRES: `text` is in this notation.
std::string FormatSteps(const Steps& steps);
Steps ParseSteps(const std::string& text);

/// Runs one history on a new engine. `counters` may be null.
std::optional<Failure> RunHistory(std::uint64_t seed, const Steps& steps, Counters* counters,
                                  const EngineFactory& new_engine = NewEngine);

/// The smallest history found in about a minute that still fails, and its failure.
std::pair<Steps, Failure> Shrink(std::uint64_t seed, Steps steps, Failure failure,
                                 const EngineFactory& new_engine = NewEngine);

/// The report of a failure, shrunk: the seed, the requests as JSON Lines, the answers and the
/// command that replays it.
std::string Explain(std::uint64_t seed, const Steps& steps, const Failure& failure);

/// Runs all kStepsOfAHistory. The report of a failure, shrunk, or nullopt.
std::optional<std::string> RunWholeHistory(std::uint64_t seed, Counters* counters,
                                           const EngineFactory& new_engine = NewEngine);

}  // namespace grantledger::model

#endif  // GRANTLEDGER_TESTS_MODEL_HISTORY_H_
