// A batch: what its reads see of its own writes and of the store below them.
#include "ledger/batch.h"

#include <gtest/gtest.h>

#include <map>

#include <rocksdb/perf_context.h>

#include "tests/codec/bytes.h"
#include "tests/ledger/ledger_fixture.h"
#include "tests/model/random.h"

namespace grantledger {
namespace {

using Content = std::map<std::string, std::string>;

class BatchTest : public LedgerFixture {
 protected:
  BatchTest() : store_(std::move(*Store::Open(directory_ + "/store", options_, nullptr))) {}

  static Content Scan(const Rows& rows, const std::string& prefix) {
    Content content;
    RowIterator at = rows.Scan(Family::kIndex, prefix);
    for (; at.AtRow().value(); at.Next()) {
      content.emplace(at.key(), *at.payload());
    }
    return content;
  }

  static Content Below(const Content& content, const std::string& prefix) {
    Content below;
    for (const auto& row : content) {
      if (row.first.starts_with(prefix)) below.insert(row);
    }
    return below;
  }

  std::unique_ptr<Store> store_;
};

TEST_F(BatchTest, AScanEndsWhereItsRangeEnds) {
  Batch committed(*store_);
  committed.Put(Family::kIndex, "o1", "stored");
  ASSERT_TRUE(committed.Commit().ok());
  Batch batch(*store_);
  batch.Put(Family::kIndex, "o2", "pending");
  batch.Put(Family::kIndex, "x1", "behind the range");
  EXPECT_EQ(Scan(batch, "o"), (Content{{"o1", "stored"}, {"o2", "pending"}}));
  EXPECT_EQ(Scan(*store_, "o"), (Content{{"o1", "stored"}}));
}

TEST_F(BatchTest, ReadsAreThoseOfTheCommittedWrites) {
  const std::uint64_t seed = FreshSeed();
  SCOPED_TRACE("GRANTLEDGER_SEED=" + std::to_string(seed));
  model::Random random(seed);
  const auto key = [&random] {
    std::string text(1 + random.Below(3), 'a');
    for (char& letter : text) letter = static_cast<char>('a' + random.Below(3));
    return text;
  };
  Content content;
  for (int round = 0; round < 60; ++round) {
    Batch batch(*store_);
    for (int i = 0; i < 40; ++i) {
      const std::string at = key();
      if (random.Percent(35)) {
        batch.Delete(Family::kIndex, at);
        content.erase(at);
      } else {
        content[at] = std::to_string(random.Below(1000));
        batch.Put(Family::kIndex, at, content[at]);
      }
      const std::string asked = key();
      const auto found = batch.Get(Family::kIndex, asked);
      ASSERT_TRUE(found.has_value());
      ASSERT_EQ(found->has_value(), content.contains(asked)) << asked;
      if (*found) {
        ASSERT_EQ(**found, content[asked]);
      }
    }
    const std::string prefix = random.Percent(30) ? std::string() : key();
    ASSERT_EQ(Scan(batch, prefix), Below(content, prefix)) << prefix;
    ASSERT_TRUE(batch.Commit().ok());
    ASSERT_EQ(Scan(*store_, prefix), Below(content, prefix)) << prefix;
  }
}

// RocksDB steps over rows that are newer than a snapshot one by one.
TEST_F(BatchTest, AScanOfASnapshotStepsOverNoNewerRowsOutsideItsRange) {
  Batch batch(*store_);
  batch.Put(Family::kIndex, "n", "before the range");
  batch.Put(Family::kIndex, "o1", "stored");
  ASSERT_TRUE(batch.Commit().ok());
  const Snapshot snapshot(*store_);
  for (int i = 0; i < 1000; ++i) {
    for (const char* prefix : {"n", "p"}) {
      batch.Put(Family::kIndex, prefix + std::to_string(i), "newer");
    }
  }
  ASSERT_TRUE(batch.Commit().ok());
  rocksdb::SetPerfLevel(rocksdb::PerfLevel::kEnableCount);
  rocksdb::get_perf_context()->Reset();
  EXPECT_EQ(Scan(snapshot, "o"), (Content{{"o1", "stored"}}));
  RowIterator rows = snapshot.Scan(Family::kIndex, "o");
  rows.SeekForPrev("o0");
  EXPECT_FALSE(rows.AtRow().value());
  EXPECT_EQ(rocksdb::get_perf_context()->internal_recent_skipped_count, 0U);
  rocksdb::SetPerfLevel(rocksdb::PerfLevel::kDisable);
}

TEST_F(BatchTest, WhatIsRolledBackWasNeverWritten) {
  const std::uint64_t seed = FreshSeed();
  SCOPED_TRACE("GRANTLEDGER_SEED=" + std::to_string(seed));
  model::Random random(seed);
  const auto key = [&random] {
    std::string text(1 + random.Below(2), 'a');
    for (char& letter : text) letter = static_cast<char>('a' + random.Below(4));
    return text;
  };
  Content stored;
  Batch batch(*store_);
  for (int round = 0; round < 300; ++round) {
    Content written = stored;
    const std::size_t groups = random.Below(4);
    for (std::size_t group = 0; group < groups; ++group) {
      const Content before = written;
      batch.SetSavepoint();
      EXPECT_FALSE(batch.ChangedSinceSavepoint());
      const std::size_t writes = random.Below(8);
      for (std::size_t i = 0; i < writes; ++i) {
        const std::string row = key();
        if (random.Percent(30)) {
          batch.Delete(Family::kIndex, row);
          written.erase(row);
        } else {
          const std::string value = std::to_string(random.Below(1000));
          batch.Put(Family::kIndex, row, value);
          written[row] = value;
        }
      }
      EXPECT_EQ(batch.ChangedSinceSavepoint(), writes > 0);
      if (random.Percent(40)) {
        batch.RollBack();
        written = before;
      }
      ASSERT_EQ(Scan(batch, ""), written) << "in round " << round;
    }
    ASSERT_TRUE(batch.Commit().ok());
    EXPECT_TRUE(batch.empty());
    stored = written;
    ASSERT_EQ(Scan(*store_, ""), stored) << "in round " << round;
  }
}

TEST_F(BatchTest, WhatFollowsFromItsWritesIsOthersWhenItIsCommitted) {
  const std::string key = "o12345678";
  const auto keep = [&](Batch& batch, int what) {
    batch.KeepCommitted(Family::kIndex, key, std::make_shared<const int>(what), 4);
  };
  const auto find = [&](const Rows& rows) {
    const auto found = rows.FindOlder(Family::kIndex, key);
    return found ? *std::static_pointer_cast<const int>(*found) : 0;
  };
  Batch batch(*store_);
  keep(batch, 1);
  EXPECT_EQ(find(*store_->Latest()), 1) << "nothing is written yet";
  batch.SetSavepoint();
  batch.Put(Family::kIndex, "another", "row");
  keep(batch, 2);
  EXPECT_EQ(find(batch), 2);
  EXPECT_EQ(find(*store_->Latest()), 1);
  batch.SetSavepoint();
  keep(batch, 3);
  batch.RollBack();
  EXPECT_EQ(find(batch), 1) << "an older one is forgotten, too";
  keep(batch, 4);
  ASSERT_TRUE(batch.Commit().ok());
  EXPECT_EQ(find(*store_->Latest()), 4);
}

}  // namespace
}  // namespace grantledger
