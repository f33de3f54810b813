#include "bench/peers/arrival.h"

namespace grantledger::bench {
namespace {

class Arrival {
 public:
  explicit Arrival(const std::vector<MemberGrant>& held) {
    for (const MemberGrant& grant : held) held_.emplace(grant.distribution, grant);
  }

  void Gain(AccountId account, const Offer& offer) {
    MemberGrant& grant = entered_[offer.distribution];
    grant = {offer.distribution, account, GrantStatus::kDisabled, 0, Why::kNone, 0};
    products_[offer.distribution] = offer.product;
    if (offer.setting == GrantStatus::kActive) Activate(&grant, offer);
  }

  std::vector<Step> Take() {
    std::vector<Step> steps;
    for (auto& [distribution, after] : entered_) {
      const auto known = held_.find(distribution);
      Step step{std::nullopt, after, products_[distribution]};
      if (known != held_.end()) {
        step.before = known->second;
        step.after.version = known->second.version;
        if (step.after == known->second) continue;
      }
      ++step.after.version;
      steps.push_back(step);
    }
    return steps;
  }

 private:
  void Activate(MemberGrant* grant, const Offer& offer) {
    const auto active = active_.find(offer.product);
    if (active != active_.end() && offer.conflict == Conflict::kLeaveOut) {
      grant->why = Why::kIsActive;
      grant->rival = active->second;
      return;
    }
    if (active != active_.end()) {
      MemberGrant& replaced = entered_.at(active->second);
      replaced.status = GrantStatus::kDisabled;
      replaced.why = Why::kReplacedBy;
      replaced.rival = offer.distribution;
    }
    grant->status = GrantStatus::kActive;
    active_[offer.product] = offer.distribution;
  }

  std::map<Distribution, MemberGrant> held_;     // before
  std::map<Distribution, MemberGrant> entered_;  // less the versions
  std::map<Distribution, Product> products_;
  std::map<Product, Distribution> active_;
};

}  // namespace

std::vector<Step> Arrive(AccountId account, const std::vector<Offer>& offers,
                         const std::vector<MemberGrant>& held) {
  Arrival arrival(held);
  for (const Offer& offer : offers) arrival.Gain(account, offer);
  return arrival.Take();
}

}  // namespace grantledger::bench
