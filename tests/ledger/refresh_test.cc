// Ledger::Refresh: a reader that comes to the writer's present.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <thread>

#include "tests/ledger/retention_fixture.h"

namespace grantledger {
namespace {

namespace fs = std::filesystem;

class RefreshTest : public RetentionTest {
 protected:
  void OpenReader() {
    Options options = options_;
    options.read_only = true;
    auto opened = Ledger::Open(directory_, options);
    ASSERT_TRUE(opened.has_value()) << opened.error().message();
    reader_ = std::move(*opened);
  }
  void TearDown() override {
    reader_.reset();
    std::error_code ignored;
    fs::remove_all(directory_ + "-old", ignored);
  }
  void WriteLicenses(const std::string& name, int count) {
    for (int i = 0; i < count; ++i) Do(kVendor, LicenseRequest(name + std::to_string(i)));
  }
  static std::size_t LicensesOf(const Ledger& ledger) {
    ListLicensesRequest all;
    all.paging.max_results = 100'000;
    const auto page = ledger.Read(Call{.caller = kVendor}, all);
    EXPECT_TRUE(page.has_value()) << page.error().message();
    return page ? page->licenses.size() : 0;
  }
  void Refresh() {
    const Status refreshed = reader_->Refresh();
    EXPECT_TRUE(refreshed.ok()) << refreshed.message();
  }
  /// The ledger's files as they are now, in its place later.
  void KeepFiles() {
    ledger_.reset();
    fs::copy(directory_, directory_ + "-old", fs::copy_options::recursive);
  }
  void PutFilesBack() {
    ledger_.reset();
    fs::remove_all(directory_);
    fs::copy(directory_ + "-old", directory_, fs::copy_options::recursive);
  }

