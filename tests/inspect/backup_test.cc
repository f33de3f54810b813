// Backups: what a store holds, what of it is new, and what is found to be damaged.
#include <gmock/gmock.h>
#include <rocksdb/utilities/backup_engine.h>

#include <thread>

#include "ledger/backup_store.h"
#include "tests/inspect/backup_fixture.h"
#include "tests/ledger/flip_byte.h"

namespace grantledger {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

namespace fs = std::filesystem;

class Backups : public BackupFixture {
 protected:
  std::vector<BackupInfo> List() {
    auto listed = ListBackups(store_);
    EXPECT_TRUE(listed.has_value()) << listed.error().message();
    return listed ? *std::move(listed) : std::vector<BackupInfo>();
  }
  std::vector<BackupId> Ids() {
    std::vector<BackupId> ids;
    for (const BackupInfo& info : List()) ids.push_back(info.id);
    return ids;
  }
  std::vector<std::string> Findings() {
    const auto report = VerifyBackups(store_, {});
    EXPECT_TRUE(report.has_value()) << report.error().message();
    return report ? report->findings : std::vector<std::string>();
  }
  std::string Refusal(const std::string& ledger, const std::string& store, Code code) {
    const auto made = BackupLedger(ledger, store, {});
    EXPECT_FALSE(made.has_value());
    if (made) return {};
    EXPECT_EQ(made.error().code(), code) << made.error().message();
    return made.error().message();
  }
  /// Every file of the store, but the lock, which says nothing.
  std::vector<fs::path> Files() const {
    std::vector<fs::path> files;
    for (const auto& entry : fs::recursive_directory_iterator(store_)) {
      if (entry.is_regular_file() && entry.path().filename() != "LOCK") {
        files.push_back(entry.path());
      }
    }
    return files;
  }
  std::uint64_t BytesOnDisk() const {
    std::uint64_t bytes = 0;
    for (const fs::path& file : Files()) bytes += fs::file_size(file);
    return bytes;
  }
};

TEST_F(Backups, TellWhereTheyEnd) {
  Open();
  TellTo(20);
  const BackupInfo first = Backup();
  EXPECT_EQ(first.id, 1U);
  EXPECT_EQ(first.last_lsn, 20U);
  EXPECT_EQ(first.horizon, 0U);
  EXPECT_EQ(first.identity.size(), 16U);
  EXPECT_EQ(first.new_bytes, first.bytes);
  EXPECT_TRUE(ledger_->Compact().has_value());
  ledger_->SetRetention(KeepFrom{Lsn{15}});
  EXPECT_TRUE(ledger_->Compact().has_value());
  TellTo(25);
  const BackupInfo second = Backup();
  EXPECT_EQ(second.last_lsn, 25U);
  EXPECT_EQ(second.horizon, 15U);
  EXPECT_GT(second.last_time, first.last_time);
  EXPECT_GE(second.made, second.last_time);
  const auto listed = List();
  ASSERT_EQ(listed.size(), 2U);
  EXPECT_EQ(listed[0].last_lsn, 20U);
  EXPECT_EQ(listed[1].last_time, second.last_time);
  EXPECT_EQ(listed[1].new_bytes, second.new_bytes);
  EXPECT_EQ(listed[1].bytes, second.bytes);
  EXPECT_TRUE(listed[0].problem.ok() && listed[1].problem.ok());
  EXPECT_THAT(Findings(), IsEmpty());
  EXPECT_THAT(NamesIn(base_), ElementsAre("store")) << "the copy that was made is gone";
}

TEST_F(Backups, CostWhatIsNew) {
  Open();
  TellTo(7);
  for (int number = 1000; number < 3000; ++number) Join(number);
  EXPECT_TRUE(ledger_->Settle().ok());
  const BackupInfo first = Backup();
  const std::uint64_t on_disk = BytesOnDisk();
  for (int number = 3000; number < 3005; ++number) Join(number);
  const BackupInfo second = Backup();
  EXPECT_GT(second.bytes, first.bytes);
  EXPECT_LT(second.new_bytes, first.bytes / 3);
  EXPECT_LT(BytesOnDisk() - on_disk, first.bytes / 3);
  // Nothing was written: but for what RocksDB keeps of itself, nothing is new.
  constexpr std::uint64_t kOfItself = 40'000;
  EXPECT_LT(Backup().new_bytes, kOfItself);
}

/// A process that has the ledger open is not asked.
TEST_F(Backups, AreMadeBesideAWriterThatKnowsNothingOfThem) {
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
      constexpr int kOften = 40;
      if (number % kOften == 0) {
        EXPECT_TRUE(ledger_->Settle().ok());
      }
    }
  });
  std::map<BackupId, Lsn> ends;
  for (int i = 0; i < 8; ++i) {
    const Lsn before = answered;
    const auto made = BackupLedger(directory_, store_, {});
    EXPECT_TRUE(made.has_value()) << made.error().message();
    if (!made) break;
    EXPECT_GE(made->last_lsn, before);
    ends[made->id] = made->last_lsn;
    while (answered < before + 50) std::this_thread::yield();
  }
  stop = true;
  writer.join();
  ledger_.reset();
  EXPECT_EQ(Sentences(DamageFixture::Verify(directory_, /*deep=*/true)), "")
      << "the original is as it was";
  const RowsByKey log = RowsOf(directory_, Family::kLog);
  for (const auto& [id, end] : ends) {
    fs::remove_all(restored_);
    const auto restored = RestoreLedger(store_, restored_, {.backup = id});
    ASSERT_TRUE(restored.has_value()) << restored.error().message();
    EXPECT_EQ(restored->last_lsn, end);
    EXPECT_EQ(Sentences(DamageFixture::Verify(restored_, /*deep=*/true)), "");
    const RowsByKey of_copy = RowsOf(restored_, Family::kLog);
    EXPECT_EQ(of_copy.size(), end + 1);
    EXPECT_TRUE(std::ranges::includes(log, of_copy)) << "a prefix";
  }
}

