// What of a write-ahead log that fails is kept, and that it harms no other.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "ledger/resumable_files.h"
#include "tests/ledger/faulty_fixture.h"

namespace grantledger {
namespace {

class ResumableFilesTest : public FaultyFixture {
 protected:
  using File = std::unique_ptr<rocksdb::FSWritableFile>;
  rocksdb::IOStatus Make(const std::string& name, File* file) {
    return resumable_->NewWritableFile(directory_ + "/" + name, rocksdb::FileOptions(), file,
                                       nullptr);
  }
  File MustMake(const std::string& name) {
    File file;
    const auto made = Make(name, &file);
    EXPECT_TRUE(made.ok()) << made.ToString();
    return file;
  }
  static rocksdb::IOStatus Append(rocksdb::FSWritableFile& log) {
    return log.Append("a record", rocksdb::IOOptions(), nullptr);
  }
  static rocksdb::IOStatus Sync(rocksdb::FSWritableFile& log) {
    return log.Sync(rocksdb::IOOptions(), nullptr);
  }
  void FailAll(FileCall failing) {
    files_->Set([failing](FileCall call, const std::string& /*name*/) {
      return FileFault{.fails = call == failing};
    });
  }

  /// A log to which something could not be appended, and that was cut.
  File MustFail(const std::string& name) {
    File failed = MustMake(name);
    FailAll(FileCall::kAppend);
    EXPECT_FALSE(Append(*failed).ok());
    files_->Set({});
    EXPECT_TRUE(resumable_->Cut().ok());
    return failed;
  }

  std::shared_ptr<ResumableFiles> resumable_ = std::make_shared<ResumableFiles>(files_);
};

/// RocksDB keeps a log that failed open for as long as files are not to be deleted (in a backup).
TEST_F(ResumableFilesTest, ALogThatFailedKeepsTheOneAfterItFromNothing) {
  const File failed = MustMake("000001.log");
  FailAll(FileCall::kAppend);
  EXPECT_FALSE(Append(*failed).ok());
  EXPECT_EQ(resumable_->failed_log(), 1U);
  files_->Set({});
  EXPECT_FALSE(resumable_->SyncLogs().ok());
  EXPECT_TRUE(resumable_->Cut().ok());
  const File next = MustMake("000002.log");
  EXPECT_TRUE(Append(*next).ok());
  int syncs = 0;
  files_->Set([&syncs](FileCall call, const std::string& name) {
    syncs += call == FileCall::kSync && name.ends_with("000002.log");
    return FileFault();
  });
  const auto synced = resumable_->SyncLogs();
  EXPECT_TRUE(synced.ok()) << synced.ToString();
  EXPECT_EQ(syncs, 1);
  EXPECT_TRUE(resumable_->SyncLogs().ok());
  EXPECT_EQ(syncs, 1) << "nothing was appended since";
  files_->Set({});
}

/// Others may begin another log before who failed is back.
TEST_F(ResumableFilesTest, ALogThatFailedIsRememberedWhereAnotherIsBegun) {
  const File failed = MustFail("000001.log");
  const File next = MustMake("000002.log");
  EXPECT_FALSE(resumable_->broken());
  EXPECT_EQ(resumable_->failed_log(), 1U);
  FailAll(FileCall::kAppend);
  EXPECT_FALSE(Append(*next).ok());
  files_->Set({});
  resumable_->ForgetFailedLog(1);
  EXPECT_EQ(resumable_->failed_log(), 2U);
  resumable_->ForgetFailedLog(2);
  EXPECT_EQ(resumable_->failed_log(), 0U);
}

/// RocksDB appends what it could not append once more, when it closes the log.
TEST_F(ResumableFilesTest, WhatIsAppendedToALogThatFailedBreaksNoOther) {
  const File failed = MustFail("000001.log");
  const File next = MustMake("000002.log");
  EXPECT_FALSE(Append(*failed).ok());
  EXPECT_FALSE(resumable_->broken());
  EXPECT_TRUE(Append(*next).ok());
  EXPECT_TRUE(resumable_->SyncLogs().ok());
}

/// RocksDB syncs closed logs beside writes that do, and ends the process where one of both fails.
TEST_F(ResumableFilesTest, ALogIsSyncedBeforeAnotherIsBegun) {
  const File first = MustMake("000001.log");
  EXPECT_TRUE(Append(*first).ok());
  const File second = MustMake("000002.log");
  FailAll(FileCall::kSync);
  EXPECT_TRUE(Sync(*first).ok()) << "there is nothing left to sync";
  EXPECT_TRUE(Append(*second).ok());
  File third;
  EXPECT_FALSE(Make("000003.log", &third).ok());
  EXPECT_EQ(third, nullptr);
  EXPECT_TRUE(resumable_->broken());
  EXPECT_EQ(resumable_->failed_log(), 2U);
  EXPECT_FALSE(Make("000003.log", &third).ok()) << "before what failed was cut off";
  EXPECT_FALSE(Append(*second).ok());
  files_->Set({});
  EXPECT_TRUE(resumable_->Cut().ok());
  third = MustMake("000003.log");
  EXPECT_FALSE(resumable_->broken());
  EXPECT_TRUE(Append(*third).ok());
}

}  // namespace
}  // namespace grantledger
