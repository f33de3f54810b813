#include "bench/peers/eager_change.h"

namespace grantledger::bench {

void EagerChange::Create(const MemberGrant& grant, Product product) {
  Store(grant);
  if (grant.status == GrantStatus::kActive)
    tables_.Put(Table::kActive, ActiveKey(grant.account, product),
                DistributionKey(grant.distribution));
  ++counts_[CountKey(grant.distribution, grant.status)];
}

void EagerChange::Change(const MemberGrant& before, MemberGrant after, Product product,
                         bool always) {
  after.version = before.version;
  if (after == before && !always) return;
  ++after.version;
  Store(after);
  if (before.status == after.status) return;
  tables_.Delete(Table::kByStatus, StatusKey(before.distribution, before.status, before.account));
  --counts_[CountKey(before.distribution, before.status)];
  ++counts_[CountKey(after.distribution, after.status)];
  if (after.status == GrantStatus::kActive) {
    tables_.Put(Table::kActive, ActiveKey(after.account, product),
                DistributionKey(after.distribution));
  }
}

void EagerChange::FreeProduct(AccountId account, Product product) {
  tables_.Delete(Table::kActive, ActiveKey(account, product));
}

void EagerChange::Commit() {
  for (const auto& [key, number] : counts_) {
    if (number != 0) tables_.Add(key, number);
  }
  tables_.Commit();
}

void EagerChange::Store(const MemberGrant& grant) {
  const std::string value = PackGrant(grant);
  tables_.Put(Table::kGrant, GrantKeyOf(grant.account, grant.distribution), value);
  tables_.Put(Table::kByStatus, StatusKey(grant.distribution, grant.status, grant.account), value);
  std::string past;
  PutNumber(&past, moment_, 8);
  tables_.Put(Table::kHistory, HistoryKey(grant.account, grant.distribution, grant.version),
              past + value);
}

}  // namespace grantledger::bench
