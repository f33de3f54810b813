#include "codec/arn.h"

#include <algorithm>

namespace grantledger {
namespace {

constexpr std::string_view kLicenseManager = "arn:aws:license-manager::";
constexpr std::string_view kOrganizations = "arn:aws:organizations::";
constexpr std::string_view kIam = "arn:aws:iam::";
constexpr std::size_t kIdDigits = 32;
constexpr std::string_view kHex = "0123456789abcdef";

void AppendHex(std::string* out, std::uint64_t value) {
  for (int shift = 60; shift >= 0; shift -= 4) out->push_back(kHex[value >> shift & 15]);
}

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsLowerOrDigit(char c) { return IsDigit(c) || (c >= 'a' && c <= 'z'); }

bool Consume(std::string_view* text, std::string_view prefix) {
  if (!text->starts_with(prefix)) return false;
  text->remove_prefix(prefix.size());
  return true;
}

bool IsLowerOrDigits(std::string_view text, std::size_t least, std::size_t most) {
  return text.size() >= least && text.size() <= most && std::ranges::all_of(text, IsLowerOrDigit);
}

std::optional<AccountId> ConsumeAccount(std::string_view* text) {
  if (text->size() < AccountId::kDigits) return std::nullopt;
  auto account = AccountId::Parse(text->substr(0, AccountId::kDigits));
  if (!account) return std::nullopt;
  text->remove_prefix(AccountId::kDigits);
  return *account;
}

std::optional<std::uint64_t> ParseHex(std::string_view digits) {
  std::uint64_t value = 0;
  for (const char digit : digits) {
    const std::size_t nibble = kHex.find(digit);
    if (nibble == std::string_view::npos) return std::nullopt;
    value = value << 4 | nibble;
  }
  return value;
}

std::optional<ResourceArn> ParseResourceArn(std::string_view arn, std::string_view resource) {
  if (!Consume(&arn, kLicenseManager)) return std::nullopt;
  const auto account = ConsumeAccount(&arn);
  if (!account || !Consume(&arn, resource) || arn.size() != kIdDigits) return std::nullopt;
  const auto high = ParseHex(arn.substr(0, kIdDigits / 2));
  const auto low = ParseHex(arn.substr(kIdDigits / 2));
  if (!high || !low) return std::nullopt;
  return ResourceArn{*account, {*high, *low}};
}

std::string ResourceArnOf(AccountId account, std::string_view resource, ResourceId id) {
  std::string arn;
  arn.reserve(kLicenseManager.size() + AccountId::kDigits + resource.size() + kIdDigits);
  arn.append(kLicenseManager).append(account.ToString()).append(resource);
  AppendHex(&arn, id.high);
  AppendHex(&arn, id.low);
  return arn;
}

std::optional<PrincipalArn> ParseOrganizationPrincipal(std::string_view arn) {
  const auto account = ConsumeAccount(&arn);
  if (!account) return std::nullopt;
  if (Consume(&arn, ":organization/")) {
    if (!IsOrganizationId(arn)) return std::nullopt;
    return PrincipalArn{*account, std::string(arn), {}};
  }
  if (!Consume(&arn, ":ou/")) return std::nullopt;
  const std::size_t slash = arn.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const std::string_view organization = arn.substr(0, slash);
  const std::string_view unit = arn.substr(slash + 1);
  if (!IsOrganizationId(organization) || !IsUnitId(unit)) return std::nullopt;
  return PrincipalArn{*account, std::string(organization), std::string(unit)};
}

}  // namespace

std::optional<ResourceArn> ParseGrantArn(std::string_view arn) {
  return ParseResourceArn(arn, ":grant:g-");
}

std::optional<ResourceArn> ParseLicenseArn(std::string_view arn) {
  return ParseResourceArn(arn, ":license:l-");
}

std::optional<PrincipalArn> ParsePrincipalArn(std::string_view arn) {
  if (Consume(&arn, kOrganizations)) return ParseOrganizationPrincipal(arn);
  if (!Consume(&arn, kIam)) return std::nullopt;
  const auto account = ConsumeAccount(&arn);
  if (!account || arn != ":root") return std::nullopt;
  return PrincipalArn{*account, {}, {}};
}

std::string GrantArnOf(AccountId grantor, ResourceId id) {
  return ResourceArnOf(grantor, ":grant:g-", id);
}

std::string LicenseArnOf(AccountId issuer, ResourceId id) {
  return ResourceArnOf(issuer, ":license:l-", id);
}

std::string AccountPrincipalArn(AccountId account) {
  return std::string(kIam).append(account.ToString()).append(":root");
}

std::string AccountRequestIdOf(ResourceId id) {
  std::string text = "car-";
  AppendHex(&text, id.high);
  AppendHex(&text, id.low);
  return text;
}

bool IsOrganizationId(std::string_view id) {
  return Consume(&id, "o-") && IsLowerOrDigits(id, 10, 32);
}

bool IsRootId(std::string_view id) { return Consume(&id, "r-") && IsLowerOrDigits(id, 4, 32); }

bool IsUnitId(std::string_view id) {
  if (!Consume(&id, "ou-")) return false;
  const std::size_t dash = id.find('-');
  return dash != std::string_view::npos && IsLowerOrDigits(id.substr(0, dash), 4, 32) &&
         IsLowerOrDigits(id.substr(dash + 1), 8, 32);
}

bool IsHandshakeId(std::string_view id) { return Consume(&id, "h-") && IsLowerOrDigits(id, 8, 32); }

bool IsArn(std::string_view arn) {
  constexpr std::size_t kMaxArn = 2048;
  return arn.size() <= kMaxArn && arn.starts_with("arn:aws") &&
         std::count(arn.begin(), arn.end(), ':') >= 5 && !arn.ends_with(':') &&
         std::ranges::all_of(arn, [](char c) { return c > ' ' && c < 127; });
}

}  // namespace grantledger
