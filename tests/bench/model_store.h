// ModelStore: the naive model of docs/SEMANTICS.md as a GrantStore, which the peers are held
// against.
#ifndef GRANTLEDGER_TESTS_BENCH_MODEL_STORE_H_
#define GRANTLEDGER_TESTS_BENCH_MODEL_STORE_H_

#include <map>
#include <set>

#include "bench/peers/grant_store.h"
#include "model.h"

namespace grantledger::bench {

/// Keeps a copy of the model for every moment: for small histories.
class ModelStore : public GrantStore {
 public:
  ModelStore();

  [[nodiscard]] std::string Name() const override { return "model"; }
  [[nodiscard]] std::vector<std::string> Settings() const override { return {}; }
  std::unique_ptr<Session> NewSession() override;
  void Settle() override {}
  [[nodiscard]] std::uint64_t Bytes() const override { return 0; }

 private:
  friend class ModelSession;
  using Json = model::Json;

  /// The Output. Throws where the model refuses, unless `refused` is given, which then tells.
  Json Write(const std::string& operation, const std::string& caller, Json input,
             bool* refused = nullptr);
  /// Nullopt: NotFound.
  [[nodiscard]] std::optional<Json> Read(const model::Model& model, const std::string& operation,
                                         const std::string& caller, Json input) const;
  [[nodiscard]] Json MustRead(const std::string& operation, const std::string& caller,
                              Json input) const;
  [[nodiscard]] MemberGrant ToGrant(const Json& grant) const;
  struct Named {
    MemberGrant grant;
    std::string arn;
  };
  /// The member grants of a distribution, none where it was not there yet.
  const std::vector<Named>& MembersOf(const model::Model& model, Distribution distribution);

  model::Model model_;
  std::map<StoreMoment, model::Model> past_;
  std::string organization_arn_;
  std::vector<std::string> licenses_;       // by distribution, from 1
  std::vector<std::string> distributions_;  // ARNs
  std::map<std::string, Distribution> numbers_;
  std::set<AccountId> left_;
  /// What was asked before of a model: by its last LSN, and distribution.
  std::map<std::pair<std::uint64_t, Distribution>, std::vector<Named>> members_;
  int tokens_ = 0;
};

}  // namespace grantledger::bench

#endif  // GRANTLEDGER_TESTS_BENCH_MODEL_STORE_H_
