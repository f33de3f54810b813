// A reader that opens a ledger beside its writer, at the worst moments of it.
#include <gtest/gtest.h>

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>

#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

#include "ledger/machine_files.h"
#include "ledger/wal_files.h"
#include "tests/ledger/ledger_fixture.h"

namespace grantledger {
namespace {

/// No table file is begun while it is shut, so that no flush ends.
class FlushesHeld : public rocksdb::FileSystemWrapper {
 public:
  FlushesHeld() : FileSystemWrapper(MachineEnv()->GetFileSystem()) {}
  [[nodiscard]] const char* Name() const override { return "FlushesHeld"; }
  rocksdb::IOStatus NewWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* file,
                                    rocksdb::IODebugContext* debug) override {
    if (name.ends_with(".sst")) {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return !shut_; });
    }
    return FileSystemWrapper::NewWritableFile(name, options, file, debug);
  }
  void Shut(bool shut) {
    {
      const std::scoped_lock lock(mutex_);
      shut_ = shut;
    }
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool shut_ = false;
};

/// Whoever looks into a write-ahead log first meets the half of a write.
class FirstLookIsEarly : public rocksdb::FileSystemWrapper {
 public:
  /// `look`: what is done while it looks; how much of the log is there.
  explicit FirstLookIsEarly(std::function<std::uint64_t(const std::string& path)> look)
      : FileSystemWrapper(MachineEnv()->GetFileSystem()), look_(std::move(look)) {}
  [[nodiscard]] const char* Name() const override { return "FirstLookIsEarly"; }
  rocksdb::IOStatus NewSequentialFile(const std::string& path, const rocksdb::FileOptions& options,
                                      std::unique_ptr<rocksdb::FSSequentialFile>* file,
                                      rocksdb::IODebugContext* debug) override {
    if (!look_ || !path.ends_with(".log")) {
      return FileSystemWrapper::NewSequentialFile(path, options, file, debug);
    }
    const std::uint64_t bytes = std::exchange(look_, nullptr)(path);
    const auto early =
        NewLimitingEnv(MachineEnv(), {.limits = {{std::filesystem::path(path).filename(), bytes}}});
    return early->GetFileSystem()->NewSequentialFile(path, options, file, debug);
  }

 private:
  std::function<std::uint64_t(const std::string& path)> look_;
};

class ReaderBesideTest : public LedgerFixture {
 protected:
  ~ReaderBesideTest() override { ledger_.reset(); }

  std::uint64_t LastWal() {
    const auto wals = ListWals(directory_, 0, MachineEnv());
    return wals && !wals->empty() ? wals->rbegin()->first : 0;
  }
  /// Begins another log, as a flush does that does not end before the writer goes on.
  void BeginAnotherLog() {
    flushes_->Shut(true);
    const std::uint64_t before = LastWal();
    flushing_ = std::jthread([this] { EXPECT_TRUE(ledger_->Settle().ok()); });
    while (LastWal() == before) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }

  std::shared_ptr<FlushesHeld> flushes_ = std::make_shared<FlushesHeld>();
  std::unique_ptr<rocksdb::Env> env_ = rocksdb::NewCompositeEnv(flushes_);
  std::jthread flushing_;
};

TEST_F(ReaderBesideTest, SeesNothingBehindAWriteOfWhichItMetTheHalf) {
  Open(env_.get());
  Do(kVendor, LicenseRequest("first"));
  const auto files = std::make_shared<FirstLookIsEarly>([this](const std::string& log) {
    constexpr std::uint64_t kHalf = 100;
    const std::uint64_t before = std::filesystem::file_size(log);
    Do(kVendor, LicenseRequest("second"));
    BeginAnotherLog();
    Do(kVendor, LicenseRequest("third"));
    return before + kHalf;
  });
  const auto reading = rocksdb::NewCompositeEnv(files);
  Options options = options_;
  options.read_only = true;
  const auto reader = OpenLedger(directory_, options, reading.get());
  EXPECT_NE(LastWal(), 0U);
  ASSERT_TRUE(reader.has_value()) << reader.error().message();
  const Lsn last = (*reader)->LastLsn();
  EXPECT_GE(last, 1U);
  for (Lsn lsn = 1; lsn <= last; ++lsn) {
    const auto page =
        (*reader)->Read(Call{.caller = kVendor, .time = {}, .as_of = lsn}, ListLicensesRequest{});
    ASSERT_TRUE(page.has_value()) << page.error().message();
    EXPECT_EQ(page->licenses.size(), lsn);
  }
  flushes_->Shut(false);
  flushing_.join();
  ASSERT_TRUE((*reader)->Refresh().ok());
  EXPECT_EQ((*reader)->LastLsn(), 3U);
}

}  // namespace
}  // namespace grantledger
