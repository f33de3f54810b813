// What of a grant differs from account to account, rendered when asked for.
#include <grantledger/grants.h>

#include "codec/arn.h"

namespace grantledger {

std::string Grant::GrantArn() const { return GrantArnOf(state->origin->grantor, id); }

std::string Grant::GranteePrincipalArn() const {
  return grantee == AccountId() ? state->origin->principal_arn : AccountPrincipalArn(grantee);
}

std::string Grant::StatusReason() const {
  if (rival == ResourceId()) return state->reason_before;
  return state->reason_before + GrantArnOf(state->rival_grantor, rival) + state->reason_after;
}

std::string Grant::Version() const { return std::to_string(state->version); }

}  // namespace grantledger
