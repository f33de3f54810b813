// Power loss and damage: what was answered is kept, and what is damaged is said to be.
#include <gtest/gtest.h>

#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

#include <map>
#include <mutex>

#include "codec/frame.h"
#include "ledger/machine_files.h"
#include "ledger/store.h"
#include "tests/ledger/flip_byte.h"
#include "tests/ledger/ledger_fixture.h"

namespace grantledger {
namespace {

/// A file system that remembers how much of each file was synced, and can lose the rest, as power
/// loss does.
class ForgetfulFileSystem : public rocksdb::FileSystemWrapper {
 public:
  ForgetfulFileSystem() : FileSystemWrapper(MachineEnv()->GetFileSystem()) {}
  [[nodiscard]] const char* Name() const override { return "ForgetfulFileSystem"; }

  rocksdb::IOStatus NewWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* file,
                                    rocksdb::IODebugContext* debug) override;

  void Synced(const std::string& name, std::uint64_t size) {
    const std::scoped_lock lock(mutex_);
    synced_[name] = size;
  }

  /// Cuts every write-ahead log to what was synced.
  void LosePower() {
    const std::scoped_lock lock(mutex_);
    for (const auto& [name, size] : synced_) {
      if (name.ends_with(".log") && std::filesystem::exists(name)) {
        std::filesystem::resize_file(name, size);
      }
    }
  }

 private:
  std::mutex mutex_;
  std::map<std::string, std::uint64_t> synced_;
};

class WatchedFile : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  WatchedFile(std::unique_ptr<rocksdb::FSWritableFile> file, std::string name,
              ForgetfulFileSystem& system)
      : FSWritableFileOwnerWrapper(std::move(file)), name_(std::move(name)), system_(system) {
    system_.Synced(name_, 0);
  }
  rocksdb::IOStatus Sync(const rocksdb::IOOptions& options,
                         rocksdb::IODebugContext* debug) override {
    system_.Synced(name_, GetFileSize(options, debug));
    return FSWritableFileOwnerWrapper::Sync(options, debug);
  }
  rocksdb::IOStatus Fsync(const rocksdb::IOOptions& options,
                          rocksdb::IODebugContext* debug) override {
    system_.Synced(name_, GetFileSize(options, debug));
    return FSWritableFileOwnerWrapper::Fsync(options, debug);
  }

 private:
  std::string name_;
  ForgetfulFileSystem& system_;
};

rocksdb::IOStatus ForgetfulFileSystem::NewWritableFile(
    const std::string& name, const rocksdb::FileOptions& options,
    std::unique_ptr<rocksdb::FSWritableFile>* file, rocksdb::IODebugContext* debug) {
  std::unique_ptr<rocksdb::FSWritableFile> inner;
  auto status = FileSystemWrapper::NewWritableFile(name, options, &inner, debug);
  if (status.ok()) *file = std::make_unique<WatchedFile>(std::move(inner), name, *this);
  return status;
}

class FaultTest : public LedgerFixture {};

TEST_F(FaultTest, WhatWasAnsweredSurvivesPowerLossWhenSynced) {
  auto system = std::make_shared<ForgetfulFileSystem>();
  const auto env = rocksdb::NewCompositeEnv(system);
  options_.durability = Durability::kSynced;
  Open(env.get());
  std::vector<std::string> arns;
  for (int i = 0; i < 20; ++i) {
    arns.push_back(Do(kVendor, LicenseRequest("token-" + std::to_string(i))).license_arn);
  }
  ledger_.reset();
  system->LosePower();
  Open();
  EXPECT_EQ(ledger_->LastLsn(), arns.size());
  for (const std::string& arn : arns) {
    const auto found =
        ledger_->Read(Call{.caller = kVendor, .time = {}, .as_of = {}}, GetLicenseRequest{arn, {}});
    EXPECT_TRUE(found.has_value()) << found.error().message();
  }
}

TEST_F(FaultTest, BufferedWritesAreLostFromTheEndAloneAndLeaveAWholeLedger) {
  auto system = std::make_shared<ForgetfulFileSystem>();
  const auto env = rocksdb::NewCompositeEnv(system);
  Open(env.get());
  for (int i = 0; i < 20; ++i) Do(kVendor, LicenseRequest("token-" + std::to_string(i)));
  ledger_.reset();
  system->LosePower();
  // The ledger's first record went as well, since nothing was synced: what opens is a new one.
  Open();
  EXPECT_LE(ledger_->LastLsn(), 20U);
  Do(kVendor, LicenseRequest("after"));
}

