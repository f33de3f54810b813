// A ledger is its directory, and not the text of a path that led to it.
#include "ledger/directory_lock.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <memory>
#include <string>

#include <rocksdb/env.h>

#include <grantledger/backup.h>

#include "tests/ledger/faulty_files.h"
#include "tests/ledger/ledger_fixture.h"

namespace grantledger {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class DirectoryLockTest : public LedgerFixture {
 protected:
  DirectoryLockTest() : base_(directory_), before_(fs::current_path()) {
    directory_ = base_ + "/ledger";
  }
  ~DirectoryLockTest() override {
    ledger_.reset();
    fs::current_path(before_);
    directory_ = base_;  // which the fixture removes
  }
  void Write(const std::string& token) { Do(kVendor, LicenseRequest(token)); }

  const std::string base_;
  const fs::path before_;
};

TEST_F(DirectoryLockTest, OneWriterHasItHoweverThePathIsSpelled) {
  Open();
  fs::create_directory_symlink(directory_, base_ + "/link");
  fs::create_directory(base_ + "/other");
  fs::current_path(base_);
  for (const std::string& path : {directory_, directory_ + "/", directory_ + "/.", base_ + "/link",
                                  base_ + "/other/../ledger", std::string("ledger")}) {
    const auto refused = Ledger::Open(path, options_);
    ASSERT_FALSE(refused.has_value()) << path;
    EXPECT_EQ(refused.error().code(), Code::kIoError);
    EXPECT_THAT(refused.error().message(), HasSubstr("in use by this process"));
    Options reading = options_;
    reading.read_only = true;
    EXPECT_TRUE(Ledger::Open(path, reading).has_value()) << path;
  }
  Write("token");
  ledger_.reset();
  EXPECT_TRUE(Ledger::Open(base_ + "/link", options_).has_value());
}

TEST_F(DirectoryLockTest, AnotherProcessIsKeptOutThoughTheFileLockIsRemoved) {
  Open();
  fs::remove(directory_ + "/LOCK");
  const pid_t other = fork();
  if (other == 0) {
    const int directory = open(directory_.c_str(), O_RDONLY);
    _exit(flock(directory, LOCK_EX | LOCK_NB) == 0 ? 1 : 0);
  }
  int status = 0;
  ASSERT_EQ(waitpid(other, &status, 0), other);
  EXPECT_EQ(status, 0) << "it has the directory";
}

TEST_F(DirectoryLockTest, AProcessMayGoElsewhere) {
  fs::current_path(base_);
  auto opened = Ledger::Open("ledger", options_);
  ASSERT_TRUE(opened.has_value()) << opened.error().message();
  ledger_ = *std::move(opened);
  options_.read_only = true;
  const auto reader = Ledger::Open("ledger", options_);
  options_.read_only = false;
  fs::create_directories(base_ + "/other/ledger");
  fs::current_path(base_ + "/other");
  for (int i = 0; i < 3; ++i) {
    Write("token-" + std::to_string(i));
    const Status settled = ledger_->Settle();
    ASSERT_TRUE(settled.ok()) << settled.message();
  }
  const Status refreshed = (*reader)->Refresh();
  EXPECT_TRUE(refreshed.ok()) << refreshed.message();
  EXPECT_EQ((*reader)->LastLsn(), 3U);
  EXPECT_TRUE(ledger_->Close().ok());
  EXPECT_TRUE(fs::is_empty(base_ + "/other/ledger"));
}

/// As by somebody who restores a ledger at its place while it is open.
TEST_F(DirectoryLockTest, ADirectoryThatWasMovedIsNotMistakenForTheOneInItsPlace) {
  Open();
  Write("before");
  const std::string moved = base_ + "/moved";
  const std::string copy = base_ + "/copy";
  ASSERT_TRUE(ledger_->Checkpoint(copy).has_value());
  fs::rename(directory_, moved);
  fs::rename(copy, directory_);
  Write("meanwhile");
  const Status settled = ledger_->Settle();
  EXPECT_EQ(settled.code(), Code::kIoError);
  EXPECT_THAT(settled.message(), HasSubstr("neither moved nor removed"));
  EXPECT_FALSE(ledger_->Write({.caller = kVendor}, LicenseRequest("refused")).has_value());
  ledger_.reset();
  for (const auto& [path, last] : {std::pair(directory_, Lsn{1}), std::pair(moved, Lsn{2})}) {
    const auto opened = Ledger::Open(path, options_);
    ASSERT_TRUE(opened.has_value()) << opened.error().message();
    EXPECT_EQ((*opened)->LastLsn(), last);
  }
}

/// Of the same kind, with another list of files and other logs in its place.
TEST_F(DirectoryLockTest, NothingOfTheOneInItsPlaceIsClaimedOrWritten) {
  const std::string mine = directory_;
  const std::string other = base_ + "/other";
  const std::string moved = base_ + "/moved";
  directory_ = other;
  Open();
  for (int i = 0; i < 20; ++i) {
    Write("other-" + std::to_string(i));
    ASSERT_TRUE(ledger_->Settle().ok());
  }
  ledger_.reset();
  const auto before = FilesOf(other);
  directory_ = mine;
  Open();
  Write("before");
  fs::rename(mine, moved);
  fs::rename(other, mine);
  Write("meanwhile");
  const Status closed = ledger_->Close();
  EXPECT_EQ(closed.code(), Code::kIoError);
  EXPECT_THAT(closed.message(), HasSubstr("neither moved nor removed"));
  ledger_.reset();
  EXPECT_EQ(FilesOf(mine), before);
  const auto opened = Ledger::Open(moved, options_);
  ASSERT_TRUE(opened.has_value()) << opened.error().message();
  EXPECT_EQ((*opened)->LastLsn(), 2U);
}

/// Of the same kind, while it is opened: the empty directory is removed, and another process is
/// about to make a ledger where it was.
TEST_F(DirectoryLockTest, NothingOfTheOneInItsPlaceIsRemoved) {
  const std::string begun = base_ + "/begun";
  const auto files = std::make_shared<FaultyFiles>();
  const auto env = rocksdb::NewCompositeEnv(files);
  files->Set([&](FileCall call, const std::string& name) {
    const bool is_list = call == FileCall::kRename && name.ends_with("/000001.dbtmp");
    if (is_list) fs::copy(directory_, begun);  // before it is CURRENT
    return FileFault();
  });
  Open(env.get());
  ledger_.reset();
  fs::remove_all(directory_);
  fs::create_directory(directory_);
  const auto before = FilesOf(begun);
  ASSERT_TRUE(before.contains("MANIFEST-000001"));
  files->HearOfListed([&] {
    files->HearOfListed({});
    fs::remove(directory_);
    fs::rename(begun, directory_);
  });
  const auto refused = OpenLedger(directory_, options_, env.get());
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code(), Code::kIoError);
  EXPECT_THAT(refused.error().message(), HasSubstr("neither moved nor removed"));
  EXPECT_EQ(FilesOf(directory_), before);
}

