// Compaction in the background: that it comes by itself, and that a ledger may close meanwhile.
#include <gtest/gtest.h>

#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "tests/ledger/compaction_fixture.h"

namespace grantledger {
namespace {

constexpr std::chrono::seconds kPatience(30);

/// Asks every few milliseconds, for as long as there is patience.
template <typename Condition>
bool Eventually(Condition condition) {
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return true;
}

/// A file system whose write-ahead logs, once it is told so, take long for every write.
class SlowFileSystem : public rocksdb::FileSystemWrapper {
 public:
  SlowFileSystem() : FileSystemWrapper(rocksdb::FileSystem::Default()) {}
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
  TellStory(3000);
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
  EXPECT_EQ(report->cells, 3001U);
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

}  // namespace
}  // namespace grantledger
