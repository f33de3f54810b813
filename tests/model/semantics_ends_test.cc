// Section 3 of SEMANTICS.md: AcceptGrant, RejectGrant, DeleteGrant and what falls with a grant.
#include "scenario.h"

namespace grantledger::model {
namespace {

class Section3AcceptGrant : public Scenario {};

TEST_F(Section3AcceptGrant, ByTheGranteeToDisabled) {
  const std::string grant = Give(kVendor, NewLicense(kVendor), AccountPrincipal(kAda));
  EXPECT_EQ(Do("AcceptGrant", kAda, {{"GrantArn", grant}}),
            Json({{"GrantArn", grant}, {"Status", "DISABLED"}, {"Version", "2"}}));
}

TEST_F(Section3AcceptGrant, AnyOtherCallerIsInvalid) {
  const std::string grant = Give(kVendor, NewLicense(kVendor), AccountPrincipal(kAda));
  EXPECT_EQ(Refused("AcceptGrant", kVendor, {{"GrantArn", grant}}), kValidation);
  EXPECT_EQ(Refused("AcceptGrant", kStranger, {{"GrantArn", grant}}), kValidation);
}

TEST_F(Section3AcceptGrant, FromPendingOnly) {
  const std::string grant = GiveAccepted(kVendor, NewLicense(kVendor), kAda);
  EXPECT_EQ(Refused("AcceptGrant", kAda, {{"GrantArn", grant}}), kValidation);
}

TEST_F(Section3AcceptGrant, AnUnknownGrantIsNotFound) {
  const std::string grant = Give(kVendor, NewLicense(kVendor), AccountPrincipal(kAda));
  EXPECT_EQ(Refused("AcceptGrant", kAda, {{"GrantArn", Unknown(grant)}}), kNotFound);
}

TEST_F(Section3AcceptGrant, NeitherItNorRejectGrantTakesADistribution) {
  NewOrganization(kMgmt);
  const std::string grant = Give(kMgmt, NewLicense(kMgmt), OrganizationPrincipal(kMgmt));
  EXPECT_EQ(Refused("AcceptGrant", kMgmt, {{"GrantArn", grant}}), kValidation);
  EXPECT_EQ(Refused("RejectGrant", kMgmt, {{"GrantArn", grant}}), kValidation);
}

TEST_F(Section3AcceptGrant, AMemberGrantIsAcceptedByItsAccount) {
  NewOrganization(kMgmt);
  NewAccount(kMgmt, kAda);
  const std::string grant = Give(kMgmt, NewLicense(kMgmt), OrganizationPrincipal(kMgmt));
  Accept(kAda, Member(grant, kAda));
  EXPECT_EQ(Status(Member(grant, kAda)), "DISABLED");
}

class Section3RejectGrant : public Scenario {};

TEST_F(Section3RejectGrant, FromPendingDisabledOrActive) {
  const std::string license = NewLicense(kVendor);
  const std::string pending = Give(kVendor, license, AccountPrincipal(kAda));
  const std::string disabled = GiveAccepted(kVendor, license, kAda);
  const std::string active = GiveAccepted(kVendor, license, kAda);
  Change(kAda, active, {{"Status", "ACTIVE"}, {"StatusReason", "why"}});
  for (const std::string& grant : {pending, disabled, active}) {
    EXPECT_EQ(Do("RejectGrant", kAda, {{"GrantArn", grant}})["Status"], "REJECTED");
    EXPECT_EQ(Reason(grant), "");
  }
}

TEST_F(Section3RejectGrant, AnyOtherCallerIsInvalid) {
  const std::string grant = Give(kVendor, NewLicense(kVendor), AccountPrincipal(kAda));
  EXPECT_EQ(Refused("RejectGrant", kVendor, {{"GrantArn", grant}}), kValidation);
}

TEST_F(Section3RejectGrant, AMemberGrantIsRejectedAlsoWhenNotCovered) {
  NewOrganization(kMgmt);
  NewAccount(kMgmt, kAda);
  const std::string grant = Give(kMgmt, NewLicense(kMgmt), OrganizationPrincipal(kMgmt));
  Do("LeaveOrganization", kAda);
  Do("RejectGrant", kAda, {{"GrantArn", Member(grant, kAda)}});
  EXPECT_EQ(Status(Member(grant, kAda)), "REJECTED");
}

class Section3DeleteGrant : public Scenario {};

TEST_F(Section3DeleteGrant, DirectByTheGrantorAlone) {
  NewOrganization(kMgmt);
  NewAccount(kMgmt, kAda);
  const std::string grant = Give(kVendor, NewLicense(kVendor), AccountPrincipal(kAda));
  for (const std::string& caller : {kAda, kMgmt, kStranger}) {
    EXPECT_EQ(Refused("DeleteGrant", caller, {{"GrantArn", grant}, {"Version", "1"}}),
              kAccessDenied);
  }
  EXPECT_EQ(
      Do("DeleteGrant", kVendor, {{"GrantArn", grant}, {"Version", "1"}, {"StatusReason", "over"}}),
      Json({{"GrantArn", grant}, {"Status", "DELETED"}, {"Version", "2"}}));
  EXPECT_EQ(Reason(grant), "over");
}

TEST_F(Section3DeleteGrant, VersionIsTheCurrentOneAndRequired) {
  const std::string grant = GiveAccepted(kVendor, NewLicense(kVendor), kAda);
  EXPECT_EQ(Refused("DeleteGrant", kVendor, {{"GrantArn", grant}, {"Version", "1"}}), kValidation);
  EXPECT_EQ(Refused("DeleteGrant", kVendor, {{"GrantArn", grant}}), kValidation);
}

TEST_F(Section3DeleteGrant, StatusReasonHasAtMost400Characters) {
  const std::string grant = Give(kVendor, NewLicense(kVendor), AccountPrincipal(kAda));
  EXPECT_EQ(
      Refused("DeleteGrant", kVendor,
              {{"GrantArn", grant}, {"Version", "1"}, {"StatusReason", std::string(401, 'x')}}),
      kValidation);
}

TEST_F(Section3DeleteGrant, DistributionByItsGrantorOrAnAdministrator) {
  NewOrganization(kMgmt);
  NewAccount(kMgmt, kAda);
  NewAccount(kMgmt, kBob);
  const std::string grant = Give(kMgmt, NewLicense(kMgmt), OrganizationPrincipal(kMgmt));
  EXPECT_EQ(Refused("DeleteGrant", kAda, {{"GrantArn", grant}, {"Version", "1"}}), kAccessDenied);
  Delegate(kMgmt, kAda);
  Do("DeleteGrant", kAda, {{"GrantArn", grant}, {"Version", "1"}});
}

TEST_F(Section3DeleteGrant, AMemberGrantIsRefusedForEveryCaller) {
  NewOrganization(kMgmt);
  NewAccount(kMgmt, kAda);
  const std::string grant = Give(kMgmt, NewLicense(kMgmt), OrganizationPrincipal(kMgmt));
  const Json input = {{"GrantArn", Member(grant, kAda)}, {"Version", "1"}};
  for (const std::string& caller : {kMgmt, kAda, kStranger}) {
    EXPECT_EQ(Refused("DeleteGrant", caller, input), kValidation);
  }
}

TEST_F(Section3DeleteGrant, ADistributionTakesItsMemberGrantsAlongWithTheGivenReason) {
  NewOrganization(kMgmt);
  NewAccount(kMgmt, kAda);
  NewAccount(kMgmt, kBob);
  const std::string grant = Give(kMgmt, NewLicense(kMgmt), OrganizationPrincipal(kMgmt));
  Do("RejectGrant", kBob, {{"GrantArn", Member(grant, kBob)}});
  Do("DeleteGrant", kMgmt, {{"GrantArn", grant}, {"Version", "1"}, {"StatusReason", "over"}});
  EXPECT_EQ(Status(Member(grant, kAda)), "DELETED");
  EXPECT_EQ(Reason(Member(grant, kAda)), "over");
  EXPECT_EQ(Status(Member(grant, kBob)), "REJECTED");
}

TEST_F(Section3DeleteGrant, ADeletedDistributionCoversNobodyWhoComes) {
  NewOrganization(kMgmt);
  const std::string grant = Give(kMgmt, NewLicense(kMgmt), OrganizationPrincipal(kMgmt));
  Delete(kMgmt, grant);
  NewAccount(kMgmt, kAda);
  EXPECT_EQ(Member(grant, kAda), "");
}

class Section3Cascade : public Scenario {
 protected:
  void SetUp() override {
    NewOrganization(kMgmt);
    NewAccount(kMgmt, kAda);
    license_ = NewLicense(kVendor);
    top_ = GiveAccepted(kVendor, license_, kReseller);
    middle_ = GiveAccepted(kReseller, license_, kMgmt);
    distribution_ = Give(kMgmt, license_, OrganizationPrincipal(kMgmt));
    leaf_ = Give(kMgmt, license_, AccountPrincipal(kBob));
  }
  std::string license_, top_, middle_, distribution_, leaf_;
};

TEST_F(Section3Cascade, DeletingADirectGrantDeletesAllBelowNamingTheGrantRightAbove) {
  const std::uint64_t before = LastLsn();
  Delete(kVendor, top_);
  EXPECT_EQ(LastLsn(), before + 1);
  EXPECT_EQ(Status(middle_), "DELETED");
  EXPECT_EQ(Reason(middle_), "parent grant " + top_ + " was deleted");
  const std::string right_above = "parent grant " + middle_ + " was deleted";
  EXPECT_EQ(Status(leaf_), "DELETED");
  EXPECT_EQ(Reason(leaf_), right_above);
  EXPECT_EQ(Status(distribution_), "DELETED");
  EXPECT_EQ(Reason(distribution_), right_above);
  EXPECT_EQ(Status(Member(distribution_, kAda)), "DELETED");
  EXPECT_EQ(Reason(Member(distribution_, kAda)), right_above);
}

TEST_F(Section3Cascade, RejectingADirectGrantDeletesAllBelow) {
  Do("RejectGrant", kReseller, {{"GrantArn", top_}});
  EXPECT_EQ(Status(top_), "REJECTED");
  EXPECT_EQ(Status(middle_), "DELETED");
  EXPECT_EQ(Reason(middle_), "parent grant " + top_ + " was rejected");
  EXPECT_EQ(Reason(leaf_), "parent grant " + middle_ + " was deleted");
}

TEST_F(Section3Cascade, FinalGrantsBelowStayAsTheyAre) {
  Do("RejectGrant", kBob, {{"GrantArn", leaf_}});
  Delete(kVendor, top_);
  EXPECT_EQ(Status(leaf_), "REJECTED");
  EXPECT_EQ(VersionOf(leaf_), "2");
}

TEST_F(Section3Cascade, DisablingADirectGrantLeavesWhatIsBelow) {
  Disable(kVendor, top_);
  EXPECT_EQ(Status(distribution_), "WORKFLOW_COMPLETED");
  EXPECT_EQ(Status(leaf_), "PENDING_ACCEPT");
}

}  // namespace
}  // namespace grantledger::model
