// Recovering while RocksDB flushes and merges: nothing is forgotten, and nothing is waited for that
// may not come.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rocksdb/convenience.h>

#include <pthread.h>

#include <array>
#include <atomic>
#include <chrono>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

#include "ledger/store.h"
#include "tests/ledger/eventually.h"
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
  /// A store that has a row.
  std::unique_ptr<Store> OpenStore() {
    auto store = Store::Open(directory_, Options{}, env_.get()).value();
    EXPECT_TRUE(Commit(*store, CountersKey()).ok());
    return store;
  }
  static rocksdb::Status Put(Store& store, Family family) {
    // Two, so that files overlap, and are merged.
    rocksdb::WriteBatch rows;
    rows.Put(store.handle(family), "row 1", "value");
    rows.Put(store.handle(family), "row 2", "value");
    return store.db()->Write({}, &rows);
  }
  static rocksdb::Status PutAndFlush(Store& store, Family family) {
    const rocksdb::Status put = Put(store, family);
    return put.ok() ? store.db()->Flush({}, store.handle(family)) : put;
  }
  static Status Commit(Store& store, const std::string& key) {
    rocksdb::WriteBatch rows;
    rows.Put(store.handle(Family::kState), key, "value");
    return store.Commit(&rows);
  }
  static Status CommitDerived(Store& store, const std::string& key) {
    rocksdb::WriteBatch rows;
    rows.Put(store.handle(Family::kBase), key, "value");
    return store.CommitDerived(&rows);
  }
  /// What `act` gives, where it returns soon; else the test fails, and `relief` lets it return.
  template <typename Act, typename Relief>
  static auto Soon(const Act& act, const Relief& relief) {
    auto acting = std::async(std::launch::async, act);
    const bool ends = acting.wait_for(std::chrono::seconds(30)) == std::future_status::ready;
    EXPECT_TRUE(ends) << "it waits";
    if (!ends) relief();
    return acting.get();
  }
  Status RecoverSoon(Store& store) {
    return Soon([&] { return store.Recover(); },
                [&] {
                  files_->Set({});
                  rocksdb::CancelAllBackgroundWork(store.db(), /*wait=*/false);
                });
  }
  /// Whether this is one of RocksDB's threads that merge.
  static bool Merges() {
    std::array<char, 16> name{};
    pthread_getname_np(pthread_self(), name.data(), name.size());
    return std::string_view(name.data()) == "rocksdb:low";
  }
  static bool IsTableMade(FileCall call, const std::string& name) {
    return call == FileCall::kCreate && name.ends_with(".sst");
  }
  /// So that there is something to merge, which fails for as long as `files_` says so.
  static void FillUntilMerged(Store& store, const std::atomic<int>& refused) {
    constexpr int kFiles = 4;
    for (int i = 0; i < kFiles; ++i) ASSERT_TRUE(PutAndFlush(store, Family::kLog).ok());
    ASSERT_TRUE(Eventually([&] { return refused != 0; }));
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
  const Status recovered = RecoverSoon(*store);
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
  ASSERT_TRUE(Eventually([&] { return refused != 0; }));
  ASSERT_TRUE(Put(*store, Family::kState).ok());
  EXPECT_FALSE(store->db()->Flush(waits, store->handle(Family::kState)).ok());
  EXPECT_TRUE(store->NeedsRecovery());
  EXPECT_FALSE(RecoverSoon(*store).ok());
  EXPECT_FALSE(RecoverSoon(*store).ok());
  files_->Set({});
  EXPECT_TRUE(RecoverSoon(*store).ok());
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

/// A recovery ends at the first flush that fails, while a thread is asked for another one; here
/// that thread is busy until the recovery has ended.
TEST_F(RecoveryTest, WhatWasLeftOfARecoveryThatFailedIsDoneByTheNext) {
  const auto store = OpenStore();
  const std::array families{Family::kLog, Family::kState, Family::kMember, Family::kIndex};
  constexpr std::chrono::milliseconds kBusy(50);
  constexpr std::chrono::milliseconds kRest(1'200);
  for (int round = 0; round < 2; ++round) {
    std::optional<BusyThreads> busy;
    bool is_recovering = false;
    files_->Set([&](FileCall call, const std::string& name) {
      const bool fails = IsTableMade(call, name);
      if (fails && std::exchange(is_recovering, false)) busy.emplace();
      return FileFault{.fails = fails};
    });
    {
      const BusyThreads until_all_are_asked_for;
      for (const Family family : families) {
        ASSERT_TRUE(Put(*store, family).ok());
        ASSERT_TRUE(Flush(*store, family).ok());
      }
    }
    ASSERT_TRUE(Eventually([&] { return store->NeedsRecovery(); }));
    std::this_thread::sleep_for(kRest);  // of the thread, which flushes while RocksDB waits, else
    is_recovering = true;
    EXPECT_FALSE(RecoverSoon(*store).ok());
    busy.reset();
    std::this_thread::sleep_for(kBusy);
    EXPECT_FALSE(RecoverSoon(*store).ok());
    files_->Set({});
    const Status recovered = RecoverSoon(*store);
    ASSERT_TRUE(recovered.ok()) << recovered.message();
    for (const Family family : families) {
      std::uint64_t unflushed = 1;
      EXPECT_TRUE(store->db()->GetIntProperty(
          store->handle(family), rocksdb::DB::Properties::kNumImmutableMemTable, &unflushed));
      EXPECT_EQ(unflushed, 0U);
    }
  }
}

/// A family that has nothing but what is being flushed needs the log that was begun when that was
/// asked for, and goes on needing it until another log is begun, or it has something to flush.
TEST_F(RecoveryTest, ALogThatFailedIsNotNeededForAFamilyThatWasBeingFlushed) {
  const auto store = OpenStore();
  BusyThreads busy;
  ASSERT_TRUE(Put(*store, Family::kMember).ok());
  ASSERT_TRUE(Flush(*store, Family::kMember).ok());
  files_->Set([](FileCall call, const std::string& name) {
    return FileFault{.fails = call == FileCall::kAppend && IsWal(name)};
  });
  EXPECT_FALSE(Commit(*store, "refused").ok());
  bool is_begun = false;
  files_->Set([&](FileCall call, const std::string& name) {
    // Of another family, which is flushed first.
    if (call == FileCall::kCreate && IsWal(name)) {
      is_begun = true;
      busy.End();
    }
    return FileFault();
  });
  const Status recovered = RecoverSoon(*store);
  files_->Set({});
  busy.End();
  EXPECT_TRUE(is_begun);
  EXPECT_TRUE(recovered.ok()) << recovered.message();
  const Status written = Commit(*store, "answered");
  EXPECT_TRUE(written.ok()) << written.message();
}

/// What can't be merged is no reason not to write.
TEST_F(RecoveryTest, AnotherLogIsBegunWhileMergingFails) {
  const auto store = OpenStore();
  std::atomic<int> refused = 0;
  std::atomic<int> fails_once = 0;
  files_->Set([&](FileCall call, const std::string& name) {
    const bool unmerged = IsTableMade(call, name) && Merges();
    refused += unmerged ? 1 : 0;
    const bool unlogged = call == FileCall::kAppend && IsWal(name) && fails_once-- > 0;
    return FileFault{.fails = unmerged || unlogged};
  });
  FillUntilMerged(*store, refused);
  EXPECT_FALSE(store->NeedsRecovery()) << "merging is tried again";
  const int before = refused;
  for (int round = 0; round < 10; ++round) {
    fails_once = 1;
    EXPECT_FALSE(Commit(*store, "refused").ok());
    EXPECT_TRUE(store->NeedsRecovery());
    const Status recovered = RecoverSoon(*store);
    ASSERT_TRUE(recovered.ok()) << recovered.message();
    EXPECT_TRUE(Commit(*store, "round " + std::to_string(round)).ok());
  }
  EXPECT_TRUE(Eventually([&] { return refused > before; })) << "it is tried again";
  // RocksDB tells of it a moment after the file was refused.
  EXPECT_TRUE(Eventually([&] { return store->database_trouble().failures > 0; }));
  files_->Set({});
  EXPECT_TRUE(Eventually([&] { return store->database_trouble().failures == 0; }));
}

/// RocksDB would stop writes at 36 files, until they are merged.
TEST_F(RecoveryTest, WritesAreNotStoppedWhereNothingIsMerged) {
  const auto store = OpenStore();
  files_->Set([](FileCall call, const std::string& name) {
    return FileFault{.fails = IsTableMade(call, name) && Merges()};
  });
  constexpr int kManyFiles = 50;
  const bool written = Soon(
      [&] {
        for (int i = 0; i < kManyFiles; ++i) {
          rocksdb::FlushOptions stalls;
          stalls.allow_write_stall = true;
          if (!Put(*store, Family::kLog).ok()) return false;
          if (!store->db()->Flush(stalls, store->handle(Family::kLog)).ok()) return false;
        }
        return Commit(*store, "row").ok();
      },
      [this] { files_->Set({}); });
  EXPECT_TRUE(written);
  (void)Soon([&] { return store->Close(); }, [this] { files_->Set({}); });
}

/// Else it would go to a log that is read only after one that the anchor claims, behind a gap.
TEST_F(RecoveryTest, WhatIsDerivedIsNotWrittenBeforeTheNewLogIsClaimed) {
  const auto store = OpenStore();
  ASSERT_TRUE(Commit(*store, "answered").ok());
  ASSERT_TRUE(CommitDerived(*store, "derived before").ok());
  std::atomic<int> fails_once = 1;
  std::atomic<bool> claims = false;
  files_->Set([&](FileCall call, const std::string& name) {
    const bool unlogged = call == FileCall::kAppend && IsWal(name) && fails_once-- > 0;
    return FileFault{.fails = unlogged || (!claims && call == FileCall::kOverwrite)};
  });
  EXPECT_FALSE(Commit(*store, "refused").ok());
  EXPECT_FALSE(CommitDerived(*store, "derived").ok());
  EXPECT_FALSE(RecoverSoon(*store).ok()) << "the log was begun, and can't be claimed";
  const Status derived = CommitDerived(*store, "derived");
  EXPECT_EQ(derived.code(), Code::kIoError) << derived.message();
  claims = true;
  EXPECT_TRUE(RecoverSoon(*store).ok());
  EXPECT_TRUE(CommitDerived(*store, "derived").ok());
}

/// A write that failed may be in the log, and a list of files that could not be written is none.
TEST_F(RecoveryTest, NoCheckpointIsMadeOfWhatFailed) {
  Open(env_.get());
  ASSERT_TRUE(TryLicense("before").has_value());
  const auto make = [this](const std::string& name) {
    copied_.push_back(directory_ + name);
    return ledger_->Checkpoint(copied_.back());
  };
  for (const auto& failing : {FileCall::kCreate, FileCall::kAppend, FileCall::kSync}) {
    files_->Set([failing](FileCall call, const std::string& name) {
      return FileFault{.fails = call == failing, .written = name.ends_with(".log") ? 1.0 : 0.5};
    });
    const std::string token = "with-" + std::to_string(static_cast<int>(failing));
    EXPECT_FALSE(TryLicense(token).has_value() && ledger_->Settle().ok());
    const auto refused = make("-refused");
    ASSERT_FALSE(refused.has_value()) << static_cast<int>(failing);
    EXPECT_EQ(refused.error().code(), Code::kIoError) << refused.error().message();
    EXPECT_FALSE(std::filesystem::exists(copied_.back()));
    files_->Set({});
    const auto made = make("-made-" + std::to_string(static_cast<int>(failing)));
    ASSERT_TRUE(made.has_value()) << made.error().message();
    EXPECT_EQ(*made, ledger_->LastLsn());
    EXPECT_TRUE(Ledger::Open(copied_.back(), Options{}).has_value());
  }
}

}  // namespace
}  // namespace grantledger