  std::unique_ptr<Ledger> reader_;
};

TEST_F(RefreshTest, AReaderSeesWhatWasWrittenSince) {
  for (const auto durability : {Durability::kBuffered, Durability::kSynced}) {
    options_.durability = durability;
    Open();
    WriteLicenses("a", durability == Durability::kBuffered ? 3 : 0);
    OpenReader();
    const std::size_t before = LicensesOf(*reader_);
    Refresh();
    EXPECT_EQ(LicensesOf(*reader_), before) << "nothing was written";
    WriteLicenses(durability == Durability::kBuffered ? "b" : "c", 4);
    EXPECT_EQ(LicensesOf(*reader_), before);
    Refresh();
    EXPECT_EQ(LicensesOf(*reader_), before + 4);
    EXPECT_EQ(reader_->LastLsn(), ledger_->LastLsn());
    // Whatever the database does with its files.
    ASSERT_TRUE(ledger_->Settle().ok());
    Refresh();
    EXPECT_EQ(LicensesOf(*reader_), before + 4);
    ledger_.reset();
    Refresh();
    EXPECT_EQ(LicensesOf(*reader_), before + 4);
    reader_.reset();
  }
}

TEST_F(RefreshTest, RowsThatWereReadBeforeAreReadAnew) {
  TellStory();
  OpenReader();
  const auto get = [this] {
    const auto grant = reader_->Read(Call{.caller = kHolder}, GetGrantRequest{grant_});
    EXPECT_TRUE(grant.has_value());
    return grant ? grant->grant.state->status : GrantStatus::kDeleted;
  };
  EXPECT_EQ(get(), GrantStatus::kDisabled);
  EXPECT_EQ(get(), GrantStatus::kDisabled);
  SetStatus(6, "once-more", GrantStatus::kActive);
  Refresh();
  EXPECT_EQ(get(), GrantStatus::kActive);
  SetStatus(7, "and-off", GrantStatus::kDisabled);
  ASSERT_TRUE(ledger_->Compact().has_value());
  Refresh();
  EXPECT_EQ(get(), GrantStatus::kDisabled);
}

/// Every answer is of one moment: licenses are made by twos, in one commit.
TEST_F(RefreshTest, ReadersMeanwhileSeeBeforeOrAfter) {
  options_.background_compaction = true;
  options_.compaction_records = 10;
  Open();
  WriteLicenses("first", 2);
  OpenReader();
  std::atomic<bool> ends = false;
  std::atomic<int> reads = 0;
  std::atomic<int> refreshed = 0;
  const auto read = [&] {
    std::size_t most = 0;
    while (!ends) {
      const std::size_t now = LicensesOf(*reader_);
      EXPECT_EQ(now % 2, 0U);
      EXPECT_GE(now, most);
      most = now;
      ++reads;
    }
  };
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i) threads.emplace_back(read);
  threads.emplace_back([&] {
    for (int i = 0; !ends; ++i) {
      // A few for each time that the reader is refreshed, so that there is little to read.
      constexpr int kFew = 20;
      while (!ends && i >= kFew * (refreshed + 1)) std::this_thread::yield();
      const std::array<grantledger::Write, 2> both = {
          grantledger::Write{{.caller = kVendor}, LicenseRequest("x" + std::to_string(i))},
          grantledger::Write{{.caller = kVendor}, LicenseRequest("y" + std::to_string(i))}};
      for (const auto& answer : ledger_->Apply(both)) EXPECT_TRUE(answer.has_value());
    }
  });
  for (int i = 0; i < 20; ++i) {
    const Lsn answered = ledger_->LastLsn();
    Refresh();
    EXPECT_GE(reader_->LastLsn(), answered);
    ++refreshed;
    if (i % 10 != 9) continue;
    EXPECT_TRUE(ledger_->Settle().ok());
  }
  while (reads < 10) std::this_thread::yield();
  ends = true;
  for (std::thread& thread : threads) thread.join();
}

TEST_F(RefreshTest, PagesFromBeforeGoOn) {
  Open();
  WriteLicenses("a", 5);
  OpenReader();
  ListLicensesRequest request;
  request.paging.max_results = 3;
  const auto first = reader_->Read(Call{.caller = kVendor}, request);
  ASSERT_TRUE(first.has_value());
  WriteLicenses("b", 5);
  Refresh();
  request.paging.next_token = first->next_token;
  const auto second = reader_->Read(Call{.caller = kVendor}, request);
  ASSERT_TRUE(second.has_value()) << second.error().message();
  EXPECT_EQ(second->licenses.size(), 2U) << "as of the first page";
  EXPECT_TRUE(second->next_token.empty());
  // Where the writer dropped the moment, it is refused.
  Drop(KeepRecords{1});
  Refresh();
  ExpectRefused(reader_->Read(Call{.caller = kVendor}, request), "NextToken");
}

TEST_F(RefreshTest, AHistoryThatIsNoContinuationIsRefused) {
  Open();
  WriteLicenses("a", 5);
  KeepFiles();
  Open();
  WriteLicenses("b", 5);
  OpenReader();
  const auto expect_refused = [this](const std::string& why) {
    const Status refreshed = reader_->Refresh();
    EXPECT_EQ(refreshed.code(), Code::kInvalidState) << refreshed.message();
    EXPECT_THAT(refreshed.message(), HasSubstr("another history"));
    EXPECT_THAT(refreshed.message(), HasSubstr(why));
    EXPECT_EQ(LicensesOf(*reader_), 10U) << "the old view goes on";
    EXPECT_EQ(reader_->LastLsn(), 10U);
  };
  PutFilesBack();
  expect_refused("it ends at LSN 5");
  Open();
  WriteLicenses("c", 7);
  expect_refused("its record 10 differs");
  // What is there is a ledger, and can be opened anew.
  OpenReader();
  EXPECT_EQ(LicensesOf(*reader_), 12U);
  // Another ledger.
  ledger_.reset();
  fs::remove_all(directory_);
  Open();
  WriteLicenses("d", 20);
  const Status another = reader_->Refresh();
  EXPECT_EQ(another.code(), Code::kInvalidState);
  EXPECT_THAT(another.message(), HasSubstr("identity"));
}

TEST_F(RefreshTest, ALedgerThatIsGoneIsNoWrongArgument) {
  Open();
  WriteLicenses("a", 3);
  OpenReader();
  ledger_.reset();
  for (const bool is_there : {true, false}) {
    fs::remove_all(directory_);
    if (is_there) fs::create_directory(directory_);
    EXPECT_EQ(reader_->Refresh().code(), Code::kInvalidState);
    EXPECT_EQ(LicensesOf(*reader_), 3U);
  }
}

TEST_F(RefreshTest, WhatFailsLeavesTheOldView) {
  Open();
  WriteLicenses("a", 5);
  OpenReader();
  WriteLicenses("b", 5);
  ledger_.reset();
  fs::rename(directory_, directory_ + "-old");
  EXPECT_FALSE(reader_->Refresh().ok());
  EXPECT_EQ(LicensesOf(*reader_), 5U);
  fs::rename(directory_ + "-old", directory_);
  Refresh();
  EXPECT_EQ(LicensesOf(*reader_), 10U);
}

TEST_F(RefreshTest, AHorizonThatWentPastTheReaderIsTold) {
  TellStory();
  OpenReader();
  SetStatus(6, "on", GrantStatus::kActive);
  SetStatus(200, "off", GrantStatus::kDisabled);
  Drop(KeepRecords{0});
  ASSERT_EQ(ledger_->Horizon(), 7U);
  const Status refreshed = reader_->Refresh();
  EXPECT_EQ(refreshed.code(), Code::kInvalidState) << refreshed.message();
  EXPECT_THAT(refreshed.message(), HasSubstr("the horizon LSN 7"));
  EXPECT_EQ(reader_->LastLsn(), 5U);
  OpenReader();
  SetStatus(201, "on-again", GrantStatus::kActive);
  Drop(KeepRecords{0});
  Refresh();
  EXPECT_EQ(reader_->LastLsn(), 8U);
  EXPECT_EQ(reader_->Horizon(), 8U);
}

TEST_F(RefreshTest, OnlyWhatIsReadOnlyIsRefreshed) {
  Open();
  EXPECT_EQ(ledger_->Refresh().code(), Code::kInvalidState);
}

}  // namespace
}  // namespace grantledger
