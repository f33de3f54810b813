// The accounts that stand in an organization, or in one place of it, at the moment of a view.
#ifndef GRANTLEDGER_QUERY_ACCOUNT_WALK_H_
#define GRANTLEDGER_QUERY_ACCOUNT_WALK_H_

#include <cstddef>
#include <functional>
#include <string>

#include "ledger/view.h"

namespace grantledger {

/// Hears of an account that stands there, and of its stay. An error ends the walk.
using StandingVisitor =
    std::function<Status(AccountId account, const fb::AccountT& row, const fb::StayT& stay)>;

/// Visits the next accounts of the organization, at most `limit`, in the order of their positions;
/// each once. `place` not null: those that stand exactly there, in no place below.
///
/// `cursor` is where the page begins (empty: at the start). Gives the cursor of the next page;
/// empty: nothing follows. REQUIRES: limit > 0.
Result<std::string> VisitStandingAccounts(const View& view, std::uint64_t organization,
                                          const Path* place, const std::string& cursor,
                                          std::size_t limit, const StandingVisitor& visit);

}  // namespace grantledger

#endif  // GRANTLEDGER_QUERY_ACCOUNT_WALK_H_