TEST_F(DirectoryLockTest, TheOneInItsPlaceIsNotCopied) {
  directory_ = base_ + "/other";
  Open();
  for (int i = 0; i < 5; ++i) Do(kVendor, LicenseRequest(std::to_string(i)));
  ledger_.reset();
  directory_ = base_ + "/ledger";
  Open();
  Do(kVendor, LicenseRequest("mine"));
  fs::rename(base_ + "/ledger", base_ + "/moved");
  fs::rename(base_ + "/other", base_ + "/ledger");
  EXPECT_FALSE(ledger_->Checkpoint(base_ + "/copy").has_value());
  EXPECT_FALSE(fs::exists(base_ + "/copy"));
  EXPECT_FALSE(ledger_->Backup(base_ + "/store", {}).has_value());
  fs::rename(base_ + "/ledger", base_ + "/other");
  fs::rename(base_ + "/moved", base_ + "/ledger");
  const auto made = ledger_->Checkpoint(base_ + "/copy");
  ASSERT_TRUE(made.has_value()) << made.error().message();
  EXPECT_EQ(*made, 1U);
}

/// Of the same kind: the one in its place was killed while it needed two logs.
TEST_F(DirectoryLockTest, NoLogsOfTheOneInItsPlaceAreRemoved) {
  constexpr int kMostListings = 30;
  const std::string killed = base_ + "/killed";
  const std::string place = base_ + "/place";
  const auto files = std::make_shared<FaultyFiles>();
  const auto env = rocksdb::NewCompositeEnv(files);
  Open(env.get());
  Write("token");
  files->Set([](FileCall call, const std::string& name) {
    return FileFault{.fails = call == FileCall::kCreate && name.ends_with(".sst")};
  });
  ASSERT_FALSE(ledger_->Settle().ok());
  fs::copy(directory_, killed);
  files->Set({});
  ledger_.reset();
  const auto before = FilesOf(killed);
  bool was_replaced = true;
  for (int nth = 1; was_replaced && nth < kMostListings; ++nth) {
    SCOPED_TRACE(nth);
    fs::remove_all(directory_);
    fs::remove_all(base_ + "/moved");
    Open();
    Write("another");
    ledger_.reset();
    fs::copy(killed, place);
    int left = nth;
    files->HearOfListed([&] {
      if (--left != 0) return;
      fs::rename(directory_, base_ + "/moved");
      fs::rename(place, directory_);
    });
    const auto opened = OpenLedger(directory_, options_, env.get());
    files->HearOfListed({});  // closing lists files, too
    EXPECT_EQ(opened.has_value(), left > 0);
    was_replaced = left <= 0;
    if (was_replaced) {
      EXPECT_EQ(FilesOf(directory_), before);
    }
  }
  EXPECT_FALSE(was_replaced);
}

TEST_F(DirectoryLockTest, APipeIsNotWaitedFor) {
  ASSERT_EQ(mkfifo(directory_.c_str(), 0600), 0);
  for (const bool read_only : {false, true}) {
    options_.read_only = read_only;
    const auto refused = Ledger::Open(directory_, options_);
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().code(), Code::kInvalidArgument);
    EXPECT_THAT(refused.error().message(), HasSubstr("a file"));
  }
}

TEST_F(DirectoryLockTest, WhereTheWorkingDirectoryIsGoneNothingIsThrown) {
  Open();
  Write("token");
  fs::create_directory(base_ + "/gone");
  fs::current_path(base_ + "/gone");
  fs::remove(base_ + "/gone");
  EXPECT_FALSE(ledger_->Backup("store", {}).has_value());
  EXPECT_FALSE(ledger_->Checkpoint("checkpoint").has_value());
  EXPECT_FALSE(BackupLedger("ledger", "store", {}).has_value());
  EXPECT_FALSE(Ledger::Open("ledger", options_).has_value());
  EXPECT_TRUE(ledger_->Backup(base_ + "/store", {}).has_value());
}

}  // namespace
}  // namespace grantledger
