// Section 4 of SEMANTICS.md: one membership event that touches several distributions.
#include "scenario.h"

namespace grantledger::model {
namespace {

class Section4SeveralDistributions : public Scenario {
 protected:
  void SetUp() override {
    NewOrganization(kMgmt);
    Link(kMgmt);
    license_ = NewLicense(kMgmt);
    root_ = RootOf(kMgmt);
    left_ = NewUnit(kMgmt, root_, "left");
    right_ = NewUnit(kMgmt, root_, "right");
  }
  std::string Distribute(const std::string& unit) {
    return Give(kMgmt, license_, UnitPrincipal(kMgmt, unit));
  }
  std::string license_, root_, left_, right_;
};

TEST_F(Section4SeveralDistributions, LossesComeBeforeGains) {
  const std::string gained = Distribute(right_);
  const std::string lost = Distribute(left_);
  Activate(kMgmt, gained);
  Activate(kMgmt, lost);
  NewAccount(kMgmt, kAda);
  Move(kMgmt, kAda, left_);
  Move(kMgmt, kAda, right_);
  // The one that was lost is no rival any more.
  EXPECT_EQ(Status(Member(gained, kAda)), "ACTIVE");
  EXPECT_EQ(Status(Member(lost, kAda)), "DISABLED");
  EXPECT_EQ(Reason(Member(lost, kAda)), "account left the organizational unit");
}

TEST_F(Section4SeveralDistributions, GainsComeInTheOrderOfTheLastEventThatSetTheirSetting) {
  const std::string first = Distribute(left_);
  const std::string second = Distribute(left_);
  Activate(kMgmt, second);
  Activate(kMgmt, first);  // first was set last
  NewAccount(kMgmt, kAda);
  Move(kMgmt, kAda, left_);
  EXPECT_EQ(Status(Member(second, kAda)), "ACTIVE");
  EXPECT_EQ(Status(Member(first, kAda)), "DISABLED");
  EXPECT_EQ(Reason(Member(first, kAda)), Member(second, kAda) + " is active");
}

TEST_F(Section4SeveralDistributions, ALaterGainUnderOptionsAllReplacesAnEarlierOne) {
  const std::string first = Distribute(left_);
  const std::string second = Distribute(left_);
  Activate(kMgmt, first, kReplace);
  Activate(kMgmt, second, kReplace);
  NewAccount(kMgmt, kAda);
  Move(kMgmt, kAda, left_);
  EXPECT_EQ(Status(Member(second, kAda)), "ACTIVE");
  EXPECT_EQ(Status(Member(first, kAda)), "DISABLED");
  EXPECT_EQ(Reason(Member(first, kAda)), "replaced by " + Member(second, kAda));
}

TEST_F(Section4SeveralDistributions, AnEventMakesAtMostOneVersionOfEach) {
  const std::string first = Distribute(left_);
  const std::string second = Distribute(left_);
  Activate(kMgmt, first, kReplace);
  Activate(kMgmt, second, kReplace);
  NewAccount(kMgmt, kAda);
  Move(kMgmt, kAda, left_);
  EXPECT_EQ(VersionOf(Member(first, kAda)), "1");
  Move(kMgmt, kAda, right_);
  EXPECT_EQ(VersionOf(Member(first, kAda)), "2");
  Move(kMgmt, kAda, left_);  // activated and replaced in one event
  EXPECT_EQ(VersionOf(Member(first, kAda)), "3");
  EXPECT_EQ(Reason(Member(first, kAda)), "replaced by " + Member(second, kAda));
}

TEST_F(Section4SeveralDistributions, TheUnitAndAllAboveItCoverAnAccount) {
  const std::string outer = Distribute(left_);
  const std::string whole = Give(kMgmt, license_, OrganizationPrincipal(kMgmt));
  const std::string inner_unit = NewUnit(kMgmt, left_, "inner");
  const std::string inner = Distribute(inner_unit);
  NewAccount(kMgmt, kAda);
  Move(kMgmt, kAda, inner_unit);
  for (const std::string& grant : {outer, whole, inner}) EXPECT_NE(Member(grant, kAda), "");
}

TEST_F(Section4SeveralDistributions, AnAccountMayReturnToAnotherOrganization) {
  const std::string here = Give(kMgmt, license_, OrganizationPrincipal(kMgmt));
  NewAccount(kMgmt, kAda);
  NewOrganization(kCarol);
  const std::string there = Give(kCarol, NewLicense(kCarol), OrganizationPrincipal(kCarol));
  Do("LeaveOrganization", kAda);
  Invite(kCarol, kAda);
  EXPECT_EQ(Reason(Member(here, kAda)), "account left the organization");
  EXPECT_EQ(Status(Member(there, kAda)), "PENDING_ACCEPT");
}

TEST_F(Section4SeveralDistributions, AnEmptyDeletedUnitsDistributionStands) {
  const std::string grant = Distribute(left_);
  Do("DeleteOrganizationalUnit", kMgmt, {{"OrganizationalUnitId", left_}});
  EXPECT_EQ(Status(grant), "WORKFLOW_COMPLETED");
  EXPECT_EQ(Change(kMgmt, grant, {{"Status", "ACTIVE"}})["Version"], "2");
}

}  // namespace
}  // namespace grantledger::model
