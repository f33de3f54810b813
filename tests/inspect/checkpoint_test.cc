// Ledger::Checkpoint: a whole ledger beside one that is written to.
#include <gmock/gmock.h>

#include <thread>

#include "tests/inspect/backup_fixture.h"
#include "tests/ledger/hearing.h"

namespace grantledger {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

class Checkpoints : public BackupFixture {
 protected:
  std::string Refusal(const std::string& directory, Code code) {
    const auto made = ledger_->Checkpoint(directory);
    EXPECT_FALSE(made.has_value());
    if (made) return {};
    EXPECT_EQ(made.error().code(), code);
    return made.error().message();
  }
};

TEST_F(Checkpoints, OpenByThemselvesAndEndWhereTheySay) {
  Open();
  TellTo(20);
  EXPECT_TRUE(ledger_->Compact().has_value());
  const auto lsn = ledger_->Checkpoint(restored_);
  ASSERT_TRUE(lsn.has_value()) << lsn.error().message();
  EXPECT_EQ(*lsn, 20U);
  TellTo(30);
  EXPECT_EQ(RowsOfHistory(restored_), rows_.at(20));
  EXPECT_EQ(AnswersOf(restored_), said_.at(20));
  EXPECT_EQ(Sentences(DamageFixture::Verify(restored_, /*deep=*/true)), "");
  EXPECT_THAT(NamesIn(base_), UnorderedElementsAre("restored"));
}

/// RocksDB warns of how it counts who keeps files from being removed.
TEST_F(Checkpoints, AreNothingToWarnOfNorAreBackups) {
  const auto hearing = std::make_shared<Hearing>();
  options_.logger = hearing;
  Open();
  TellTo(20);
  ASSERT_TRUE(ledger_->Checkpoint(restored_).has_value());
  Backup();
  ledger_.reset();
  EXPECT_THAT(hearing->told(), IsEmpty());
}

TEST_F(Checkpoints, AreOfAnEmptyLedgerToo) {
  Open();
  std::filesystem::create_directory(restored_);
  EXPECT_EQ(ledger_->Checkpoint(restored_ + "/").value(), 0U);
  EXPECT_EQ(Sentences(DamageFixture::Verify(restored_, /*deep=*/true)), "");
}

/// Files are shared until one of both moves on, and then neither may harm the other.
TEST_F(Checkpoints, ShareFilesAndDoNotHarmTheOriginal) {
  Open();
  TellTo(20);
  EXPECT_TRUE(ledger_->Settle().ok());
  TellTo(25);
  ASSERT_EQ(ledger_->Checkpoint(restored_).value(), 25U);
  std::size_t shared = 0;
  for (const auto& entry : std::filesystem::directory_iterator(restored_)) {
    if (entry.path().extension() == ".sst") shared += entry.hard_link_count() > 1;
  }
  EXPECT_GE(shared, 4U) << "of log, state, member and index";
  {
    const auto copy = Ledger::Open(restored_, options_);
    ASSERT_TRUE(copy.has_value()) << copy.error().message();
    for (int number = 200; number < 300; ++number) {
      const CreateAccountRequest join{"a@example.com", "A", AccountOf(number).ToString()};
      ASSERT_TRUE((*copy)->Write({.caller = kManagement}, join).has_value());
    }
    EXPECT_TRUE((*copy)->Settle().ok());
  }
  TellTo(30);
  EXPECT_TRUE(ledger_->Settle().ok());
  EXPECT_EQ(Answers(*ledger_), said_.at(30));
  ledger_.reset();
  EXPECT_EQ(Sentences(DamageFixture::Verify(directory_, /*deep=*/true)), "");
  EXPECT_EQ(Sentences(DamageFixture::Verify(restored_, /*deep=*/true)), "");
  EXPECT_EQ(RowsOfHistory(directory_), rows_.at(30));
}

TEST_F(Checkpoints, GoOnAsLedgersOfTheirOwn) {
  Open();
  TellTo(20);
  ASSERT_TRUE(ledger_->Checkpoint(restored_).has_value());
  const std::string original = std::exchange(directory_, restored_);
  Open();
  TellTo(30);
  EXPECT_EQ(ledger_->LastLsn(), 30U);
  EXPECT_EQ(ledger_->Checkpoint(base_ + "/again").value(), 30U);
  ledger_.reset();
  EXPECT_EQ(Sentences(DamageFixture::Verify(restored_, /*deep=*/true)), "");
  directory_ = original;
}

TEST_F(Checkpoints, RefuseWhatIsThere) {
  Open();
  TellTo(7);
  std::filesystem::create_directory(base_ + "/full");
  std::ofstream(base_ + "/full/notes.txt") << "mine";
  EXPECT_THAT(
      Refusal(base_ + "/full", Code::kInvalidArgument),
      HasSubstr("the directory of the checkpoint is \"" + base_ +
                "/full\", which holds \"notes.txt\", expected a directory that is empty, or "
                "not there"));
  EXPECT_THAT(Refusal(base_ + "/full/notes.txt", Code::kInvalidArgument), HasSubstr("a file"));
  EXPECT_THAT(Refusal(base_ + "/no/where", Code::kInvalidArgument),
              HasSubstr("expected one in a directory that is there"));
  EXPECT_THAT(Refusal("", Code::kInvalidArgument), HasSubstr("the directory of the checkpoint"));
  EXPECT_THAT(Refusal(directory_, Code::kInvalidArgument), HasSubstr("which holds"));
  std::filesystem::create_directory(base_ + "/empty");
  std::filesystem::create_directory_symlink(base_ + "/empty", base_ + "/link");
  EXPECT_THAT(Refusal(base_ + "/link", Code::kInvalidArgument), HasSubstr("a symbolic link"));
  std::filesystem::remove(base_ + "/link");
  std::filesystem::remove(base_ + "/empty");
  EXPECT_THAT(Refusal(directory_ + "/in it", Code::kInvalidArgument),
              HasSubstr("not in that of the ledger"));
  EXPECT_THAT(Refusal(base_ + "/a" + std::string(1, '\0') + "b", Code::kInvalidArgument),
              HasSubstr("expected a path"));
  options_.read_only = true;
  const auto reader = Ledger::Open(directory_, options_);
  EXPECT_THAT((*reader)->Checkpoint(restored_).error().message(), HasSubstr("read-only"));
  EXPECT_EQ((*reader)->Backup(store_, {}).error().code(), Code::kInvalidState);
  EXPECT_EQ((*reader)->Settle().code(), Code::kInvalidState);
  EXPECT_THAT(NamesIn(base_), UnorderedElementsAre("full"));
}

TEST_F(Checkpoints, LeaveNothingWhereTheyFail) {
  Open();
  TellTo(20);
  EXPECT_TRUE(ledger_->Settle().ok());
  for (const auto& entry : std::filesystem::directory_iterator(directory_)) {
    if (entry.path().extension() == ".sst") std::filesystem::remove(entry.path());
  }
  EXPECT_THAT(Refusal(restored_, Code::kIoError), HasSubstr(".sst"));
  EXPECT_THAT(NamesIn(base_), IsEmpty());
}

TEST_F(Checkpoints, RemoveWhatAProcessLeftThatWasKilled) {
  Open();
  TellTo(7);
  const std::string left = restored_ + ".making-abc123";
  std::filesystem::create_directories(left + "/content");
  std::ofstream(left + "/MADE_BY_GRANTLEDGER").flush();
  std::ofstream(left + "/content/000001.sst") << "half";
  ASSERT_TRUE(ledger_->Checkpoint(restored_).has_value());
  EXPECT_THAT(NamesIn(base_), UnorderedElementsAre("restored"));
}

/// As soon as the directory was made, or in taking it away: before it had its mark, or after.
TEST_F(Checkpoints, RemoveWhatHasNoMarkButItsMode) {
  Open();
  TellTo(7);
  const std::string left = restored_ + ".making-abc123";
  std::filesystem::create_directory(left);
  std::filesystem::permissions(left, std::filesystem::perms(01700));
  ASSERT_TRUE(ledger_->Checkpoint(restored_).has_value());
  EXPECT_THAT(NamesIn(base_), UnorderedElementsAre("restored"));
  std::filesystem::remove_all(restored_);
  // What has that mode and is not empty is somebody's.
  std::filesystem::create_directory(left);
  std::ofstream(left + "/notes.txt") << "mine";
  std::filesystem::permissions(left, std::filesystem::perms(01700));
  ASSERT_TRUE(ledger_->Checkpoint(restored_).has_value());
  EXPECT_THAT(NamesIn(left), UnorderedElementsAre("notes.txt"));
}

/// When it had just given its name to what it made.
TEST_F(Checkpoints, RemoveWhatIsLeftOfOneThatIsThere) {
  Open();
  TellTo(7);
  ASSERT_TRUE(ledger_->Checkpoint(restored_).has_value());
  const std::string left = restored_ + ".making-abc123";
  std::filesystem::create_directory(left);
  std::ofstream(left + "/MADE_BY_GRANTLEDGER").flush();
  EXPECT_THAT(Refusal(restored_, Code::kInvalidArgument), HasSubstr("which holds"));
  EXPECT_THAT(NamesIn(base_), UnorderedElementsAre("restored"));
}

/// Whatever its name is: a copy, an empty place, a backup store.
TEST_F(Checkpoints, RemoveNothingThatIsNotTheirs) {
  Open();
  TellTo(7);
  const std::string copy = restored_ + ".making-240131";
  ASSERT_TRUE(ledger_->Checkpoint(copy).has_value());
  std::filesystem::create_directory(restored_ + ".making-wanted");
  ASSERT_TRUE(ledger_->Checkpoint(restored_).has_value());
  EXPECT_EQ(Sentences(DamageFixture::Verify(copy, /*deep=*/true)), "");
  EXPECT_TRUE(std::filesystem::exists(restored_ + ".making-wanted"));
}

/// As what a killed backup left beside the ledger is named.
TEST_F(Checkpoints, NorDoBackupsWhateverTheirStoreIsCalled) {
  Open();
  TellTo(7);
  store_ = directory_ + ".backup-weekly";
  for (const BackupId id : {BackupId{1}, BackupId{2}}) {
    const auto made = ledger_->Backup(store_, {});
    ASSERT_TRUE(made.has_value()) << made.error().message();
    EXPECT_EQ(made->id, id);
  }
  EXPECT_EQ(ListBackups(store_)->size(), 2U);
  std::filesystem::remove_all(store_);
}

class CheckpointsBeside : public Checkpoints, public testing::WithParamInterface<Durability> {};

TEST_P(CheckpointsBeside, ABusyWriterArePrefixesWithAllThatWasAnswered) {
  options_.durability = GetParam();
  options_.background_compaction = true;
  options_.compaction_records = 50;
  Open();
  TellTo(7);
  std::atomic<Lsn> answered = 7;
  std::atomic<bool> stop = false;
  std::thread writer([&] {
    for (int number = 300; !stop && number < 100'000; ++number) {
      Join(number);
      answered = ledger_->LastLsn();
      constexpr int kOften = 150;
      if (number % kOften == 0) {
        EXPECT_TRUE(ledger_->Settle().ok());
      }
    }
  });
  constexpr int kCheckpoints = 6;
  std::vector<Lsn> ends;
  for (int i = 0; i < kCheckpoints; ++i) {
    const Lsn before = answered;
    const auto lsn = ledger_->Checkpoint(base_ + "/" + std::to_string(i));
    EXPECT_TRUE(lsn.has_value()) << lsn.error().message();
    ends.push_back(lsn ? *lsn : 0);
    EXPECT_GE(ends.back(), before);
    while (answered < before + 100) std::this_thread::yield();
  }
  stop = true;
  writer.join();
  ledger_.reset();
  const RowsByKey log = RowsOf(directory_, Family::kLog);
  for (int i = 0; i < kCheckpoints; ++i) {
    const std::string copy = base_ + "/" + std::to_string(i);
    EXPECT_EQ(Sentences(DamageFixture::Verify(copy, /*deep=*/true)), "");
    const RowsByKey of_copy = RowsOf(copy, Family::kLog);
    EXPECT_EQ(of_copy.size(), ends[static_cast<std::size_t>(i)] + 1);
    EXPECT_TRUE(std::ranges::includes(log, of_copy)) << "a prefix";
  }
}

INSTANTIATE_TEST_SUITE_P(, CheckpointsBeside,
                         testing::Values(Durability::kSynced, Durability::kBuffered),
                         [](const auto& tested) {
                           return tested.param == Durability::kSynced ? "Synced" : "Buffered";
                         });

}  // namespace
}  // namespace grantledger
