// The oracle of the campaigns finds what is wrong, and finds nothing where all is right.
#include "oracle.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <stdexcept>

#include "follower.h"
#include "history_file.h"
#include "subject.h"

namespace grantledger::torture {
namespace {

constexpr const char* kVendor = "999999999999";
constexpr const char* kHolder = "222222222222";

Json Request(const std::string& operation, const std::string& caller, Json input) {
  return {{"Operation", operation}, {"Caller", caller}, {"Input", std::move(input)}};
}

std::string NewDirectory() {
  std::string path =
      (std::filesystem::temp_directory_path() / "grantledger-oracle-XXXXXX").string();
  if (mkdtemp(path.data()) == nullptr) throw std::runtime_error("mkdtemp failed: " + path);
  return path;
}

/// A license (LSN 1), a grant of it (2) that is accepted (3) and activated (4).
class OracleTest : public testing::Test {
 protected:
  OracleTest()
      : scratch_(NewDirectory()),
        subject_(Options(), scratch_ + "/ledger"),
        follower_(subject_, std::nullopt),
        oracle_(
            2000, [](const std::string&, const std::string&) { return std::string(); },
            [](const std::string&, const std::string&) { return std::string(); }) {
    const Json license = Write(Request(
        "CreateLicense", kVendor,
        {{"ClientToken", "1"},
         {"LicenseName", "L"},
         {"ProductName", "P"},
         {"ProductSKU", "sku"},
         {"Issuer", {{"Name", "Vendor"}}},
         {"HomeRegion", "us-east-1"},
         {"Validity", {{"Begin", "2026-01-01T00:00:00Z"}}},
         {"Entitlements", Json::array({{{"Name", "s"}, {"Unit", "Count"}, {"MaxCount", 10}}})},
         {"Beneficiary", "acme"},
         {"ConsumptionConfiguration", {{"RenewType", "None"}}}}));
    const Json grant = Write(Request("CreateGrant", kVendor,
                                     {{"ClientToken", "2"},
                                      {"GrantName", "G"},
                                      {"LicenseArn", license.at("LicenseArn")},
                                      {"Principals", {"arn:aws:iam::222222222222:root"}},
                                      {"HomeRegion", "us-east-1"},
                                      {"AllowedOperations", {"CheckoutLicense"}}}));
    grant_ = grant.at("GrantArn");
    Write(Request("AcceptGrant", kHolder, {{"GrantArn", grant_}}));
    Write(Request("CreateGrantVersion", kHolder,
                  {{"ClientToken", "3"}, {"GrantArn", grant_}, {"Status", "ACTIVE"}}));
  }
  ~OracleTest() override {
    std::error_code ignored;
    subject_.Close();
    std::filesystem::remove_all(scratch_, ignored);
  }

  Json Write(const Json& request) {
    answered_.push_back(subject_.Call(request));
    return answered_.back().answer.at("Output");
  }
  Observed Get() { return subject_.Call(Request("GetGrant", kHolder, {{"GrantArn", grant_}})); }

  /// What is found in all that was written, and `reads`.
  std::optional<Violation> Check(const std::vector<Observed>& reads,
                                 std::vector<std::vector<Observed>> unanswered = {}) {
    follower_.CatchUp();
    Stretch stretch;
    if (auto violation =
            MatchLog(follower_.records(), 0, answered_, std::move(unanswered), &stretch)) {
      return violation;
    }
    stretch.reads = reads;
    log_ = stretch.writes;
    return oracle_.Replay(stretch);
  }

