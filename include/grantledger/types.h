// The small values that requests and answers are made of. Names are those of the AWS APIs.
#ifndef GRANTLEDGER_TYPES_H_
#define GRANTLEDGER_TYPES_H_

#include <chrono>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <grantledger/status.h>

namespace grantledger {

/// Log sequence number: dense, from 1. 0 is the moment before the first record.
using Lsn = std::uint64_t;

/// Ledger time: UTC, in whole milliseconds.
using Time = std::chrono::sys_time<std::chrono::milliseconds>;

/// Reads "2026-01-02T03:04:05Z", with a fraction or an offset ("+01:00") if given.
Result<Time> ParseTime(std::string_view text);
/// "2026-01-02T03:04:05Z", with ".123" before the Z where there are milliseconds.
std::string FormatTime(Time time);

/// A moment of the past: a log sequence number, or a time (the last record not later than it).
using Moment = std::variant<Lsn, Time>;

/// An AWS account: 12 digits. 0 (the default) is no account, nor is what has more digits: each call
/// refuses it (InvalidArgument).
class AccountId {
 public:
  static constexpr std::size_t kDigits = 12;
  static constexpr std::uint64_t kMax = 999'999'999'999;

  constexpr AccountId() = default;
  /// Takes any number: see IsAccount().
  constexpr explicit AccountId(std::uint64_t value) : value_(value) {}
  /// Exactly 12 digits, else InvalidArgument.
  static Result<AccountId> Parse(std::string_view digits);

  [[nodiscard]] constexpr std::uint64_t value() const { return value_; }
  /// Whether it has 12 digits, not all of them 0.
  [[nodiscard]] constexpr bool IsAccount() const { return value_ != 0 && value_ <= kMax; }
  [[nodiscard]] std::string ToString() const;  ///< 12 digits; more where it is no account.
  auto operator<=>(const AccountId&) const = default;

 private:
  std::uint64_t value_ = 0;
};

/// 128 bits that name a grant or a license: the 32 hexadecimal digits of its ARN.
struct ResourceId {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  auto operator<=>(const ResourceId&) const = default;
};

// The numbers of the enumerations are stored. They are never reused.

enum class GrantStatus : std::uint8_t {
  kPendingWorkflow = 0,
  kPendingAccept = 1,
  kRejected = 2,
  kActive = 3,
  kFailedWorkflow = 4,
  kDeleted = 5,
  kPendingDelete = 6,
  kDisabled = 7,
  kWorkflowCompleted = 8,
};
inline constexpr int kGrantStatusCount = 9;

enum class LicenseStatus : std::uint8_t {
  kAvailable = 0,
  kPendingAvailable = 1,
  kDeactivated = 2,
  kSuspended = 3,
  kExpired = 4,
  kPendingDelete = 5,
  kDeleted = 6,
};

enum class GrantOperation : std::uint8_t {
  kCreateGrant = 1,
  kCheckoutLicense = 2,
  kCheckoutBorrowLicense = 3,
  kCheckInLicense = 4,
  kExtendConsumptionLicense = 5,
  kListPurchasedLicenses = 6,
  kCreateToken = 7,
};
using GrantOperations = std::vector<GrantOperation>;

enum class ActivationOverrideBehavior : std::uint8_t {
  kDistributedGrantsOnly = 1,
  kAllGrantsPermittedByIssuer = 2,
};

enum class FeatureSet : std::uint8_t { kAll = 1, kConsolidatedBilling = 2 };

enum class RenewType : std::uint8_t { kNone = 1, kWeekly = 2, kMonthly = 3 };

enum class JoinedMethod : std::uint8_t { kInvited = 1, kCreated = 2 };

enum class ChildType : std::uint8_t { kAccount = 1, kOrganizationalUnit = 2 };

/// The API's name of a value ("PENDING_ACCEPT"), and the value of a name (nullopt: no such name).
/// Defined for every enumeration above.
std::string_view Name(GrantStatus value);
std::string_view Name(LicenseStatus value);
std::string_view Name(GrantOperation value);
std::string_view Name(ActivationOverrideBehavior value);
std::string_view Name(FeatureSet value);
std::string_view Name(RenewType value);
std::string_view Name(JoinedMethod value);
std::string_view Name(ChildType value);
template <typename Enum>
std::optional<Enum> FromName(std::string_view name);
template <>
std::optional<GrantStatus> FromName(std::string_view name);
template <>
std::optional<LicenseStatus> FromName(std::string_view name);
template <>
std::optional<GrantOperation> FromName(std::string_view name);
template <>
std::optional<ActivationOverrideBehavior> FromName(std::string_view name);
template <>
std::optional<FeatureSet> FromName(std::string_view name);
template <>
std::optional<RenewType> FromName(std::string_view name);
template <>
std::optional<ChildType> FromName(std::string_view name);

/// One filter of a list: a name and exactly one value.
struct Filter {
  std::string name = {};
  std::vector<std::string> values = {};
};

/// What every list takes. 0 results asks for the default of 100.
struct Paging {
  std::uint32_t max_results = 0;
  std::string next_token = {};
};

}  // namespace grantledger

#endif  // GRANTLEDGER_TYPES_H_
