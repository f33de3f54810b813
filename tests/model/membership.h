// What happens to member grants: section 4 of SEMANTICS.md, one account and one struct at a time.
#ifndef GRANTLEDGER_TESTS_MODEL_MEMBERSHIP_H_
#define GRANTLEDGER_TESTS_MODEL_MEMBERSHIP_H_

#include <string>
#include <vector>

#include "event.h"
#include "state.h"

namespace grantledger::model {

/// The operations of a distribution that its member grants have.
Strings MemberOperations(const Strings& operations);

/// The member grants of a distribution; their addresses hold until a grant is added.
std::vector<const Grant*> MembersOf(const State& state, const Grant& distribution);

/// The other grant of the same Marketplace product that is ACTIVE in the grant's account, or null.
const Grant* FindRival(const State& state, const Grant& grant);

/// Disables `rival` in favour of `grant`.
void Replace(Event& event, const Grant& rival, const Grant& grant);

/// The distribution was created: a member grant for every account that it covers.
void CoverAll(Event& event, const std::string& distribution_arn);

/// An account came, went or moved (it stands in its new place already): every loss, then every
/// gain. `loss_reason` is what the grants say that it lost.
void MembershipChanged(Event& event, const std::string& account, const std::string& loss_reason);

/// A bulk change of status, whose setting, options and reason the distribution has already.
void BulkChange(Event& event, const Grant& distribution);

/// A distribution's new name or operations, which it has already.
void PassOnTerms(Event& event, const Grant& distribution);

/// The distribution's deletion, whose reason it has already.
void DeleteMembers(Event& event, const Grant& distribution);

}  // namespace grantledger::model

#endif  // GRANTLEDGER_TESTS_MODEL_MEMBERSHIP_H_