  std::string scratch_;
  Subject subject_;
  LogFollower follower_;
  Oracle oracle_;
  std::string grant_;
  std::vector<Observed> answered_;
  std::vector<Logged> log_;
};

TEST_F(OracleTest, WhatIsRightIsFoundRight) {
  Observed past = subject_.Call({{"Operation", "GetGrant"},
                                 {"Caller", kHolder},
                                 {"AsOf", 3U},
                                 {"Input", {{"GrantArn", grant_}}}});
  const auto violation = Check({Get(), past});
  EXPECT_FALSE(violation.has_value()) << violation->ToString();
  EXPECT_EQ(oracle_.checked(), 2U);
}

TEST_F(OracleTest, AnAnswerMustBeOfAnAsOfPointBetweenCallAndReturn) {
  Observed old = Get();
  old.answer = subject_
                   .Call({{"Operation", "GetGrant"},
                          {"Caller", kHolder},
                          {"AsOf", 3U},
                          {"Input", {{"GrantArn", grant_}}}})
                   .answer;
  old.before.lsn = 3;
  EXPECT_FALSE(Check({old}).has_value());
}

TEST_F(OracleTest, AnAnswerOfBeforeTheCallIsWrong) {
  Observed old = Get();
  old.answer["Output"]["Grant"]["GrantStatus"] = "DISABLED";
  old.answer["Output"]["Grant"]["Version"] = "2";
  const auto violation = Check({old});
  ASSERT_TRUE(violation.has_value());
  EXPECT_EQ(violation->what, "a wrong answer");
  EXPECT_EQ(violation->lsn, 4U);
}

TEST_F(OracleTest, AnAnsweredWriteMustHaveARecord) {
  Observed lost = answered_[2];
  lost.request["Caller"] = kVendor;
  answered_.push_back(lost);
  ASSERT_TRUE(Check({}).has_value());
}

TEST_F(OracleTest, ARecordMustHaveAWrite) {
  answered_.pop_back();
  ASSERT_TRUE(Check({}).has_value());
}

TEST_F(OracleTest, AWriteThatWasNotAnsweredMayHaveARecord) {
  Observed unanswered = answered_.back();
  unanswered.answer = nullptr;
  answered_.pop_back();
  Observed not_there = unanswered;
  not_there.request["Input"]["ClientToken"] = "another";
  const auto violation = Check({Get()}, {{unanswered}, {not_there}});
  EXPECT_FALSE(violation.has_value()) << violation->ToString();
}

TEST_F(OracleTest, OfTwoLikeWritesTheRecordIsOfTheOneThatItTellsOf) {
  Observed accepted = answered_[2];
  Observed refused = accepted;
  refused.request["Input"]["GrantArn"] =
      "arn:aws:license-manager::999999999999:grant:g-00000000000000000000000000000000";
  accepted.answer = refused.answer = nullptr;
  answered_.erase(answered_.begin() + 2);
  const auto violation = Check({Get()}, {{refused, accepted}});
  EXPECT_FALSE(violation.has_value()) << violation->ToString();
}

TEST_F(OracleTest, HalfACommitIsFound) {
  Observed stored = answered_.back();
  stored.answer = nullptr;
  answered_.pop_back();
  Observed lost = stored;
  lost.request["Input"]["ClientToken"] = "another";
  const auto violation = Check({}, {{stored, lost}});
  ASSERT_TRUE(violation.has_value());
}

TEST_F(OracleTest, ARefusalAgainstTheRulesIsFound) {
  Observed refused = answered_.back();
  refused.request["Input"]["ClientToken"] = "another";
  refused.answer = {{"Error", {{"Code", "ValidationException"}}}};
  refused.before = refused.after;
  answered_.push_back(refused);
  ASSERT_TRUE(Check({}).has_value());
}

TEST_F(OracleTest, AnAsOfPointBeforeTheHorizonMustBeRefused) {
  Observed past = subject_.Call({{"Operation", "GetGrant"},
                                 {"Caller", kHolder},
                                 {"AsOf", 3U},
                                 {"Input", {{"GrantArn", grant_}}}});
  past.before.horizon = past.after.horizon = 4;
  EXPECT_TRUE(Check({past}).has_value());
}

TEST_F(OracleTest, AnAsOfPointThatIsKeptMustNotBeRefused) {
  Observed past = subject_.Call({{"Operation", "GetGrant"},
                                 {"Caller", kHolder},
                                 {"AsOf", 3U},
                                 {"Input", {{"GrantArn", grant_}}}});
  past.answer = {{"Error", {{"Code", "ValidationException"}}}};
  past.before.horizon = past.after.horizon = 3;
  EXPECT_TRUE(Check({past}).has_value());
}

TEST_F(OracleTest, AHistoryIsReplayed) {
  Observed wrong = Get();
  wrong.answer["Output"]["Grant"]["GrantStatus"] = "DISABLED";
  const auto violation = Check({wrong});
  ASSERT_TRUE(violation.has_value());
  const std::string path = WriteHistory("grantledger-oracle-test.jsonl",
                                        {log_, follower_.records(), {}, {}, 2000, *violation});
  const std::string told = ReplayHistory(path, scratch_ + "/replayed");
  std::filesystem::remove(path);
  EXPECT_NE(told.find("the model: a wrong answer"), std::string::npos) << told;
  EXPECT_NE(told.find("a ledger of the same records has LSN 4"), std::string::npos) << told;
  EXPECT_NE(told.find("LSN 4: {"), std::string::npos) << told;
}

}  // namespace
}  // namespace grantledger::torture
