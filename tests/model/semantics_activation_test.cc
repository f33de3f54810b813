// Section 3 of SEMANTICS.md: activation where another grant of the same product is ACTIVE.
#include "scenario.h"

namespace grantledger::model {
namespace {

class Section3Activation : public Scenario {
 protected:
  void SetUp() override {
    NewOrganization(kMgmt);
    Link(kMgmt);
    NewAccount(kMgmt, kAda);
    NewAccount(kMgmt, kBob);
    // The rival: another issuer's license of the same product, ACTIVE for Ada.
    rival_ = GiveAccepted(kVendor, NewLicense(kVendor), kAda);
    Activate(kAda, rival_);
    license_ = NewLicense(kMgmt);
  }
  std::string Distribute() { return Give(kMgmt, license_, OrganizationPrincipal(kMgmt)); }
  std::string rival_, license_;
};

TEST_F(Section3Activation, WithAllTheOtherIsReplaced) {
  const std::string grant = GiveAccepted(kMgmt, license_, kAda);
  Activate(kAda, grant, kReplace);
  EXPECT_EQ(Status(grant), "ACTIVE");
  EXPECT_EQ(Status(rival_), "DISABLED");
  EXPECT_EQ(Reason(rival_), "replaced by " + grant);
  EXPECT_EQ(VersionOf(rival_), "4");
}

TEST_F(Section3Activation, WithDistributedOnlyADirectCallIsRefused) {
  const std::string grant = GiveAccepted(kMgmt, license_, kAda);
  EXPECT_EQ(ChangeRefused(kAda, grant, {{"Status", "ACTIVE"}, {"Options", kYield}}), kValidation);
  EXPECT_EQ(VersionOf(grant), "1");
}

TEST_F(Section3Activation, WithoutOptionsADirectCallIsRefused) {
  const std::string grant = GiveAccepted(kMgmt, license_, kAda);
  EXPECT_EQ(ChangeRefused(kAda, grant, {{"Status", "ACTIVE"}}), kValidation);
}

TEST_F(Section3Activation, WithoutOptionsAMemberCallIsRefused) {
  const std::string member = Member(Distribute(), kAda);
  EXPECT_EQ(ChangeRefused(kAda, member, {{"Status", "ACTIVE"}}), kValidation);
  EXPECT_EQ(Status(member), "DISABLED");
  EXPECT_EQ(VersionOf(member), "1");
}

TEST_F(Section3Activation, AMemberCallWithAllReplacesTheOther) {
  const std::string member = Member(Distribute(), kAda);
  Activate(kAda, member, kReplace);
  EXPECT_EQ(Reason(rival_), "replaced by " + member);
}

TEST_F(Section3Activation, ABulkChangeWithAllReplacesTheOther) {
  const std::string grant = Distribute();
  Activate(kMgmt, grant, kReplace);
  EXPECT_EQ(Status(Member(grant, kAda)), "ACTIVE");
  EXPECT_EQ(Status(rival_), "DISABLED");
  EXPECT_EQ(Reason(rival_), "replaced by " + Member(grant, kAda));
}

TEST_F(Section3Activation, ABulkChangeWithoutOptionsLeavesTheMemberGrantDisabledWithTheReason) {
  const std::string grant = Distribute();
  Change(kMgmt, grant, {{"Status", "ACTIVE"}, {"StatusReason", "go"}});
  const std::string member = Member(grant, kAda);
  EXPECT_EQ(Status(member), "DISABLED");
  EXPECT_EQ(Reason(member), rival_ + " is active");
  EXPECT_EQ(VersionOf(member), "2");
  EXPECT_EQ(Status(rival_), "ACTIVE");
  EXPECT_EQ(Status(Member(grant, kBob)), "ACTIVE");
  EXPECT_EQ(Reason(Member(grant, kBob)), "go");
}

TEST_F(Section3Activation, ARefusedActivationForTheSameReasonMakesNoSecondVersion) {
  const std::string grant = Distribute();
  Activate(kMgmt, grant, kYield);
  Activate(kMgmt, grant);
  EXPECT_EQ(VersionOf(Member(grant, kAda)), "2");
}

TEST_F(Section3Activation, ABulkChangeThatFollowsTheRivalsEndActivates) {
  const std::string grant = Distribute();
  Activate(kMgmt, grant);
  Disable(kAda, rival_);
  EXPECT_EQ(Status(Member(grant, kAda)), "DISABLED");
  Activate(kMgmt, grant);
  EXPECT_EQ(Status(Member(grant, kAda)), "ACTIVE");
  EXPECT_EQ(Reason(Member(grant, kAda)), "");
}

TEST_F(Section3Activation, MemberGrantsReplaceEachOther) {
  const std::string first = Distribute();
  Activate(kMgmt, first, kReplace);
  const std::string second = Distribute();
  Activate(kMgmt, second, kReplace);
  EXPECT_EQ(Status(Member(first, kAda)), "DISABLED");
  EXPECT_EQ(Reason(Member(first, kAda)), "replaced by " + Member(second, kAda));
  EXPECT_EQ(Reason(Member(first, kBob)), "replaced by " + Member(second, kBob));
}

TEST_F(Section3Activation, AnotherSkuIsAnotherProduct) {
  const std::string grant = GiveAccepted(kMgmt, NewLicense(kMgmt, "other"), kAda);
  Activate(kAda, grant);
  EXPECT_EQ(Status(rival_), "ACTIVE");
}

TEST_F(Section3Activation, AnotherIssuerNameIsAnotherProduct) {
  const std::string grant = GiveAccepted(kMgmt, NewLicense(kMgmt, "sku", "Vendor"), kAda);
  Activate(kAda, grant);
  EXPECT_EQ(Status(grant), "ACTIVE");
}

TEST_F(Section3Activation, GrantsOfOtherLicensesThanMarketplacesDoNotMeet) {
  for (int i = 0; i < 2; ++i) {
    const std::string grant = GiveAccepted(kVendor, NewLicense(kVendor, "own", "Vendor"), kAda);
    Activate(kAda, grant);
    EXPECT_EQ(Status(grant), "ACTIVE");
  }
}

TEST_F(Section3Activation, AnotherAccountsGrantIsNoRival) {
  const std::string grant = GiveAccepted(kMgmt, license_, kBob);
  Activate(kBob, grant);
  EXPECT_EQ(Status(rival_), "ACTIVE");
}

TEST_F(Section3Activation, ARivalOfASuspendedLicenseStillStands) {
  SetLicenseStatus(Get(rival_)["LicenseArn"], "SUSPENDED");
  const std::string grant = GiveAccepted(kMgmt, license_, kAda);
  EXPECT_EQ(ChangeRefused(kAda, grant, {{"Status", "ACTIVE"}}), kValidation);
}

TEST_F(Section3Activation, AnActiveGrantMayBeActivatedAgain) {
  Activate(kAda, rival_);
  EXPECT_EQ(VersionOf(rival_), "4");
}

TEST_F(Section3Activation, AReplacedGrantKeepsItsOptions) {
  Activate(kAda, rival_, kYield);
  const std::string grant = GiveAccepted(kMgmt, license_, kAda);
  Activate(kAda, grant, kReplace);
  EXPECT_EQ(Get(rival_)["Options"], kYield);
}

}  // namespace
}  // namespace grantledger::model
