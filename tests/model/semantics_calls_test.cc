// Section 3 of SEMANTICS.md: the order of checks, and ClientTokens.
#include "scenario.h"

namespace grantledger::model {
namespace {

class Section3Order : public Scenario {};

TEST_F(Section3Order, ShapeComesBeforeExistence) {
  const std::string unknown = Unknown(NewLicense(kVendor));
  Json input = GrantInput(unknown, AccountPrincipal(kAda), Json::array());
  EXPECT_EQ(Refused("CreateGrant", kVendor, input), kValidation);
}

TEST_F(Section3Order, ReplayComesBeforeExistenceAndState) {
  const std::string license = NewLicense(kVendor);
  const Json input = GrantInput(license, AccountPrincipal(kAda));
  const Json first = Do("CreateGrant", kVendor, input);
  SetLicenseStatus(license, "SUSPENDED");
  EXPECT_EQ(Do("CreateGrant", kVendor, input), first);
}

TEST_F(Section3Order, ExistenceComesBeforeTheCaller) {
  const std::string unknown = Unknown(NewLicense(kVendor));
  EXPECT_EQ(Refused("CreateGrant", kStranger, GrantInput(unknown, AccountPrincipal(kAda))),
            kNotFound);
}

TEST_F(Section3Order, TheCallerComesBeforeVersionAndState) {
  const std::string grant = Give(kVendor, NewLicense(kVendor), AccountPrincipal(kAda));
  Delete(kVendor, grant);
  EXPECT_EQ(Refused("DeleteGrant", kStranger, {{"GrantArn", grant}, {"Version", "7"}}),
            kAccessDenied);
}

TEST_F(Section3Order, ARefusedCallWritesNothing) {
  const std::string license = NewLicense(kVendor);
  const std::uint64_t before = LastLsn();
  EXPECT_EQ(Refused("CreateGrant", kStranger, GrantInput(license, AccountPrincipal(kAda))),
            kAccessDenied);
  EXPECT_EQ(LastLsn(), before);
}

TEST_F(Section3Order, EverySuccessfulWriteIsOneRecord) {
  NewOrganization(kMgmt);
  NewAccount(kMgmt, kAda);
  const std::string license = NewLicense(kMgmt);
  const std::string grant = Give(kMgmt, license, OrganizationPrincipal(kMgmt));
  Activate(kMgmt, grant);
  EXPECT_EQ(LastLsn(), 5U);
}

class Section3ClientToken : public Scenario {};

TEST_F(Section3ClientToken, TheSameInputGivesTheFirstAnswerAgainAndWritesNothing) {
  const std::string license = NewLicense(kVendor);
  const Json input = GrantInput(license, AccountPrincipal(kAda));
  const Json first = Do("CreateGrant", kVendor, input);
  Accept(kAda, first["GrantArn"]);
  const std::uint64_t before = LastLsn();
  EXPECT_EQ(Do("CreateGrant", kVendor, input), first);
  EXPECT_EQ(LastLsn(), before);
}

TEST_F(Section3ClientToken, AnotherInputIsTokenReused) {
  const std::string license = NewLicense(kVendor);
  Json input = GrantInput(license, AccountPrincipal(kAda));
  Do("CreateGrant", kVendor, input);
  input["GrantName"] = "another";
  EXPECT_EQ(Refused("CreateGrant", kVendor, input), kTokenReused);
}

TEST_F(Section3ClientToken, AnotherCallerMayUseIt) {
  const std::string license = NewLicense(kVendor);
  GiveAccepted(kVendor, license, kReseller);
  const Json input = GrantInput(license, AccountPrincipal(kAda));
  EXPECT_NE(Do("CreateGrant", kVendor, input)["GrantArn"],
            Do("CreateGrant", kReseller, input)["GrantArn"]);
}

TEST_F(Section3ClientToken, AnotherOperationMayUseIt) {
  const std::string license = NewLicense(kVendor);
  const Json input = GrantInput(license, AccountPrincipal(kAda));
  const Json grant = Do("CreateGrant", kVendor, input);
  EXPECT_EQ(Do("CreateGrantVersion", kVendor,
               {{"ClientToken", input["ClientToken"]},
                {"GrantArn", grant["GrantArn"]},
                {"GrantName", "new"}})["Version"],
            "2");
}

TEST_F(Section3ClientToken, IsKeptForLessThan24Hours) {
  const std::string license = NewLicense(kVendor);
  const Json input = GrantInput(license, AccountPrincipal(kAda));
  const Json first = Do("CreateGrant", kVendor, input);
  Wait(kDay - kSecond - 1);
  EXPECT_EQ(Do("CreateGrant", kVendor, input), first);
  SetTime(time() - kSecond + 1);  // the next call comes 24 h after the first
  EXPECT_NE(Do("CreateGrant", kVendor, input)["GrantArn"], first["GrantArn"]);
}

TEST_F(Section3ClientToken, ARefusedCallsTokenIsNotKept) {
  const std::string license = NewLicense(kVendor);
  Json input = GrantInput(license, AccountPrincipal(kVendor));
  EXPECT_EQ(Refused("CreateGrant", kVendor, input), kValidation);
  input["Principals"] = Json::array({AccountPrincipal(kAda)});
  EXPECT_EQ(Do("CreateGrant", kVendor, input)["Version"], "1");
}

TEST_F(Section3ClientToken, GoesForLicensesToo) {
  Json input = LicenseTerms("Vendor");
  input["ClientToken"] = "once";
  input["ProductSKU"] = "sku";
  input["Beneficiary"] = "acme";
  const Json first = Do("CreateLicense", kVendor, input);
  EXPECT_EQ(Do("CreateLicense", kVendor, input), first);
  input["ProductSKU"] = "other";
  EXPECT_EQ(Refused("CreateLicense", kVendor, input), kTokenReused);
}

class Section6Time : public Scenario {};

TEST_F(Section6Time, AnEarlierTimeThanTheLastRecordsIsRefused) {
  NewLicense(kVendor);
  SetTime(time() - 2 * kSecond);
  EXPECT_EQ(Refused("CreateOrganization", kMgmt, {{"FeatureSet", "ALL"}}), kValidation);
}

TEST_F(Section6Time, TheSameTimeAsTheLastRecordsIsTaken) {
  NewLicense(kVendor);
  SetTime(time() - kSecond);
  NewOrganization(kMgmt);
}

class Section5Compact : public Scenario {};

TEST_F(Section5Compact, IsForAnyCallerAndNoRecord) {
  for (const std::string& caller : {kVendor, kStranger}) Do("Compact", caller);
  const std::string license = NewLicense(kVendor);
  Do("Compact", kVendor);
  Give(kVendor, license, AccountPrincipal(kAda));
  EXPECT_EQ(LastLsn(), 2U);  // so it is in the engine
}

TEST_F(Section5Compact, ChangesNoAnswerNotEvenOfThePast) {
  NewOrganization(kMgmt);
  Link(kMgmt);
  NewAccount(kMgmt, kAda);
  const std::string grant = Give(kMgmt, NewLicense(kMgmt), OrganizationPrincipal(kMgmt));
  const std::uint64_t before = LastLsn();
  Activate(kMgmt, grant);
  const Json input = {{"GrantArn", Member(grant, kAda)}};
  const Json versions = Do("ListGrantVersions", kAda, input);
  const Json events = Do("WatchGrants", kAda);
  Do("Compact", kStranger);
  EXPECT_EQ(Do("ListGrantVersions", kAda, input), versions);
  EXPECT_EQ(Do("WatchGrants", kAda), events);
  EXPECT_EQ(Do("CountGrants", kMgmt, {{"GrantArn", grant}})["Counts"], Json({{"ACTIVE", 1}}));
  if (harness().engine() == nullptr) GTEST_SKIP() << "the model has no past of its own";
  EXPECT_EQ(DoAsOf(before, "GetGrant", kAda, input)["Grant"]["GrantStatus"], "DISABLED");
}

TEST_F(Section5Compact, AnAccountThatLeftAndCameBackSinceStartsAnew) {
  NewOrganization(kMgmt);
  const std::string license = NewLicense(kMgmt);
  const std::string principal = OrganizationPrincipal(kMgmt);
  NewAccount(kMgmt, kAda);
  Do("Compact", kMgmt);
  Do("RemoveAccountFromOrganization", kMgmt, {{"AccountId", kAda}});
  const std::string grant = Give(kMgmt, license, principal);
  Change(kMgmt, grant, {{"GrantName", "new"}});
  Invite(kMgmt, kAda);
  Do("LeaveOrganization", kAda);
  const std::string member = Member(grant, kAda);
  EXPECT_EQ(VersionOf(member), "2");  // it came and went, and had the new name from the first
  const Json versions = Do("ListGrantVersions", kAda, {{"GrantArn", member}})["Versions"];
  EXPECT_EQ(Column(versions, "Operation"), (Strings{"AcceptHandshake", "LeaveOrganization"}));
}

}  // namespace
}  // namespace grantledger::model