/// A write that a crash cut short is in no backup, and no finding.
TEST_F(Backups, AreOfALedgerThatCrashed) {
  Open();
  TellTo(20);
  // As after kill -9: a ledger that was closed claims all its records.
  fs::copy(directory_, base_ + "/crashed", fs::copy_options::recursive);
  ledger_.reset();
  fs::remove_all(directory_);
  fs::rename(base_ + "/crashed", directory_);
  CutWal(3);
  const auto made = BackupLedger(directory_, store_, {});
  ASSERT_TRUE(made.has_value()) << made.error().message();
  EXPECT_EQ(made->last_lsn, 19U);
  RestoreAt(19, store_, {});
}

TEST_F(Backups, CanBeRestoredByRocksDBItself) {
  Open();
  TellTo(20);
  Backup();
  TellTo(25);
  Backup();
  rocksdb::BackupEngineReadOnly* opened = nullptr;
  ASSERT_TRUE(rocksdb::BackupEngineReadOnly::Open(rocksdb::BackupEngineOptions(store_),
                                                  rocksdb::Env::Default(), &opened)
                  .ok());
  const std::unique_ptr<rocksdb::BackupEngineReadOnly> engine(opened);
  for (const auto& [id, lsn] : std::map<BackupId, Lsn>{{1, 20}, {2, 25}}) {
    EXPECT_TRUE(engine->VerifyBackup(id, true).ok());
    EXPECT_TRUE(engine->RestoreDBFromBackup(id, restored_, restored_).ok());
    EXPECT_TRUE(WriteAnchorFor(restored_).ok());
    EXPECT_EQ(RowsOfHistory(restored_), rows_.at(lsn));
  }
}

/// Damaged, cut or deleted: it is found, and nothing that needs it is restored.
TEST_F(Backups, EveryFileIsProven) {
  Open();
  TellTo(12);
  EXPECT_TRUE(ledger_->Settle().ok());
  Backup();
  TellTo(25);
  Backup();
  ledger_.reset();
  EXPECT_THAT(Findings(), IsEmpty());
  const std::string whole = base_ + "/whole";
  fs::copy(store_, whole, fs::copy_options::recursive);
  const std::vector<fs::path> files = Files();
  EXPECT_GT(files.size(), 12U);
  for (const fs::path& file : files) {
    for (const std::string how : {"damaged", "cut", "deleted", "longer"}) {
      const std::uintmax_t size = fs::file_size(file);
      if (size == 0 && how != "longer" && how != "deleted") continue;
      SCOPED_TRACE(file.string() + " " + how);
      if (how == "damaged") {
        FlipByte(file, size / 2);
      } else if (how == "cut") {
        fs::resize_file(file, size - 1);
      } else if (how == "longer") {
        fs::resize_file(file, size + 1);
      } else {
        fs::remove(file);
      }
      const auto report = VerifyBackups(store_, {});
      ASSERT_TRUE(report.has_value()) << report.error().message();
      EXPECT_EQ(report->findings.size(), 1U);
      ASSERT_EQ(report->backups.size(), 2U);
      int refused = 0;
      for (const BackupInfo& info : report->backups) {
        if (info.problem.ok()) {
          RestoreAt(info.last_lsn, store_, {.backup = info.id});
        } else {
          ++refused;
          RefusalOf(store_, {.backup = info.id}, Code::kCorruption);
        }
      }
      EXPECT_GE(refused, 1);
      if (HasFailure()) return;
      fs::remove_all(store_);
      fs::copy(whole, store_, fs::copy_options::recursive);
    }
  }
}

