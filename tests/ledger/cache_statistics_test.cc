// What Ledger::Statistics tells of caches, and that Options::cache_bytes bounds all that is in
// them.
#include <gtest/gtest.h>

#include <memory>

#include "tests/ledger/compaction_fixture.h"
#include "tests/ledger/failing_reads.h"

namespace grantledger {
namespace {

class CacheStatisticsTest : public CompactionFixture {
 protected:
  void Fill(int accounts) {
    Distribute();
    for (int number = 1; number <= accounts; ++number) Join(number);
  }
  /// Of every account, its grant.
  void ReadAll(int accounts) {
    for (int number = 1; number <= accounts; ++number) {
      const auto received =
          ledger_->Read(Call{.caller = AccountOf(number)}, ListReceivedGrantsRequest{});
      ASSERT_TRUE(received.has_value()) << received.error().message();
      EXPECT_EQ(received->grants.size(), 1U);
    }
  }
};

/// Nothing is in table files yet: what is in the cache are decoded rows and folds.
TEST_F(CacheStatisticsTest, RowsAndFoldsThatAreKeptAreCharged) {
  constexpr int kAccounts = 400;
  Open();
  Fill(kAccounts);
  const LedgerStatistics before = ledger_->Statistics();
  ReadAll(kAccounts);
  const LedgerStatistics first = ledger_->Statistics();
  EXPECT_GT(first.rows.misses, before.rows.misses) << "no account was read before";
  EXPECT_GT(first.folds.hits + first.folds.misses, before.folds.hits + before.folds.misses);
  EXPECT_GT(first.fold_bytes, 0U);
  EXPECT_LE(first.fold_bytes, first.cache_bytes);
  EXPECT_LE(first.pinned_bytes, first.cache_bytes);
  // An account's row alone is larger, decoded.
  constexpr std::uint64_t kLeastOfARow = 50;
  EXPECT_GE(first.cache_bytes - before.cache_bytes, kAccounts * kLeastOfARow);
  ReadAll(kAccounts);
  const LedgerStatistics second = ledger_->Statistics();
  EXPECT_GT(second.rows.hits, first.rows.hits);
  EXPECT_GT(second.folds.hits, first.folds.hits);
}

TEST_F(CacheStatisticsTest, WhatIsKeptStaysWithinItsBytes) {
  constexpr int kAccounts = 500;
  options_.cache_bytes = std::size_t{128} << 10;
  Open();
  Fill(kAccounts);
  ASSERT_TRUE(ledger_->Settle().ok());
  for (int round = 0; round < 2; ++round) {
    ReadAll(kAccounts);
    const LedgerStatistics statistics = ledger_->Statistics();
    EXPECT_GT(statistics.cache_bytes, options_.cache_bytes / 4);
    EXPECT_LE(statistics.cache_bytes - statistics.pinned_bytes, options_.cache_bytes);
  }
}

TEST_F(CacheStatisticsTest, ReadsThatFailAreCounted) {
  const auto files = std::make_shared<FailingReads>();
  const auto env = rocksdb::NewCompositeEnv(files);
  Open(env.get());
  Fill(50);
  ASSERT_TRUE(ledger_->Settle().ok());
  Open(env.get());
  files->reads = 0;
  const auto failed = ledger_->Read(Call{.caller = AccountOf(7)}, ListReceivedGrantsRequest{});
  ASSERT_FALSE(failed.has_value());
  EXPECT_EQ(failed.error().code(), Code::kIoError);
  EXPECT_EQ(ledger_->Statistics().reads_failed, 1U);
  EXPECT_EQ(ledger_->Statistics().reads_refused, 0U);
  files->reads = -1;
  ReadAll(50);
  EXPECT_EQ(ledger_->Statistics().reads_failed, 1U);
  ledger_.reset();
}

}  // namespace
}  // namespace grantledger
