// RestoreLedger: what was, at any moment that can be made again.
#include <gmock/gmock.h>

#include <random>

#include "tests/codec/bytes.h"
#include "tests/inspect/backup_fixture.h"

namespace grantledger {
namespace {

using testing::HasSubstr;
using testing::UnorderedElementsAre;

namespace fs = std::filesystem;

class Restores : public BackupFixture {
 protected:
  static constexpr Lsn kEnd = 30;

  /// Backups at 10 and 20, and the story goes on to 30.
  void TellWithBackups() {
    Open();
    for (const Lsn lsn : {Lsn{10}, Lsn{20}}) {
      TellTo(lsn);
      Backup();
    }
    TellTo(kEnd);
  }
  void Drop(Lsn horizon) {
    ledger_->SetRetention(KeepFrom{horizon});
    EXPECT_EQ(ledger_->Compact().value().horizon, horizon);
  }
};

TEST_F(Restores, TheNewestOrTheOneThatIsAskedForWhenTheOriginalIsGone) {
  TellWithBackups();
  ledger_.reset();
  fs::remove_all(directory_);
  EXPECT_EQ(RestoreAt(20, store_, {}).base, BackupId{2});
  EXPECT_EQ(RestoreAt(10, store_, {.backup = 1}).base, BackupId{1});
  EXPECT_EQ(Sentences(DamageFixture::Verify(restored_, /*deep=*/true)), "");
  EXPECT_THAT(NamesIn(base_), UnorderedElementsAre("store", "restored"));
  // It goes on.
  directory_ = restored_;
  Open();
  TellTo(15);
  ledger_.reset();
  EXPECT_EQ(Sentences(DamageFixture::Verify(restored_, /*deep=*/true)), "");
}

TEST_F(Restores, AnyLsnOfALedgerThatKeptAll) {
  Open();
  rows_[0] = RowsOfHistory(*ledger_);
  said_[0] = {};
  TellTo(kEnd);
  constexpr Lsn kStep = 4;
  for (Lsn lsn = 6; lsn <= kEnd; lsn += kStep) {
    SCOPED_TRACE(lsn);
    const RestoreReport report = RestoreAt(lsn, directory_, {.as_of = Moment(lsn)});
    EXPECT_EQ(report.applied, lsn);
    EXPECT_EQ(report.base, std::nullopt);
    if (HasFailure()) return;
  }
  const auto empty = RestoreLedger(directory_, base_ + "/empty", {.as_of = Moment(Lsn{0})});
  ASSERT_TRUE(empty.has_value()) << empty.error().message();
  EXPECT_EQ(empty->last_lsn, 0U);
  EXPECT_EQ(RowsOfHistory(base_ + "/empty"), rows_.at(0));
  EXPECT_EQ(Sentences(DamageFixture::Verify(restored_, /*deep=*/true)), "");
}

TEST_F(Restores, AnyLsnOfAStoreOnTheNewestBackupBeforeIt) {
  TellWithBackups();
  Backup();
  ledger_.reset();
  fs::remove_all(directory_);
  for (const Lsn lsn : {7, 10, 11, 19, 20, 28, 30}) {
    SCOPED_TRACE(lsn);
    const RestoreReport report = RestoreAt(lsn, store_, {.as_of = Moment(lsn)});
    const Lsn base = lsn < 10 ? 0 : lsn / 10 * 10;
    EXPECT_EQ(report.applied, lsn - base);
    EXPECT_EQ(report.base, base == 0 ? std::nullopt : std::optional<BackupId>(base / 10));
    const bool exact = lsn % 10 == 0;
    EXPECT_EQ(report.records_from, exact ? std::nullopt : std::optional<BackupId>(lsn / 10 + 1));
    if (HasFailure()) return;
  }
  EXPECT_EQ(Sentences(DamageFixture::Verify(restored_, /*deep=*/true)), "");
}

TEST_F(Restores, ATimeIsTheLastRecordThatIsNotLater) {
  TellWithBackups();
  std::map<Lsn, Time> times;
  const auto store = Store::Open(directory_, {.read_only = true}, nullptr);
  for (Lsn lsn = 1; lsn <= kEnd; ++lsn) {
    times[lsn] = ToTime((*GetRecord(**store, lsn))->time_ms);
  }
  using std::chrono::milliseconds;
  for (const Lsn lsn : {Lsn{7}, Lsn{10}, Lsn{13}, Lsn{19}}) {
    SCOPED_TRACE(lsn);
    RestoreAt(lsn, store_, {.as_of = times.at(lsn)});
    RestoreAt(lsn, store_, {.as_of = times.at(lsn + 1) - milliseconds(1)});
    RestoreAt(lsn, directory_, {.as_of = times.at(lsn)});
  }
  // After the last record, and before the backup was made, nothing happened.
  const Time made = ListBackups(store_)->back().made;
  EXPECT_GT(made, times.at(20));
  RestoreAt(20, store_, {.as_of = made});
  EXPECT_THAT(RefusalOf(store_, {.as_of = made + milliseconds(1)}, Code::kInvalidArgument),
              HasSubstr("AsOf is " + FormatTime(made + milliseconds(1)) + ", expected at most " +
                        FormatTime(made) + ", up to when backup 2 knows what happened"));
  constexpr auto kYears = std::chrono::hours(24 * 365 * 200);
  EXPECT_THAT(RefusalOf(directory_, {.as_of = kBegin + kYears}, Code::kInvalidArgument),
              HasSubstr("up to when the ledger in " + directory_ + " knows what happened"));
  EXPECT_THAT(RefusalOf(store_, {.as_of = kBegin - kYears}, Code::kInvalidArgument),
              HasSubstr("or LSN 0"));
}

TEST_F(Restores, ALedgersLogGoesOnWhereTheBackupsEnd) {
  TellWithBackups();
  for (const Lsn lsn : {Lsn{15}, Lsn{20}, Lsn{25}, Lsn{30}}) {
    SCOPED_TRACE(lsn);
    const RestoreReport report =
        RestoreAt(lsn, store_, {.as_of = Moment(lsn), .log_directory = directory_});
    EXPECT_EQ(report.base, lsn < 20 ? 1 : 2);
  }
  EXPECT_THAT(RefusalOf(store_, {.log_directory = directory_}, Code::kInvalidArgument),
              HasSubstr("expected none, or a moment"));
  EXPECT_THAT(RefusalOf(store_, {.as_of = Moment(Lsn{31}), .log_directory = directory_},
                        Code::kInvalidArgument),
              HasSubstr("LSN 31, expected at most 30"));
}

/// What was dropped can't be applied again. A backup of before it is what a log goes on from.
TEST_F(Restores, AfterAHorizonOnABackupThatTheLogGoesOnFrom) {
  TellWithBackups();
  Drop(15);
  TellTo(35);
  Backup();
  ledger_.reset();
  // The log of the third begins after 15: it goes on from the second, not from the first.
  EXPECT_EQ(RestoreAt(20, store_, {.as_of = Moment(Lsn{20})}).applied, 0U);
  for (const Lsn lsn : {Lsn{21}, Lsn{27}, Lsn{30}}) {
    const RestoreReport report = RestoreAt(lsn, store_, {.as_of = Moment(lsn)});
    EXPECT_EQ(report.base, BackupId{2});
    EXPECT_EQ(report.records_from, BackupId{3});
  }
  // The first and the second kept all.
  RestoreAt(12, store_, {.as_of = Moment(Lsn{12})});
  RestoreAt(8, store_, {.as_of = Moment(Lsn{8})});
  // The ledger alone has no way back.
  EXPECT_THAT(
      RefusalOf(directory_, {.as_of = Moment(Lsn{27})}, Code::kInvalidArgument),
      HasSubstr("a moment that can be made of what is kept: LSN 35, since history was dropped"));
  const auto whole = RestoreLedger(directory_, base_ + "/whole", {.as_of = Moment(Lsn{35})});
  ASSERT_TRUE(whole.has_value()) << whole.error().message();
  EXPECT_EQ(whole->horizon, 15U);
  EXPECT_EQ(RowsOfHistory(base_ + "/whole"), RowsOfHistory(directory_));
}

TEST_F(Restores, TheRefusalSaysWhatWouldBePossible) {
  TellWithBackups();
  Drop(25);
  Backup();  // 3: at 30, and its log begins after 25
  ledger_.reset();
  EXPECT_THAT(RefusalOf(store_, {.as_of = Moment(Lsn{22})}, Code::kInvalidArgument),
              HasSubstr("AsOf is LSN 22, expected a moment that can be made of what is kept: LSN 0 "
                        "to 20, 30"));
}

/// Of two backups that end at one LSN, the older one kept more.
TEST_F(Restores, OfTheBackupThatKeptMost) {
  TellWithBackups();
  Backup();
  Drop(25);
  Backup();
  ASSERT_EQ(DeleteBackups(store_, 2)->size(), 2U);
  EXPECT_EQ(RestoreAt(22, store_, {.as_of = Moment(Lsn{22})}).records_from, BackupId{3});
  ledger_.reset();
  RestoreAt(22, store_, {.as_of = Moment(Lsn{22}), .log_directory = directory_});
}

/// The record with which they end was dropped since: they may be of another history.
TEST_F(Restores, ABackupThatNothingProvesToBeOfTheHistoryIsNoBase) {
  Open();
  TellTo(11);
  Backup();
  TellTo(30);
  Drop(25);
  Backup();
  TellTo(34);
  Backup();
  ledger_.reset();
  EXPECT_THAT(RefusalOf(store_, {.as_of = Moment(Lsn{11})}, Code::kInvalidArgument),
              HasSubstr("LSN 30 to 34; by themselves, since nothing proves that they are of the "
                        "same history: backup 1 (LSN 11)"));
  EXPECT_THAT(RefusalOf(store_, {.as_of = kBegin}, Code::kInvalidArgument),
              HasSubstr("a moment that is kept: LSN 30 to 34;"));
  RestoreAt(11, store_, {.backup = 1});
  RestoreAt(8, store_, {.backup = 1, .as_of = Moment(Lsn{8})});
}

/// Two histories in one store, which have the same LSNs.
TEST_F(Restores, EachHistoryIsItsOwn) {
  TellWithBackups();
  Backup();  // 3: at 30
  ledger_.reset();
  ASSERT_TRUE(RestoreLedger(store_, restored_, {.as_of = Moment(Lsn{15})}).has_value());
  const auto rows = rows_;
  const auto said = said_;
  const std::string other = base_ + "/other";
  fs::rename(restored_, other);
  const std::string original = std::exchange(directory_, other);
  Open();
  for (int number = 500; number < 510; ++number) {
    Join(number);
    Remember();
  }
  Backup();  // 4: at 25
  for (int number = 510; number < 515; ++number) {
    Join(number);
    Remember();
  }
  ledger_.reset();
  // The newest says which is meant: from 15 on it is the new one.
  EXPECT_EQ(RestoreAt(18, store_, {.as_of = Moment(Lsn{18})}).base, BackupId{1});
  EXPECT_EQ(RestoreAt(22, store_, {.as_of = Moment(Lsn{22})}).base, BackupId{1})
      << "the second, at 20, is of the other";
  EXPECT_EQ(RestoreAt(28, store_, {.as_of = Moment(Lsn{28}), .log_directory = directory_}).base,
            BackupId{4});
  rows_ = rows;
  said_ = said;
  EXPECT_EQ(RestoreAt(22, store_, {.backup = 3, .as_of = Moment(Lsn{22})}).base, BackupId{2});
  RestoreAt(13, store_, {.as_of = Moment(Lsn{13})});
  directory_ = original;
}

TEST_F(Restores, RefuseWhatIsWrong) {
  TellWithBackups();
  EXPECT_THAT(RefusalOf(store_, {.backup = 7}, Code::kInvalidArgument),
              HasSubstr("the backup is 7, expected one of 1, 2"));
  EXPECT_THAT(RefusalOf(store_, {.as_of = Moment(Lsn{21})}, Code::kInvalidArgument),
              HasSubstr("AsOf is LSN 21, expected at most 20, where backup 2 ends"));
  EXPECT_THAT(RefusalOf(store_, {.backup = 1, .as_of = Moment(Lsn{11})}, Code::kInvalidArgument),
              HasSubstr("expected at most 10, where backup 1 ends"));
  EXPECT_THAT(RefusalOf(directory_, {.as_of = Moment(Lsn{31})}, Code::kInvalidArgument),
              HasSubstr("expected at most 30, where the ledger in " + directory_ + " ends"));
  EXPECT_THAT(RefusalOf(directory_, {.backup = 1}, Code::kInvalidArgument),
              HasSubstr("is no backup store's"));
  EXPECT_THAT(RefusalOf(base_ + "/none", {}, Code::kInvalidArgument), HasSubstr("missing"));
  fs::create_directories(base_ + "/empty/backups");
  EXPECT_THAT(RefusalOf(base_ + "/empty", {}, Code::kInvalidArgument),
              HasSubstr("is empty, expected one that holds a backup"));
  const auto to = [&](const std::string& directory) {
    return RestoreLedger(store_, directory, {}).error().message();
  };
  fs::create_directory(base_ + "/full");
  std::ofstream(base_ + "/full/notes.txt") << "mine";
  EXPECT_THAT(to(base_ + "/full"), HasSubstr("which holds \"notes.txt\""));
  EXPECT_THAT(to(directory_), HasSubstr("which holds"));
  EXPECT_THAT(to(store_ + "/new"), HasSubstr("expected one that is not in " + store_));
  EXPECT_THAT(to(base_ + "/no/where"), HasSubstr("in a directory that is there"));
}

/// Its files are as they were written, and yet what they hold does not verify.
TEST_F(Restores, WhatDoesNotVerifyIsNotHandedOver) {
  Open();
  TellTo(20);
  ledger_.reset();
  FlipBit(Family::kMember, SomeKey(Family::kMember));
  ASSERT_TRUE(BackupLedger(directory_, store_, {}).has_value());
  ASSERT_EQ(VerifyBackups(store_, {})->findings.size(), 0U);
  EXPECT_THAT(RefusalOf(store_, {}, Code::kCorruption),
              HasSubstr("what was restored does not verify"));
}

TEST_F(Restores, AStoppedOneLeavesNothing) {
  TellWithBackups();
  Backup();
  std::set<std::string> stages;
  for (int stop_at = 1;; ++stop_at) {
    ASSERT_LT(stop_at, 1000);
    int calls = 0;
    std::string stage;
    const StageProgress stop = [&](std::string_view name, std::uint64_t done, std::uint64_t all) {
      EXPECT_LE(done, all);
      stage = name;
      return ++calls < stop_at;
    };
    const auto report =
        RestoreLedger(store_, restored_, {.as_of = Moment(Lsn{25}), .progress = stop});
    ASSERT_TRUE(report.has_value()) << report.error().message();
    if (!report->stopped) break;
    stages.insert(stage);
    ASSERT_THAT(NamesIn(base_), UnorderedElementsAre("store"));
  }
  EXPECT_TRUE(stages.contains("copying"));
  EXPECT_TRUE(stages.contains("applying records"));
  EXPECT_TRUE(stages.contains("files")) << "of the verification";
  EXPECT_EQ(RowsOfHistory(restored_), rows_.at(25));
}

/// Backups, compactions, horizons and openings at random: each moment that is given answers as the
/// ledger did then, and the refusals are right.
TEST_F(Restores, AtRandom) {
  const std::uint64_t seed = FreshSeed();
  SCOPED_TRACE("GRANTLEDGER_SEED=" + std::to_string(seed));
  std::mt19937 random(static_cast<std::uint32_t>(seed));
  const auto one_in = [&](unsigned n) { return random() % n == 0; };
  Open();
  std::vector<BackupInfo> backups;
#ifdef GRANTLEDGER_SANITIZED
  constexpr Lsn kRecords = 30;
#else
  constexpr Lsn kRecords = 50;
#endif
  for (Lsn lsn = 6; lsn <= kRecords; ++lsn) {
    TellTo(lsn);
    if (one_in(7)) {
      EXPECT_TRUE(ledger_->Compact().has_value());
    }
    if (one_in(12)) {
      backups.push_back(Backup());
      ledger_->SetRetention(KeepRecords{10 + random() % 15});
      EXPECT_TRUE(ledger_->Compact().has_value());
    }
    if (one_in(15)) {
      EXPECT_TRUE(ledger_->Settle().ok());
    }
    if (one_in(15)) Open();
    if (one_in(5) || lsn == kRecords) backups.push_back(Backup());
  }
  int restored = 0;
  for (Lsn lsn = 6; lsn <= kRecords; lsn += 1 + random() % 5) {
    SCOPED_TRACE(lsn);
    // What is to be expected, told in another way.
    bool possible = false;
    for (const BackupInfo& records : backups) {
      if (records.last_lsn < lsn) continue;
      possible = possible || records.horizon == 0 || records.last_lsn == lsn;
      for (const BackupInfo& base : backups) {
        possible = possible || (base.last_lsn <= lsn && records.horizon <= base.last_lsn);
      }
    }
    fs::remove_all(restored_);
    const auto report = RestoreLedger(store_, restored_, {.as_of = Moment(lsn)});
    if (!report) {
      EXPECT_FALSE(possible) << report.error().message();
      continue;
    }
    ++restored;
    EXPECT_EQ(report->last_lsn, lsn);
    EXPECT_EQ(AnswersOf(restored_), said_.at(lsn));
  }
  EXPECT_GT(restored, 5);
}

}  // namespace
}  // namespace grantledger
