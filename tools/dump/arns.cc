#include "tools/dump/arns.h"

#include "tools/json_text.h"

namespace grantledger::tools {

Result<AccountId> OwnerOf(std::string_view arn) {
  constexpr std::string_view kBegin = "arn:aws:license-manager::";
  if (arn.starts_with(kBegin)) {
    auto account = AccountId::Parse(arn.substr(kBegin.size()).substr(0, AccountId::kDigits));
    if (account) return account;
  }
  return Status(Code::kInvalidArgument,
                "the ARN is " + Quote(arn) +
                    ", expected one like arn:aws:license-manager::111122223333:grant:g-…");
}

}  // namespace grantledger::tools
