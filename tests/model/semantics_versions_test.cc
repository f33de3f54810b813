// Section 3 of SEMANTICS.md: CreateGrantVersion of every kind of grant.
#include "scenario.h"

namespace grantledger::model {
namespace {

class Section3CreateGrantVersion : public Scenario {
 protected:
  /// A direct grant to Ada, accepted.
  std::string Direct() { return GiveAccepted(kVendor, NewLicense(kVendor), kAda); }
};

TEST_F(Section3CreateGrantVersion, NeedsSomethingToChange) {
  EXPECT_EQ(ChangeRefused(kVendor, Direct(), Json::object()), kValidation);
  EXPECT_EQ(ChangeRefused(kVendor, Direct(), {{"SourceVersion", "2"}}), kValidation);
}

TEST_F(Section3CreateGrantVersion, SourceVersionIsTheCurrentOne) {
  const std::string grant = Direct();
  EXPECT_EQ(ChangeRefused(kAda, grant, {{"Status", "ACTIVE"}, {"SourceVersion", "1"}}),
            kValidation);
  EXPECT_EQ(Change(kAda, grant, {{"Status", "ACTIVE"}, {"SourceVersion", "2"}})["Version"], "3");
}

TEST_F(Section3CreateGrantVersion, StatusIsActiveOrDisabled) {
  const std::string grant = Direct();
  for (const char* status : {"REJECTED", "DELETED", "PENDING_ACCEPT", "WORKFLOW_COMPLETED", "X"}) {
    EXPECT_EQ(ChangeRefused(kVendor, grant, {{"Status", status}}), kValidation) << status;
  }
}

TEST_F(Section3CreateGrantVersion, OptionsOnlyWithActive) {
  const std::string grant = Direct();
  EXPECT_EQ(ChangeRefused(kVendor, grant, {{"Status", "DISABLED"}, {"Options", kReplace}}),
            kValidation);
  EXPECT_EQ(ChangeRefused(kVendor, grant, {{"GrantName", "x"}, {"Options", kReplace}}),
            kValidation);
}

TEST_F(Section3CreateGrantVersion, EmptyOptionsAreOptionsThatDecideNothing) {
  const std::string grant = GiveAccepted(kVendor, NewLicense(kVendor), kAda);
  const Json empty = Json::object();
  EXPECT_EQ(ChangeRefused(kVendor, grant, {{"Status", "DISABLED"}, {"Options", empty}}),
            kValidation);
  EXPECT_EQ(ChangeRefused(kVendor, grant, {{"GrantName", "x"}, {"Options", empty}}), kValidation);
  Change(kVendor, grant, {{"Status", "ACTIVE"}, {"Options", empty}});
  EXPECT_FALSE(Get(grant).contains("Options"));
  const std::string rival = GiveAccepted(kVendor, NewLicense(kVendor), kAda);
  EXPECT_EQ(ChangeRefused(kVendor, rival, {{"Status", "ACTIVE"}, {"Options", empty}}), kValidation);
  const std::string other = GiveAccepted(kVendor, NewLicense(kVendor, "other", "Vendor"), kAda);
  EXPECT_EQ(ChangeRefused(kVendor, other, {{"Status", "ACTIVE"}, {"Options", empty}}), kValidation);
}

TEST_F(Section3CreateGrantVersion, OptionsOnlyForMarketplaceLicenses) {
  const std::string grant = GiveAccepted(kVendor, NewLicense(kVendor, "sku", "Vendor"), kAda);
  EXPECT_EQ(ChangeRefused(kVendor, grant, {{"Status", "ACTIVE"}, {"Options", kReplace}}),
            kValidation);
  Activate(kVendor, grant);
}

TEST_F(Section3CreateGrantVersion, StatusReasonOnlyWithStatusAndUpTo400Characters) {
  const std::string grant = Direct();
  EXPECT_EQ(ChangeRefused(kVendor, grant, {{"GrantName", "x"}, {"StatusReason", "why"}}),
            kValidation);
  EXPECT_EQ(ChangeRefused(kVendor, grant,
                          {{"Status", "ACTIVE"}, {"StatusReason", std::string(401, 'x')}}),
            kValidation);
  Change(kVendor, grant, {{"Status", "ACTIVE"}, {"StatusReason", std::string(400, 'x')}});
}

TEST_F(Section3CreateGrantVersion, ActiveNeedsAnAvailableLicense) {
  const std::string license = NewLicense(kVendor);
  const std::string grant = GiveAccepted(kVendor, license, kAda);
  SetLicenseStatus(license, "SUSPENDED");
  EXPECT_EQ(ChangeRefused(kAda, grant, {{"Status", "ACTIVE"}}), kValidation);
  Change(kVendor, grant, {{"GrantName", "other"}});
  Disable(kAda, grant);
}

TEST_F(Section3CreateGrantVersion, OperationsStayASubsetOfTheParents) {
  const std::string license = NewLicense(kVendor);
  GiveAccepted(kVendor, license, kReseller, {"CreateGrant", "CreateToken"});
  const std::string grant =
      Give(kReseller, license, AccountPrincipal(kAda), Json::array({"CreateToken"}));
  EXPECT_EQ(ChangeRefused(kReseller, grant, {{"AllowedOperations", {"CheckInLicense"}}}),
            kValidation);
  Change(kReseller, grant, {{"AllowedOperations", {"CreateToken", "CreateGrant"}}});
}

TEST_F(Section3CreateGrantVersion, AlwaysMakesOneVersionOfTheNamedGrant) {
  const std::string grant = Direct();
  Disable(kAda, grant);
  Disable(kAda, grant);
  EXPECT_EQ(VersionOf(grant), "4");
}

TEST_F(Section3CreateGrantVersion, AStatusSetsOrClearsTheReason) {
  const std::string grant = Direct();
  Change(kAda, grant, {{"Status", "ACTIVE"}, {"StatusReason", "why"}});
  EXPECT_EQ(Reason(grant), "why");
  Change(kVendor, grant, {{"GrantName", "new"}});
  EXPECT_EQ(Reason(grant), "why");
  Activate(kAda, grant);
  EXPECT_FALSE(Get(grant).contains("StatusReason"));
}

TEST_F(Section3CreateGrantVersion, OptionsAreThoseOfTheLastCallWithAStatus) {
  const std::string grant = Direct();
  EXPECT_FALSE(Get(grant).contains("Options"));
  Activate(kAda, grant, kReplace);
  Change(kVendor, grant, {{"GrantName", "new"}});
  EXPECT_EQ(Get(grant)["Options"], kReplace);
  Disable(kAda, grant);
  EXPECT_FALSE(Get(grant).contains("Options"));
}

TEST_F(Section3CreateGrantVersion, DirectByGrantorGranteeAndTheGranteesAdministrators) {
  NewOrganization(kMgmt);
  NewAccount(kMgmt, kAda);
  NewAccount(kMgmt, kBob);
  Delegate(kMgmt, kBob);
  const std::string grant = Direct();
  for (const std::string& caller : {kVendor, kAda, kMgmt, kBob}) Activate(caller, grant);
  EXPECT_EQ(ChangeRefused(kStranger, grant, {{"Status", "ACTIVE"}}), kAccessDenied);
}

TEST_F(Section3CreateGrantVersion, DirectsNameAndOperationsByTheGrantorAlone) {
  const std::string grant = Direct();
  EXPECT_EQ(ChangeRefused(kAda, grant, {{"GrantName", "mine"}}), kAccessDenied);
  EXPECT_EQ(ChangeRefused(kAda, grant, {{"AllowedOperations", {"CreateToken"}}}), kAccessDenied);
  Change(kVendor, grant, {{"GrantName", "new"}, {"AllowedOperations", {"CreateToken"}}});
  EXPECT_EQ(Get(grant)["GrantName"], "new");
  EXPECT_EQ(Get(grant)["GrantedOperations"], Json::array({"CreateToken"}));
}

TEST_F(Section3CreateGrantVersion, DirectsStatusFromDisabledOrActiveOnly) {
  const std::string grant = Give(kVendor, NewLicense(kVendor), AccountPrincipal(kAda));
  EXPECT_EQ(ChangeRefused(kAda, grant, {{"Status", "ACTIVE"}}), kValidation);
  EXPECT_EQ(ChangeRefused(kAda, grant, {{"Status", "DISABLED"}}), kValidation);
}

TEST_F(Section3CreateGrantVersion, APendingDirectGrantTakesANewNameOrOperations) {
  const std::string grant = Give(kVendor, NewLicense(kVendor), AccountPrincipal(kAda));
  EXPECT_EQ(Change(kVendor, grant, {{"GrantName", "new"}})["Status"], "PENDING_ACCEPT");
}

class Section3MemberVersion : public Scenario {
 protected:
  void SetUp() override {
    NewOrganization(kMgmt);
    Link(kMgmt);
    NewAccount(kMgmt, kAda);
    NewAccount(kMgmt, kBob);
    license_ = NewLicense(kMgmt);
    distribution_ = Give(kMgmt, license_, OrganizationPrincipal(kMgmt));
    member_ = Member(distribution_, kAda);
  }
  std::string license_, distribution_, member_;
};

TEST_F(Section3MemberVersion, ByGrantorAdministratorAndGrantee) {
  Delegate(kMgmt, kBob);
  for (const std::string& caller : {kMgmt, kBob, kAda}) Activate(caller, member_);
  EXPECT_EQ(ChangeRefused(kStranger, member_, {{"Status", "ACTIVE"}}), kAccessDenied);
  EXPECT_EQ(VersionOf(member_), "4");
}

TEST_F(Section3MemberVersion, TakesNoNameOrOperations) {
  EXPECT_EQ(ChangeRefused(kMgmt, member_, {{"GrantName", "x"}}), kValidation);
  EXPECT_EQ(
      ChangeRefused(kMgmt, member_, {{"Status", "ACTIVE"}, {"AllowedOperations", {"CreateToken"}}}),
      kValidation);
}

TEST_F(Section3MemberVersion, OnlyWhileTheAccountIsCovered) {
  Do("LeaveOrganization", kAda);
  EXPECT_EQ(ChangeRefused(kAda, member_, {{"Status", "ACTIVE"}}), kValidation);
}

TEST_F(Section3MemberVersion, FromDisabledOrActiveOnly) {
  Link(kMgmt, false);
  const std::string pending =
      Member(Give(kMgmt, NewLicense(kMgmt), OrganizationPrincipal(kMgmt)), kAda);
  EXPECT_EQ(ChangeRefused(kAda, pending, {{"Status", "ACTIVE"}}), kValidation);
  Do("RejectGrant", kAda, {{"GrantArn", member_}});
  EXPECT_EQ(ChangeRefused(kAda, member_, {{"Status", "ACTIVE"}}), kValidation);
}

TEST_F(Section3MemberVersion, AGranteeGivesNoOptionsWhereTheLastBulkActivationGaveSome) {
  Activate(kAda, member_, kReplace);
  Activate(kMgmt, distribution_);
  Activate(kAda, member_, kReplace);
  Activate(kMgmt, distribution_, kYield);
  EXPECT_EQ(ChangeRefused(kAda, member_, {{"Status", "ACTIVE"}, {"Options", kReplace}}),
            kValidation);
  Activate(kAda, member_);
  Activate(kMgmt, member_, kReplace);
  Disable(kMgmt, distribution_);  // still the last bulk activation
  EXPECT_EQ(ChangeRefused(kAda, member_, {{"Status", "ACTIVE"}, {"Options", kReplace}}),
            kValidation);
}

TEST_F(Section3MemberVersion, ShowsNoOptions) {
  Activate(kMgmt, member_, kReplace);
  EXPECT_FALSE(Get(member_).contains("Options"));
}

class Section3DistributionVersion : public Section3MemberVersion {};

TEST_F(Section3DistributionVersion, ByGrantorAndAdministrators) {
  Delegate(kMgmt, kBob);
  Activate(kBob, distribution_);
  Activate(kMgmt, distribution_);
  EXPECT_EQ(ChangeRefused(kAda, distribution_, {{"Status", "ACTIVE"}}), kAccessDenied);
}

TEST_F(Section3DistributionVersion, AFormerAdministratorStaysGrantor) {
  const std::string license = NewLicense(kBob);
  Delegate(kMgmt, kBob);
  const std::string grant = Give(kBob, license, OrganizationPrincipal(kMgmt));
  Do("DeregisterDelegatedAdministrator", kMgmt,
     {{"AccountId", kBob}, {"ServicePrincipal", "license-manager.amazonaws.com"}});
  Activate(kBob, grant);
  EXPECT_EQ(Status(Member(grant, kAda)), "ACTIVE");
}

TEST_F(Section3DistributionVersion, NameAndOperationsGoToEveryMemberGrant) {
  Change(kMgmt, distribution_,
         {{"GrantName", "new"}, {"AllowedOperations", {"CreateGrant", "CreateToken"}}});
  EXPECT_EQ(Get(member_)["GrantName"], "new");
  EXPECT_EQ(Get(member_)["GrantedOperations"], Json::array({"CreateToken"}));
  EXPECT_EQ(VersionOf(member_), "2");
}

TEST_F(Section3DistributionVersion, AnAdministratorWhoIsNotGrantorMayRename) {
  Delegate(kMgmt, kBob);
  Change(kBob, distribution_, {{"GrantName", "new"}});
  EXPECT_EQ(Get(member_)["GrantName"], "new");
}

TEST_F(Section3DistributionVersion, AStatusIsABulkChange) {
  const Json answer = Change(kMgmt, distribution_, {{"Status", "ACTIVE"}, {"StatusReason", "go"}});
  EXPECT_EQ(answer["Status"], "WORKFLOW_COMPLETED");
  EXPECT_EQ(answer["Version"], "2");
  EXPECT_EQ(Status(member_), "ACTIVE");
  EXPECT_EQ(Reason(member_), "go");
  EXPECT_EQ(Status(Member(distribution_, kBob)), "ACTIVE");
}

TEST_F(Section3DistributionVersion, NoVersionOnceDeleted) {
  Delete(kMgmt, distribution_);
  EXPECT_EQ(ChangeRefused(kMgmt, distribution_, {{"Status", "ACTIVE"}}), kValidation);
}

}  // namespace
}  // namespace grantledger::model
