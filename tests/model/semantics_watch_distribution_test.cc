// Events of distributions: sections 5 and 6 of SEMANTICS.md.
#include "scenario.h"

namespace grantledger::model {
namespace {

Json ChangeOfDistribution(const std::string& grant, const std::string& principal,
                          const std::string& to = "WORKFLOW_COMPLETED") {
  return ChangeOf(grant, principal, "WORKFLOW_COMPLETED", to);
}

class Section6WatchDistribution : public Scenario {
 protected:
  void SetUp() override {
    NewOrganization(kMgmt);
    Link(kMgmt);
    NewAccount(kMgmt, kAda);
    NewAccount(kMgmt, kBob);
    license_ = NewLicense(kMgmt);
    principal_ = OrganizationPrincipal(kMgmt);
    distribution_ = Give(kMgmt, license_, principal_);
    adas_ = Member(distribution_, kAda);
    bobs_ = Member(distribution_, kBob);
  }
  Json OfAda(const std::string& from, const std::string& to, const std::string& reason = "") {
    return ChangeOf(adas_, AccountPrincipal(kAda), from, to, reason);
  }
  Json OfBob(const std::string& from, const std::string& to, const std::string& reason = "") {
    return ChangeOf(bobs_, AccountPrincipal(kBob), from, to, reason);
  }
  /// The last record changed `own` first, and then these in any order.
  void ExpectChanges(const Json& own, const Json& others) {
    const Json changes = LastChanges();
    ASSERT_EQ(changes.size(), 1 + others.size());
    EXPECT_EQ(changes[0], own);
    for (const Json& other : others) EXPECT_EQ(RowOf(changes, other["GrantArn"]), other);
  }
  std::string license_, principal_, distribution_, adas_, bobs_;
};

TEST_F(Section6WatchDistribution, ItsCreationStandsForItsMemberGrants) {
  const Json own = ChangeOf(distribution_, principal_, "", "WORKFLOW_COMPLETED");
  EXPECT_EQ(LastEvent()["GrantArn"], distribution_);
  EXPECT_EQ(LastEvent()["Changes"], Json::array({own}));
  ExpectChanges(own, Json::array({OfAda("", "DISABLED"), OfBob("", "DISABLED")}));
}

TEST_F(Section6WatchDistribution, ABulkChangeStandsForItsMemberGrants) {
  Change(kMgmt, distribution_, {{"Status", "ACTIVE"}, {"StatusReason", "go"}});
  Json own = ChangeOfDistribution(distribution_, principal_);
  own["StatusReason"] = "go";
  EXPECT_EQ(LastEvent()["Operation"], "CreateGrantVersion");
  EXPECT_EQ(LastEvent()["Changes"], Json::array({own}));
  ExpectChanges(
      own, Json::array({OfAda("DISABLED", "ACTIVE", "go"), OfBob("DISABLED", "ACTIVE", "go")}));
}

TEST_F(Section6WatchDistribution, AVersionThatChangesNoMemberGrantIsAnEvent) {
  Change(kMgmt, distribution_, {{"GrantName", "grant"}});
  const Json own = ChangeOfDistribution(distribution_, principal_);
  EXPECT_EQ(LastEvent()["Changes"], Json::array({own}));
  EXPECT_EQ(LastChanges(), Json::array({own}));
}

TEST_F(Section6WatchDistribution, AMemberGrantThatARivalKeepsBackHasChangedWithItsReasonAlone) {
  const std::string rival = GiveAccepted(kVendor, NewLicense(kVendor), kAda);
  Activate(kAda, rival);
  Activate(kMgmt, distribution_);
  const Json own = ChangeOfDistribution(distribution_, principal_);
  ExpectChanges(own, Json::array({OfAda("DISABLED", "DISABLED", rival + " is active"),
                                  OfBob("DISABLED", "ACTIVE")}));
  Activate(kMgmt, distribution_);
  EXPECT_EQ(LastChanges(), Json::array({own}));
}

TEST_F(Section6WatchDistribution, ABulkChangeStandsForADirectGrantThatItReplaces) {
  const std::string rival = GiveAccepted(kVendor, NewLicense(kVendor), kAda);
  Activate(kAda, rival);
  Activate(kMgmt, distribution_, kReplace);
  const Json own = ChangeOfDistribution(distribution_, principal_);
  const Json replaced =
      ChangeOf(rival, AccountPrincipal(kAda), "ACTIVE", "DISABLED", "replaced by " + adas_);
  EXPECT_EQ(LastEvent()["Changes"], Json::array({own}));
  ExpectChanges(own,
                Json::array({OfAda("DISABLED", "ACTIVE"), OfBob("DISABLED", "ACTIVE"), replaced}));
}

TEST_F(Section6WatchDistribution, ABulkChangeStandsForAnothersMemberGrantThatItReplaces) {
  Activate(kAda, adas_);
  const std::string other = Give(kMgmt, license_, principal_);
  const std::string others = Member(other, kAda);
  Activate(kMgmt, other, kReplace);
  const Json own = ChangeOfDistribution(other, principal_);
  const Json replaced = OfAda("ACTIVE", "DISABLED", "replaced by " + others);
  EXPECT_EQ(LastEvent()["Changes"], Json::array({own}));
  EXPECT_EQ(RowOf(LastChanges(), adas_), replaced);
}

TEST_F(Section6WatchDistribution, AMemberGrantsOwnCallTellsOfIt) {
  Activate(kBob, bobs_);
  EXPECT_EQ(LastEvent()["GrantArn"], bobs_);
  EXPECT_EQ(LastEvent()["Changes"], Json::array({OfBob("DISABLED", "ACTIVE")}));
}

TEST_F(Section6WatchDistribution, ItsDeletionStandsForItsMemberGrants) {
  Do("RejectGrant", kBob, {{"GrantArn", bobs_}});
  Delete(kMgmt, distribution_);
  const Json own = ChangeOfDistribution(distribution_, principal_, "DELETED");
  EXPECT_EQ(LastEvent()["Changes"], Json::array({own}));
  ExpectChanges(own, Json::array({OfAda("DISABLED", "DELETED")}));
}

TEST_F(Section6WatchDistribution, ADeletionAboveItStandsNotForItButItForItsMemberGrants) {
  const std::string license = NewLicense(kVendor);
  const std::string top = GiveAccepted(kVendor, license, kMgmt);
  const std::string below = Give(kMgmt, license, principal_);
  const std::string member = Member(below, kAda);
  Delete(kVendor, top);
  const std::string reason = "parent grant " + top + " was deleted";
  Json of_below = ChangeOfDistribution(below, principal_, "DELETED");
  of_below["StatusReason"] = reason;
  const Json own = ChangeOf(top, AccountPrincipal(kMgmt), "DISABLED", "DELETED");
  EXPECT_EQ(LastEvent()["Changes"], Json::array({own, of_below}));
  const Json changes = LastChanges();
  EXPECT_EQ(changes.size(), 4U);
  EXPECT_EQ(changes[0], own);
  EXPECT_EQ(RowOf(changes, below), of_below);
  EXPECT_EQ(RowOf(changes, member),
            ChangeOf(member, AccountPrincipal(kAda), "DISABLED", "DELETED", reason));
}

TEST_F(Section6WatchDistribution, PagesOfChangesAreTheWhole) {
  NewAccount(kMgmt, kCarol);
  Activate(kMgmt, distribution_);
  const Json whole = LastChanges();
  EXPECT_EQ(whole.size(), 4U);
  EXPECT_EQ(OneByOne("ListGrantChanges", kStranger, {{"Lsn", LastLsn()}}), whole);
}

}  // namespace
}  // namespace grantledger::model
