// ledger-dump on a ledger of which a block of the log is damaged: what can be told is told, and
// that it is not all.
#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "tests/inspect/damage_fixture.h"
#include "tests/ledger/flip_byte.h"
#include "tests/tools/process.h"

namespace grantledger::tools {
namespace {

using testing::HasSubstr;

class DamagedLog : public DamageFixture {
 protected:
  static constexpr Lsn kEnd = 406;

  /// A member grant that many records change, and all records in one file.
  void TellOfOneGrant() {
    Open();
    Distribute();
    Join(1);
    Accept(1);
    member_ = *ledger_->MemberGrantArn(distribution_, AccountOf(1));
    while (ledger_->LastLsn() < kEnd) {
      const bool odd = ledger_->LastLsn() % 2 == 1;
      SetStatus(AccountOf(1), member_, odd ? GrantStatus::kActive : GrantStatus::kDisabled);
    }
    ledger_.reset();
    Settle();
  }
  Outcome Dump(const std::string& words) const {
    return RunOn({"/bin/sh", "-c", ProgramPath("ledger-dump") + " " + directory_ + " " + words},
                 "");
  }
  /// It answers, and complains of the block.
  Outcome ToldInPart(const std::string& words) const {
    Outcome told = Dump(words);
    EXPECT_EQ(told.status, 1) << words;
    EXPECT_THAT(told.errors, HasSubstr("what can be read was told, but the ledger is damaged: "))
        << words;
    EXPECT_THAT(told.errors, HasSubstr(".sst")) << words;
    return told;
  }

  std::string member_;
};

TEST_F(DamagedLog, ExplainTellsThatWhoMadeAnEventIsNotKnown) {
  TellOfOneGrant();
  const Outcome whole = Dump("explain " + member_ + " --json");
  EXPECT_EQ(whole.status, 0);
  FlipByteAtPart(FileOf(Family::kLog), 0.5);
  const Outcome told = ToldInPart("explain " + member_ + " --json");
  ASSERT_EQ(told.lines.size(), whole.lines.size());
  std::size_t unknown = 0;
  for (std::size_t i = 0; i < told.lines.size(); ++i) {
    auto expected = nlohmann::json::parse(whole.lines[i]);
    const auto event = nlohmann::json::parse(told.lines[i]);
    if (!event.contains("Time")) {
      ++unknown;
      for (const char* field : {"Time", "Operation", "Caller"}) expected.erase(field);
    }
    EXPECT_EQ(event, expected);
  }
  EXPECT_GT(unknown, 0U);
  EXPECT_LT(unknown, told.lines.size() / 2);
  EXPECT_EQ(ToldInPart("explain " + member_).lines.size(), 1 + 3 * told.lines.size());
}

/// Moments of its history are in the block.
TEST_F(DamagedLog, SoDoesTheReport) {
  TellOfOneGrant();
  FlipByteAtPart(FileOf(Family::kLog), 0.5);
  ToldInPart("report --html " + scratch_ + "/report.html");
}

/// A record that does not prove itself, in a block that does.
TEST_F(DamagedLog, ADifferenceTellsOfARecordThatItDidNotCount) {
  TellOfOneGrant();
  FlipBit(Family::kLog, LogKey(200));
  const Outcome told = Dump("diff --from 100 --to 300 --json");
  EXPECT_EQ(told.status, 1);
  EXPECT_THAT(told.errors, HasSubstr("what can be read was told, but the ledger is damaged: "));
  EXPECT_EQ(nlohmann::json::parse(told.lines.at(0))["Records"]["CreateGrantVersion"], 199);
}

/// What was dropped is not damage.
TEST_F(DamagedLog, ARecordThatIsNotKeptIsNoDamage) {
  TellOfOneGrant();
  Open();
  ledger_->SetRetention(KeepFrom{Lsn{300}});
  EXPECT_EQ(ledger_->Compact().value().horizon, 300U);
  ledger_.reset();
  for (const std::string& words :
       {"explain " + member_, std::string("at 300 org"), std::string("diff --from 300"),
        "account " + AccountOf(1).ToString(), "report --html " + scratch_ + "/report.html"}) {
    const Outcome told = Dump(words);
    EXPECT_EQ(told.status, 0) << words;
    EXPECT_EQ(told.errors, "") << words;
  }
}

}  // namespace
}  // namespace grantledger::tools
