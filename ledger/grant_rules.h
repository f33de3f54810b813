// Rules that more than one call about grants holds to.
#ifndef GRANTLEDGER_LEDGER_GRANT_RULES_H_
#define GRANTLEDGER_LEDGER_GRANT_RULES_H_

#include <string_view>

#include "ledger/view.h"

namespace grantledger {

bool Allows(const GrantOperations& operations, GrantOperation operation);

/// InvalidArgument: AllowedOperations has one that is not in `allowed`.
Status CheckSubset(const GrantOperations& operations, const GrantOperations& allowed);

/// InvalidState: the license is not AVAILABLE at the view's moment.
Status CheckAvailable(const View& view, const fb::LicenseT& license, std::string_view arn);

}  // namespace grantledger

#endif  // GRANTLEDGER_LEDGER_GRANT_RULES_H_
