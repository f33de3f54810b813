// One successful write in the making: the record that it will be, and what it touches.
#ifndef GRANTLEDGER_TESTS_MODEL_EVENT_H_
#define GRANTLEDGER_TESTS_MODEL_EVENT_H_

#include <functional>
#include <set>
#include <string>

#include "state.h"

namespace grantledger::model {

struct ModelOptions {
  std::size_t max_grants_per_license = 2000;
  Millis client_token_lifetime = kDay;
  /// The ARN of the member grant that an account has from a distribution. Where it is empty, and
  /// for every id that no engine's answer tells, the model makes up its own.
  std::function<std::string(const std::string& distribution_arn, const std::string& account)>
      member_grant_arn;
};

/// What a drawn id looks like: a prefix, then so many digits.
struct IdShape {
  std::string prefix;
  std::size_t min_digits;
  std::size_t max_digits;
  std::string own_infix = {};  ///< What the model's own ids have before their 32 digits.
};

class Event {
 public:
  /// `engine_output` is the Output of the engine's answer to the same request, or null.
  Event(State& state, const ModelOptions& options, Call call, const Json& engine_output);

  [[nodiscard]] State& state() { return state_; }
  [[nodiscard]] const ModelOptions& options() const { return options_; }
  [[nodiscard]] const Call& call() const { return call_; }
  [[nodiscard]] const std::string& caller() const { return call_.caller; }
  [[nodiscard]] std::uint64_t lsn() const { return state_.LastLsn() + 1; }

  /// The id that the engine drew, at `pointer` of its output; one of the model's own where that is
  /// missing or has another shape than `shape`.
  std::string DrawnId(const std::string& pointer, const IdShape& shape) const;
  [[nodiscard]] std::string MemberGrantArn(const Grant& distribution,
                                           const std::string& account) const;

  /// To change a grant that the event touches: a new version where its record differs in the end.
  GrantRecord& Change(const Grant& grant);
  /// The grant that the call names gets a new version also where nothing differs.
  void ChangeAlways(const Grant& grant);
  /// A new grant; its version 1 is this event's.
  Grant& Add(Grant grant);
  Grant& Mutable(const Grant& grant);

  /// Makes the versions, and the event the last record of the ledger. `grant_named` is the ARN of
  /// the grant that the call made or named, if any.
  void Commit(const std::string& grant_named);

 private:
  State& state_;
  const ModelOptions& options_;
  Call call_;
  const Json& engine_output_;
  std::set<std::size_t> touched_;
  std::set<std::size_t> always_;
};

}  // namespace grantledger::model

#endif  // GRANTLEDGER_TESTS_MODEL_EVENT_H_
