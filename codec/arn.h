// Amazon Resource Names: the notations of section 1 of docs/SEMANTICS.md, read and written.
#ifndef GRANTLEDGER_CODEC_ARN_H_
#define GRANTLEDGER_CODEC_ARN_H_

#include <optional>
#include <string>
#include <string_view>

#include <grantledger/types.h>

namespace grantledger {

/// Of a grant or a license: the account in it, and its id.
struct ResourceArn {
  AccountId account;
  ResourceId id;
};

/// Of a principal: an account, an organization, or an OU.
struct PrincipalArn {
  AccountId account;            ///< The grantee, or the management account.
  std::string organization_id;  ///< Empty: an account.
  std::string unit_id;          ///< Empty: an account or an organization.
};

/// Nullopt: not of that notation.
std::optional<ResourceArn> ParseGrantArn(std::string_view arn);
std::optional<ResourceArn> ParseLicenseArn(std::string_view arn);
std::optional<PrincipalArn> ParsePrincipalArn(std::string_view arn);

std::string GrantArnOf(AccountId grantor, ResourceId id);
std::string LicenseArnOf(AccountId issuer, ResourceId id);
std::string AccountPrincipalArn(AccountId account);
/// The id of a CreateAccountStatus.
std::string AccountRequestIdOf(ResourceId id);

bool IsOrganizationId(std::string_view id);
bool IsRootId(std::string_view id);
bool IsUnitId(std::string_view id);
bool IsHandshakeId(std::string_view id);
/// Whether it has the general form of an ARN, which is the API's pattern, at most 2,048 long.
bool IsArn(std::string_view arn);

}  // namespace grantledger

#endif  // GRANTLEDGER_CODEC_ARN_H_
