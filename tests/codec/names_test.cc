// The enumerations: their numbers, which are stored and never change, and the API's names.
#include <gtest/gtest.h>

#include <array>
#include <utility>
#include <vector>

#include <grantledger/types.h>

namespace grantledger {
namespace {

template <typename Enum>
constexpr bool Is(Enum value, int number) {
  return static_cast<int>(value) == number && sizeof(Enum) == 1;
}

// Stored in records and rows. A number is never changed, nor given to another value.
static_assert(Is(GrantStatus::kPendingWorkflow, 0));
static_assert(Is(GrantStatus::kPendingAccept, 1));
static_assert(Is(GrantStatus::kRejected, 2));
static_assert(Is(GrantStatus::kActive, 3));
static_assert(Is(GrantStatus::kFailedWorkflow, 4));
static_assert(Is(GrantStatus::kDeleted, 5));
static_assert(Is(GrantStatus::kPendingDelete, 6));
static_assert(Is(GrantStatus::kDisabled, 7));
static_assert(Is(GrantStatus::kWorkflowCompleted, 8));
static_assert(kGrantStatusCount == 9);
static_assert(Is(LicenseStatus::kAvailable, 0));
static_assert(Is(LicenseStatus::kPendingAvailable, 1));
static_assert(Is(LicenseStatus::kDeactivated, 2));
static_assert(Is(LicenseStatus::kSuspended, 3));
static_assert(Is(LicenseStatus::kExpired, 4));
static_assert(Is(LicenseStatus::kPendingDelete, 5));
static_assert(Is(LicenseStatus::kDeleted, 6));
static_assert(Is(GrantOperation::kCreateGrant, 1));
static_assert(Is(GrantOperation::kCheckoutLicense, 2));
static_assert(Is(GrantOperation::kCheckoutBorrowLicense, 3));
static_assert(Is(GrantOperation::kCheckInLicense, 4));
static_assert(Is(GrantOperation::kExtendConsumptionLicense, 5));
static_assert(Is(GrantOperation::kListPurchasedLicenses, 6));
static_assert(Is(GrantOperation::kCreateToken, 7));
static_assert(Is(ActivationOverrideBehavior::kDistributedGrantsOnly, 1));
static_assert(Is(ActivationOverrideBehavior::kAllGrantsPermittedByIssuer, 2));
static_assert(Is(FeatureSet::kAll, 1));
static_assert(Is(FeatureSet::kConsolidatedBilling, 2));
static_assert(Is(RenewType::kNone, 1));
static_assert(Is(RenewType::kWeekly, 2));
static_assert(Is(RenewType::kMonthly, 3));
static_assert(Is(JoinedMethod::kInvited, 1));
static_assert(Is(JoinedMethod::kCreated, 2));
static_assert(Is(ChildType::kAccount, 1));
static_assert(Is(ChildType::kOrganizationalUnit, 2));

/// Every number from `first` has the name at its place, and the number behind them has none.
template <typename Enum>
void ExpectNames(int first, const std::vector<std::string_view>& names) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    EXPECT_EQ(Name(static_cast<Enum>(first + static_cast<int>(i))), names[i]);
  }
  EXPECT_EQ(Name(static_cast<Enum>(first + static_cast<int>(names.size()))), "?");
  EXPECT_EQ(Name(static_cast<Enum>(255)), "?");
}

/// The same, and every name has its number again.
template <typename Enum>
void ExpectBothWays(int first, const std::vector<std::string_view>& names) {
  ExpectNames<Enum>(first, names);
  for (std::size_t i = 0; i < names.size(); ++i) {
    EXPECT_EQ(FromName<Enum>(names[i]), static_cast<Enum>(first + static_cast<int>(i)));
  }
  for (const std::string_view name : {"", "?", "active", "ACTIVE ", "NoSuchName"}) {
    EXPECT_EQ(FromName<Enum>(name), std::nullopt) << name;
  }
}

TEST(NamesTest, EveryNumberHasItsName) {
  ExpectBothWays<GrantStatus>(
      0, {"PENDING_WORKFLOW", "PENDING_ACCEPT", "REJECTED", "ACTIVE", "FAILED_WORKFLOW", "DELETED",
          "PENDING_DELETE", "DISABLED", "WORKFLOW_COMPLETED"});
  ExpectBothWays<LicenseStatus>(0, {"AVAILABLE", "PENDING_AVAILABLE", "DEACTIVATED", "SUSPENDED",
                                    "EXPIRED", "PENDING_DELETE", "DELETED"});
  ExpectBothWays<GrantOperation>(
      1, {"CreateGrant", "CheckoutLicense", "CheckoutBorrowLicense", "CheckInLicense",
          "ExtendConsumptionLicense", "ListPurchasedLicenses", "CreateToken"});
  ExpectBothWays<ActivationOverrideBehavior>(
      1, {"DISTRIBUTED_GRANTS_ONLY", "ALL_GRANTS_PERMITTED_BY_ISSUER"});
  ExpectBothWays<FeatureSet>(1, {"ALL", "CONSOLIDATED_BILLING"});
  ExpectBothWays<RenewType>(1, {"None", "Weekly", "Monthly"});
  ExpectNames<JoinedMethod>(1, {"INVITED", "CREATED"});
  ExpectBothWays<ChildType>(1, {"ACCOUNT", "ORGANIZATIONAL_UNIT"});
}

TEST(NamesTest, StatusesOfCallsAreTheApis) {
  constexpr std::array<std::pair<Code, std::string_view>, 10> kExceptions = {{
      {Code::kOk, ""},
      {Code::kInvalidArgument, "ValidationException"},
      {Code::kVersionMismatch, "ValidationException"},
      {Code::kInvalidState, "ValidationException"},
      {Code::kTokenReused, "InvalidParameterValueException"},
      {Code::kNotFound, "ResourceNotFoundException"},
      {Code::kAccessDenied, "AccessDeniedException"},
      {Code::kLimitExceeded, "ResourceLimitExceededException"},
      {Code::kCorruption, "ServerInternalException"},
      {Code::kIoError, "ServerInternalException"},
  }};
  for (const auto& [code, name] : kExceptions) EXPECT_EQ(ApiException(code), name);
}

TEST(NamesTest, AccountsAreTwelveDigits) {
  EXPECT_EQ(AccountId(1).ToString(), "000000000001");
  EXPECT_EQ(AccountId(999'999'999'999).ToString(), "999999999999");
  EXPECT_EQ(AccountId().ToString(), "000000000000");
  for (const std::string_view digits : {"000000000001", "111122223333", "999999999999"}) {
    const auto account = AccountId::Parse(digits);
    ASSERT_TRUE(account) << digits;
    EXPECT_EQ(account->ToString(), digits);
  }
  for (const std::string_view digits :
       {"", "1", "11112222333", "1111222233334", "000000000000", "11112222333x", "-11122223333",
        " 11122223333", "1111 2222 3333", "99999999999999999999999999"}) {
    const auto account = AccountId::Parse(digits);
    ASSERT_FALSE(account) << digits;
    EXPECT_EQ(account.error().code(), Code::kInvalidArgument);
  }
}

}  // namespace
}  // namespace grantledger
