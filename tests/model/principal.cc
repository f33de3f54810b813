#include "principal.h"

#include <algorithm>
#include <regex>

namespace grantledger::model {

namespace {

constexpr std::size_t kAccountDigits = 12;

bool IsLicenseManagerArn(const std::string& text, const std::string& kind) {
  const std::string service = "arn:aws:license-manager::";
  if (text.size() != service.size() + kAccountDigits + kind.size() + 32) return false;
  const std::string digits = text.substr(text.size() - 32);
  return text.rfind(service, 0) == 0 && IsAccountId(text.substr(service.size(), kAccountDigits)) &&
         text.compare(service.size() + kAccountDigits, kind.size(), kind) == 0 &&
         digits.find_first_not_of("0123456789abcdef") == std::string::npos;
}

}  // namespace

bool IsAccountId(const std::string& text) {
  return text.size() == kAccountDigits &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool IsGrantArn(const std::string& text) { return IsLicenseManagerArn(text, ":grant:g-"); }
bool IsLicenseArn(const std::string& text) { return IsLicenseManagerArn(text, ":license:l-"); }

bool IsOrganizationId(const std::string& text) {
  static const std::regex notation("o-[a-z0-9]{10,32}");
  return std::regex_match(text, notation);
}

std::string AccountPrincipal(const std::string& account) {
  return "arn:aws:iam::" + account + ":root";
}

std::optional<Principal> ParsePrincipal(const std::string& arn) {
  static const std::regex account("arn:aws:iam::([0-9]{12}):root");
  static const std::regex organization(
      "arn:aws:organizations::([0-9]{12}):organization/(o-[a-z0-9]{10,32})");
  static const std::regex unit(
      "arn:aws:organizations::([0-9]{12}):ou/(o-[a-z0-9]{10,32})/"
      "(ou-[0-9a-z]{4,32}-[a-z0-9]{8,32})");
  std::smatch match;
  if (std::regex_match(arn, match, account)) return Principal{match[1], {}, {}, {}};
  if (std::regex_match(arn, match, organization)) return Principal{{}, match[1], match[2], {}};
  if (std::regex_match(arn, match, unit)) return Principal{{}, match[1], match[2], match[3]};
  return std::nullopt;
}

}  // namespace grantledger::model
