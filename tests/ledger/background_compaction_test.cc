// Compaction in the background: that it comes by itself, and that a ledger may close meanwhile.
#include <gtest/gtest.h>

#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

#include <sys/resource.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "ledger/background.h"
#include "ledger/engine.h"
#include "ledger/machine_files.h"
#include "tests/ledger/compaction_fixture.h"
#include "tests/ledger/eventually.h"
#include "tests/ledger/faulty_files.h"

namespace grantledger {
namespace {

/// A file system whose write-ahead logs, once it is told so, take long for every write.
class SlowFileSystem : public rocksdb::FileSystemWrapper {
 public:
  SlowFileSystem() : FileSystemWrapper(MachineEnv()->GetFileSystem()) {}
  [[nodiscard]] const char* Name() const override { return "SlowFileSystem"; }

  rocksdb::IOStatus NewWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* file,
                                    rocksdb::IODebugContext* debug) override;

  void BeSlow() { slow_ = true; }
  /// How many writes it made wait.
  [[nodiscard]] int waited() const { return waited_; }

  void Wait() {
    if (!slow_) return;
    ++waited_;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }

 private:
  std::atomic<bool> slow_ = false;
  std::atomic<int> waited_ = 0;
};

class SlowFile : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  SlowFile(std::unique_ptr<rocksdb::FSWritableFile> file, SlowFileSystem& system)
      : FSWritableFileOwnerWrapper(std::move(file)), system_(system) {}
  using FSWritableFileOwnerWrapper::Append;
  rocksdb::IOStatus Append(const rocksdb::Slice& data, const rocksdb::IOOptions& options,
                           rocksdb::IODebugContext* debug) override {
    system_.Wait();
    return FSWritableFileOwnerWrapper::Append(data, options, debug);
  }

 private:
  SlowFileSystem& system_;
};

rocksdb::IOStatus SlowFileSystem::NewWritableFile(const std::string& name,
                                                  const rocksdb::FileOptions& options,
                                                  std::unique_ptr<rocksdb::FSWritableFile>* file,
                                                  rocksdb::IODebugContext* debug) {
  std::unique_ptr<rocksdb::FSWritableFile> inner;
  auto status = FileSystemWrapper::NewWritableFile(name, options, &inner, debug);
  const bool is_log = name.ends_with(".log");
  if (status.ok() && is_log) *file = std::make_unique<SlowFile>(std::move(inner), *this);
  if (status.ok() && !is_log) *file = std::move(inner);
  return status;
}

class BackgroundCompactionTest : public CompactionFixture {
 protected:
  /// `count` accounts that are unlike their cohort, each of which compaction gives a row.
  void TellStory(int count) {
    Distribute();
    for (int number = 0; number < count; ++number) Join(number);
    for (int number = 0; number < count; ++number) Accept(number);
  }
};