TEST_F(Backups, ADamagedFileOfTheLedgerIsNotBackedUp) {
  Open();
  TellTo(20);
  ledger_.reset();
  Settle();
  Open();
  Backup();
  ledger_.reset();
  const std::string file = FileOf(Family::kMember);
  Open();
  TellTo(22);
  EXPECT_TRUE(ledger_->Settle().ok());
  ledger_.reset();
  const std::string newer = FileOf(Family::kMember);
  ASSERT_NE(file, newer);
  std::fstream bytes(newer, std::ios::in | std::ios::out | std::ios::binary);
  bytes.seekp(20);
  bytes.put('?');
  bytes.close();
  EXPECT_THAT(Refusal(directory_, store_, Code::kCorruption),
              HasSubstr(fs::path(newer).filename().string() + " is damaged"));
  EXPECT_THAT(Ids(), ElementsAre(1));
  EXPECT_THAT(Findings(), IsEmpty());
  EXPECT_THAT(NamesIn(base_), ElementsAre("store"));
}

/// What it lost at its end, its anchor alone knows.
TEST_F(Backups, ALedgerThatLostRecordsIsNotBackedUp) {
  Open();
  TellTo(12);
  ledger_.reset();
  CutWal(WalBytes() / 2);
  EXPECT_THAT(Refusal(directory_, store_, Code::kCorruption), HasSubstr("ANCHOR"));
}

TEST_F(Backups, OldOnesAreDeletedWithWhatTheyAloneNeed) {
  Open();
  for (const Lsn lsn : {8, 12, 16, 20}) {
    TellTo(lsn);
    EXPECT_TRUE(ledger_->Settle().ok());
    Backup();
  }
  const std::uint64_t before = BytesOnDisk();
  EXPECT_THAT(DeleteBackups(store_, 2).value(), ElementsAre(1, 2));
  EXPECT_THAT(Ids(), ElementsAre(3, 4));
  EXPECT_LT(BytesOnDisk(), before * 3 / 4);
  EXPECT_THAT(DeleteBackups(store_, 2).value(), IsEmpty());
  TellTo(24);
  EXPECT_EQ(Backup({.keep = 2}).id, 5U);
  EXPECT_THAT(Ids(), ElementsAre(4, 5));
  EXPECT_THAT(Findings(), IsEmpty());
  RestoreAt(20, store_, {.backup = 4});
  RestoreAt(24, store_, {.backup = 5});
  EXPECT_EQ(DeleteBackups(store_, 0).error().code(), Code::kInvalidArgument);
}

/// Of those that are kept, each is whole: what is damaged does not count.
TEST_F(Backups, WhatIsDamagedDoesNotPushOutWhatIsWhole) {
  Open();
  for (const Lsn lsn : {8, 12, 16}) {
    TellTo(lsn);
    Backup();
  }
  fs::remove(store_ + "/private/3/CURRENT");
  EXPECT_THAT(DeleteBackups(store_, 1).value(), ElementsAre(1));
  EXPECT_THAT(Ids(), ElementsAre(2, 3));
  EXPECT_THAT(RefusalOf(store_, {}, Code::kCorruption), HasSubstr("backup 3 is not whole"));
  RestoreAt(12, store_, {.backup = 2});
}

