// Section 5 of SEMANTICS.md: reads of single grants, and what goes beyond AWS.
#include <set>

#include "scenario.h"

namespace grantledger::model {
namespace {

class Section5GetGrant : public Scenario {};

TEST_F(Section5GetGrant, HasTheApisFields) {
  const std::string license = NewLicense(kVendor);
  const std::string grant = Give(kVendor, license, AccountPrincipal(kAda), {kAnyOperation});
  EXPECT_EQ(Do("GetGrant", kAda, {{"GrantArn", grant}})["Grant"],
            Json({{"GrantArn", grant},
                  {"GrantName", "grant"},
                  {"ParentArn", license},
                  {"LicenseArn", license},
                  {"GranteePrincipalArn", "arn:aws:iam::333333333333:root"},
                  {"HomeRegion", "us-east-1"},
                  {"GrantStatus", "PENDING_ACCEPT"},
                  {"Version", "1"},
                  {"GrantedOperations", {kAnyOperation}}}));
}

TEST_F(Section5GetGrant, DirectForGrantorAndGrantee) {
  NewOrganization(kMgmt);
  NewAccount(kMgmt, kAda);
  const std::string grant = Give(kVendor, NewLicense(kVendor), AccountPrincipal(kAda));
  for (const std::string& caller : {kVendor, kAda}) Do("GetGrant", caller, {{"GrantArn", grant}});
  for (const std::string& caller : {kMgmt, kStranger}) {
    EXPECT_EQ(Refused("GetGrant", caller, {{"GrantArn", grant}}), kAccessDenied);
  }
  EXPECT_EQ(Refused("GetGrant", kVendor, {{"GrantArn", Unknown(grant)}}), kNotFound);
}

TEST_F(Section5GetGrant, MemberForGrantorGranteeAndAdministrators) {
  NewOrganization(kMgmt);
  for (const std::string& account : {kAda, kBob, kCarol}) NewAccount(kMgmt, account);
  Delegate(kMgmt, kBob);
  const std::string grant = Give(kBob, NewLicense(kBob), OrganizationPrincipal(kMgmt));
  const std::string member = Member(grant, kAda);
  for (const std::string& caller : {kBob, kMgmt, kAda}) {
    Do("GetGrant", caller, {{"GrantArn", member}});
  }
  EXPECT_EQ(Refused("GetGrant", kCarol, {{"GrantArn", member}}), kAccessDenied);
  EXPECT_EQ(Refused("GetGrant", kAda, {{"GrantArn", grant}}), kAccessDenied);
}

TEST_F(Section5GetGrant, WithVersionAsItWas) {
  const std::string grant = GiveAccepted(kVendor, NewLicense(kVendor), kAda);
  Change(kVendor, grant, {{"GrantName", "new"}});
  const Json second = Do("GetGrant", kAda, {{"GrantArn", grant}, {"Version", "2"}})["Grant"];
  EXPECT_EQ(second["Version"], "2");
  EXPECT_EQ(second["GrantName"], "grant");
  EXPECT_EQ(second["GrantStatus"], "DISABLED");
  EXPECT_EQ(Refused("GetGrant", kAda, {{"GrantArn", grant}, {"Version", "4"}}), kNotFound);
}

class Section5CheckEntitlement : public Scenario {
 protected:
  Json Entitled(const std::string& account) {
    return Do("CheckEntitlement", account,
              {{"AccountId", account}, {"ProductSKU", "sku"}, {"IssuerName", "AWS/Marketplace"}});
  }
};

TEST_F(Section5CheckEntitlement, TellsOfActiveGrantsOfTheProduct) {
  const std::string grant = GiveAccepted(kVendor, NewLicense(kVendor), kAda);
  EXPECT_EQ(Entitled(kAda), Json({{"Entitled", false}, {"Grants", Json::array()}}));
  Activate(kAda, grant);
  const Json now = Entitled(kAda);
  EXPECT_EQ(now["Entitled"], true);
  EXPECT_EQ(Column(now["Grants"], "GrantArn"), Strings{grant});
}

TEST_F(Section5CheckEntitlement, NotWhereTheLicenseIsNotAvailable) {
  const std::string license = NewLicense(kVendor);
  Activate(kAda, GiveAccepted(kVendor, license, kAda));
  SetLicenseStatus(license, "SUSPENDED");
  EXPECT_EQ(Entitled(kAda)["Entitled"], false);
}

TEST_F(Section5CheckEntitlement, FromBeginToEndBothIncluded) {
  Json input = LicenseTerms("AWS/Marketplace");
  input["Validity"] = {{"Begin", "2026-01-03T00:00:00Z"}, {"End", "2026-01-04T00:00:00Z"}};
  input["ClientToken"] = "t";
  input["ProductSKU"] = "sku";
  input["Beneficiary"] = "acme";
  const std::string license = Do("CreateLicense", kVendor, input)["LicenseArn"];
  Activate(kAda, GiveAccepted(kVendor, license, kAda));
  const auto entitled_at = [&](const char* time) {
    SetTime(*ParseIsoTime(time) - kSecond);
    return Entitled(kAda)["Entitled"];
  };
  EXPECT_EQ(entitled_at("2026-01-02T23:59:59.999Z"), false);
  EXPECT_EQ(entitled_at("2026-01-03T00:00:00Z"), true);
  EXPECT_EQ(entitled_at("2026-01-04T00:00:00Z"), true);
  EXPECT_EQ(entitled_at("2026-01-04T00:00:00.001Z"), false);
}

TEST_F(Section5CheckEntitlement, ForTheAccountAndItsAdministrators) {
  NewOrganization(kMgmt);
  NewAccount(kMgmt, kAda);
  NewAccount(kMgmt, kBob);
  const Json input = {
      {"AccountId", kAda}, {"ProductSKU", "sku"}, {"IssuerName", "AWS/Marketplace"}};
  for (const std::string& caller : {kAda, kMgmt}) Do("CheckEntitlement", caller, input);
  for (const std::string& caller : {kBob, kStranger}) {
    EXPECT_EQ(Refused("CheckEntitlement", caller, input), kAccessDenied);
  }
}

class Section5CountGrants : public Scenario {};

TEST_F(Section5CountGrants, CountsMemberGrantsInEachStatus) {
  NewOrganization(kMgmt);
  const std::string grant = Give(kMgmt, NewLicense(kMgmt), OrganizationPrincipal(kMgmt));
  EXPECT_EQ(Do("CountGrants", kMgmt, {{"GrantArn", grant}})["Counts"], Json::object());
  for (const std::string& account : {kAda, kBob, kCarol}) NewAccount(kMgmt, account);
  Do("RejectGrant", kAda, {{"GrantArn", Member(grant, kAda)}});
  EXPECT_EQ(Do("CountGrants", kMgmt, {{"GrantArn", grant}})["Counts"],
            Json({{"PENDING_ACCEPT", 2}, {"REJECTED", 1}}));
}

TEST_F(Section5CountGrants, TakesDistributionsOnly) {
  const std::string grant = Give(kVendor, NewLicense(kVendor), AccountPrincipal(kAda));
  EXPECT_EQ(Refused("CountGrants", kVendor, {{"GrantArn", grant}}), kValidation);
}

TEST_F(Section5CountGrants, IsForThoseWhoMayGetTheGrant) {
  NewOrganization(kMgmt);
  NewAccount(kMgmt, kAda);
  const std::string grant = Give(kMgmt, NewLicense(kMgmt), OrganizationPrincipal(kMgmt));
  EXPECT_EQ(Refused("CountGrants", kAda, {{"GrantArn", grant}}), kAccessDenied);
}

class Section5ListGrantVersions : public Scenario {};

TEST_F(Section5ListGrantVersions, TellsOfTheEventsOldestFirst) {
  NewOrganization(kMgmt);
  Link(kMgmt);
  const std::string grant = Give(kMgmt, NewLicense(kMgmt), OrganizationPrincipal(kMgmt));
  NewAccount(kMgmt, kAda);
  const std::string joined = Now();
  const std::string member = Member(grant, kAda);
  Activate(kMgmt, grant);
  Do("LeaveOrganization", kAda);
  const Json versions = Do("ListGrantVersions", kAda, {{"GrantArn", member}})["Versions"];
  EXPECT_EQ(Column(versions, "Operation"),
            (Strings{"CreateAccount", "CreateGrantVersion", "LeaveOrganization"}));
  EXPECT_EQ(Column(versions, "Caller"), (Strings{kMgmt, kMgmt, kAda}));
  EXPECT_EQ(Column(versions, "Version"), (Strings{"1", "2", "3"}));
  EXPECT_EQ(versions[0]["Lsn"], 5);
  EXPECT_EQ(versions[1]["Lsn"], 6);
  EXPECT_EQ(versions[0]["Time"], joined);
  EXPECT_EQ(versions[1]["Grant"]["GrantStatus"], "ACTIVE");
  EXPECT_EQ(versions[2]["Grant"]["StatusReason"], "account left the organization");
}

TEST_F(Section5ListGrantVersions, ACascadesVersionIsOfTheCallThatCausedIt) {
  const std::string license = NewLicense(kVendor);
  const std::string top = GiveAccepted(kVendor, license, kReseller);
  const std::string below = Give(kReseller, license, AccountPrincipal(kAda));
  Do("RejectGrant", kReseller, {{"GrantArn", top}});
  const Json versions = Do("ListGrantVersions", kAda, {{"GrantArn", below}})["Versions"];
  EXPECT_EQ(Column(versions, "Operation"), (Strings{"CreateGrant", "RejectGrant"}));
}

class Section5ListActivations : public Scenario {
 protected:
  void SetUp() override {
    organization_ = NewOrganization(kMgmt);
    NewAccount(kMgmt, kAda);
    NewAccount(kMgmt, kBob);
    direct_ = GiveAccepted(kVendor, NewLicense(kVendor), kAda);
    Activate(kAda, direct_);
    Link(kMgmt);
    const std::string license = NewLicense(kMgmt, "own", "Vendor");
    distribution_ = Give(kMgmt, license, OrganizationPrincipal(kMgmt));
    Activate(kMgmt, distribution_);
  }
  std::set<std::string> Active(const std::string& caller, const Json& input) {
    const Strings arns = Column(Do("ListActivations", caller, input)["Grants"], "GrantArn");
    return {arns.begin(), arns.end()};
  }
  std::string ActiveRefused(const std::string& caller, const Json& input) {
    return Refused("ListActivations", caller, input);
  }
  using Arns = std::set<std::string>;
  std::string organization_, direct_, distribution_;
};

TEST_F(Section5ListActivations, OfAnAccountTellsOfItsActiveDirectAndMemberGrants) {
  Give(kVendor, NewLicense(kVendor), AccountPrincipal(kAda));
  EXPECT_EQ(Active(kAda, {{"AccountId", kAda}}), (Arns{direct_, Member(distribution_, kAda)}));
  Disable(kAda, direct_);
  EXPECT_EQ(Active(kAda, {{"AccountId", kAda}}), Arns{Member(distribution_, kAda)});
  EXPECT_EQ(Active(kStranger, {{"AccountId", kStranger}}), Arns{});
}

TEST_F(Section5ListActivations, HasTheRowsOfGetGrant) {
  Disable(kMgmt, distribution_);
  EXPECT_EQ(Do("ListActivations", kAda, {{"AccountId", kAda}})["Grants"],
            Json::array({Get(direct_)}));
}

TEST_F(Section5ListActivations, OfAnOrganizationTellsOfWhoStandsInItAndOfEveryGrantor) {
  Activate(kStranger, GiveAccepted(kVendor, NewLicense(kVendor), kStranger));
  const Json input = {{"OrganizationId", organization_}};
  const std::string bobs = Member(distribution_, kBob);
  EXPECT_EQ(Active(kMgmt, input), (Arns{direct_, Member(distribution_, kAda), bobs}));
  EXPECT_EQ(OneByOne("ListActivations", kMgmt, input).size(), 3U);
  Do("LeaveOrganization", kAda);
  EXPECT_EQ(Active(kMgmt, input), Arns{bobs});
}

TEST_F(Section5ListActivations, OfAProduct) {
  Json input = {{"AccountId", kAda}, {"ProductSKU", "sku"}, {"IssuerName", "AWS/Marketplace"}};
  EXPECT_EQ(Active(kAda, input), Arns{direct_});
  input["IssuerName"] = "Vendor";
  EXPECT_EQ(Active(kAda, input), Arns{});
  input["ProductSKU"] = "own";
  EXPECT_EQ(Active(kAda, input), Arns{Member(distribution_, kAda)});
  input.erase("AccountId");
  input["OrganizationId"] = organization_;
  EXPECT_EQ(Active(kMgmt, input), (Arns{Member(distribution_, kAda), Member(distribution_, kBob)}));
}

TEST_F(Section5ListActivations, WhateverTheStatusOfTheLicense) {
  SetLicenseStatus(Get(direct_)["LicenseArn"], "SUSPENDED");
  const Json input = {
      {"AccountId", kAda}, {"ProductSKU", "sku"}, {"IssuerName", "AWS/Marketplace"}};
  EXPECT_EQ(Active(kAda, input), Arns{direct_});
}

TEST_F(Section5ListActivations, ForTheAccountOrTheAdministrators) {
  Delegate(kMgmt, kBob);
  for (const std::string& caller : {kAda, kBob, kMgmt}) Active(caller, {{"AccountId", kAda}});
  for (const std::string& caller : {kBob, kMgmt}) {
    Active(caller, {{"OrganizationId", organization_}});
  }
  EXPECT_EQ(ActiveRefused(kVendor, {{"AccountId", kAda}}), kAccessDenied);
  EXPECT_EQ(ActiveRefused(kAda, {{"AccountId", kBob}}), kAccessDenied);
  EXPECT_EQ(ActiveRefused(kAda, {{"OrganizationId", organization_}}), kAccessDenied);
  EXPECT_EQ(ActiveRefused(kStranger, {{"OrganizationId", organization_}}), kAccessDenied);
}

TEST_F(Section5ListActivations, AnUnknownOrganizationIsNotFound) {
  EXPECT_EQ(ActiveRefused(kMgmt, {{"OrganizationId", Unknown(organization_)}}), kNotFound);
}

TEST_F(Section5ListActivations, TakesExactlyOneOfAccountAndOrganization) {
  EXPECT_EQ(ActiveRefused(kMgmt, Json::object()), kValidation);
  EXPECT_EQ(ActiveRefused(kMgmt, {{"AccountId", kAda}, {"OrganizationId", organization_}}),
            kValidation);
}

TEST_F(Section5ListActivations, TakesProductSkuAndIssuerNameTogether) {
  EXPECT_EQ(ActiveRefused(kAda, {{"AccountId", kAda}, {"ProductSKU", "sku"}}), kValidation);
  EXPECT_EQ(ActiveRefused(kAda, {{"AccountId", kAda}, {"IssuerName", "Vendor"}}), kValidation);
}

class Section5AsOf : public Scenario {};

TEST_F(Section5AsOf, AReadAsOfAMomentAnswersAsItWouldHaveThen) {
  const std::string grant = Give(kVendor, NewLicense(kVendor), AccountPrincipal(kAda));
  const std::string given = Now();
  Wait(kHour);
  Accept(kAda, grant);
  if (harness().engine() == nullptr) GTEST_SKIP() << "the model has no past of its own";
  const Json input = {{"GrantArn", grant}};
  EXPECT_EQ(DoAsOf(2U, "GetGrant", kAda, input)["Grant"]["GrantStatus"], "PENDING_ACCEPT");
  EXPECT_EQ(DoAsOf(3U, "GetGrant", kAda, input)["Grant"]["GrantStatus"], "DISABLED");
  EXPECT_EQ(DoAsOf(given, "GetGrant", kAda, input)["Grant"]["GrantStatus"], "PENDING_ACCEPT");
  EXPECT_EQ(RefusedAsOf(1U, "GetGrant", kAda, input), kNotFound);
  EXPECT_EQ(RefusedAsOf(0U, "GetGrant", kAda, input), kNotFound);
  EXPECT_EQ(RefusedAsOf(4U, "GetGrant", kAda, input), kValidation);
}

TEST_F(Section5AsOf, TheCallersRightsAreThoseOfThen) {
  NewOrganization(kMgmt);
  NewAccount(kMgmt, kAda);
  const std::uint64_t before = LastLsn();
  Delegate(kMgmt, kAda);
  if (harness().engine() == nullptr) GTEST_SKIP() << "the model has no past of its own";
  EXPECT_EQ(RefusedAsOf(before, "ListAccounts", kAda, Json::object()), kAccessDenied);
  EXPECT_EQ(RefusedAsOf(before + 1, "ListAccounts", kAda, Json::object()), "succeeded");
}

}  // namespace
}  // namespace grantledger::model
