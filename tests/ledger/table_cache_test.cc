// Tables that are kept decoded: given to those alone who would have read the same.
#include "ledger/table_cache.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "ledger/tables.h"
#include "tests/ledger/ledger_fixture.h"

namespace grantledger {
namespace {

constexpr auto kFamily = Family::kIndex;
const std::string kKey = "a number";

class TableCacheTest : public LedgerFixture {
 protected:
  TableCacheTest() : store_(std::move(*Store::Open(directory_ + "/store", options_, nullptr))) {}

  void Write(const std::string& key, std::uint64_t number) {
    Batch batch(*store_);
    batch.Put(kFamily, key, PackNumber(number));
    ASSERT_TRUE(batch.Commit().ok());
  }
  static std::optional<std::uint64_t> Find(const Rows& rows, const std::string& key) {
    const auto found = FindNumber(rows, kFamily, key);
    EXPECT_TRUE(found.has_value());
    return found ? *found : std::nullopt;
  }
  /// Past all that is kept.
  static std::optional<std::uint64_t> Read(const Rows& rows, const std::string& key) {
    const auto payload = rows.Get(kFamily, key);
    EXPECT_TRUE(payload.has_value());
    if (!payload || !*payload) return std::nullopt;
    return *ReadNumber(kFamily, key, **payload);
  }
  static const void* Kept(const Rows& rows, const std::string& key) {
    const auto kept = rows.FindKept(kFamily, key);
    return kept ? kept->get() : nullptr;
  }

  std::unique_ptr<Store> store_;
};

TEST_F(TableCacheTest, IsGivenToLaterSnapshotsUntilTheRowIsWritten) {
  Write(kKey, 1);
  const auto before = store_->Latest();
  EXPECT_EQ(Kept(*before, kKey), nullptr);
  EXPECT_EQ(Find(*before, kKey), 1U);
  const void* kept = Kept(*before, kKey);
  ASSERT_NE(kept, nullptr);
  Write("another row", 7);
  EXPECT_EQ(Kept(*store_->Latest(), kKey), kept);
  Write(kKey, 2);
  const auto after = store_->Latest();
  EXPECT_EQ(Kept(*after, kKey), nullptr);
  EXPECT_EQ(Find(*after, kKey), 2U);
  // What is newer than a snapshot is not given to it.
  EXPECT_EQ(Kept(*before, kKey), nullptr);
  EXPECT_EQ(Find(*before, kKey), 1U);
  EXPECT_EQ(Find(*after, kKey), 2U);
}

TEST_F(TableCacheTest, KnowsThatThereIsNoRow) {
  const auto before = store_->Latest();
  EXPECT_EQ(Find(*before, kKey), std::nullopt);
  EXPECT_TRUE(before->FindKept(kFamily, kKey).has_value());
  Write(kKey, 1);
  EXPECT_EQ(Find(*store_->Latest(), kKey), 1U);
  Batch batch(*store_);
  batch.Delete(kFamily, kKey);
  ASSERT_TRUE(batch.Commit().ok());
  EXPECT_EQ(Find(*store_->Latest(), kKey), std::nullopt);
}

TEST_F(TableCacheTest, ABatchSeesWhatItWrites) {
  Write(kKey, 1);
  EXPECT_EQ(Find(*store_->Latest(), kKey), 1U);
  Batch batch(*store_);
  EXPECT_EQ(Find(batch, kKey), 1U);
  batch.Put(kFamily, kKey, PackNumber(2));
  EXPECT_EQ(Find(batch, kKey), 2U);
  // It is not to be seen by others before the commit.
  EXPECT_EQ(Find(*store_->Latest(), kKey), 1U);
  batch.Delete(kFamily, kKey);
  EXPECT_EQ(Find(batch, kKey), std::nullopt);
}

TEST_F(TableCacheTest, WhatFollowsFromAPrefixIsLetGoByEachOfItsRows) {
  const std::string prefix = "prefix-8";
  ASSERT_EQ(prefix.size(), TableCache::kStripedBytes);
  const auto before = store_->Latest();
  before->Keep(kFamily, prefix, std::make_shared<const int>(5), sizeof(int));
  ASSERT_NE(Kept(*before, prefix), nullptr);
  {
    Batch batch(*store_);
    EXPECT_NE(Kept(batch, prefix), nullptr);
    batch.Put(kFamily, prefix + "/row", "new");
    EXPECT_EQ(Kept(batch, prefix), nullptr);
  }
  EXPECT_NE(Kept(*store_->Latest(), prefix), nullptr);
  Write(prefix + "/row", 1);
  const auto after = store_->Latest();
  EXPECT_EQ(Kept(*after, prefix), nullptr);
  // Whoever can go on from what was, still finds it.
  const auto older = after->FindOlder(kFamily, prefix);
  ASSERT_TRUE(older.has_value());
  EXPECT_EQ(*std::static_pointer_cast<const int>(*older), 5);
}

TEST_F(TableCacheTest, ReadersOfOneStateShareASnapshot) {
  const auto first = store_->Latest();
  EXPECT_EQ(store_->Latest(), first);
  Write(kKey, 1);
  EXPECT_NE(store_->Latest(), first);
  EXPECT_EQ(Find(*first, kKey), std::nullopt);
}

/// While rows are written over and over, each snapshot finds what it reads.
TEST_F(TableCacheTest, IsExactBesideAWriter) {
  constexpr std::uint64_t kRounds = 3'000;
  constexpr std::uint64_t kRows = 4;
  const auto key_of = [](std::uint64_t row) { return "row " + std::to_string(row); };
  std::atomic<std::uint64_t> published = 0;
  std::atomic<bool> done = false;
  const auto read = [&] {
    std::uint64_t compared = 0;
    for (std::uint64_t i = 0; !done || i % kRows != 0; ++i) {
      const std::uint64_t round = published;
      const auto rows = store_->Latest();
      const auto found = Find(*rows, key_of(i % kRows));
      ASSERT_EQ(found, Read(*rows, key_of(i % kRows)));
      ASSERT_GE(found.value_or(0), round);
      ++compared;
    }
    EXPECT_GT(compared, kRows);
  };
  std::thread one(read);
  std::thread other(read);
  for (std::uint64_t round = 1; round <= kRounds; ++round) {
    Batch batch(*store_);
    for (std::uint64_t row = 0; row < kRows; ++row) {
      batch.Put(kFamily, key_of(row), PackNumber(round));
    }
    ASSERT_TRUE(batch.Commit().ok());
    published = round;
  }
  done = true;
  one.join();
  other.join();
}

}  // namespace
}  // namespace grantledger
