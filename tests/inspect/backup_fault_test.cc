// A backup store of which a directory can't be read just then.
#include <gmock/gmock.h>

#include <sys/wait.h>
#include <unistd.h>

#include <fstream>

#include "ledger/directory.h"
#include "tests/inspect/backup_fixture.h"

namespace grantledger {
namespace {

using testing::HasSubstr;

namespace fs = std::filesystem;

/// A directory that is there, and that nobody can list, whatever he may: that of the network of a
/// process that has ended, and for which nobody has waited yet.
class UnlistableDirectory {
 public:
  UnlistableDirectory() : process_(fork()) {
    if (process_ == 0) _exit(0);
    siginfo_t ended{};
    waitid(P_PID, static_cast<id_t>(process_), &ended, WEXITED | WNOWAIT);
  }
  ~UnlistableDirectory() { waitpid(process_, nullptr, 0); }
  UnlistableDirectory(const UnlistableDirectory&) = delete;
  UnlistableDirectory& operator=(const UnlistableDirectory&) = delete;
  [[nodiscard]] std::string path() const { return "/proc/" + std::to_string(process_) + "/net"; }

 private:
  pid_t process_;
};

class BackupFaults : public BackupFixture {
 protected:
  void ExpectAllWhole() {
    const auto listed = ListBackups(store_);
    ASSERT_TRUE(listed.has_value()) << listed.error().message();
    ASSERT_EQ(listed->size(), 2U);
    for (const BackupInfo& info : *listed) EXPECT_TRUE(info.problem.ok()) << info.problem.message();
    const auto report = VerifyBackups(store_, {});
    ASSERT_TRUE(report.has_value()) << report.error().message();
    EXPECT_THAT(report->findings, testing::IsEmpty());
  }
};

/// What a killed backup left is removed by those descriptions that are there: none that can't be
/// told may count as missing.
TEST_F(BackupFaults, NoBackupIsRemovedBecauseADirectoryCantBeListed) {
  const UnlistableDirectory unlistable;
  if (!fs::is_directory(unlistable.path()) || EntriesOf(unlistable.path())) {
    GTEST_SKIP() << "this kernel lists it";
  }
  Open();
  TellTo(8);
  Backup();
  TellTo(12);
  Backup();
  ledger_.reset();
  for (const std::string name : {"backups", "meta"}) {
    for (const bool is_unfinished : {true, false}) {
      SCOPED_TRACE(name + (is_unfinished ? ", beside what was never finished" : ""));
      if (is_unfinished) std::ofstream(store_ + "/MAKING") << "";
      fs::rename(store_ + "/" + name, store_ + "/aside");
      fs::create_directory_symlink(unlistable.path(), store_ + "/" + name);
      const auto made = BackupLedger(directory_, store_, {});
      const auto listed = ListBackups(store_);
      const auto deleted = DeleteBackups(store_, 1);
      const auto restored = RestoreLedger(store_, restored_, {});
      fs::remove(store_ + "/" + name);
      fs::rename(store_ + "/aside", store_ + "/" + name);
      for (const Status& told :
           {made ? Status() : made.error(), listed ? Status() : listed.error(),
            deleted ? Status() : deleted.error(), restored ? Status() : restored.error()}) {
        EXPECT_EQ(told.code(), Code::kIoError) << told.message();
        EXPECT_THAT(told.message(), HasSubstr(name));
      }
      fs::remove(store_ + "/MAKING");
      ExpectAllWhole();
    }
  }
}

TEST_F(BackupFaults, ANumberIsGivenOnce) {
  Open();
  TellTo(8);
  Backup();
  TellTo(12);
  Backup();
  for (const bool all : {false, true}) {
    if (all) {
      fs::remove_all(store_ + "/meta");
    } else {
      fs::remove(store_ + "/meta/2");
    }
    const auto before = ListBackups(store_).value();
    EXPECT_EQ(Backup().id, before.size() + 1);
    const auto after = ListBackups(store_).value();
    ASSERT_EQ(after.size(), before.size() + 1);
    EXPECT_TRUE(after.back().problem.ok());
    for (std::size_t i = 0; i < before.size(); ++i) {
      EXPECT_EQ(after[i].last_lsn, before[i].last_lsn);
      EXPECT_EQ(after[i].problem.ok(), before[i].problem.ok()) << after[i].problem.message();
    }
  }
}

}  // namespace
}  // namespace grantledger
