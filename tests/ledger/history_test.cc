// Page tokens and watch positions belong to the history that they came from.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/ledger/ledger_fixture.h"

namespace grantledger {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class HistoryTest : public LedgerFixture {
 protected:
  HistoryTest() { options_.background_compaction = false; }
  ~HistoryTest() override {
    std::error_code ignored;
    fs::remove_all(backup_, ignored);
  }

  void Grant(int records) {
    for (int i = 0; i < records; ++i) {
      const int number = ++granted_;
      Do(kVendor, GrantRequest("grant-" + std::to_string(number), license_,
                               AccountArn(500'000'000'000 + static_cast<std::uint64_t>(number))));
    }
  }
  /// A ledger whose backup is older than it is.
  void TellStory() {
    Open();
    license_ = Do(kVendor, LicenseRequest("license")).license_arn;
    Grant(5);
    ledger_.reset();
    fs::copy(directory_, backup_, fs::copy_options::recursive);
    Open();
    Grant(5);
  }
  /// Goes on from the backup, with other grants.
  void Restore(int records) {
    ledger_.reset();
    fs::remove_all(directory_);
    fs::copy(backup_, directory_, fs::copy_options::recursive);
    Open();
    granted_ += 100;
    Grant(records);
  }

  auto List(const std::string& token) {
    ListDistributedGrantsRequest request;
    request.paging.max_results = 1;
    request.paging.next_token = token;
    return ledger_->Read(Call{.caller = kVendor}, request);
  }
  auto Watch(const std::string& position) {
    WatchGrantsRequest request;
    request.position = position;
    return ledger_->Read(Call{.caller = kVendor}, request);
  }
  template <typename Answer>
  static void ExpectOfAnotherHistory(const Answer& answer, const std::string& field) {
    ASSERT_FALSE(answer.has_value());
    EXPECT_EQ(answer.error().code(), Code::kInvalidArgument);
    EXPECT_THAT(answer.error().message(), HasSubstr(field));
    EXPECT_THAT(answer.error().message(), HasSubstr("of another history"));
  }

  std::string license_;
  std::string backup_ = directory_ + "-backup";
  int granted_ = 0;
};

/// A watcher would be told again what it knows.
TEST_F(HistoryTest, APositionDoesNotGoBack) {
  TellStory();
  const std::string position = Watch("").value().position;
  WatchGrantsRequest request;
  request.position = position;
  const auto earlier =
      ledger_->Read(Call{.caller = kVendor, .time = {}, .as_of = Moment(Lsn{2})}, request);
  ASSERT_TRUE(earlier.has_value()) << earlier.error().message();
  EXPECT_TRUE(earlier->events.empty());
  EXPECT_EQ(earlier->position, position);
}

TEST_F(HistoryTest, ATokenFromBeyondTheLastRecordIsRefused) {
  TellStory();
  const std::string token = List("").value().next_token;
  ASSERT_TRUE(List(token).has_value());
  Restore(0);
  ExpectOfAnotherHistory(List(token), "NextToken");
}

TEST_F(HistoryTest, ATokenOfALaterMomentThatIsNowAnotherIsRefused) {
  TellStory();
  const std::string token = List("").value().next_token;
  Restore(8);
  ExpectOfAnotherHistory(List(token), "NextToken");
}

TEST_F(HistoryTest, ATokenOfWhatBothHaveInCommonGoesOn) {
  TellStory();
  ListDistributedGrantsRequest request;
  request.paging.max_results = 1;
  const Call call{.caller = kVendor, .time = {}, .as_of = Moment(Lsn{5})};
  const std::string token = ledger_->Read(call, request).value().next_token;
  Restore(8);
  EXPECT_TRUE(List(token).has_value());
}

TEST_F(HistoryTest, AWatcherGoesOnWhereItWas) {
  TellStory();
  const auto first = Watch("");
  ASSERT_TRUE(first.has_value()) << first.error().message();
  EXPECT_EQ(first->events.size(), 10U);
  EXPECT_TRUE(Watch(first->position).value().events.empty());
  Grant(2);
  const auto next = Watch(first->position);
  ASSERT_TRUE(next.has_value()) << next.error().message();
  EXPECT_EQ(next->events.size(), 2U);
  EXPECT_EQ(next->events.front().lsn, 12U);
}

TEST_F(HistoryTest, APositionPageByPageMissesNothing) {
  TellStory();
  WatchGrantsRequest request;
  request.paging.max_results = 3;
  std::vector<Lsn> seen;
  while (true) {
    const auto page = ledger_->Read(Call{.caller = kVendor}, request);
    ASSERT_TRUE(page.has_value()) << page.error().message();
    if (page->events.empty()) break;
    for (const auto& event : page->events) seen.push_back(event.lsn);
    request.position = page->position;
  }
  EXPECT_THAT(seen, testing::ElementsAre(2, 3, 4, 5, 6, 7, 8, 9, 10, 11));
}

TEST_F(HistoryTest, APositionOfAnotherHistoryIsRefused) {
  TellStory();
  const std::string position = Watch("").value().position;
  Restore(0);
  ExpectOfAnotherHistory(Watch(position), "Position");
  Grant(8);
  ExpectOfAnotherHistory(Watch(position), "Position");
}

TEST_F(HistoryTest, APositionIsOpaqueAndAlone) {
  TellStory();
  const std::string position = Watch("").value().position;
  EXPECT_THAT(Watch(position + "A").error().message(), HasSubstr("Position is altered"));
  EXPECT_THAT(Watch(List("").value().next_token).error().message(),
              HasSubstr("Position is altered"));
  WatchGrantsRequest both;
  both.from_lsn = 1;
  both.position = position;
  EXPECT_THAT(ledger_->Read(Call{.caller = kVendor}, both).error().message(), HasSubstr("FromLsn"));
}

TEST_F(HistoryTest, AReaderOfAnOlderMomentRefusesWhatIsBeyondIt) {
  TellStory();
  const std::string token = List("").value().next_token;
  Options options = options_;
  options.read_only = true;
  ledger_.reset();
  const auto reader = Ledger::Open(backup_, options).value();
  ListDistributedGrantsRequest request;
  request.paging.max_results = 1;
  request.paging.next_token = token;
  ExpectOfAnotherHistory(reader->Read(Call{.caller = kVendor}, request), "NextToken");
}

}  // namespace
}  // namespace grantledger
