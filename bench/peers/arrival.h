// What becomes of an account's grants when it joins: the rule that the eager peers apply one
// account at a time (docs/SEMANTICS.md, section 4). PostgreSQL has the same rule as its view
// `arrival`.
#ifndef GRANTLEDGER_BENCH_PEERS_ARRIVAL_H_
#define GRANTLEDGER_BENCH_PEERS_ARRIVAL_H_

#include "bench/peers/grant_store.h"

namespace grantledger::bench {

/// A distribution, and what was last set for all of its member grants.
struct Offer {
  Distribution distribution = 0;
  Product product = 0;
  GrantStatus setting = GrantStatus::kDisabled;
  Conflict conflict = Conflict::kLeaveOut;
};

/// One version of one member grant.
struct Step {
  std::optional<MemberGrant> before = {};  ///< Nullopt: it is the first.
  MemberGrant after = {};
  Product product = 0;
};

/// The versions that joining makes, one of a grant at most. `offers` are in the order in which they
/// were set, or created; `held` is what the account held before it left, in any order.
std::vector<Step> Arrive(AccountId account, const std::vector<Offer>& offers,
                         const std::vector<MemberGrant>& held);

}  // namespace grantledger::bench

#endif  // GRANTLEDGER_BENCH_PEERS_ARRIVAL_H_