/// Changes one stored value behind the ledger's back.
void Damage(const std::string& directory, Family family, const std::string& key, std::size_t byte) {
  auto store = Store::Open(directory, Options(), nullptr);
  ASSERT_TRUE(store.has_value()) << store.error().message();
  std::string value;
  auto* handle = (*store)->handle(family);
  ASSERT_TRUE((*store)->db()->Get(rocksdb::ReadOptions(), handle, key, &value).ok());
  ASSERT_LT(byte, value.size());
  value[byte] = static_cast<char>(value[byte] ^ 0x10);
  ASSERT_TRUE((*store)->db()->Put(rocksdb::WriteOptions(), handle, key, value).ok());
}

TEST_F(FaultTest, ADamagedRowIsReportedWithFamilyAndKey) {
  Open();
  const auto license = Do(kVendor, LicenseRequest("one"));
  ledger_.reset();
  Damage(directory_, Family::kState, LicenseKey(1), 20);
  Open();
  const auto found = ledger_->Read(Call{.caller = kVendor, .time = {}, .as_of = {}},
                                   GetLicenseRequest{license.license_arn, {}});
  ASSERT_FALSE(found.has_value());
  EXPECT_EQ(found.error().code(), Code::kCorruption);
  EXPECT_NE(found.error().message().find("family state"), std::string::npos)
      << found.error().message();
}

TEST_F(FaultTest, ADamagedRecordIsReportedWithItsLsn) {
  Open();
  Do(kVendor, LicenseRequest("one"));
  ledger_.reset();
  Damage(directory_, Family::kLog, LogKey(1), 30);
  const auto opened = Ledger::Open(directory_, options_);
  ASSERT_FALSE(opened.has_value());
  EXPECT_EQ(opened.error().code(), Code::kCorruption);
  EXPECT_NE(opened.error().message().find("LSN 1"), std::string::npos) << opened.error().message();
}

/// Rewrites record 0 as `change` makes it of the frame that is there; then what opening says.
template <typename Change>
Status OpenAfter(const std::string& directory, const Options& options, Change change) {
  {
    auto store = Store::Open(directory, options, nullptr);
    EXPECT_TRUE(store.has_value());
    std::string value;
    auto* handle = (*store)->handle(Family::kLog);
    EXPECT_TRUE((*store)->db()->Get(rocksdb::ReadOptions(), handle, LogKey(0), &value).ok());
    EXPECT_TRUE(
        (*store)->db()->Put(rocksdb::WriteOptions(), handle, LogKey(0), change(value)).ok());
  }
  const auto opened = Ledger::Open(directory, options);
  return opened ? Status() : opened.error();
}

TEST_F(FaultTest, ANewerFormatIsRefusedByName) {
  Open();
  ledger_.reset();
  const Status opened = OpenAfter(directory_, options_, [](const std::string& frame) {
    return FrameRecord(0, *UnframeRecord(0, frame), kFormatVersion + 1);
  });
  EXPECT_EQ(opened.code(), Code::kInvalidArgument);
  EXPECT_NE(opened.message().find("the format of record 0 is 2, expected at most 1"),
            std::string::npos)
      << opened.message();
}

TEST_F(FaultTest, ADamagedFormatVersionIsNoNewerFormat) {
  Open();
  ledger_.reset();
  const Status opened = OpenAfter(directory_, options_, [](std::string frame) {
    frame[0] = static_cast<char>(kFormatVersion + 1);
    return frame;
  });
  EXPECT_EQ(opened.code(), Code::kCorruption) << opened.message();
}

TEST_F(FaultTest, AFlippedBitInAFileIsCorruptionAndNoCrash) {
  Open();
  const auto license = Do(kVendor, LicenseRequest("one"));
  ASSERT_TRUE(ledger_->Settle().ok());
  ledger_.reset();
  for (const auto& entry : std::filesystem::directory_iterator(directory_)) {
    if (entry.path().extension() != ".sst") continue;
    FlipByte(entry.path(), 12);
  }
  const auto opened = Ledger::Open(directory_, options_);
  ASSERT_FALSE(opened.has_value());
  EXPECT_EQ(opened.error().code(), Code::kCorruption) << opened.error().message();
}

}  // namespace
}  // namespace grantledger
