// Section 4 of SEMANTICS.md: what happens to a member grant.
#include "scenario.h"

namespace grantledger::model {
namespace {

class Section4Covered : public Scenario {
 protected:
  void SetUp() override {
    NewOrganization(kMgmt);
    license_ = NewLicense(kMgmt);
    distribution_ = Give(kMgmt, license_, OrganizationPrincipal(kMgmt));
  }
  std::string MemberOf(const std::string& account) { return Member(distribution_, account); }
  std::string license_, distribution_;
};

TEST_F(Section4Covered, FirstTimeInAnUnlinkedOrganizationIsPending) {
  NewAccount(kMgmt, kAda);
  EXPECT_EQ(Status(MemberOf(kAda)), "PENDING_ACCEPT");
  EXPECT_EQ(VersionOf(MemberOf(kAda)), "1");
}

TEST_F(Section4Covered, FirstTimeInALinkedOrganizationIsDisabled) {
  Link(kMgmt);
  NewAccount(kMgmt, kAda);
  EXPECT_EQ(Status(MemberOf(kAda)), "DISABLED");
}

TEST_F(Section4Covered, LinkingLaterChangesNoMemberGrant) {
  NewAccount(kMgmt, kAda);
  Link(kMgmt);
  EXPECT_EQ(Status(MemberOf(kAda)), "PENDING_ACCEPT");
  EXPECT_EQ(VersionOf(MemberOf(kAda)), "1");
}

TEST_F(Section4Covered, AnArrivalAfterABulkActivationIsActiveInOneVersion) {
  Link(kMgmt);
  Change(kMgmt, distribution_, {{"Status", "ACTIVE"}, {"StatusReason", "go"}});
  NewAccount(kMgmt, kAda);
  EXPECT_EQ(Status(MemberOf(kAda)), "ACTIVE");
  EXPECT_EQ(Reason(MemberOf(kAda)), "go");
  EXPECT_EQ(VersionOf(MemberOf(kAda)), "1");
}

TEST_F(Section4Covered, APendingArrivalIsNotActivated) {
  Activate(kMgmt, distribution_);
  NewAccount(kMgmt, kAda);
  EXPECT_EQ(Status(MemberOf(kAda)), "PENDING_ACCEPT");
}

TEST_F(Section4Covered, AnArrivalAfterABulkDisablingIsDisabled) {
  Link(kMgmt);
  Activate(kMgmt, distribution_);
  Disable(kMgmt, distribution_);
  NewAccount(kMgmt, kAda);
  EXPECT_EQ(Status(MemberOf(kAda)), "DISABLED");
}

TEST_F(Section4Covered, AReturnOfAnAcceptedGrantIsDisabledWithoutReason) {
  NewAccount(kMgmt, kAda);
  Accept(kAda, MemberOf(kAda));
  Do("LeaveOrganization", kAda);
  Invite(kMgmt, kAda);
  EXPECT_EQ(Status(MemberOf(kAda)), "DISABLED");
  EXPECT_EQ(Reason(MemberOf(kAda)), "");
  EXPECT_EQ(VersionOf(MemberOf(kAda)), "4");
}

TEST_F(Section4Covered, AReturnOfAGrantNeverAcceptedIsPendingAgain) {
  NewAccount(kMgmt, kAda);
  Do("LeaveOrganization", kAda);
  EXPECT_EQ(Status(MemberOf(kAda)), "DISABLED");
  Invite(kMgmt, kAda);
  EXPECT_EQ(Status(MemberOf(kAda)), "PENDING_ACCEPT");
}

TEST_F(Section4Covered, AReturnIntoALinkedOrganizationIsDisabled) {
  NewAccount(kMgmt, kAda);
  Do("LeaveOrganization", kAda);
  Link(kMgmt);
  Invite(kMgmt, kAda);
  EXPECT_EQ(Status(MemberOf(kAda)), "DISABLED");
}

TEST_F(Section4Covered, AReturnUnderABulkActivationIsActiveAgain) {
  NewAccount(kMgmt, kAda);
  Accept(kAda, MemberOf(kAda));
  Change(kMgmt, distribution_, {{"Status", "ACTIVE"}, {"StatusReason", "go"}});
  Do("LeaveOrganization", kAda);
  Invite(kMgmt, kAda);
  EXPECT_EQ(Status(MemberOf(kAda)), "ACTIVE");
  EXPECT_EQ(Reason(MemberOf(kAda)), "go");
}

TEST_F(Section4Covered, AReturnDoesNotReviveAFinalGrant) {
  NewAccount(kMgmt, kAda);
  Do("RejectGrant", kAda, {{"GrantArn", MemberOf(kAda)}});
  Do("LeaveOrganization", kAda);
  Invite(kMgmt, kAda);
  EXPECT_EQ(Status(MemberOf(kAda)), "REJECTED");
  EXPECT_EQ(VersionOf(MemberOf(kAda)), "2");
}

TEST_F(Section4Covered, AnArrivalWithARivalIsLeftDisabledWithTheReason) {
  Link(kMgmt);
  Activate(kMgmt, distribution_);
  const std::string rival = GiveAccepted(kVendor, NewLicense(kVendor), kAda);
  Activate(kAda, rival);
  Invite(kMgmt, kAda);
  EXPECT_EQ(Status(MemberOf(kAda)), "DISABLED");
  EXPECT_EQ(Reason(MemberOf(kAda)), rival + " is active");
  EXPECT_EQ(VersionOf(MemberOf(kAda)), "1");
}

TEST_F(Section4Covered, AnArrivalUnderOptionsAllReplacesTheRival) {
  Link(kMgmt);
  Activate(kMgmt, distribution_, kReplace);
  const std::string rival = GiveAccepted(kVendor, NewLicense(kVendor), kAda);
  Activate(kAda, rival);
  Invite(kMgmt, kAda);
  EXPECT_EQ(Status(MemberOf(kAda)), "ACTIVE");
  EXPECT_EQ(Status(rival), "DISABLED");
  EXPECT_EQ(Reason(rival), "replaced by " + MemberOf(kAda));
}

TEST_F(Section4Covered, AnArrivalIsActivatedThoughTheLicenseIsSuspended) {
  Link(kMgmt);
  Activate(kMgmt, distribution_);
  SetLicenseStatus(license_, "SUSPENDED");
  NewAccount(kMgmt, kAda);
  EXPECT_EQ(Status(MemberOf(kAda)), "ACTIVE");
}

class Section4NoLongerCovered : public Section4Covered {};

TEST_F(Section4NoLongerCovered, LeavingDisablesWithTheReason) {
  Link(kMgmt);
  NewAccount(kMgmt, kAda);
  Activate(kMgmt, distribution_);
  Do("LeaveOrganization", kAda);
  EXPECT_EQ(Status(MemberOf(kAda)), "DISABLED");
  EXPECT_EQ(Reason(MemberOf(kAda)), "account left the organization");
}

TEST_F(Section4NoLongerCovered, RemovalDisablesWithTheSameReason) {
  NewAccount(kMgmt, kAda);
  Do("RemoveAccountFromOrganization", kMgmt, {{"AccountId", kAda}});
  EXPECT_EQ(Status(MemberOf(kAda)), "DISABLED");
  EXPECT_EQ(Reason(MemberOf(kAda)), "account left the organization");
}

TEST_F(Section4NoLongerCovered, MovingOutDisablesWithTheUnitsReason) {
  const std::string unit = NewUnit(kMgmt, RootOf(kMgmt), "unit");
  const std::string grant = Give(kMgmt, license_, UnitPrincipal(kMgmt, unit));
  NewAccount(kMgmt, kAda);
  EXPECT_EQ(Member(grant, kAda), "");
  Move(kMgmt, kAda, unit);
  EXPECT_EQ(Status(Member(grant, kAda)), "PENDING_ACCEPT");
  Move(kMgmt, kAda, RootOf(kMgmt));
  EXPECT_EQ(Status(Member(grant, kAda)), "DISABLED");
  EXPECT_EQ(Reason(Member(grant, kAda)), "account left the organizational unit");
  EXPECT_EQ(VersionOf(MemberOf(kAda)), "1");  // the organization's covers it all the time
}

TEST_F(Section4NoLongerCovered, MovingInsideTheUnitChangesNothing) {
  const std::string outer = NewUnit(kMgmt, RootOf(kMgmt), "outer");
  const std::string inner = NewUnit(kMgmt, outer, "inner");
  NewAccount(kMgmt, kAda);
  Move(kMgmt, kAda, outer);
  const std::string grant = Give(kMgmt, license_, UnitPrincipal(kMgmt, outer));
  Move(kMgmt, kAda, inner);
  EXPECT_EQ(VersionOf(Member(grant, kAda)), "1");
}

TEST_F(Section4NoLongerCovered, LeavingFromAUnitHasTheOrganizationsReason) {
  const std::string unit = NewUnit(kMgmt, RootOf(kMgmt), "unit");
  const std::string grant = Give(kMgmt, license_, UnitPrincipal(kMgmt, unit));
  NewAccount(kMgmt, kAda);
  Move(kMgmt, kAda, unit);
  Do("LeaveOrganization", kAda);
  EXPECT_EQ(Reason(Member(grant, kAda)), "account left the organization");
}

TEST_F(Section4NoLongerCovered, AFinalGrantStays) {
  NewAccount(kMgmt, kAda);
  Do("RejectGrant", kAda, {{"GrantArn", MemberOf(kAda)}});
  Do("LeaveOrganization", kAda);
  EXPECT_EQ(Status(MemberOf(kAda)), "REJECTED");
}

class Section4Bulk : public Section4Covered {
 protected:
  void SetUp() override {
    Section4Covered::SetUp();
    NewAccount(kMgmt, kAda);  // pending
    Link(kMgmt);
    NewAccount(kMgmt, kBob);    // disabled
    NewAccount(kMgmt, kCarol);  // active
    Change(kCarol, MemberOf(kCarol), {{"Status", "ACTIVE"}, {"StatusReason", "mine"}});
  }
};

TEST_F(Section4Bulk, ActiveActivatesTheDisabledAndLeavesTheActiveUntouched) {
  Change(kMgmt, distribution_, {{"Status", "ACTIVE"}, {"StatusReason", "go"}});
  EXPECT_EQ(Status(MemberOf(kBob)), "ACTIVE");
  EXPECT_EQ(Reason(MemberOf(kBob)), "go");
  EXPECT_EQ(Reason(MemberOf(kCarol)), "mine");
  EXPECT_EQ(VersionOf(MemberOf(kCarol)), "2");
}

TEST_F(Section4Bulk, DisabledDisablesTheActiveAndLeavesOthersUntouched) {
  Change(kMgmt, distribution_, {{"Status", "DISABLED"}, {"StatusReason", "stop"}});
  EXPECT_EQ(Status(MemberOf(kCarol)), "DISABLED");
  EXPECT_EQ(Reason(MemberOf(kCarol)), "stop");
  EXPECT_EQ(VersionOf(MemberOf(kBob)), "1");
}

TEST_F(Section4Bulk, DisabledWithoutReasonClearsIt) {
  Disable(kMgmt, distribution_);
  EXPECT_EQ(Reason(MemberOf(kCarol)), "");
}

TEST_F(Section4Bulk, PendingAndFinalOnesAreTouchedByNone) {
  Do("RejectGrant", kBob, {{"GrantArn", MemberOf(kBob)}});
  Activate(kMgmt, distribution_);
  EXPECT_EQ(VersionOf(MemberOf(kAda)), "1");
  EXPECT_EQ(VersionOf(MemberOf(kBob)), "2");
}

TEST_F(Section4Bulk, OnesNoLongerCoveredAreTouchedByNone) {
  Do("LeaveOrganization", kBob);
  Activate(kMgmt, distribution_);
  EXPECT_EQ(Status(MemberOf(kBob)), "DISABLED");
  EXPECT_EQ(VersionOf(MemberOf(kBob)), "2");
}

TEST_F(Section4Bulk, ANewNameGoesToAllThatAreNotFinalCoveredOrNot) {
  Do("LeaveOrganization", kBob);
  Do("RejectGrant", kCarol, {{"GrantArn", MemberOf(kCarol)}});
  Change(kMgmt, distribution_, {{"GrantName", "new"}});
  EXPECT_EQ(Get(MemberOf(kAda))["GrantName"], "new");
  EXPECT_EQ(Get(MemberOf(kBob))["GrantName"], "new");
  EXPECT_EQ(Get(MemberOf(kCarol))["GrantName"], "grant");
}

TEST_F(Section4Bulk, ANameThatIsTheSameMakesNoVersionOfMemberGrants) {
  Change(kMgmt, distribution_, {{"GrantName", "grant"}});
  EXPECT_EQ(VersionOf(distribution_), "2");
  EXPECT_EQ(VersionOf(MemberOf(kBob)), "1");
}

TEST_F(Section4Bulk, ANewOrderOfOperationsIsAChange) {
  Change(kMgmt, distribution_, {{"AllowedOperations", {"CreateToken", "CheckInLicense"}}});
  Change(kMgmt, distribution_, {{"AllowedOperations", {"CheckInLicense", "CreateToken"}}});
  EXPECT_EQ(VersionOf(MemberOf(kBob)), "3");
}

TEST_F(Section4Bulk, NameAndStatusTogetherAreOneVersion) {
  Change(kMgmt, distribution_, {{"GrantName", "new"}, {"Status", "ACTIVE"}});
  EXPECT_EQ(VersionOf(MemberOf(kBob)), "2");
  EXPECT_EQ(Get(MemberOf(kBob))["GrantName"], "new");
  EXPECT_EQ(Status(MemberOf(kBob)), "ACTIVE");
}

TEST_F(Section4Bulk, DeletionReachesAllThatAreNotFinal) {
  Do("LeaveOrganization", kBob);
  Delete(kMgmt, distribution_);
  for (const std::string& account : {kAda, kBob, kCarol}) {
    EXPECT_EQ(Status(MemberOf(account)), "DELETED");
    EXPECT_EQ(Reason(MemberOf(account)), "");
  }
}

}  // namespace
}  // namespace grantledger::model
