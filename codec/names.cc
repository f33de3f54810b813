// The API's names of the enumerations, and the notation of account numbers.
#include <algorithm>
#include <array>
#include <utility>

#include <grantledger/types.h>

namespace grantledger {
namespace {

template <typename Enum, std::size_t N>
using Names = std::array<std::pair<Enum, std::string_view>, N>;

constexpr Names<GrantStatus, 9> kGrantStatuses = {{
    {GrantStatus::kPendingWorkflow, "PENDING_WORKFLOW"},
    {GrantStatus::kPendingAccept, "PENDING_ACCEPT"},
    {GrantStatus::kRejected, "REJECTED"},
    {GrantStatus::kActive, "ACTIVE"},
    {GrantStatus::kFailedWorkflow, "FAILED_WORKFLOW"},
    {GrantStatus::kDeleted, "DELETED"},
    {GrantStatus::kPendingDelete, "PENDING_DELETE"},
    {GrantStatus::kDisabled, "DISABLED"},
    {GrantStatus::kWorkflowCompleted, "WORKFLOW_COMPLETED"},
}};

constexpr Names<LicenseStatus, 7> kLicenseStatuses = {{
    {LicenseStatus::kAvailable, "AVAILABLE"},
    {LicenseStatus::kPendingAvailable, "PENDING_AVAILABLE"},
    {LicenseStatus::kDeactivated, "DEACTIVATED"},
    {LicenseStatus::kSuspended, "SUSPENDED"},
    {LicenseStatus::kExpired, "EXPIRED"},
    {LicenseStatus::kPendingDelete, "PENDING_DELETE"},
    {LicenseStatus::kDeleted, "DELETED"},
}};

constexpr Names<GrantOperation, 7> kGrantOperations = {{
    {GrantOperation::kCreateGrant, "CreateGrant"},
    {GrantOperation::kCheckoutLicense, "CheckoutLicense"},
    {GrantOperation::kCheckoutBorrowLicense, "CheckoutBorrowLicense"},
    {GrantOperation::kCheckInLicense, "CheckInLicense"},
    {GrantOperation::kExtendConsumptionLicense, "ExtendConsumptionLicense"},
    {GrantOperation::kListPurchasedLicenses, "ListPurchasedLicenses"},
    {GrantOperation::kCreateToken, "CreateToken"},
}};

constexpr Names<ActivationOverrideBehavior, 2> kBehaviors = {{
    {ActivationOverrideBehavior::kDistributedGrantsOnly, "DISTRIBUTED_GRANTS_ONLY"},
    {ActivationOverrideBehavior::kAllGrantsPermittedByIssuer, "ALL_GRANTS_PERMITTED_BY_ISSUER"},
}};

constexpr Names<FeatureSet, 2> kFeatureSets = {{
    {FeatureSet::kAll, "ALL"},
    {FeatureSet::kConsolidatedBilling, "CONSOLIDATED_BILLING"},
}};

constexpr Names<RenewType, 3> kRenewTypes = {{
    {RenewType::kNone, "None"},
    {RenewType::kWeekly, "Weekly"},
    {RenewType::kMonthly, "Monthly"},
}};

constexpr Names<JoinedMethod, 2> kJoinedMethods = {{
    {JoinedMethod::kInvited, "INVITED"},
    {JoinedMethod::kCreated, "CREATED"},
}};

constexpr Names<ChildType, 2> kChildTypes = {{
    {ChildType::kAccount, "ACCOUNT"},
    {ChildType::kOrganizationalUnit, "ORGANIZATIONAL_UNIT"},
}};

template <typename Enum, std::size_t N>
std::string_view NameIn(const Names<Enum, N>& names, Enum value) {
  const auto found = std::ranges::find(names, value, &std::pair<Enum, std::string_view>::first);
  return found == names.end() ? std::string_view("?") : found->second;
}

template <typename Enum, std::size_t N>
std::optional<Enum> ValueIn(const Names<Enum, N>& names, std::string_view name) {
  const auto found = std::ranges::find(names, name, &std::pair<Enum, std::string_view>::second);
  if (found == names.end()) return std::nullopt;
  return found->first;
}

}  // namespace

std::string_view Name(GrantStatus value) { return NameIn(kGrantStatuses, value); }
std::string_view Name(LicenseStatus value) { return NameIn(kLicenseStatuses, value); }
std::string_view Name(GrantOperation value) { return NameIn(kGrantOperations, value); }
std::string_view Name(ActivationOverrideBehavior value) { return NameIn(kBehaviors, value); }
std::string_view Name(FeatureSet value) { return NameIn(kFeatureSets, value); }
std::string_view Name(RenewType value) { return NameIn(kRenewTypes, value); }
std::string_view Name(JoinedMethod value) { return NameIn(kJoinedMethods, value); }
std::string_view Name(ChildType value) { return NameIn(kChildTypes, value); }

template <>
std::optional<GrantStatus> FromName(std::string_view name) {
  return ValueIn(kGrantStatuses, name);
}
template <>
std::optional<LicenseStatus> FromName(std::string_view name) {
  return ValueIn(kLicenseStatuses, name);
}
template <>
std::optional<GrantOperation> FromName(std::string_view name) {
  return ValueIn(kGrantOperations, name);
}
template <>
std::optional<ActivationOverrideBehavior> FromName(std::string_view name) {
  return ValueIn(kBehaviors, name);
}
template <>
std::optional<FeatureSet> FromName(std::string_view name) {
  return ValueIn(kFeatureSets, name);
}
template <>
std::optional<RenewType> FromName(std::string_view name) {
  return ValueIn(kRenewTypes, name);
}
template <>
std::optional<ChildType> FromName(std::string_view name) {
  return ValueIn(kChildTypes, name);
}

Result<AccountId> AccountId::Parse(std::string_view digits) {
  std::uint64_t value = 0;
  bool good = digits.size() == AccountId::kDigits;
  for (const char digit : digits.substr(0, AccountId::kDigits)) {
    good = good && digit >= '0' && digit <= '9';
    value = value * 10 + static_cast<std::uint64_t>(digit - '0');
  }
  if (good && value != 0) return AccountId(value);
  return Status(Code::kInvalidArgument, "account is \"" + std::string(digits) +
                                            "\", expected 12 digits, not all of them 0");
}

std::string AccountId::ToString() const {
  if (value_ > kMax) return std::to_string(value_);
  std::string digits(AccountId::kDigits, '0');
  std::uint64_t rest = value_;
  for (std::size_t i = AccountId::kDigits; rest != 0 && i-- > 0; rest /= 10) {
    digits[i] = static_cast<char>('0' + rest % 10);
  }
  return digits;
}

}  // namespace grantledger
