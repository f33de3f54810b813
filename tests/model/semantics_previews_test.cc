// PreviewGrantVersion: sections 5 and 6 of SEMANTICS.md.
#include "scenario.h"

namespace grantledger::model {
namespace {

class Section6Preview : public Scenario {
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
    distribution_ = Give(kMgmt, license_, OrganizationPrincipal(kMgmt));
    adas_ = Member(distribution_, kAda);
    bobs_ = Member(distribution_, kBob);
  }
  Json Preview(const std::string& caller, const std::string& grant, Json fields) {
    fields["GrantArn"] = grant;
    return Do("PreviewGrantVersion", caller, std::move(fields));
  }
  Json PreviewBulk(Json fields) { return Preview(kMgmt, distribution_, std::move(fields)); }
  /// The code with which the preview and the call itself are refused.
  std::string BothRefused(const std::string& caller, const std::string& grant, Json fields) {
    fields["GrantArn"] = grant;
    const std::string code = Refused("PreviewGrantVersion", caller, fields);
    EXPECT_EQ(ChangeRefused(caller, grant, fields), code);
    return code;
  }
  static Json Row(const std::string& grant, const std::string& account, const std::string& from,
                  const std::string& to, const std::string& reason = "") {
    return ChangeOf(grant, AccountPrincipal(account), from, to, reason);
  }
  inline static const Json kActive = {{"Status", "ACTIVE"}};
  std::string rival_, license_, distribution_, adas_, bobs_;
};

TEST_F(Section6Preview, OfADistributionTellsOfItsMemberGrantsLeftOutByARivalIncluded) {
  const Json preview = PreviewBulk({{"Status", "ACTIVE"}, {"StatusReason", "go"}});
  EXPECT_EQ(preview["Changes"].size(), 2U);
  EXPECT_EQ(RowOf(preview["Changes"], bobs_), Row(bobs_, kBob, "DISABLED", "ACTIVE", "go"));
  EXPECT_EQ(RowOf(preview["Changes"], adas_),
            Row(adas_, kAda, "DISABLED", "DISABLED", rival_ + " is active"));
  EXPECT_EQ(preview["Counts"], Json({{"ACTIVE", 1}, {"DISABLED", 1}}));
}

TEST_F(Section6Preview, AMemberGrantThatIsLeftOutIsListedAlsoWhereNothingOfItWouldChange) {
  Activate(kMgmt, distribution_);
  const Json preview = PreviewBulk(kActive);
  EXPECT_EQ(preview["Changes"],
            Json::array({Row(adas_, kAda, "DISABLED", "DISABLED", rival_ + " is active")}));
  EXPECT_EQ(preview["Counts"], Json({{"DISABLED", 1}}));
}

TEST_F(Section6Preview, TellsOfTheGrantsThatAreReplaced) {
  const Json preview = PreviewBulk({{"Status", "ACTIVE"}, {"Options", kReplace}});
  EXPECT_EQ(preview["Changes"].size(), 3U);
  EXPECT_EQ(RowOf(preview["Changes"], adas_), Row(adas_, kAda, "DISABLED", "ACTIVE"));
  EXPECT_EQ(RowOf(preview["Changes"], rival_),
            Row(rival_, kAda, "ACTIVE", "DISABLED", "replaced by " + adas_));
  EXPECT_EQ(preview["Counts"], Json({{"ACTIVE", 2}, {"DISABLED", 1}}));
}

TEST_F(Section6Preview, TellsOfMemberGrantsOfOtherDistributionsThatAreReplaced) {
  Activate(kMgmt, distribution_);
  const std::string other = Give(kMgmt, license_, OrganizationPrincipal(kMgmt));
  const std::string others = Member(other, kBob);
  const Json preview = Preview(kMgmt, other, {{"Status", "ACTIVE"}, {"Options", kReplace}});
  EXPECT_EQ(RowOf(preview["Changes"], bobs_),
            Row(bobs_, kBob, "ACTIVE", "DISABLED", "replaced by " + others));
  EXPECT_EQ(RowOf(preview["Changes"], others), Row(others, kBob, "DISABLED", "ACTIVE"));
  EXPECT_EQ(preview["Counts"], Json({{"ACTIVE", 2}, {"DISABLED", 2}}));
}

TEST_F(Section6Preview, OfABulkDisablingTellsOfTheActiveOnes) {
  Activate(kMgmt, distribution_);
  const Json preview = PreviewBulk({{"Status", "DISABLED"}, {"StatusReason", "stop"}});
  EXPECT_EQ(preview["Changes"], Json::array({Row(bobs_, kBob, "ACTIVE", "DISABLED", "stop")}));
}

TEST_F(Section6Preview, WhatABulkChangeDoesNotTouchIsNotListed) {
  Link(kMgmt, false);
  NewAccount(kMgmt, kCarol);  // pending
  Do("RejectGrant", kAda, {{"GrantArn", adas_}});
  Do("LeaveOrganization", kBob);
  const Json preview = PreviewBulk(kActive);
  EXPECT_EQ(preview["Changes"], Json::array());
  EXPECT_EQ(preview["Counts"], Json::object());
}

TEST_F(Section6Preview, ANewNameIsAChangeThoughNoStatusDiffers) {
  Link(kMgmt, false);
  NewAccount(kMgmt, kCarol);
  Do("RejectGrant", kBob, {{"GrantArn", bobs_}});
  const Json preview = PreviewBulk({{"GrantName", "new"}});
  EXPECT_EQ(preview["Changes"].size(), 2U);
  EXPECT_EQ(RowOf(preview["Changes"], adas_), Row(adas_, kAda, "DISABLED", "DISABLED"));
  const std::string carols = Member(distribution_, kCarol);
  EXPECT_EQ(RowOf(preview["Changes"], carols),
            Row(carols, kCarol, "PENDING_ACCEPT", "PENDING_ACCEPT"));
}

TEST_F(Section6Preview, ANameThatIsTheSameChangesNoMemberGrant) {
  EXPECT_EQ(PreviewBulk({{"GrantName", "grant"}})["Changes"], Json::array());
}

TEST_F(Section6Preview, OfADirectGrantTellsOfItFirstAndThenOfTheReplacedOne) {
  const std::string grant = GiveAccepted(kMgmt, license_, kAda);
  const Json preview = Preview(kAda, grant, {{"Status", "ACTIVE"}, {"Options", kReplace}});
  EXPECT_EQ(preview["Changes"],
            Json::array({Row(grant, kAda, "DISABLED", "ACTIVE"),
                         Row(rival_, kAda, "ACTIVE", "DISABLED", "replaced by " + grant)}));
  EXPECT_EQ(preview["Counts"], Json({{"ACTIVE", 1}, {"DISABLED", 1}}));
}

TEST_F(Section6Preview, TheNamedGrantIsListedAlsoWhereNothingDiffers) {
  EXPECT_EQ(Preview(kAda, rival_, kActive)["Changes"],
            Json::array({Row(rival_, kAda, "ACTIVE", "ACTIVE")}));
  Change(kAda, rival_, {{"Status", "ACTIVE"}, {"StatusReason", "mine"}});
  EXPECT_EQ(Preview(kVendor, rival_, {{"GrantName", "new"}})["Changes"],
            Json::array({Row(rival_, kAda, "ACTIVE", "ACTIVE", "mine")}));
}

TEST_F(Section6Preview, OfAMemberGrantTellsOfItAndOfTheReplacedOne) {
  EXPECT_EQ(Preview(kAda, adas_, {{"Status", "ACTIVE"}, {"Options", kReplace}})["Changes"],
            Json::array({Row(adas_, kAda, "DISABLED", "ACTIVE"),
                         Row(rival_, kAda, "ACTIVE", "DISABLED", "replaced by " + adas_)}));
  EXPECT_EQ(Preview(kBob, bobs_, kActive)["Changes"],
            Json::array({Row(bobs_, kBob, "DISABLED", "ACTIVE")}));
}

TEST_F(Section6Preview, WritesNothing) {
  const std::uint64_t last = LastLsn();
  const Json input = {{"Status", "ACTIVE"}, {"Options", kReplace}, {"SourceVersion", "1"}};
  const Json first = PreviewBulk(input);
  EXPECT_EQ(VersionOf(distribution_), "1");
  EXPECT_EQ(Status(rival_), "ACTIVE");
  EXPECT_EQ(PreviewBulk(input), first);
  Change(kMgmt, distribution_, input);  // the engine and the model agree on its LSN
  EXPECT_EQ(LastLsn(), last + 1);
}

TEST_F(Section6Preview, TellsWhatTheCallThenChanges) {
  const Json input = {{"Status", "ACTIVE"}, {"Options", kReplace}, {"StatusReason", "go"}};
  const Json preview = PreviewBulk(input);
  Change(kMgmt, distribution_, input);
  Json changes = Do("ListGrantChanges", kAda, {{"Lsn", LastLsn()}})["Changes"];
  ASSERT_EQ(changes[0]["GrantArn"], distribution_);
  changes.erase(0);
  EXPECT_EQ(changes.size(), preview["Changes"].size());
  for (const Json& change : changes) {
    EXPECT_EQ(RowOf(preview["Changes"], change["GrantArn"]), change);
  }
}

TEST_F(Section6Preview, IsRefusedLikeTheCallItself) {
  EXPECT_EQ(BothRefused(kMgmt, Unknown(distribution_), kActive), kNotFound);
  EXPECT_EQ(BothRefused(kAda, distribution_, kActive), kAccessDenied);
  EXPECT_EQ(BothRefused(kStranger, rival_, kActive), kAccessDenied);
  EXPECT_EQ(BothRefused(kAda, rival_, {{"GrantName", "new"}}), kAccessDenied);
  EXPECT_EQ(BothRefused(kMgmt, distribution_, {{"Status", "ACTIVE"}, {"SourceVersion", "2"}}),
            kValidation);
  EXPECT_EQ(BothRefused(kMgmt, adas_, {{"GrantName", "new"}}), kValidation);
  EXPECT_EQ(BothRefused(kAda, adas_, kActive), kValidation);  // the rival
  const std::string pending = Give(kVendor, NewLicense(kVendor), AccountPrincipal(kAda));
  EXPECT_EQ(BothRefused(kAda, pending, kActive), kValidation);
  SetLicenseStatus(license_, "SUSPENDED");
  EXPECT_EQ(BothRefused(kMgmt, distribution_, kActive), kValidation);
  Delete(kMgmt, distribution_);
  EXPECT_EQ(BothRefused(kMgmt, distribution_, {{"GrantName", "new"}}), kValidation);
}

TEST_F(Section6Preview, HasTheShapeOfTheCallItself) {
  for (const Json& fields :
       {Json::object(), Json({{"Status", "REJECTED"}}), Json({{"StatusReason", "x"}}),
        Json({{"GrantName", "x"}, {"StatusReason", "x"}}),
        Json({{"Status", "DISABLED"}, {"Options", kReplace}}),
        Json({{"Status", "ACTIVE"}, {"StatusReason", std::string(401, 'x')}}),
        Json({{"AllowedOperations", Json::array()}})}) {
    EXPECT_EQ(BothRefused(kMgmt, distribution_, fields), kValidation) << fields;
  }
}

TEST_F(Section6Preview, TakesNoClientToken) {
  EXPECT_EQ(Refused("PreviewGrantVersion", kMgmt,
                    {{"GrantArn", distribution_}, {"Status", "ACTIVE"}, {"ClientToken", "t"}}),
            kValidation);
}

TEST_F(Section6Preview, PagesOfOneAreTheWholeAndEveryPageCountsAll) {
  Json input = {{"GrantArn", distribution_}, {"Status", "ACTIVE"}, {"Options", kReplace}};
  const Json whole = Do("PreviewGrantVersion", kMgmt, input);
  EXPECT_EQ(OneByOne("PreviewGrantVersion", kMgmt, input), whole["Changes"]);
  input["MaxResults"] = 1;
  EXPECT_EQ(Do("PreviewGrantVersion", kMgmt, input)["Counts"], whole["Counts"]);
}

TEST_F(Section6Preview, LaterPagesAnswerFromTheMomentOfTheFirst) {
  if (harness().engine() == nullptr) GTEST_SKIP() << "the model has no pages";
  Json input = {{"GrantArn", distribution_}, {"Status", "ACTIVE"}, {"MaxResults", 1}};
  const Json first = Do("PreviewGrantVersion", kMgmt, input);
  Activate(kMgmt, distribution_);
  Delete(kMgmt, distribution_);
  input["NextToken"] = first["NextToken"];
  const Json answer = harness().engine()->Execute(
      {{"Operation", "PreviewGrantVersion"}, {"Caller", kMgmt}, {"Time", Now()}, {"Input", input}});
  const Json second = answer["Output"];
  EXPECT_EQ(second["Counts"], Json({{"ACTIVE", 1}, {"DISABLED", 1}}));
  EXPECT_EQ(second["Changes"][0]["From"], "DISABLED");
}

TEST_F(Section6Preview, IsCheckedAsOfTheMomentThatItReads) {
  const std::uint64_t before = LastLsn();
  SetLicenseStatus(license_, "SUSPENDED");
  Change(kMgmt, distribution_, {{"GrantName", "new"}});
  if (harness().engine() == nullptr) GTEST_SKIP() << "the model has no past of its own";
  const Json input = {{"GrantArn", distribution_}, {"Status", "ACTIVE"}, {"SourceVersion", "1"}};
  EXPECT_EQ(DoAsOf(before, "PreviewGrantVersion", kMgmt, input)["Counts"],
            Json({{"ACTIVE", 1}, {"DISABLED", 1}}));
  EXPECT_EQ(RefusedAsOf(LastLsn(), "PreviewGrantVersion", kMgmt, input), kValidation);
  EXPECT_EQ(RefusedAsOf(before - 1, "PreviewGrantVersion", kMgmt, input), kNotFound);
}

}  // namespace
}  // namespace grantledger::model