TEST_F(Backups, WhatWasNeverFinishedIsNone) {
  Open();
  TellTo(8);
  Backup();
  TellTo(12);
  Backup();
  // As a process leaves it that is killed before the description is there.
  fs::remove(store_ + "/backups/2");
  std::ofstream(store_ + "/MAKING") << "";
  EXPECT_THAT(Ids(), ElementsAre(1));
  EXPECT_THAT(Findings(), IsEmpty());
  RestoreAt(8, store_, {});
  TellTo(16);
  EXPECT_EQ(Backup().last_lsn, 16U);
  EXPECT_FALSE(fs::exists(store_ + "/MAKING"));
  EXPECT_THAT(Findings(), IsEmpty());
  EXPECT_EQ(Ids().size(), 2U);
  RestoreAt(16, store_, {});
}

TEST_F(Backups, AStoppedOneLeavesNothing) {
  Open();
  TellTo(20);
  Backup();
  TellTo(22);
  const auto made = ledger_->Backup(
      store_, {.keep = 1,
               .progress = [](std::string_view, std::uint64_t, std::uint64_t) { return false; }});
  ASSERT_FALSE(made.has_value());
  EXPECT_EQ(made.error().code(), Code::kInvalidState);
  EXPECT_THAT(Ids(), ElementsAre(1));
  EXPECT_THAT(Findings(), IsEmpty());
  EXPECT_THAT(NamesIn(base_), ElementsAre("store"));
  EXPECT_EQ(Backup().last_lsn, 22U);
  const StageProgress no = [](std::string_view, std::uint64_t, std::uint64_t) { return false; };
  EXPECT_TRUE(VerifyBackups(store_, no)->stopped);
}

TEST_F(Backups, RefuseWhatIsNoStore) {
  Open();
  TellTo(8);
  Backup();
  ledger_.reset();
  EXPECT_THAT(Refusal(directory_, directory_ + "/store", Code::kInvalidArgument),
              HasSubstr("expected a directory that is not in that of the ledger"));
  EXPECT_THAT(Refusal(base_ + "/none", store_, Code::kInvalidArgument), HasSubstr("missing"));
  EXPECT_THAT(Refusal(directory_, base_, Code::kInvalidArgument), HasSubstr("which holds"));
  EXPECT_THAT(Refusal(directory_, "", Code::kInvalidArgument), HasSubstr("the backup store"));
  EXPECT_THAT(Refusal(store_, base_ + "/other", Code::kInvalidArgument), HasSubstr("no ledger's"));
  EXPECT_FALSE(fs::exists(base_ + "/other"));
  fs::create_directory(restored_);
  EXPECT_THAT(ListBackups(restored_).error().message(),
              HasSubstr("is empty, expected that of a backup store"));
  EXPECT_THAT(ListBackups(base_ + "/none").error().message(), HasSubstr("is missing"));
  EXPECT_THAT(ListBackups(directory_).error().message(),
              HasSubstr("is that of a ledger, expected that of a backup store"));
  EXPECT_EQ(VerifyBackups(directory_, {}).error().code(), Code::kInvalidArgument);
  EXPECT_EQ(DeleteBackups(directory_, 1).error().code(), Code::kInvalidArgument);
  // A ledger of its own.
  const std::string other = base_ + "/ledger";
  ASSERT_TRUE(Ledger::Open(other, options_).has_value());
  EXPECT_THAT(Refusal(other, store_, Code::kInvalidArgument),
              HasSubstr("is that of the ledger " + List().front().identity));
  EXPECT_THAT(Ids(), ElementsAre(1));
}

TEST_F(Backups, AStoreIsWrittenByOneAtATime) {
  Open();
  TellTo(8);
  Backup();
  {
    const auto reader = BackupStore::OpenToRead(store_);
    ASSERT_TRUE(reader.has_value());
    EXPECT_THAT(ledger_->Backup(store_, {}).error().message(), HasSubstr("in use"));
    EXPECT_TRUE(BackupStore::OpenToRead(store_).has_value()) << "readers may be many";
  }
  const auto writer = BackupStore::OpenToWrite(store_);
  ASSERT_TRUE(writer.has_value());
  EXPECT_THAT(ListBackups(store_).error().message(), HasSubstr("in use"));
  EXPECT_EQ(ledger_->Backup(store_, {}).error().code(), Code::kIoError);
  EXPECT_THAT(NamesIn(base_), ElementsAre("store"));
}

}  // namespace
}  // namespace grantledger
