// Recovering while RocksDB flushes and merges: nothing is forgotten, and nothing is waited for that
// may not come.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rocksdb/convenience.h>

#include <atomic>
#include <chrono>
#include <future>
#include <memory>
#include <thread>

#include "ledger/store.h"
#include "tests/ledger/faulty_fixture.h"

namespace grantledger {
namespace {

/// Keeps all threads that flush busy, until it ends.
class BusyThreads {
 public:
  BusyThreads() {
    rocksdb::Env* const env = rocksdb::Env::Default();
    const int threads = env->GetBackgroundThreads(rocksdb::Env::HIGH);
    const auto wait = [](void* ended) {
      const std::unique_ptr<Ended> mine(static_cast<Ended*>(ended));
      mine->wait();
    };
    for (int i = 0; i < threads; ++i) {
      env->Schedule(wait, std::make_unique<Ended>(ended_).release(), rocksdb::Env::HIGH);
    }
  }
  ~BusyThreads() { End(); }
  BusyThreads(const BusyThreads&) = delete;
  BusyThreads& operator=(const BusyThreads&) = delete;
  void End() {
    if (!std::exchange(ends_, true)) end_.set_value();
  }

 private:
  using Ended = std::shared_future<void>;
  bool ends_ = false;
  std::promise<void> end_;
  Ended ended_ = end_.get_future().share();
};

class RecoveryTest : public FaultyFixture {
 protected:
  static rocksdb::Status Put(Store& store, Family family) {
    // Two, so that files overlap, and are merged.
    rocksdb::WriteBatch rows;
    rows.Put(store.handle(family), "row 1", "value");
    rows.Put(store.handle(family), "row 2", "value");
    return store.db()->Write({}, &rows);
  }
  /// Asks for a flush, and does not wait for it.
  static rocksdb::Status Flush(Store& store, Family family) {
    rocksdb::FlushOptions options;
    options.wait = false;
    options.allow_write_stall = true;
    return store.db()->Flush(options, store.handle(family));
  }
};

TEST_F(RecoveryTest, AFlushThatHasNotBegunIsNotForgottenWhereAnErrorComes) {
  const auto store = Store::Open(directory_, Options{}, env_.get()).value();
  BusyThreads busy;
  ASSERT_TRUE(Put(*store, Family::kLog).ok());
  ASSERT_TRUE(Flush(*store, Family::kLog).ok());
  std::promise<void> failing;
  bool has_failed = false;
  files_->Set([&](FileCall call, const std::string& name) {
    const bool fails = call == FileCall::kCreate && IsWal(name);
    if (fails && !std::exchange(has_failed, true)) failing.set_value();
    return FileFault{.fails = fails};
  });
  std::thread ends_later([&] {
    failing.get_future().wait();
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    busy.End();
  });
  ASSERT_TRUE(Put(*store, Family::kState).ok());
  EXPECT_FALSE(Flush(*store, Family::kState).ok());
  ends_later.join();
  files_->Set({});
  auto recovering = std::async(std::launch::async, [&] { return store->Recover(); });
  const bool ends = recovering.wait_for(std::chrono::seconds(30)) == std::future_status::ready;
  EXPECT_TRUE(ends) << "recovering waits for a flush that no thread will do";
  if (!ends) rocksdb::CancelAllBackgroundWork(store->db(), /*wait=*/false);
  const Status recovered = recovering.get();
  EXPECT_TRUE(recovered.ok()) << recovered.message();
  for (const Family family : {Family::kLog, Family::kState}) {
    std::string at_level_0;
    EXPECT_TRUE(store->db()->GetProperty(store->handle(family), "rocksdb.num-files-at-level0",
                                         &at_level_0));
    EXPECT_EQ(at_level_0, "1");
  }
}

/// RocksDB merges again each second for as long as it fails, and DB::Resume waits until it does
/// not.
TEST_F(RecoveryTest, NothingIsWaitedForWhereMergingAndFlushingFailAndSmallFilesDoNot) {
  const auto store = Store::Open(directory_, Options{}, env_.get()).value();
  std::atomic<int> left = 4;  // files that can be made: as many as are merged then
  std::atomic<int> refused = 0;
  files_->Set([&](FileCall call, const std::string& name) {
    const bool fails = call == FileCall::kCreate && name.ends_with(".sst") && left-- <= 0;
    refused += fails ? 1 : 0;
    return FileFault{.fails = fails, .no_space = true};
  });
  rocksdb::FlushOptions waits;
  for (int i = 0; i < 4; ++i) {
    ASSERT_TRUE(Put(*store, Family::kLog).ok());
    ASSERT_TRUE(store->db()->Flush(waits, store->handle(Family::kLog)).ok());
  }
  while (refused == 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  ASSERT_TRUE(Put(*store, Family::kState).ok());
  EXPECT_FALSE(store->db()->Flush(waits, store->handle(Family::kState)).ok());
  EXPECT_TRUE(store->NeedsRecovery());
  const auto recover = [&](bool succeeds) {
    auto recovering = std::async(std::launch::async, [&] { return store->Recover(); });
    const bool ends = recovering.wait_for(std::chrono::seconds(30)) == std::future_status::ready;
    EXPECT_TRUE(ends) << "recovering waits for merging";
    if (!ends) files_->Set({});
    const Status recovered = recovering.get();
    EXPECT_EQ(recovered.ok(), succeeds) << recovered.message();
  };
  recover(false);
  recover(false);
  files_->Set({});
  recover(true);
  EXPECT_FALSE(store->NeedsRecovery());
}

/// After an error that stopped it wholly and was recovered from, DB::Flush of RocksDB 7.8.3 does
/// not wait any more. What was answered after a log had failed is there all the same.
TEST_F(RecoveryTest, ALogThatFailedIsFlushedBeforeAnythingIsAnswered) {
  Open(env_.get());
  const auto fail_once = [this](FileCall failing) {
    auto left = std::make_shared<std::atomic<int>>(1);
    files_->Set([left, failing](FileCall call, const std::string& name) {
      return FileFault{.fails = call == failing && IsWal(name) && (*left)-- > 0};
    });
  };
  ASSERT_TRUE(TryLicense("before").has_value());
  fail_once(FileCall::kCreate);
  EXPECT_FALSE(ledger_->Settle().ok());
  ASSERT_TRUE(TryLicense("between").has_value());
  fail_once(FileCall::kAppend);
  BusyThreads busy;
  std::thread ends_later([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    busy.End();
  });
  const bool answered = TryLicense("after").has_value();
  const std::string killed = CopyOfDirectory();
  ends_later.join();
  files_->Set({});
  EXPECT_TRUE(answered);
  const auto opened = Ledger::Open(killed, Options{});
  ASSERT_TRUE(opened.has_value()) << opened.error().message();
  EXPECT_EQ((*opened)->LastLsn(), 3U);
  EXPECT_THAT(TokensIn(killed), testing::ElementsAre("before", "between", "after"));
}

}  // namespace
}  // namespace grantledger
