// Scripted scenarios: requests with expected answers stated literally, run on the engine and on the
// model at the same time. A call that the two answer differently fails the test by itself.
//
//   TEST_F(Scenario, TheGranteeAcceptsToDisabled) {
//     const std::string license = NewLicense(kVendor);
//     const std::string grant = Give(kVendor, license, AccountPrincipal(kAda));
//     Do("AcceptGrant", kAda, {{"GrantArn", grant}});
//     EXPECT_EQ(Status(grant), "DISABLED");
//   }
#ifndef GRANTLEDGER_TESTS_MODEL_SCENARIO_H_
#define GRANTLEDGER_TESTS_MODEL_SCENARIO_H_

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "harness.h"
#include "principal.h"

namespace grantledger::model {

inline const std::string kVendor = "111111111111";
inline const std::string kReseller = "121212121212";
inline const std::string kMgmt = "222222222222";
inline const std::string kAda = "333333333333";
inline const std::string kBob = "444444444444";
inline const std::string kCarol = "555555555555";
inline const std::string kStranger = "999999999999";

inline const std::string kValidation = "ValidationException";
inline const std::string kTokenReused = "InvalidParameterValueException";
inline const std::string kNotFound = "ResourceNotFoundException";
inline const std::string kAccessDenied = "AccessDeniedException";
inline const std::string kLimit = "ResourceLimitExceededException";

inline const std::string kAnyOperation = "CheckoutLicense";
/// Options of CreateGrantVersion.
inline const Json kReplace = {{"ActivationOverrideBehavior", "ALL_GRANTS_PERMITTED_BY_ISSUER"}};
inline const Json kYield = {{"ActivationOverrideBehavior", "DISTRIBUTED_GRANTS_ONLY"}};

class Scenario : public testing::Test {
 protected:
  explicit Scenario(const EngineOptions& options = {});

  // Calls. Each comes a second after the one before.

  /// The Output of a call that has to succeed; null, and a failed test, where it does not.
  Json Do(const std::string& operation, const std::string& caller, Json input = Json::object());
  /// The code of a call that has to be refused; "succeeded" where it does not.
  std::string Refused(const std::string& operation, const std::string& caller,
                      Json input = Json::object());
  /// All rows of a list, fetched one by one.
  Json OneByOne(const std::string& operation, const std::string& caller, Json input);
  /// A read as of a past moment, an LSN or a time.
  Json DoAsOf(const Json& moment, const std::string& operation, const std::string& caller,
              const Json& input);
  std::string RefusedAsOf(const Json& moment, const std::string& operation,
                          const std::string& caller, const Json& input);
  void Wait(Millis time) { time_ += time; }
  [[nodiscard]] std::string Now() const { return FormatIsoTime(time_); }
  [[nodiscard]] Millis time() const { return time_; }
  void SetTime(Millis time) { time_ = time; }
  std::uint64_t LastLsn() const { return harness_.model().LastLsn(); }
  Harness& harness() { return harness_; }

  // Organizations.
  std::string NewOrganization(const std::string& management, const std::string& features = "ALL");
  std::string RootOf(const std::string& management);
  std::string NewUnit(const std::string& management, const std::string& parent,
                      const std::string& name);
  void Link(const std::string& management, bool linked = true);
  void NewAccount(const std::string& management, const std::string& account);
  void Invite(const std::string& management, const std::string& account);
  void Move(const std::string& management, const std::string& account,
            const std::string& destination);
  void Delegate(const std::string& management, const std::string& account);
  std::string OrganizationPrincipal(const std::string& management);
  std::string UnitPrincipal(const std::string& management, const std::string& unit);

  // Licenses and grants.
  static Json LicenseTerms(const std::string& issuer_name);
  std::string NewLicense(const std::string& issuer, const std::string& sku = "sku",
                         const std::string& issuer_name = "AWS/Marketplace");
  /// States the license anew with that status.
  void SetLicenseStatus(const std::string& license, const std::string& status);
  Json GrantInput(const std::string& license, const std::string& principal,
                  Json operations = kAllOperations);
  /// CreateGrant; its ARN.
  std::string Give(const std::string& grantor, const std::string& license,
                   const std::string& principal, Json operations = kAllOperations);
  /// CreateGrant to an account, and AcceptGrant where it is pending.
  std::string GiveAccepted(const std::string& grantor, const std::string& license,
                           const std::string& grantee, Json operations = kAllOperations);
  /// CreateGrantVersion with these fields, a GrantArn and a new ClientToken.
  Json Change(const std::string& caller, const std::string& grant, Json fields);
  std::string ChangeRefused(const std::string& caller, const std::string& grant, Json fields);
  void Activate(const std::string& caller, const std::string& grant, const Json& options = nullptr);
  void Disable(const std::string& caller, const std::string& grant);
  void Accept(const std::string& caller, const std::string& grant);
  void Delete(const std::string& caller, const std::string& grant);

  // What a grant is, as its grantor sees it.
  Json Get(const std::string& grant);
  std::string Status(const std::string& grant) { return Get(grant).value("GrantStatus", ""); }
  std::string Reason(const std::string& grant) { return Get(grant).value("StatusReason", ""); }
  std::string VersionOf(const std::string& grant) { return Get(grant).value("Version", ""); }
  /// The member grant of an account; empty: there is none.
  std::string Member(const std::string& distribution, const std::string& account);

  // What the last record did, for anyone who asks.
  /// Null: it is no event.
  Json LastEvent();
  Json LastChanges();

  std::string NewToken() { return "token-" + std::to_string(++tokens_); }

 private:
  Json Request(const std::string& operation, const std::string& caller, Json input) const;
  Json Execute(const Json& request);

  Harness harness_;
  Millis time_;
  int tokens_ = 0;
};

/// The grantor of a grant, or the issuer account of a license, as its ARN tells it.
std::string OwnerOf(const std::string& arn);

/// One field of every row of a list.
Strings Column(const Json& rows, const std::string& field);

/// What changed of one grant, as previews and events tell it. `from` is empty where it did not
/// exist.
Json ChangeOf(const std::string& grant, const std::string& principal, const std::string& from,
              const std::string& to, const std::string& reason = "");

/// The first row with this GrantArn; null: there is none.
Json RowOf(const Json& rows, const std::string& grant);

/// A well-formed ARN that names nothing.
std::string Unknown(std::string arn);

}  // namespace grantledger::model

#endif  // GRANTLEDGER_TESTS_MODEL_SCENARIO_H_
