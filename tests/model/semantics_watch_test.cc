// WatchGrants and ListGrantChanges: sections 5 and 6 of SEMANTICS.md.
#include "scenario.h"

namespace grantledger::model {
namespace {

class Section6Watch : public Scenario {
 protected:
  /// Everybody may watch.
  Json Events(const Json& input = Json::object()) {
    return Do("WatchGrants", kStranger, input)["Events"];
  }
};

TEST_F(Section6Watch, AnEventHasItsFields) {
  const std::string grant = Give(kVendor, NewLicense(kVendor), AccountPrincipal(kAda));
  const std::string time = Now();
  const Json changes = Json::array({ChangeOf(grant, AccountPrincipal(kAda), "", "PENDING_ACCEPT")});
  EXPECT_EQ(Events(), Json::array({{{"Lsn", 2},
                                    {"Time", time},
                                    {"Operation", "CreateGrant"},
                                    {"Caller", kVendor},
                                    {"GrantArn", grant},
                                    {"Changes", changes}}}));
  EXPECT_EQ(LastChanges(), changes);
}

TEST_F(Section6Watch, EventsAreOldestFirstOneForEachRecordThatIsAboutGrants) {
  const std::string license = NewLicense(kVendor);
  const std::string grant = GiveAccepted(kVendor, license, kAda);
  SetLicenseStatus(license, "AVAILABLE");
  Activate(kAda, grant);
  Do("RejectGrant", kAda, {{"GrantArn", grant}});
  Delete(kVendor, Give(kVendor, license, AccountPrincipal(kBob)));
  const Json events = Events();
  EXPECT_EQ(Column(events, "Operation"),
            (Strings{"CreateGrant", "AcceptGrant", "CreateGrantVersion", "RejectGrant",
                     "CreateGrant", "DeleteGrant"}));
  EXPECT_EQ(events[1]["Caller"], kAda);
  EXPECT_EQ(events[1]["Lsn"], 3);
  EXPECT_EQ(events[2]["Lsn"], 5);
  EXPECT_EQ(events[3]["Changes"],
            Json::array({ChangeOf(grant, AccountPrincipal(kAda), "ACTIVE", "REJECTED")}));
}

TEST_F(Section6Watch, WhatWritesNothingIsNoEvent) {
  const std::string license = NewLicense(kVendor);
  const Json input = GrantInput(license, AccountPrincipal(kAda));
  Do("CreateGrant", kVendor, input);
  Do("CreateGrant", kVendor, input);
  EXPECT_EQ(Refused("CreateGrant", kAda, GrantInput(license, AccountPrincipal(kBob))),
            kAccessDenied);
  EXPECT_EQ(Events().size(), 1U);
}

TEST_F(Section6Watch, AGrantIsListedThoughItsStatusIsTheSame) {
  const std::string grant = Give(kVendor, NewLicense(kVendor), AccountPrincipal(kAda));
  Change(kVendor, grant, {{"GrantName", "new"}});
  EXPECT_EQ(
      LastChanges(),
      Json::array({ChangeOf(grant, AccountPrincipal(kAda), "PENDING_ACCEPT", "PENDING_ACCEPT")}));
}

TEST_F(Section6Watch, AReplacedGrantStandsBehindTheNamedOne) {
  const std::string rival = GiveAccepted(kVendor, NewLicense(kVendor), kAda);
  Activate(kAda, rival);
  const std::string grant = GiveAccepted(kVendor, NewLicense(kVendor), kAda);
  Activate(kAda, grant, kReplace);
  const std::string ada = AccountPrincipal(kAda);
  const Json changes =
      Json::array({ChangeOf(grant, ada, "DISABLED", "ACTIVE"),
                   ChangeOf(rival, ada, "ACTIVE", "DISABLED", "replaced by " + grant)});
  EXPECT_EQ(LastEvent()["Changes"], changes);
  EXPECT_EQ(LastChanges(), changes);
}

TEST_F(Section6Watch, ADeletionTellsOfEveryGrantBelow) {
  const std::string license = NewLicense(kVendor);
  const std::string top = GiveAccepted(kVendor, license, kReseller);
  const std::string below = Give(kReseller, license, AccountPrincipal(kAda));
  Delete(kVendor, top);
  const std::string reason = "parent grant " + top + " was deleted";
  const Json changes =
      Json::array({ChangeOf(top, AccountPrincipal(kReseller), "DISABLED", "DELETED"),
                   ChangeOf(below, AccountPrincipal(kAda), "PENDING_ACCEPT", "DELETED", reason)});
  EXPECT_EQ(LastEvent()["GrantArn"], top);
  EXPECT_EQ(LastEvent()["Changes"], changes);
  EXPECT_EQ(LastChanges(), changes);
}

TEST_F(Section6Watch, FromLsnIsIncludedAndOneIfLeftOut) {
  const std::string grant = GiveAccepted(kVendor, NewLicense(kVendor), kAda);
  EXPECT_EQ(Events().size(), 2U);
  EXPECT_EQ(Events({{"FromLsn", 1}}).size(), 2U);
  EXPECT_EQ(Column(Events({{"FromLsn", 3}}), "GrantArn"), Strings{grant});
}

TEST_F(Section6Watch, BeyondTheLastRecordThereAreNoEventsYet) {
  EXPECT_EQ(Events(), Json::array());
  Give(kVendor, NewLicense(kVendor), AccountPrincipal(kAda));
  EXPECT_EQ(Events({{"FromLsn", 3}}), Json::array());
  EXPECT_EQ(Events({{"FromLsn", 1000}}), Json::array());
}

TEST_F(Section6Watch, ThereIsNoRecordZero) {
  EXPECT_EQ(Refused("WatchGrants", kAda, {{"FromLsn", 0}}), kValidation);
  EXPECT_EQ(Refused("ListGrantChanges", kAda, {{"Lsn", 0}}), kValidation);
}

TEST_F(Section6Watch, ChangesOfARecordThatIsNotThereAreInvalid) {
  EXPECT_EQ(Refused("ListGrantChanges", kAda, {{"Lsn", 1}}), kValidation);
  EXPECT_EQ(Refused("ListGrantChanges", kAda), kValidation);
  NewLicense(kVendor);
  EXPECT_EQ(LastChanges(), Json::array());
  EXPECT_EQ(Refused("ListGrantChanges", kAda, {{"Lsn", 2}}), kValidation);
}

TEST_F(Section6Watch, AsOfAMoment) {
  GiveAccepted(kVendor, NewLicense(kVendor), kAda);
  if (harness().engine() == nullptr) GTEST_SKIP() << "the model has no past of its own";
  const Json all = Json::object();
  EXPECT_EQ(DoAsOf(2U, "WatchGrants", kAda, all)["Events"].size(), 1U);
  EXPECT_EQ(DoAsOf(0U, "WatchGrants", kAda, all)["Events"], Json::array());
  EXPECT_EQ(DoAsOf(2U, "WatchGrants", kAda, {{"FromLsn", 3}})["Events"], Json::array());
  EXPECT_EQ(RefusedAsOf(2U, "ListGrantChanges", kAda, {{"Lsn", 3}}), kValidation);
  EXPECT_EQ(DoAsOf(2U, "ListGrantChanges", kAda, {{"Lsn", 2}})["Changes"].size(), 1U);
}

TEST_F(Section6Watch, PagesOfEventsAreTheWhole) {
  const std::string license = NewLicense(kVendor);
  for (const std::string& account : {kAda, kBob, kCarol}) GiveAccepted(kVendor, license, account);
  const Json whole = Events();
  EXPECT_EQ(whole.size(), 6U);
  EXPECT_EQ(OneByOne("WatchGrants", kStranger, Json::object()), whole);
}

class Section6WatchMembership : public Scenario {
 protected:
  void SetUp() override {
    NewOrganization(kMgmt);
    Link(kMgmt);
    license_ = NewLicense(kMgmt);
    principal_ = OrganizationPrincipal(kMgmt);
  }
  /// The last record was a membership event with these changes, whose order is not specified.
  void ExpectEvent(const std::string& operation, const Json& changes) {
    const Json event = LastEvent();
    EXPECT_EQ(event.value("Operation", ""), operation);
    EXPECT_FALSE(event.contains("GrantArn"));
    ASSERT_EQ(event["Changes"].size(), changes.size());
    for (const Json& change : changes) {
      EXPECT_EQ(RowOf(event["Changes"], change["GrantArn"]), change);
    }
    EXPECT_EQ(LastChanges(), event["Changes"]);
  }
  const std::string ada_ = AccountPrincipal(kAda);
  std::string license_, principal_;
};

TEST_F(Section6WatchMembership, AnArrivalTellsOfWhatItGains) {
  const std::string first = Give(kMgmt, license_, principal_);
  const std::string second = Give(kMgmt, NewLicense(kMgmt, "other"), principal_);
  Activate(kMgmt, second);
  NewAccount(kMgmt, kAda);
  ExpectEvent("CreateAccount", Json::array({ChangeOf(Member(first, kAda), ada_, "", "DISABLED"),
                                            ChangeOf(Member(second, kAda), ada_, "", "ACTIVE")}));
}

TEST_F(Section6WatchMembership, AnArrivalTellsOfWhatItReplaces) {
  const std::string rival = GiveAccepted(kVendor, NewLicense(kVendor), kAda);
  Activate(kAda, rival);
  const std::string grant = Give(kMgmt, license_, principal_);
  Activate(kMgmt, grant, kReplace);
  Invite(kMgmt, kAda);
  const std::string member = Member(grant, kAda);
  ExpectEvent("AcceptHandshake",
              Json::array({ChangeOf(member, ada_, "", "ACTIVE"),
                           ChangeOf(rival, ada_, "ACTIVE", "DISABLED", "replaced by " + member)}));
}

TEST_F(Section6WatchMembership, AMoveTellsOfLossesAndGains) {
  const std::string left = NewUnit(kMgmt, RootOf(kMgmt), "left");
  const std::string right = NewUnit(kMgmt, RootOf(kMgmt), "right");
  NewAccount(kMgmt, kAda);
  Move(kMgmt, kAda, left);
  EXPECT_EQ(LastEvent(), Json());
  const std::string lost = Give(kMgmt, license_, UnitPrincipal(kMgmt, left));
  const std::string gained = Give(kMgmt, license_, UnitPrincipal(kMgmt, right));
  Move(kMgmt, kAda, right);
  ExpectEvent("MoveAccount", Json::array({ChangeOf(Member(lost, kAda), ada_, "DISABLED", "DISABLED",
                                                   "account left the organizational unit"),
                                          ChangeOf(Member(gained, kAda), ada_, "", "DISABLED")}));
}

TEST_F(Section6WatchMembership, LeavingAndRemovalTellOfLosses) {
  NewAccount(kMgmt, kAda);
  NewAccount(kMgmt, kBob);
  const std::string grant = Give(kMgmt, license_, principal_);
  Activate(kMgmt, grant);
  const std::string reason = "account left the organization";
  Do("LeaveOrganization", kAda);
  EXPECT_EQ(LastEvent()["Caller"], kAda);
  ExpectEvent("LeaveOrganization",
              Json::array({ChangeOf(Member(grant, kAda), ada_, "ACTIVE", "DISABLED", reason)}));
  Do("RemoveAccountFromOrganization", kMgmt, {{"AccountId", kBob}});
  ExpectEvent("RemoveAccountFromOrganization",
              Json::array({ChangeOf(Member(grant, kBob), AccountPrincipal(kBob), "ACTIVE",
                                    "DISABLED", reason)}));
}

TEST_F(Section6WatchMembership, OneThatChangesNoGrantIsNoEvent) {
  Give(kMgmt, license_, principal_);
  Link(kMgmt, false);
  EXPECT_EQ(LastEvent(), Json());
  NewAccount(kMgmt, kAda);
  const Json received = Do("ListReceivedGrants", kAda)["Grants"];
  Do("RejectGrant", kAda, {{"GrantArn", received[0]["GrantArn"]}});
  Do("LeaveOrganization", kAda);
  EXPECT_EQ(LastEvent(), Json());
  EXPECT_EQ(LastChanges(), Json::array());
}

}  // namespace
}  // namespace grantledger::model
