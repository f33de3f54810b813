// How many accounts stand where, at any moment.
#ifndef GRANTLEDGER_INSPECT_STANDING_H_
#define GRANTLEDGER_INSPECT_STANDING_H_

#include <map>

#include "ledger/view.h"

namespace grantledger {

/// How many accounts stood in each place of the organization at the view's moment, by the place's
/// path; where nobody stood is left out, or 0. Costs a row for each place; if somebody entered or
/// left since, one for each cohort, and for each account that ever moved or left while it held
/// something.
Result<std::map<Path, std::uint64_t>> StandingIn(const View& view, std::uint64_t organization);

}  // namespace grantledger

#endif  // GRANTLEDGER_INSPECT_STANDING_H_
