// A deliberately naive model of docs/SEMANTICS.md: every member grant is written out for every
// account, with every version that it ever had. It is what the engine is compared with, and shares
// no code with it.
//
//   model::Model model({});
//   model.Execute({{"Operation", "CreateOrganization"}, {"Caller", "111122223333"},
//                  {"Time", "2026-01-02T03:04:05Z"}, {"Input", {{"FeatureSet", "ALL"}}}});
//
// A copy of a Model is a past moment: it answers reads as of the last record that it knew.
#ifndef GRANTLEDGER_TESTS_MODEL_MODEL_H_
#define GRANTLEDGER_TESTS_MODEL_MODEL_H_

#include <string>

#include "event.h"
#include "state.h"

namespace grantledger::model {

class Model {
 public:
  explicit Model(ModelOptions options = {});

  /// Whether the operation writes. Refused (InvalidArgument) where it is unknown.
  static bool IsWrite(const std::string& operation);

  /// Answers a request as ledger-apply does: {"Output": …} or {"Error": {"Code", "Message"}}.
  ///
  /// A write that succeeds takes the ids that it draws from `engine_answer`, the answer of the
  /// engine to the same request; where that is null or an error, the model draws its own. A list
  /// is answered whole. A read with AsOf is to be asked of the copy that is its moment: AsOf is
  /// used only for the time against which validity is held.
  Json Execute(const Json& request, const Json& engine_answer = nullptr);
  /// The same for a read alone.
  [[nodiscard]] Json Read(const Json& request) const;

  /// The id of the root, which no answer to a write tells. Until then the model has its own.
  void SetRoot(const std::string& organization, const std::string& root);

  /// What only moments before this one tell is not told any longer.
  void SetHorizon(std::uint64_t lsn) { state_.horizon = lsn; }

  [[nodiscard]] const State& state() const { return state_; }
  [[nodiscard]] std::uint64_t LastLsn() const { return state_.LastLsn(); }
  [[nodiscard]] const ModelOptions& options() const { return options_; }

 private:
  /// Who calls what, when; the shape of the input is checked.
  [[nodiscard]] Call CheckedCall(const Json& request) const;
  Json Write(const Call& call, const Json& input, const Json& engine_output);
  /// The answer to the call that had this token, or null. Refused (TokenReused) for another input.
  [[nodiscard]] Json Replayed(const Call& call, const Json& input) const;
  [[nodiscard]] Millis MomentOf(const Json& request, Millis time) const;

  ModelOptions options_;
  State state_;
};

}  // namespace grantledger::model

#endif  // GRANTLEDGER_TESTS_MODEL_MODEL_H_
