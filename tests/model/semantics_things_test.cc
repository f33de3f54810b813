// Sections 1 and 2 of SEMANTICS.md: things and statuses.
#include <regex>
#include <tuple>

#include "scenario.h"

namespace grantledger::model {
namespace {

class Section1Things : public Scenario {};

bool Matches(const std::string& text, const std::string& pattern) {
  return std::regex_match(text, std::regex(pattern));
}

TEST_F(Section1Things, AnOrganizationHasTheApisIdsAndArns) {
  const Json made = Do("CreateOrganization", kMgmt, {{"FeatureSet", "ALL"}})["Organization"];
  const std::string id = made["Id"];
  EXPECT_TRUE(Matches(id, "o-[a-z0-9]{10,32}")) << id;
  EXPECT_EQ(made["Arn"], "arn:aws:organizations::222222222222:organization/" + id);
  EXPECT_EQ(made["MasterAccountArn"],
            "arn:aws:organizations::222222222222:account/" + id + "/222222222222");
  EXPECT_EQ(made["MasterAccountId"], kMgmt);
  EXPECT_EQ(made["FeatureSet"], "ALL");
}

TEST_F(Section1Things, TheRootAndUnitsHaveTheApisIdsAndArns) {
  const std::string id = NewOrganization(kMgmt);
  const Json root = Do("ListRoots", kMgmt)["Roots"][0];
  EXPECT_TRUE(Matches(root["Id"], "r-[0-9a-z]{4,32}"));
  EXPECT_EQ(root["Arn"],
            "arn:aws:organizations::222222222222:root/" + id + "/" + root["Id"].get<std::string>());
  EXPECT_EQ(root["Name"], "Root");
  const std::string unit = NewUnit(kMgmt, root["Id"], "sales");
  EXPECT_TRUE(Matches(unit, "ou-[0-9a-z]{4,32}-[a-z0-9]{8,32}")) << unit;
  EXPECT_EQ(Do("ListOrganizationalUnitsForParent", kMgmt,
               {{"ParentId", root["Id"]}})["OrganizationalUnits"],
            Json::array({{{"Id", unit},
                          {"Arn", "arn:aws:organizations::222222222222:ou/" + id + "/" + unit},
                          {"Name", "sales"}}}));
}

TEST_F(Section1Things, TheManagementAccountIsAMemberAtTheRoot) {
  NewOrganization(kMgmt);
  EXPECT_EQ(Column(Do("ListAccounts", kMgmt)["Accounts"], "Id"), Strings{kMgmt});
  EXPECT_EQ(Do("ListParents", kMgmt, {{"ChildId", kMgmt}})["Parents"][0]["Type"], "ROOT");
}

TEST_F(Section1Things, UnitsNestFiveDeepAndNoDeeper) {
  NewOrganization(kMgmt);
  std::string place = RootOf(kMgmt);
  for (int depth = 1; depth <= 5; ++depth) place = NewUnit(kMgmt, place, "deeper");
  EXPECT_EQ(Refused("CreateOrganizationalUnit", kMgmt, {{"ParentId", place}, {"Name", "sixth"}}),
            kLimit);
}

TEST_F(Section1Things, ALicenseArnNamesItsIssuerAccount) {
  EXPECT_TRUE(
      Matches(NewLicense(kVendor), "arn:aws:license-manager::111111111111:license:l-[0-9a-f]{32}"));
}

TEST_F(Section1Things, AGrantArnNamesItsGrantor) {
  const std::string license = NewLicense(kVendor);
  EXPECT_TRUE(Matches(Give(kVendor, license, AccountPrincipal(kAda)),
                      "arn:aws:license-manager::111111111111:grant:g-[0-9a-f]{32}"));
}

TEST_F(Section1Things, AMemberGrantNamesTheDistributionsGrantorAndItsAccount) {
  NewOrganization(kMgmt);
  NewAccount(kMgmt, kAda);
  const std::string grant =
      Give(kMgmt, NewLicense(kMgmt), OrganizationPrincipal(kMgmt), {kAnyOperation});
  const std::string member = Member(grant, kAda);
  EXPECT_TRUE(Matches(member, "arn:aws:license-manager::222222222222:grant:g-[0-9a-f]{32}"));
  EXPECT_EQ(Get(member)["GranteePrincipalArn"], "arn:aws:iam::333333333333:root");
  EXPECT_EQ(Get(member)["ParentArn"], grant);
}

TEST_F(Section1Things, AMemberGrantsArnStaysWhenTheAccountLeavesAndComesBack) {
  NewOrganization(kMgmt);
  NewAccount(kMgmt, kAda);
  const std::string grant = Give(kMgmt, NewLicense(kMgmt), OrganizationPrincipal(kMgmt));
  const std::string before = Member(grant, kAda);
  Do("LeaveOrganization", kAda);
  EXPECT_EQ(Member(grant, kAda), before);
  Invite(kMgmt, kAda);
  EXPECT_EQ(Member(grant, kAda), before);
}

TEST_F(Section1Things, AUnitsDistributionCoversWhatIsNestedInIt) {
  NewOrganization(kMgmt);
  const std::string outer = NewUnit(kMgmt, RootOf(kMgmt), "outer");
  const std::string inner = NewUnit(kMgmt, outer, "inner");
  NewAccount(kMgmt, kAda);
  NewAccount(kMgmt, kBob);
  Move(kMgmt, kAda, inner);
  const std::string grant = Give(kMgmt, NewLicense(kMgmt), UnitPrincipal(kMgmt, outer));
  EXPECT_NE(Member(grant, kAda), "");
  EXPECT_EQ(Member(grant, kBob), "");
}

TEST_F(Section1Things, ADistributionDoesNotCoverItsGrantor) {
  NewOrganization(kMgmt);
  const std::string grant = Give(kMgmt, NewLicense(kMgmt), OrganizationPrincipal(kMgmt));
  EXPECT_EQ(Member(grant, kMgmt), "");
}

TEST_F(Section1Things, TheManagementAccountIsCoveredByTheDelegatedAdministratorsDistribution) {
  NewOrganization(kMgmt);
  NewAccount(kMgmt, kAda);
  Delegate(kMgmt, kAda);
  const std::string grant = Give(kAda, NewLicense(kAda), OrganizationPrincipal(kMgmt));
  EXPECT_NE(Member(grant, kMgmt), "");
  EXPECT_EQ(Member(grant, kAda), "");
}

TEST_F(Section1Things, TheParentIsTheLicenseForItsIssuerAccount) {
  const std::string license = NewLicense(kVendor);
  EXPECT_EQ(Get(Give(kVendor, license, AccountPrincipal(kAda)))["ParentArn"], license);
}

TEST_F(Section1Things, TheParentIsTheDirectGrantThroughWhichTheGrantorHoldsTheLicense) {
  const std::string license = NewLicense(kVendor);
  const std::string first = GiveAccepted(kVendor, license, kReseller);
  EXPECT_EQ(Get(Give(kReseller, license, AccountPrincipal(kAda)))["ParentArn"], first);
}

TEST_F(Section1Things, MemberGrantsHaveTheDistributionsNameAndOperationsLessCreateGrant) {
  NewOrganization(kMgmt);
  NewAccount(kMgmt, kAda);
  const std::string grant = Give(kMgmt, NewLicense(kMgmt), OrganizationPrincipal(kMgmt),
                                 {"CreateToken", "CreateGrant", "CheckInLicense"});
  const Json member = Get(Member(grant, kAda));
  EXPECT_EQ(member["GrantName"], "grant");
  EXPECT_EQ(member["GrantedOperations"], Json::array({"CreateToken", "CheckInLicense"}));
}

class Section2Statuses : public Scenario {};

TEST_F(Section2Statuses, ADistributionIsWorkflowCompletedUntilItIsDeleted) {
  NewOrganization(kMgmt);
  const std::string grant = Give(kMgmt, NewLicense(kMgmt), OrganizationPrincipal(kMgmt));
  EXPECT_EQ(Status(grant), "WORKFLOW_COMPLETED");
  Activate(kMgmt, grant);
  EXPECT_EQ(Status(grant), "WORKFLOW_COMPLETED");
  Delete(kMgmt, grant);
  EXPECT_EQ(Status(grant), "DELETED");
}

TEST_F(Section2Statuses, RejectedIsFinal) {
  const std::string grant = Give(kVendor, NewLicense(kVendor), AccountPrincipal(kAda));
  Do("RejectGrant", kAda, {{"GrantArn", grant}});
  EXPECT_EQ(Refused("AcceptGrant", kAda, {{"GrantArn", grant}}), kValidation);
  EXPECT_EQ(Refused("RejectGrant", kAda, {{"GrantArn", grant}}), kValidation);
  EXPECT_EQ(ChangeRefused(kVendor, grant, {{"GrantName", "new"}}), kValidation);
  EXPECT_EQ(Refused("DeleteGrant", kVendor, {{"GrantArn", grant}, {"Version", "2"}}), kValidation);
}

TEST_F(Section2Statuses, DeletedIsFinal) {
  const std::string grant = Give(kVendor, NewLicense(kVendor), AccountPrincipal(kAda));
  Delete(kVendor, grant);
  EXPECT_EQ(Refused("AcceptGrant", kAda, {{"GrantArn", grant}}), kValidation);
  EXPECT_EQ(ChangeRefused(kVendor, grant, {{"Status", "ACTIVE"}}), kValidation);
  EXPECT_EQ(Refused("DeleteGrant", kVendor, {{"GrantArn", grant}, {"Version", "2"}}), kValidation);
}

class Section6Texts : public Scenario {};

TEST_F(Section6Texts, WhatThingsAreFoundByHasNoControlCharacters) {
  NewOrganization(kMgmt);
  const Json unit = {{"ParentId", RootOf(kMgmt)}, {"Name", "sales"}};
  Json license = LicenseTerms("AWS/Marketplace");
  license.update({{"ProductSKU", "sku"}, {"Beneficiary", "Ada"}, {"ClientToken", NewToken()}});
  Json grant = GrantInput(NewLicense(kVendor), AccountPrincipal(kAda));
  const Json check = {{"AccountId", kAda}, {"ProductSKU", "sku"}, {"IssuerName", "name"}};
  const std::vector<std::tuple<std::string, std::string, Json, std::string>> texts = {
      {"CreateOrganizationalUnit", kMgmt, unit, "/Name"},
      {"CreateLicense", kVendor, license, "/ProductSKU"},
      {"CreateLicense", kVendor, license, "/Issuer/Name"},
      {"CreateLicense", kVendor, license, "/ClientToken"},
      {"CreateGrant", kVendor, grant, "/ClientToken"},
      {"CheckEntitlement", kAda, check, "/ProductSKU"},
      {"CheckEntitlement", kAda, check, "/IssuerName"},
      {"ListActivations", kAda, check, "/ProductSKU"},
      {"ListActivations", kAda, check, "/IssuerName"},
  };
  const Strings bad = {"",         std::string("a\0b", 3), "a\n", "\x1f", "\x7f",
                       "\xc2\x80", "a\xc2\x9b[31m"};
  for (const auto& [operation, caller, input, field] : texts) {
    Do(operation, caller, input);
    for (const std::string& text : bad) {
      Json spoiled = input;
      if (input.contains("ClientToken")) spoiled["ClientToken"] = NewToken();
      spoiled[Json::json_pointer(field)] = text;
      EXPECT_EQ(Refused(operation, caller, spoiled), kValidation)
          << operation << field << " = " << Json(text).dump();
    }
  }
}

}  // namespace
}  // namespace grantledger::model
