// What one write does to the tables of an eager store.
#ifndef GRANTLEDGER_BENCH_PEERS_EAGER_CHANGE_H_
#define GRANTLEDGER_BENCH_PEERS_EAGER_CHANGE_H_

#include "bench/peers/eager_rows.h"
#include "bench/peers/ordered_tables.h"

namespace grantledger::bench {

/// Each change of a member grant makes a version. Used once.
class EagerChange {
 public:
  EagerChange(TableWriter& tables, StoreMoment moment) : tables_(tables), moment_(moment) {}

  /// A member grant that was not there.
  void Create(const MemberGrant& grant, Product product);
  /// Makes `after`, less its version, of `before`, if that is something else, or `always`.
  void Change(const MemberGrant& before, MemberGrant after, Product product, bool always = false);
  /// Of a grant that was ACTIVE, and in whose place no other is put.
  void FreeProduct(AccountId account, Product product);
  /// Several changes may be of one moment.
  void Commit();

 private:
  void Store(const MemberGrant& grant);

  TableWriter& tables_;
  StoreMoment moment_;
  std::map<Distribution, Counts> counts_;  // added to them
};

}  // namespace grantledger::bench

#endif  // GRANTLEDGER_BENCH_PEERS_EAGER_CHANGE_H_
