// One run of a history: the harness, the copies of past moments, and what its steps do.
#ifndef GRANTLEDGER_TESTS_MODEL_HISTORY_RUN_H_
#define GRANTLEDGER_TESTS_MODEL_HISTORY_RUN_H_

#include <optional>
#include <vector>

#include "chooser.h"
#include "harness.h"
#include "history.h"

namespace grantledger::model {

class HistoryRun {
 public:
  /// `counters` may be null.
  HistoryRun(std::uint64_t seed, Counters* counters, const EngineFactory& new_engine);

  std::optional<Mismatch> Step(std::uint64_t number);
  /// Reopens the ledger, rebuilds it from its log, and reads what it holds then.
  std::optional<Mismatch> ReopenAndCheck(std::uint64_t number);
  /// Reads of every kind, in the end.
  std::optional<Mismatch> Finish();

  [[nodiscard]] std::vector<Json>& requests() { return requests_; }

 private:
  std::optional<Mismatch> Do(const Json& request);
  /// A read at the latest moment; after a preview that succeeds, often the call itself.
  std::optional<Mismatch> Read(Random random);
  std::optional<Mismatch> DoWhatWasPreviewed(Json request, Random& random);
  /// One write, or now and then several in one commit.
  std::optional<Mismatch> Write(Random random);
  /// Some reads, of the latest moment and of past ones.
  std::optional<Mismatch> Check(Random& random, std::size_t reads);
  std::optional<Mismatch> CheckLatest(Random& random);
  std::optional<Mismatch> CheckPast(Random& random);
  void Remember(Random& random);
  std::optional<Mismatch> DropHistory(Random random);
  void Count(const Json& request, const Json& answer);

  std::uint64_t seed_;
  Profile profile_;
  Harness harness_;
  std::vector<Model> moments_;
  std::vector<Json> requests_;
  Counters* counters_;
};

}  // namespace grantledger::model

#endif  // GRANTLEDGER_TESTS_MODEL_HISTORY_RUN_H_
