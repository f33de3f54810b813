// Taking the files of a ledger while its writer moves on.
#include <gmock/gmock.h>
#include <sys/stat.h>

#include <fstream>

#include "ledger/store_copy.h"
#include "tests/inspect/backup_fixture.h"

namespace grantledger {
namespace {

namespace fs = std::filesystem;

class TakenFiles : public BackupFixture {
 protected:
  TakenFiles() {
    copy_of_it_ = base_ + "/copy";
    fs::create_directory(copy_of_it_);
  }
  void ExpectWhole(Lsn least) {
    const auto end = FinishCopy(copy_of_it_);
    ASSERT_TRUE(end.has_value()) << end.error().message();
    EXPECT_GE(end->last_lsn, least);
    EXPECT_EQ(RowsOfHistory(copy_of_it_), rows_.at(end->last_lsn));
    EXPECT_EQ(Sentences(DamageFixture::Verify(copy_of_it_, /*deep=*/true)), "");
  }

  std::string copy_of_it_;
};

/// It flushes and merges before each of the files is taken: files are gone, others are new, and the
/// write-ahead log that had their rows is deleted.
TEST_F(TakenFiles, AreOfOneListThoughItChangesBetween) {
  constexpr int kMostChanges = 40;
  for (int changes_at = 0; changes_at < kMostChanges; changes_at += 3) {
    SCOPED_TRACE(changes_at);
    Open();
    TellTo(ledger_->LastLsn() + 2);
    EXPECT_TRUE(ledger_->Settle().ok());
    TellTo(ledger_->LastLsn() + 2);
    const Lsn answered = ledger_->LastLsn();
    int file = 0;
    const auto taken = TakeFilesOf(directory_, copy_of_it_, [&] {
      if (file++ != changes_at) return;
      TellTo(answered + 1);
      EXPECT_TRUE(ledger_->Settle().ok());
      TellTo(answered + 2);
    });
    ASSERT_TRUE(taken.has_value()) << taken.error().message();
    ExpectWhole(answered);
    if (HasFailure() || file <= changes_at) return;
    fs::remove_all(copy_of_it_);
    fs::create_directory(copy_of_it_);
  }
}

TEST_F(TakenFiles, OfAnOpenStoreStayWhileTheyAreTaken) {
  Open();
  TellTo(20);
  EXPECT_TRUE(ledger_->Settle().ok());
  TellTo(25);
  ledger_.reset();
  {
    const auto store = Store::Open(directory_, options_, nullptr);
    ASSERT_TRUE(store.has_value()) << store.error().message();
    const auto taken = TakeFiles(
        **store, copy_of_it_, [] { return Status(); },
        [&] { EXPECT_TRUE((*store)->Settle().ok()); });
    ASSERT_TRUE(taken.has_value()) << taken.error().message();
  }
  ExpectWhole(25);
}

TEST_F(TakenFiles, AreNotThoseOfSomebodyElse) {
  Open();
  TellTo(20);
  EXPECT_TRUE(ledger_->Settle().ok());
  ledger_.reset();
  std::ofstream(directory_ + "/app.log") << "of another program";
  ASSERT_EQ(mkfifo((directory_ + "/pipe.log").c_str(), 0600), 0);
  const auto taken = TakeFilesOf(directory_, copy_of_it_);
  ASSERT_TRUE(taken.has_value()) << taken.error().message();
  EXPECT_FALSE(fs::exists(copy_of_it_ + "/app.log"));
  ExpectWhole(20);
}

/// The ledger can't be opened either, where a log that counts is a pipe.
TEST_F(TakenFiles, AreNotWaitedForWhereTheyAreNone) {
  Open();
  TellTo(20);
  EXPECT_TRUE(ledger_->Settle().ok());
  ledger_.reset();
  for (const char* name : {"/000001.log", "/000999.sst"}) {
    ASSERT_EQ(mkfifo((directory_ + name).c_str(), 0600), 0);
  }
  const auto taken = TakeFilesOf(directory_, copy_of_it_);
  ASSERT_TRUE(taken.has_value()) << taken.error().message();
  ExpectWhole(20);
  ASSERT_EQ(mkfifo((directory_ + "/000999.log").c_str(), 0600), 0);
  const std::string copy = base_ + "/another";
  fs::create_directory(copy);
  const auto refused = TakeFilesOf(directory_, copy);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code(), Code::kCorruption);
  EXPECT_THAT(refused.error().message(), testing::HasSubstr("000999.log is no regular file"));
  const auto opened = Ledger::Open(directory_, options_);
  ASSERT_FALSE(opened.has_value());
  EXPECT_THAT(opened.error().message(), testing::HasSubstr("000999.log is no regular file"));
}

TEST_F(TakenFiles, WhereTheListOfThemIsAPipeItIsNotWaitedFor) {
  Open();
  ledger_.reset();
  fs::remove(directory_ + "/CURRENT");
  ASSERT_EQ(mkfifo((directory_ + "/CURRENT").c_str(), 0600), 0);
  const auto refused = TakeFilesOf(directory_, copy_of_it_);
  ASSERT_FALSE(refused.has_value());
  EXPECT_THAT(refused.error().message(), testing::HasSubstr("CURRENT"));
}

/// A file that a writer has begun is shared with the copy, until that is opened to write: it must
/// not write to it.
TEST_F(TakenFiles, ThatAreNotListedAreLeftAlone) {
  Open();
  TellTo(25);
  ledger_.reset();
  const std::string begun = "half of a table";
  std::vector<std::string> files;
  for (int number = 1; number < 200; ++number) {
    std::string name = std::to_string(number);
    name.insert(0, 6 - name.size(), '0');
    const std::string file = directory_ + "/" + name + ".sst";
    if (fs::exists(file)) continue;
    std::ofstream(file) << begun;
    files.push_back(file);
  }
  const auto taken = TakeFilesOf(directory_, copy_of_it_);
  ASSERT_TRUE(taken.has_value()) << taken.error().message();
  for (const std::string& file : files) {
    ASSERT_FALSE(fs::exists(copy_of_it_ / fs::path(file).filename())) << file;
  }
  ExpectWhole(25);
  for (const std::string& file : files) {
    std::string now;
    std::getline(std::ifstream(file), now);
    ASSERT_EQ(now, begun) << file;
  }
}

}  // namespace
}  // namespace grantledger
