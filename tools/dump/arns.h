// What an ARN of AWS License Manager says by itself.
#ifndef GRANTLEDGER_TOOLS_DUMP_ARNS_H_
#define GRANTLEDGER_TOOLS_DUMP_ARNS_H_

#include <string_view>

#include <grantledger/types.h>

namespace grantledger::tools {

/// The account in the ARN of a grant (its grantor) or a license (its issuer): who may always ask
/// about it. InvalidArgument: it is no such ARN.
Result<AccountId> OwnerOf(std::string_view arn);

}  // namespace grantledger::tools

#endif  // GRANTLEDGER_TOOLS_DUMP_ARNS_H_
