// Whom a grant is for, and the notation of ARNs.
#ifndef GRANTLEDGER_TESTS_MODEL_PRINCIPAL_H_
#define GRANTLEDGER_TESTS_MODEL_PRINCIPAL_H_

#include <optional>
#include <string>

namespace grantledger::model {

bool IsAccountId(const std::string& text);
bool IsGrantArn(const std::string& text);
bool IsLicenseArn(const std::string& text);
bool IsOrganizationId(const std::string& text);

/// "arn:aws:iam::<account>:root".
std::string AccountPrincipal(const std::string& account);

/// An account, an organization (no unit) or an organizational unit.
struct Principal {
  std::string account;
  std::string management;
  std::string organization;
  std::string unit;
};

/// Nullopt: not the notation of a principal.
std::optional<Principal> ParsePrincipal(const std::string& arn);

}  // namespace grantledger::model

#endif  // GRANTLEDGER_TESTS_MODEL_PRINCIPAL_H_
