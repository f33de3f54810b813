// Section 3 of SEMANTICS.md: CreateGrant.
#include "scenario.h"

namespace grantledger::model {
namespace {

class Section3CreateGrant : public Scenario {
 protected:
  std::string RefusedGrant(const std::string& caller, const std::string& license,
                           const std::string& principal, Json operations = kAllOperations) {
    return Refused("CreateGrant", caller, GrantInput(license, principal, std::move(operations)));
  }
};

TEST_F(Section3CreateGrant, RequiresEveryField) {
  const Json input = GrantInput(NewLicense(kVendor), AccountPrincipal(kAda));
  for (const auto& [field, value] : input.items()) {
    Json less = input;
    less.erase(field);
    EXPECT_EQ(Refused("CreateGrant", kVendor, less), kValidation) << field;
  }
}

TEST_F(Section3CreateGrant, TakesExactlyOnePrincipal) {
  Json input = GrantInput(NewLicense(kVendor), AccountPrincipal(kAda));
  input["Principals"] = Json::array();
  EXPECT_EQ(Refused("CreateGrant", kVendor, input), kValidation);
  input["Principals"] = {AccountPrincipal(kAda), AccountPrincipal(kBob)};
  EXPECT_EQ(Refused("CreateGrant", kVendor, input), kValidation);
  input["Principals"] = Json::array({"arn:aws:iam::333333333333:user/ada"});
  EXPECT_EQ(Refused("CreateGrant", kVendor, input), kValidation);
}

TEST_F(Section3CreateGrant, TakesOneToSevenOperationsByName) {
  const std::string license = NewLicense(kVendor);
  const std::string ada = AccountPrincipal(kAda);
  EXPECT_EQ(RefusedGrant(kVendor, license, ada, Json::array()), kValidation);
  EXPECT_EQ(RefusedGrant(kVendor, license, ada, Json::array({"Nonsense"})), kValidation);
  Json eight = kAllOperations;
  eight.push_back("CreateToken");
  EXPECT_EQ(RefusedGrant(kVendor, license, ada, eight), kValidation);
  EXPECT_EQ(Do("CreateGrant", kVendor, GrantInput(license, ada))["Status"], "PENDING_ACCEPT");
}

TEST_F(Section3CreateGrant, OperationsKeepTheirOrderAndRepetitions) {
  const Json operations = {"CreateToken", "CheckInLicense", "CreateToken"};
  const std::string grant = Give(kVendor, NewLicense(kVendor), AccountPrincipal(kAda), operations);
  EXPECT_EQ(Get(grant)["GrantedOperations"], operations);
}

TEST_F(Section3CreateGrant, AnUnknownLicenseIsNotFound) {
  EXPECT_EQ(RefusedGrant(kVendor, Unknown(NewLicense(kVendor)), AccountPrincipal(kAda)), kNotFound);
}

TEST_F(Section3CreateGrant, AnUnknownOrganizationOrUnitIsNotFound) {
  const std::string license = NewLicense(kMgmt);
  NewOrganization(kMgmt);
  const std::string start = "arn:aws:organizations::222222222222:";
  EXPECT_EQ(RefusedGrant(kMgmt, license, start + "organization/o-0123456789"), kNotFound);
  EXPECT_EQ(RefusedGrant(kMgmt, license, UnitPrincipal(kMgmt, "ou-0123-01234567")), kNotFound);
}

TEST_F(Section3CreateGrant, AnArnWithAnotherManagementAccountNamesNoOrganization) {
  const std::string license = NewLicense(kMgmt);
  const std::string id = NewOrganization(kMgmt);
  EXPECT_EQ(RefusedGrant(kMgmt, license, "arn:aws:organizations::333333333333:organization/" + id),
            kNotFound);
}

TEST_F(Section3CreateGrant, ADeletedUnitIsNotFound) {
  const std::string license = NewLicense(kMgmt);
  NewOrganization(kMgmt);
  const std::string unit = NewUnit(kMgmt, RootOf(kMgmt), "gone");
  Do("DeleteOrganizationalUnit", kMgmt, {{"OrganizationalUnitId", unit}});
  EXPECT_EQ(RefusedGrant(kMgmt, license, UnitPrincipal(kMgmt, unit)), kNotFound);
}

TEST_F(Section3CreateGrant, AStrangerIsDenied) {
  EXPECT_EQ(RefusedGrant(kStranger, NewLicense(kVendor), AccountPrincipal(kAda)), kAccessDenied);
}

TEST_F(Section3CreateGrant, AGranteeWhoHasNotAcceptedIsDenied) {
  const std::string license = NewLicense(kVendor);
  Give(kVendor, license, AccountPrincipal(kReseller));
  EXPECT_EQ(RefusedGrant(kReseller, license, AccountPrincipal(kAda)), kAccessDenied);
}

TEST_F(Section3CreateGrant, AGranteeWithoutCreateGrantIsDenied) {
  const std::string license = NewLicense(kVendor);
  GiveAccepted(kVendor, license, kReseller, {kAnyOperation});
  EXPECT_EQ(RefusedGrant(kReseller, license, AccountPrincipal(kAda), {kAnyOperation}),
            kAccessDenied);
}

TEST_F(Section3CreateGrant, AGranteeMayOnceAcceptedOrActive) {
  const std::string license = NewLicense(kVendor);
  const std::string held = GiveAccepted(kVendor, license, kReseller);
  EXPECT_EQ(Get(Give(kReseller, license, AccountPrincipal(kAda)))["ParentArn"], held);
  Activate(kReseller, held);
  EXPECT_EQ(Get(Give(kReseller, license, AccountPrincipal(kBob)))["ParentArn"], held);
}

TEST_F(Section3CreateGrant, OfSeveralTheEarliestIsTheParent) {
  const std::string license = NewLicense(kVendor);
  const std::string pending = Give(kVendor, license, AccountPrincipal(kReseller));
  const std::string second = GiveAccepted(kVendor, license, kReseller);
  GiveAccepted(kVendor, license, kReseller);
  EXPECT_EQ(Get(Give(kReseller, license, AccountPrincipal(kAda)))["ParentArn"], second);
  Accept(kReseller, pending);
  EXPECT_EQ(Get(Give(kReseller, license, AccountPrincipal(kAda)))["ParentArn"], pending);
}

TEST_F(Section3CreateGrant, AMemberGrantGivesNoRightToGrant) {
  const std::string license = NewLicense(kMgmt);
  NewOrganization(kMgmt);
  NewAccount(kMgmt, kAda);
  Link(kMgmt);
  Give(kMgmt, license, OrganizationPrincipal(kMgmt));
  EXPECT_EQ(RefusedGrant(kAda, license, AccountPrincipal(kBob)), kAccessDenied);
}

TEST_F(Section3CreateGrant, OnlyAdministratorsDistribute) {
  const std::string license = NewLicense(kAda);
  NewOrganization(kMgmt);
  Invite(kMgmt, kAda);
  EXPECT_EQ(RefusedGrant(kAda, license, OrganizationPrincipal(kMgmt)), kAccessDenied);
  Delegate(kMgmt, kAda);
  EXPECT_EQ(Status(Give(kAda, license, OrganizationPrincipal(kMgmt))), "WORKFLOW_COMPLETED");
}

TEST_F(Section3CreateGrant, ADistributionNeedsAllFeatures) {
  const std::string license = NewLicense(kMgmt);
  NewOrganization(kMgmt, "CONSOLIDATED_BILLING");
  EXPECT_EQ(RefusedGrant(kMgmt, license, OrganizationPrincipal(kMgmt)), kValidation);
}

TEST_F(Section3CreateGrant, AnUnavailableLicenseIsRefused) {
  const std::string license = NewLicense(kVendor);
  for (const char* status : {"DEACTIVATED", "SUSPENDED", "EXPIRED"}) {
    SetLicenseStatus(license, status);
    EXPECT_EQ(RefusedGrant(kVendor, license, AccountPrincipal(kAda)), kValidation) << status;
  }
  SetLicenseStatus(license, "AVAILABLE");
  Give(kVendor, license, AccountPrincipal(kAda));
}

TEST_F(Section3CreateGrant, OperationsAreASubsetOfTheGrantors) {
  const std::string license = NewLicense(kVendor);
  GiveAccepted(kVendor, license, kReseller, {"CreateGrant", "CreateToken"});
  EXPECT_EQ(
      RefusedGrant(kReseller, license, AccountPrincipal(kAda), Json::array({"CheckInLicense"})),
      kValidation);
  Give(kReseller, license, AccountPrincipal(kAda), Json::array({"CreateToken"}));
}

TEST_F(Section3CreateGrant, ThePrincipalIsNotTheCaller) {
  EXPECT_EQ(RefusedGrant(kVendor, NewLicense(kVendor), AccountPrincipal(kVendor)), kValidation);
}

TEST_F(Section3CreateGrant, ThePrincipalsAccountNeedNotBeKnown) {
  EXPECT_EQ(Status(Give(kVendor, NewLicense(kVendor), AccountPrincipal("012345678901"))),
            "PENDING_ACCEPT");
}

TEST_F(Section3CreateGrant, ADirectGrantIsPending) {
  const Json answer =
      Do("CreateGrant", kVendor, GrantInput(NewLicense(kVendor), AccountPrincipal(kAda)));
  EXPECT_EQ(answer["Status"], "PENDING_ACCEPT");
  EXPECT_EQ(answer["Version"], "1");
}

TEST_F(Section3CreateGrant, ALinkedOrganizationsAdministratorsGrantIsAutoAccepted) {
  const std::string license = NewLicense(kMgmt);
  NewOrganization(kMgmt);
  NewAccount(kMgmt, kAda);
  EXPECT_EQ(Status(Give(kMgmt, license, AccountPrincipal(kAda))), "PENDING_ACCEPT");
  Link(kMgmt);
  EXPECT_EQ(Status(Give(kMgmt, license, AccountPrincipal(kAda))), "DISABLED");
  EXPECT_EQ(Status(Give(kMgmt, license, AccountPrincipal(kStranger))), "PENDING_ACCEPT");
}

TEST_F(Section3CreateGrant, AMerelyMembersGrantIsNotAutoAccepted) {
  const std::string license = NewLicense(kAda);
  NewOrganization(kMgmt);
  Invite(kMgmt, kAda);
  NewAccount(kMgmt, kBob);
  Link(kMgmt);
  EXPECT_EQ(Status(Give(kAda, license, AccountPrincipal(kBob))), "PENDING_ACCEPT");
  Delegate(kMgmt, kAda);
  EXPECT_EQ(Status(Give(kAda, license, AccountPrincipal(kBob))), "DISABLED");
}

TEST_F(Section3CreateGrant, NothingIsAutoAcceptedWithoutAllFeatures) {
  const std::string license = NewLicense(kMgmt);
  NewOrganization(kMgmt, "CONSOLIDATED_BILLING");
  NewAccount(kMgmt, kAda);
  Link(kMgmt);
  EXPECT_EQ(Status(Give(kMgmt, license, AccountPrincipal(kAda))), "PENDING_ACCEPT");
}

TEST_F(Section3CreateGrant, ADistributionMakesAMemberGrantForEveryCoveredAccount) {
  const std::string license = NewLicense(kMgmt);
  NewOrganization(kMgmt);
  NewAccount(kMgmt, kAda);
  NewAccount(kMgmt, kBob);
  const std::string grant = Give(kMgmt, license, OrganizationPrincipal(kMgmt));
  EXPECT_EQ(Status(Member(grant, kAda)), "PENDING_ACCEPT");
  EXPECT_EQ(Status(Member(grant, kBob)), "PENDING_ACCEPT");
  EXPECT_EQ(VersionOf(Member(grant, kBob)), "1");
}

class Section3GrantLimit : public Scenario {
 protected:
  Section3GrantLimit() : Scenario(EngineOptions{.max_grants_per_license = 2}) {}
};

TEST_F(Section3GrantLimit, CountsGrantsThatAreNotFinal) {
  const std::string license = NewLicense(kVendor);
  const std::string rejected = Give(kVendor, license, AccountPrincipal(kAda));
  Give(kVendor, license, AccountPrincipal(kAda));
  const Json third = GrantInput(license, AccountPrincipal(kBob));
  EXPECT_EQ(Refused("CreateGrant", kVendor, third), kLimit);
  Do("RejectGrant", kAda, {{"GrantArn", rejected}});
  Do("CreateGrant", kVendor, third);
}

TEST_F(Section3GrantLimit, DoesNotCountMemberGrants) {
  const std::string license = NewLicense(kMgmt);
  NewOrganization(kMgmt);
  for (const std::string& account : {kAda, kBob, kCarol}) NewAccount(kMgmt, account);
  Give(kMgmt, license, OrganizationPrincipal(kMgmt));
  Give(kMgmt, license, AccountPrincipal(kAda));
  EXPECT_EQ(Refused("CreateGrant", kMgmt, GrantInput(license, AccountPrincipal(kBob))), kLimit);
}

TEST_F(Section3GrantLimit, IsForEachLicense) {
  for (int i = 0; i < 2; ++i) {
    const std::string license = NewLicense(kVendor);
    Give(kVendor, license, AccountPrincipal(kAda));
    Give(kVendor, license, AccountPrincipal(kAda));
  }
}

}  // namespace
}  // namespace grantledger::model
