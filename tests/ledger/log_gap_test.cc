// Whoever begins a write-ahead log that does not go on with those before it removes them, before
// anything is written to it: else who reads them in order takes what is in it for torn.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <new>
#include <string>
#include <utility>
#include <vector>

#include "ledger/store.h"
#include "ledger/store_copy.h"
#include "tests/ledger/faulty_fixture.h"

namespace grantledger {
namespace {

using testing::ElementsAre;

const AwaitWrites kNobodyWrites = [] { return Status(); };

class LogGapTest : public FaultyFixture {
 protected:
  LogGapTest() { copied_ = {directory_ + "-taken", directory_ + "-taken-2"}; }

  /// The store of a ledger with one record.
  std::unique_ptr<Store> OpenStore() {
    Open();
    EXPECT_TRUE(TryLicense("before").has_value());
    ledger_.reset();
    return Store::Open(directory_, Options{}, env_.get()).value();
  }
  static Status Commit(Store& store, const std::string& key) {
    rocksdb::WriteBatch rows;
    rows.Put(store.handle(Family::kState), key, "value");
    return store.Commit(&rows);
  }
  /// A commit that fails as the log is written.
  void FailToCommit(Store& store) {
    files_->Set([](FileCall call, const std::string& name) {
      return FileFault{.fails = (call == FileCall::kAppend && IsWal(name)) ||
                                (call == FileCall::kCreate && name.ends_with(".dbtmp"))};
    });
    EXPECT_FALSE(Commit(store, "refused").ok());
    EXPECT_FALSE(store.Recover().ok());
  }
  std::string Copy(std::size_t which) {
    std::filesystem::create_directory(copied_[which]);
    return copied_[which];
  }
  static bool Has(const std::string& copy, const std::string& key) {
    const auto opened = Store::OpenCopy(copy, nullptr, /*read_only=*/true);
    std::string value;
    return opened && (*opened)->db()->Get({}, (*opened)->handle(Family::kState), key, &value).ok();
  }
};

/// RocksDB keeps a log of which it read nothing: here, since one family that it has rows of was
/// flushed, and those that were not have what was written past it alone.
TEST_F(LogGapTest, ALogThatWasReadIsRemovedAtOpening) {
  {
    const auto store = OpenStore();
    std::string counters;
    ASSERT_TRUE(store->db()->Get({}, store->handle(Family::kState), CountersKey(), &counters).ok());
    rocksdb::WriteBatch again;
    again.Put(store->handle(Family::kState), CountersKey(), counters);
    ASSERT_TRUE(store->Commit(&again).ok());
    rocksdb::WriteBatch past;  // as where another log is begun, which then can't be done
    for (int family = 0; family < kFamilyCount; ++family) {
      past.Delete(store->handle(static_cast<Family>(family)), rocksdb::Slice());
    }
    rocksdb::WriteOptions without_log;
    without_log.disableWAL = true;
    ASSERT_TRUE(store->db()->Write(without_log, &past).ok());
    ASSERT_TRUE(store->db()->Flush({}, store->handle(Family::kState)).ok());
  }
  Open();
  ASSERT_TRUE(TryLicense("after").has_value());
  ledger_.reset();
  Open();
  ledger_.reset();
  EXPECT_THAT(TokensIn(directory_), ElementsAre("before", "after"));
}

/// Also where somebody else holds all files.
TEST_F(LogGapTest, ALogThatFailedIsRemovedBeforeAnythingIsAnswered) {
  const auto store = OpenStore();
  ASSERT_TRUE(Commit(*store, "first").ok());
  ASSERT_TRUE(store->db()->DisableFileDeletions().ok());
  FailToCommit(*store);
  files_->Set({});
  const Status recovered = store->Recover();
  ASSERT_TRUE(recovered.ok()) << recovered.message();
  ASSERT_TRUE(Commit(*store, "answered").ok());
  const std::string of_open = Copy(0);
  const auto taken = TakeFiles(*store, of_open, kNobodyWrites);
  ASSERT_TRUE(taken.has_value()) << taken.error().message();
  EXPECT_TRUE(Has(of_open, "first"));
  EXPECT_FALSE(Has(of_open, "refused"));
  EXPECT_TRUE(Has(of_open, "answered"));
  const std::string of_files = Copy(1);
  const auto copied = TakeFilesOf(directory_, of_files);
  ASSERT_TRUE(copied.has_value()) << copied.error().message();
  EXPECT_TRUE(Has(of_files, "answered"));
}

/// RocksDB removes the newest first.
TEST_F(LogGapTest, LogsAreRemovedFromTheOldestOn) {
  const auto store = OpenStore();
  ASSERT_TRUE(store->db()->DisableFileDeletions().ok());
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(Commit(*store, "row " + std::to_string(i)).ok());
    ASSERT_TRUE(store->db()->Flush({}, store->handle(Family::kState)).ok());
  }
  std::vector<std::string> removed;
  files_->HearOfRemoved([&](const std::string& name) {
    if (IsWal(name)) removed.push_back(name);
    return removed.size() < 2;
  });
  ASSERT_TRUE(store->db()->EnableFileDeletions(/*force=*/true).ok());
  files_->HearOfRemoved({});
  ASSERT_GE(removed.size(), 2U);
  EXPECT_LT(removed[0], removed[1]);
  // The second could not be removed, nor was one after it.
  EXPECT_FALSE(std::filesystem::exists(removed[0]));
  EXPECT_TRUE(std::filesystem::exists(removed[1]));
  ASSERT_TRUE(Commit(*store, "answered").ok());
  const std::string copy = Copy(0);
  const auto taken = TakeFiles(*store, copy, kNobodyWrites);
  ASSERT_TRUE(taken.has_value()) << taken.error().message();
  EXPECT_TRUE(Has(copy, "answered"));
}

TEST_F(LogGapTest, FilesThatAreHeldAreLetGoWhateverIsThrown) {
  const auto store = OpenStore();
  EXPECT_THROW((void)TakeFiles(*store, Copy(0), kNobodyWrites, [] { throw std::bad_alloc(); }),
               std::bad_alloc);
  std::uint64_t enabled = 0;
  ASSERT_TRUE(store->db()->GetIntProperty("rocksdb.is-file-deletions-enabled", &enabled));
  EXPECT_EQ(enabled, 1U);
}

TEST_F(LogGapTest, FilesThatWereHeldWhileALogFailedAreLetGo) {
  const auto store = OpenStore();
  ASSERT_TRUE(Commit(*store, "first").ok());
  bool has_failed = false;
  const auto taken = TakeFiles(*store, Copy(0), kNobodyWrites, [&] {
    if (!std::exchange(has_failed, true)) FailToCommit(*store);
  });
  ASSERT_FALSE(taken.has_value());
  EXPECT_EQ(taken.error().code(), Code::kIoError) << taken.error().message();
  files_->Set({});
  ASSERT_TRUE(store->Recover().ok());
  std::uint64_t enabled = 0;
  ASSERT_TRUE(store->db()->GetIntProperty("rocksdb.is-file-deletions-enabled", &enabled));
  EXPECT_EQ(enabled, 1U);
  ASSERT_TRUE(Commit(*store, "answered").ok());
  const std::string copy = Copy(1);
  const auto again = TakeFiles(*store, copy, kNobodyWrites);
  ASSERT_TRUE(again.has_value()) << again.error().message();
  EXPECT_TRUE(Has(copy, "answered"));
  ASSERT_TRUE(store->db()->GetIntProperty("rocksdb.is-file-deletions-enabled", &enabled));
  EXPECT_EQ(enabled, 1U);
}

}  // namespace
}  // namespace grantledger
