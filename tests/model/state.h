// What the model remembers: plain structs, nothing derived, nothing shared. A copy of State is the
// past moment at which it was taken.
#ifndef GRANTLEDGER_TESTS_MODEL_STATE_H_
#define GRANTLEDGER_TESTS_MODEL_STATE_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "iso_time.h"

namespace grantledger::model {

using Json = nlohmann::json;
using Strings = std::vector<std::string>;

/// What a license allows its issuer account to grant.
inline const Strings kAllOperations = {
    "CreateGrant",    "CheckoutLicense",          "CheckoutBorrowLicense",
    "CheckInLicense", "ExtendConsumptionLicense", "ListPurchasedLicenses",
    "CreateToken"};

/// Why a call was refused. Thrown before anything of the state changes.
struct Refusal {
  std::string code;  ///< The API's exception, as in section 3 of SEMANTICS.md.
  std::string message;
};

[[noreturn]] void RefuseArgument(const std::string& message);
[[noreturn]] void RefuseState(const std::string& message);
[[noreturn]] void RefuseNotFound(const std::string& message);
[[noreturn]] void RefuseAccess(const std::string& message);
[[noreturn]] void RefuseLimit(const std::string& message);
[[noreturn]] void RefuseToken(const std::string& message);

struct Organization {
  std::string id;
  std::string root;
  std::string management;
  std::string feature_set;
  bool linked = false;
  std::string delegated;  ///< The delegated administrator; empty: none.
};

struct Unit {
  std::string id;
  std::string organization;
  std::string parent;  ///< The root or another unit.
  std::string name;
  int depth = 1;
  bool deleted = false;
};

struct Account {
  std::string id;
  std::string email;
  std::string name;
  std::string organization;  ///< Empty: a member of none.
  std::string place;         ///< The root or a unit.
  std::string joined_method;
  Millis joined = 0;
};

struct Handshake {
  std::string id;
  std::string organization;
  std::string account;
  bool accepted = false;
  Millis requested = 0;
  Millis expires = 0;
};

struct License {
  std::string arn;
  std::string issuer_account;
  std::string issuer_name;
  std::string sku;
  std::string beneficiary;
  std::vector<Json> versions;  ///< Each the API's License.
  std::vector<std::uint64_t> version_lsns;
  [[nodiscard]] std::string Status() const { return versions.back().at("Status"); }
  [[nodiscard]] bool IsMarketplace() const { return issuer_name == "AWS/Marketplace"; }
};

/// What of a grant changes: each change is one version.
struct GrantRecord {
  std::string name;
  Strings operations;
  std::string status;
  std::string reason;
  Json options;  ///< As given, or null.
  bool operator==(const GrantRecord&) const = default;
};

struct GrantVersion {
  GrantRecord record;
  std::uint64_t lsn = 0;
  Millis time = 0;
  std::string operation;
  std::string caller;
};

enum class GrantKind { kDirect, kDistribution, kMember };

struct Grant {
  GrantKind kind = GrantKind::kDirect;
  std::string arn;
  std::string license;
  std::string parent;
  std::string principal;
  std::string home_region;
  std::string grantor;
  std::string grantee;  ///< The account; empty for a distribution.
  /// Of the event that created the grant or, for a member grant, its distribution.
  std::uint64_t created_lsn = 0;
  GrantRecord now;
  std::vector<GrantVersion> versions;

  // Member grants.
  bool covered = false;
  bool accepted = false;  ///< Ever.

  // Distributions.
  std::string organization;
  std::string unit;  ///< Empty: the whole organization.
  std::string member_setting = "DISABLED";
  std::uint64_t setting_lsn = 0;  ///< Of the last event that set the member setting.
  bool last_activation_gave_options = false;

  [[nodiscard]] bool IsFinal() const { return now.status == "REJECTED" || now.status == "DELETED"; }
  [[nodiscard]] std::string Version() const { return std::to_string(versions.size()); }
  /// The LSN of the version behind version `number`; 0: there is none.
  [[nodiscard]] std::uint64_t LsnAfter(std::size_t number) const {
    return number < versions.size() ? versions[number].lsn : 0;
  }
};

struct Token {
  std::string caller;
  std::string operation;
  std::string token;
  Json input;
  Json output;
  Millis time = 0;
};

/// What was called, by whom.
struct Record {
  std::string operation;
  std::string caller;
  std::string grant;  ///< The one that the call made or named; empty: it was not about one.
};

struct State {
  std::vector<Organization> organizations;
  std::vector<Unit> units;
  std::vector<Account> accounts;  ///< Whoever was ever in an organization.
  std::vector<Handshake> handshakes;
  std::vector<License> licenses;
  std::vector<Grant> grants;
  std::map<std::string, std::size_t> grant_of_arn;
  std::vector<Token> tokens;
  std::vector<Record> records;  ///< records[lsn - 1].
  std::vector<Millis> times;    ///< Of every record; times[lsn - 1].
  std::uint64_t horizon = 0;    ///< The earliest moment that may be asked for.

  [[nodiscard]] std::uint64_t LastLsn() const { return times.size(); }
  [[nodiscard]] Millis LastTime() const { return times.empty() ? 0 : times.back(); }

  /// Whether a version is kept whose successor was made at `next` (0: it has none).
  [[nodiscard]] bool KeepsVersion(std::uint64_t next) const { return next == 0 || next > horizon; }

  // Null where there is none.
  [[nodiscard]] const Organization* FindOrganization(const std::string& id) const;
  [[nodiscard]] const Unit* FindUnit(const std::string& id) const;  ///< Not a deleted one.
  [[nodiscard]] const Account* FindAccount(const std::string& id) const;
  /// Whether anything that was ever written names the account: it is not created anew.
  [[nodiscard]] bool Knows(const std::string& account) const;
  [[nodiscard]] const License* FindLicense(const std::string& arn) const;
  [[nodiscard]] const Grant* FindGrant(const std::string& arn) const;
  [[nodiscard]] const Organization* OrganizationOf(const std::string& account) const;

  // Refused (NotFound) where there is none.
  [[nodiscard]] const License& TheLicense(const std::string& arn) const;
  [[nodiscard]] const Grant& TheGrant(const std::string& arn) const;

  /// Whether `account` is an administrator of the organization (the management account or the
  /// delegated administrator).
  [[nodiscard]] bool IsAdministrator(const std::string& account,
                                     const std::string& organization) const;
  /// Whether `place` is `unit` or nested in it.
  [[nodiscard]] bool IsInside(std::string place, const std::string& unit) const;
  /// Whether the distribution covers the account.
  [[nodiscard]] bool Covers(const Grant& distribution, const std::string& account) const;
};

/// Who calls, and when.
struct Call {
  std::string operation;
  std::string caller;
  Millis time = 0;    ///< Of the request.
  Millis moment = 0;  ///< Against which a license's validity is held.
};

}  // namespace grantledger::model

#endif  // GRANTLEDGER_TESTS_MODEL_STATE_H_
