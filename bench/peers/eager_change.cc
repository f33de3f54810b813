#include "bench/peers/eager_change.h"

namespace grantledger::bench {

void EagerChange::Create(const MemberGrant& grant, Product product) {
  Store(grant);
  if (grant.status == GrantStatus::kActive)
    tables_.Put(Table::kActive, ActiveKey(grant.account, product),
                DistributionKey(grant.distribution));
  ++counts_[grant.distribution].Of(grant.status);
}

void EagerChange::Change(const MemberGrant& before, MemberGrant after, Product product,
                         bool always) {
  after.version = before.version;
  if (after == before && !always) return;
  ++after.version;
  Store(after);
  if (before.status == after.status) return;
  tables_.Delete(Table::kByStatus, StatusKey(before.distribution, before.status, before.account));
  Counts& counts = counts_[before.distribution];
  --counts.Of(before.status);
  ++counts.Of(after.status);
  if (after.status == GrantStatus::kActive) {
    tables_.Put(Table::kActive, ActiveKey(after.account, product),
                DistributionKey(after.distribution));
  }
}

void EagerChange::FreeProduct(AccountId account, Product product) {
  tables_.Delete(Table::kActive, ActiveKey(account, product));
}

void EagerChange::Commit() {
  for (const auto& [distribution, added] : counts_) {
    if (added != Counts()) tables_.Merge(DistributionKey(distribution), PackCounts(added));
  }
  tables_.Merge(kMomentKey, PackMoment(moment_));
  tables_.Commit();
}

void EagerChange::Store(const MemberGrant& grant) {
  const std::string value = PackGrant(grant);
  tables_.Put(Table::kGrant, GrantKeyOf(grant.account, grant.distribution), value);
  tables_.Put(Table::kByStatus, StatusKey(grant.distribution, grant.status, grant.account), value);
  tables_.Put(Table::kHistory, HistoryKey(grant.account, grant.distribution, grant.version),
              PackMoment(moment_) + value);
}

}  // namespace grantledger::bench
