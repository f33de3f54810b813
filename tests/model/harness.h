// Runs the engine beside the model, and demands the same answers.
#ifndef GRANTLEDGER_TESTS_MODEL_HARNESS_H_
#define GRANTLEDGER_TESTS_MODEL_HARNESS_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "model.h"
#include "random.h"

namespace grantledger::model {

/// The engine as the harness sees it: what the program ledger-apply speaks, and a little more.
class Engine {
 public:
  virtual ~Engine() = default;
  virtual Json Execute(const Json& request) = 0;
  /// Writes, in one commit where the engine can. One answer for each.
  virtual std::vector<Json> ExecuteAll(const std::vector<Json>& writes);
  virtual std::string MemberGrantArn(const std::string& distribution_arn,
                                     const std::string& account) = 0;
  virtual void Reopen() = 0;
  virtual std::uint64_t LastLsn() = 0;
  /// Drops history up to a moment, or up to an earlier one where that is held. `release`: nothing
  /// is held any longer. Gives the horizon.
  virtual std::uint64_t DropHistory(std::uint64_t lsn, bool release);
};

struct EngineOptions {
  std::size_t max_grants_per_license = 2000;
};

/// A new, empty engine, or null where there is none to test yet. Defined by the adapter.
std::unique_ptr<Engine> NewEngine(const EngineOptions& options);
using EngineFactory = std::function<std::unique_ptr<Engine>(const EngineOptions&)>;
/// NewEngine keeps its files in the directory for temporary ones; these keep them in `directory`.
EngineFactory NewEnginesIn(const std::string& directory);

/// Where engine and model differ.
struct Mismatch {
  std::string what;
  Json request;
  Json engine_answer;
  Json model_answer;
  [[nodiscard]] std::string ToString() const;
};

class Harness {
 public:
  /// `engine` may be null: then the model answers alone.
  Harness(std::unique_ptr<Engine> engine, const EngineOptions& options);
  /// The same from a state that both have reached.
  Harness(std::unique_ptr<Engine> engine, Model model);

  /// Executes a write or a read at the latest moment on both.
  std::optional<Mismatch> Compare(const Json& request);
  /// Executes writes on both, which share a commit in the engine.
  std::optional<Mismatch> CompareBatch(const std::vector<Json>& writes);
  /// The same as Compare, for a read of the moment that `moment` is; lists are paged in several
  /// sizes, drawn from `random`.
  std::optional<Mismatch> CompareRead(const Model& moment, const Json& request, Random& random);

  /// Fetches the first page of a list. Later writes come between its pages (see AdvanceWalks).
  std::optional<Mismatch> StartWalk(const Json& request, std::size_t page_size);
  /// Fetches the next page of every list that was begun, and compares those that are through.
  std::optional<Mismatch> AdvanceWalks();

  /// A token that was altered, or is used by another call, has to be refused.
  std::optional<Mismatch> MisuseToken(const Json& request, Random& random);

  std::optional<Mismatch> Reopen();

  /// Drops history up to a moment, or an earlier one where lists that were begun need that;
  /// `release`: those are given up. What was dropped has to be refused.
  std::optional<Mismatch> DropHistory(std::uint64_t lsn, bool release, const Json& read);

  [[nodiscard]] const Model& model() const { return model_; }
  /// Of the last Compare.
  [[nodiscard]] const Json& answer() const { return answer_; }
  /// Of the last CompareBatch.
  [[nodiscard]] const std::vector<Json>& answers() const { return answers_; }
  [[nodiscard]] Engine* engine() { return engine_.get(); }
  [[nodiscard]] std::uint64_t requests_executed() const { return requests_executed_; }

 private:
  struct Walk {
    Json request;           ///< Of the next page.
    Json expected;          ///< Of the moment at which the walk began.
    Json rows;              ///< So far.
    std::uint64_t lsn = 0;  ///< The moment.
  };

  std::optional<Mismatch> ExpectRefused(const Json& request);

  Json ExecuteOnEngine(const Json& request);
  std::optional<Mismatch> CompareWrite(const Json& request, const Json& engine_answer);
  /// The model learns the id of the root of an organization that was created.
  std::optional<Mismatch> LearnRoot(const Json& request);
  /// Follows NextToken to the end. The answer has all rows; a defect of a page is a mismatch.
  std::optional<Mismatch> ReadAll(const Json& request, std::size_t page_size, Json* answer);
  std::optional<Mismatch> CompareAnswers(const Json& request, const Json& engine_answer,
                                         const Json& model_answer);
  /// What is left open by the rules for ListReceivedLicensesForOrganization, filled in from the
  /// order in which the engine lists the grants.
  Json FillInMetadata(const Json& request, Json model_answer);

  std::unique_ptr<Engine> engine_;
  Model model_;
  Json answer_;
  std::vector<Json> answers_;
  std::vector<Walk> walks_;
  std::uint64_t requests_executed_ = 0;
};

}  // namespace grantledger::model

#endif  // GRANTLEDGER_TESTS_MODEL_HARNESS_H_