TEST_F(BackgroundCompactionTest, TheMarkMovesByItselfWheneverTheTailIsLongEnough) {
  options_.background_compaction = true;
  options_.compaction_records = 10;
  Open();
  Distribute();
  for (int number = 0; number < 60; ++number) {
    Join(number);
    if (number % 20 != 19) continue;
    // What is left is shorter than what a run begins at.
    const Lsn least = ledger_->LastLsn() - options_.compaction_records + 1;
    EXPECT_TRUE(Eventually([&] { return FoldedTo() >= least; })) << least;
    // The thread sleeps by now, and has to be woken.
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

TEST_F(BackgroundCompactionTest, ATailThatIsThereAtOpeningIsFolded) {
  Open();
  TellStory(20);
  const Lsn last = ledger_->LastLsn();
  EXPECT_EQ(FoldedTo(), 0U);
  options_.background_compaction = true;
  options_.compaction_records = 10;
  Open();
  EXPECT_TRUE(Eventually([&] { return FoldedTo() == last; }));
}

TEST_F(BackgroundCompactionTest, ClosingStopsItInTheMiddleAndTheNextOneGoesOn) {
  Open();
  constexpr int kAccounts = 600;
  TellStory(kAccounts);
  const Lsn last = ledger_->LastLsn();
  const auto system = std::make_shared<SlowFileSystem>();
  const auto env = rocksdb::NewCompositeEnv(system);
  options_.background_compaction = true;
  options_.compaction_records = 10;
  Open(env.get());
  system->BeSlow();
  EXPECT_TRUE(Eventually([&] { return system->waited() > 0; }));
  ledger_.reset();
  EXPECT_EQ(FoldedTo(), 0U) << "after " << system->waited() << " batches";
  EXPECT_FALSE(FoldedRows().empty());

  options_.background_compaction = false;
  Open();
  const auto report = ledger_->Compact();
  ASSERT_TRUE(report.has_value()) << report.error().message();
  EXPECT_EQ(report->to_lsn, last);
  EXPECT_EQ(report->cells, kAccounts + 1U);
  EXPECT_EQ(FoldedTo(), last);
}

TEST_F(BackgroundCompactionTest, ALedgerMayCloseAtAnyMomentOfIt) {
  Open();
  TellStory(300);
  options_.background_compaction = true;
  options_.compaction_records = 1;
  for (int round = 0; round < 20; ++round) {
    Open();
    Join(1000 + round);
    std::this_thread::sleep_for(std::chrono::milliseconds(round / 2));
    ledger_.reset();
  }
  options_.background_compaction = false;
  Open();
  EXPECT_EQ(ledger_->LastLsn(), 5U + 300 + 300 + 20);
  EXPECT_TRUE(ledger_->Compact().has_value());
  const auto counts = ledger_->Read(Call{.caller = kManagement}, CountGrantsRequest{distribution_});
  ASSERT_TRUE(counts.has_value()) << counts.error().message();
  EXPECT_EQ(counts->counts, (std::map<GrantStatus, std::uint64_t>{
                                {GrantStatus::kDisabled, 300}, {GrantStatus::kPendingAccept, 20}}));
}

/// Below the front door, where more can be asked.
class EngineCompactionTest : public BackgroundCompactionTest {
 protected:
  void OpenEngine(rocksdb::Env* env) {
    ledger_.reset();
    auto opened = Engine::Open(directory_, options_, env);
    ASSERT_TRUE(opened.has_value()) << opened.error().message();
    engine_ = std::move(*opened);
  }
  std::unique_ptr<Engine> engine_;
};

TEST_F(EngineCompactionTest, WhatFailsInTheBackgroundIsTriedAgain) {
  Open();
  TellStory(50);
  const Lsn last = ledger_->LastLsn();
  const auto files = std::make_shared<FaultyFiles>();
  const auto env = rocksdb::NewCompositeEnv(files);
  std::atomic<bool> is_open = false;
  std::atomic<bool> fails = true;
  files->Set([&](FileCall call, const std::string& name) {
    const bool log = call == FileCall::kAppend && name.ends_with(".log");
    return FileFault{.fails = log && is_open && fails, .no_space = true};
  });
  options_.background_compaction = true;
  options_.compaction_records = 10;
  is_open = true;
  OpenEngine(env.get());
  std::map<std::uint64_t, std::chrono::milliseconds> pauses;  // by failures
  EXPECT_TRUE(Eventually([&] {
    const Trouble now = engine_->compaction_trouble();
    if (now.next_try) pauses[now.failures] = *now.next_try - now.last_at;
    return now.failures >= 3;
  }));
  std::uint64_t before = 0;
  for (const auto& [failures, pause] : pauses) {
    if (before != 0) {
      EXPECT_EQ(pause, pauses[before] * (std::int64_t{1} << (failures - before)))
          << "it doubles with each failure";
    }
    before = failures;
  }
  EXPECT_GE(pauses.size(), 2U);
  const Trouble trouble = engine_->compaction_trouble();
  EXPECT_EQ(trouble.last_error.code(), Code::kIoError);
  EXPECT_NE(trouble.last_error.message().find("the disk is said to be full"), std::string::npos)
      << trouble.last_error.message();
  EXPECT_NE(trouble.last_at, Time());
  EXPECT_EQ(FoldedTo(), 0U);
  fails = false;
  EXPECT_TRUE(Eventually([&] { return FoldedTo() == last; }));
  EXPECT_TRUE(Eventually([&] { return engine_->compaction_trouble().failures == 0; }));
  EXPECT_EQ(engine_->compaction_trouble().last_error.code(), Code::kIoError)
      << "the last is remembered";
  engine_.reset();
}

TEST_F(EngineCompactionTest, AnExceptionInTheBackgroundIsTroubleAndNotTheEnd) {
  Open();
  TellStory(20);
  const Lsn last = ledger_->LastLsn();
  options_.background_compaction = true;
  options_.compaction_records = 10;
  options_.retention = KeepRecords{5};
  std::atomic<bool> throws = true;
  options_.clock = [&]() -> Time {
    if (throws) throw std::runtime_error("the clock stands still");
    return Time(std::chrono::hours(24 * 365 * 50));
  };
  OpenEngine(nullptr);
  EXPECT_TRUE(Eventually([&] { return engine_->compaction_trouble().failures >= 2; }));
  EXPECT_NE(engine_->compaction_trouble().last_error.message().find("the clock stands still"),
            std::string::npos);
  throws = false;
  EXPECT_TRUE(Eventually([&] { return FoldedTo() == last; }));
  engine_.reset();
}

int PriorityOfThisThread() { return getpriority(PRIO_PROCESS, static_cast<id_t>(gettid())); }

TEST_F(BackgroundCompactionTest, NothingThatOthersWaitForIsDoneAtLowPriority) {
  const int normal = PriorityOfThisThread();
  if (normal >= 19) GTEST_SKIP() << "all is of the lowest priority here";
  const auto files = std::make_shared<FaultyFiles>();
  const auto env = rocksdb::NewCompositeEnv(files);
  std::atomic<int> low = 0;
  std::atomic<int> written = 0;
  files->Set([&](FileCall call, const std::string& name) {
    const bool log = name.ends_with(".log");
    if (log && (call == FileCall::kAppend || call == FileCall::kSync)) {
      ++written;
      if (PriorityOfThisThread() > normal) ++low;
    }
    return FileFault();
  });
  options_.background_compaction = true;
  options_.compaction_records = 10;
  options_.retention = KeepRecords{10};
  options_.durability = Durability::kSynced;
  Open(env.get());
  Distribute();
  // Moves, so that there are stays to drop in rows that writers change.
  const auto unit =
      Do(kManagement, CreateOrganizationalUnitRequest{.parent_id = root_, .name = "a"})
          .organizational_unit.id;
  Join(1);
  for (int i = 0; i < 40; ++i) {
    Do(kManagement, MoveAccountRequest{AccountOf(1).ToString(), i % 2 == 0 ? root_ : unit,
                                       i % 2 == 0 ? unit : root_});
  }
  EXPECT_TRUE(Eventually([&] { return ledger_->Horizon() > 20; }));
  Open();  // what is under way in the background ends
  EXPECT_GT(written, 40);
  EXPECT_EQ(low, 0);
}

TEST(BackgroundTest, ErrandsOfTheBackgroundAreDoneAtNormalPriority) {
  const int normal = PriorityOfThisThread();
  std::atomic<int> worked = -100;
  std::atomic<int> ran = -100;
  std::string caught;
  {
    Background background;
    background.Start([&] {
      worked = PriorityOfThisThread();
      AtNormalPriority([&] { ran = PriorityOfThisThread(); });
      try {
        AtNormalPriority([] { throw std::runtime_error("thrown by an errand"); });
      } catch (const std::runtime_error& error) {
        caught = error.what();
      }
    });
  }
  EXPECT_EQ(worked, 19);
  EXPECT_EQ(ran, normal);
  EXPECT_EQ(caught, "thrown by an errand");
}

/// A store that counts what is read from its files, without a cache worth the name.
class StoppedStepTest : public CompactionFixture {
 protected:
  /// Folds all accounts, which are unlike their cohorts, until `stops` is true. How many records
  /// and accounts were looked at.
  int Fold(const std::function<bool(int)>& stops, bool* finished) {
    auto store = Store::Open(directory_, options_, nullptr);
    EXPECT_TRUE(store.has_value()) << store.error().message();
    const auto genesis = GetRecord(**store, 0);
    const IdCodec ids(genesis.value()->body.AsGenesis()->id_key);
    const auto counters = GetTable<fb::CountersT>(**store, Family::kState, CountersKey()).value();
    FoldCache cache;
    auto tail = ReadTail(**store, 0, counters->lsn, TailLimits());
    int asked = 0;
    Compactor step(**store, Family::kActivation, ids, cache, std::move(*tail), {},
                   [&] { return stops(++asked); });
    CompactionReport report;
    const auto done = step.Run(&report);
    EXPECT_TRUE(done.has_value()) << done.error().message();
    *finished = done.has_value() && *done;
    return asked;
  }
};

TEST_F(StoppedStepTest, AStepEndsWhereItIsTold) {
  Open();
  Distribute();
  constexpr int kAccounts = 300;
  for (int number = 0; number < kAccounts; ++number) Join(number);
  for (int number = 0; number < kAccounts; ++number) Accept(number);
  ledger_.reset();
  bool finished = false;
  for (const int stop : {1, 10, 100, 299}) {
    const int asked = Fold([&](int at) { return at >= stop; }, &finished);
    EXPECT_FALSE(finished);
    EXPECT_EQ(asked, stop) << "goes on after it was told to stop";
    EXPECT_EQ(FoldedTo(), 0U);
  }
  EXPECT_GT(Fold([](int) { return false; }, &finished), kAccounts);
  EXPECT_TRUE(finished);
  EXPECT_EQ(FoldedTo(), 5U + 2 * kAccounts);
}

}  // namespace
}  // namespace grantledger
