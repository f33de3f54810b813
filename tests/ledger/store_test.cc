// A store's files: where a record of the write-ahead log begins, when dropped rows are merged away,
// and what folds take of the cache.
#include "ledger/store.h"

#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <set>

#include "ledger/batch.h"
#include "ledger/fold_cache.h"
#include "ledger/resumable_files.h"
#include "ledger/store_files.h"
#include "tests/codec/bytes.h"
#include "tests/ledger/ledger_fixture.h"
#include "tests/model/random.h"

namespace grantledger {
namespace {

TEST(WalRecordsTest, TheLastWholeRecordEndsWhereItWasEnded) {
  const std::uint64_t seed = FreshSeed();
  SCOPED_TRACE("GRANTLEDGER_SEED=" + std::to_string(seed));
  model::Random random(seed);
  constexpr std::size_t kBlock = 32'768;
  constexpr std::size_t kHeader = 7;
  for (int file = 0; file < 50; ++file) {
    WalRecords records;
    std::string bytes;
    std::size_t given = 0;
    for (int record = 0; record < 40; ++record) {
      // As RocksDB's log::Writer does: pieces that do not cross blocks.
      std::size_t left = random.Below(random.Percent(20) ? 100'000 : 3'000);
      for (bool first = true; first || left > 0; first = false) {
        const std::size_t rest = kBlock - bytes.size() % kBlock;
        if (rest < kHeader) bytes.append(rest, '\0');
        const std::size_t room = kBlock - bytes.size() % kBlock - kHeader;
        const std::size_t piece = std::min(room, left);
        left -= piece;
        const char type = static_cast<char>(first ? (left == 0 ? 1 : 2) : (left == 0 ? 4 : 3));
        bytes += "crc!";
        bytes.push_back(static_cast<char>(piece & 0xff));
        bytes.push_back(static_cast<char>(piece >> 8));
        bytes.push_back(type);
        bytes.append(piece, static_cast<char>(random.Below(256)));
      }
      const std::uint64_t end_before = records.whole_end();
      while (given < bytes.size()) {
        ASSERT_EQ(records.whole_end(), end_before);
        const std::size_t count = 1 + random.Below(bytes.size() - given);
        records.Append(bytes.data() + given, count);
        given += count;
      }
      ASSERT_EQ(records.whole_end(), bytes.size()) << "file " << file << ", record " << record;
    }
  }
}

class ReclaimTest : public LedgerFixture {
 protected:
  std::set<std::string> FilesOf(Store& store, Family family) {
    std::vector<rocksdb::LiveFileMetaData> files;
    store.db()->GetLiveFilesMetaData(&files);
    std::set<std::string> names;
    for (const auto& file : files) {
      if (file.column_family_name == FamilyName(family)) names.insert(file.name);
    }
    return names;
  }
  static std::string Key(int row) {
    std::string digits = std::to_string(row);
    return "o" + std::string(8 - digits.size(), '0') + digits;
  }
  static void Drop(Store& store, Family family, int from, int to) {
    Batch batch(store);
    for (int row = from; row < to; ++row) batch.Delete(family, Key(row));
    ASSERT_TRUE(batch.Commit().ok());
    store.NoteDropped(family, static_cast<std::uint64_t>(to - from));
  }
};

TEST_F(ReclaimTest, AFamilyIsMergedWhenAGoodPartOfItWasDropped) {
  auto opened = Store::Open(directory_, options_, nullptr);
  ASSERT_TRUE(opened.has_value()) << opened.error().message();
  Store& store = **opened;
  constexpr int kRows = 60'000;
  for (const Family family : {Family::kIndex, Family::kMember}) {
    Batch batch(store);
    for (int row = 0; row < kRows; ++row) batch.Put(family, Key(row), "a row");
    ASSERT_TRUE(batch.Commit().ok());
  }
  ASSERT_TRUE(store.Settle().ok());
  std::atomic<bool> stop = false;
  const auto index = FilesOf(store, Family::kIndex);
  const auto member = FilesOf(store, Family::kMember);
  // A fifth of the family, and more than the ten thousand that are worth it at all.
  Drop(store, Family::kIndex, 0, 11'000);
  ASSERT_TRUE(store.Reclaim(stop).ok());
  EXPECT_EQ(FilesOf(store, Family::kIndex), index);
  // With these, a quarter of what is left.
  Drop(store, Family::kIndex, 11'000, 30'000);
  ASSERT_TRUE(store.Reclaim(stop).ok());
  const auto merged = FilesOf(store, Family::kIndex);
  EXPECT_NE(merged, index);
  EXPECT_EQ(FilesOf(store, Family::kMember), member) << "nothing was dropped there";
  // What was merged does not count again.
  Drop(store, Family::kIndex, 30'000, 31'000);
  ASSERT_TRUE(store.Reclaim(stop).ok());
  EXPECT_EQ(FilesOf(store, Family::kIndex), merged);
  // Few rows are not worth it, whatever share they are.
  Drop(store, Family::kMember, 0, 9'000);
  ASSERT_TRUE(store.Reclaim(stop).ok());
  EXPECT_EQ(FilesOf(store, Family::kMember), member);
}

CellFold FoldOf(std::size_t grants) {
  CellFold fold(true, AccountId());
  fold.SetGrants(std::vector<FoldedGrant>(grants));
  return fold;
}

TEST(FoldCacheTest, FoldsAreChargedToTheCacheOfBlocks) {
  constexpr std::size_t kBytes = std::size_t{16} << 20;
  const auto blocks = rocksdb::NewLRUCache(kBytes, 0);
  FoldCache cache(blocks);
  constexpr std::size_t kGrantsOfFold = 1000;
  const std::size_t bytes = FoldOf(kGrantsOfFold).BytesInMemory();
  EXPECT_GE(bytes, kGrantsOfFold * sizeof(FoldedGrant));
  std::shared_ptr<const CellFold> last;
  for (int i = 0; i < 1000; ++i) {
    last = cache.Share(FoldOf(kGrantsOfFold));
    // By two names, as that of a cohort which is like others.
    cache.Keep("a" + std::to_string(i), last);
    cache.Keep("b" + std::to_string(i), last);
    ASSERT_LE(cache.bytes(), kBytes / 4 + 2 * bytes) << "after " << i;
    ASSERT_GE(blocks->GetPinnedUsage() + (std::size_t{256} << 10), cache.bytes());
  }
  EXPECT_GE(cache.bytes(), kBytes / 8) << "what there is room for is kept";
  EXPECT_EQ(cache.Find("a999"), last);
  EXPECT_EQ(cache.Find("a0"), nullptr);
  last.reset();
  cache.Clear();
  EXPECT_EQ(cache.bytes(), 0U);
  EXPECT_LE(blocks->GetPinnedUsage(), std::size_t{2} << 20);
}

TEST(FoldCacheTest, WhatSomebodyHoldsStaysCharged) {
  const auto blocks = rocksdb::NewLRUCache(std::size_t{16} << 20, 0);
  std::shared_ptr<const CellFold> held;
  {
    FoldCache cache(blocks);
    held = cache.Share(FoldOf(1000));
    cache.Keep("a", held);
    cache.Clear();
    EXPECT_EQ(cache.bytes(), held->BytesInMemory());
  }
  held.reset();  // behind its cache
  EXPECT_EQ(blocks->GetPinnedUsage(), 0U);
}

class StoreFilesTest : public LedgerFixture {};

/// The files of a reader's list are open, and may be gone from the directory.
TEST_F(StoreFilesTest, WhatAWriterMergedAndRemovedMeanwhileIsNotDamaged) {
  Open();
  const auto write = [this](const std::string& token) {
    Do(kVendor, LicenseRequest(token));
    ASSERT_TRUE(ledger_->Settle().ok());
  };
  write("one");
  Options options;
  options.read_only = true;
  const auto reader = Store::Open(directory_, options, nullptr).value();
  std::uint64_t files = 0;
  const auto damaged = FindDamagedFiles(*reader, [&](std::uint64_t done, std::uint64_t all) {
    files = all;
    if (done == 1) write("two");
    return true;
  });
  EXPECT_GT(files, 1U);
  for (const DamagedFile& file : damaged) ADD_FAILURE() << file.name << file.problem.message();
  // Of those that are in its list, one that is gone is.
  const auto now = Store::Open(directory_, options, nullptr).value();
  for (const auto& file : std::filesystem::directory_iterator(directory_)) {
    if (file.path().extension() == ".sst") std::filesystem::remove(file.path());
  }
  EXPECT_FALSE(FindDamagedFiles(*now, {}).empty());
}

}  // namespace
}  // namespace grantledger
