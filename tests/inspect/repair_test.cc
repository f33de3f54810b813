// A new ledger of what the log of a damaged one still proves.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "tests/inspect/repair_fixture.h"

namespace grantledger {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class RepairTest : public RepairFixture {};

TEST_F(RepairTest, WhereADerivedFamilyIsDamagedNothingIsLost) {
  for (const Family family :
       {Family::kState, Family::kMember, Family::kIndex, Family::kActivation}) {
    std::filesystem::remove_all(directory_);
    std::filesystem::remove_all(copy_);
    TellStory();
    FlipBit(family, SomeKey(family));
    const auto report = Repair();
    ExpectNothingLost(report);
    EXPECT_THAT(report.mended, ElementsAre(FamilyName(family)));
  }
}

TEST_F(RepairTest, WhereSomebodyWritesIsRefused) {
  TellStory();
  Open();
  const auto beside = RepairLedger(directory_, copy_, {});
  ASSERT_FALSE(beside.has_value());
  EXPECT_EQ(beside.error().code(), Code::kIoError);
  EXPECT_THAT(beside.error().message(), HasSubstr("is in use by this process"));
  EXPECT_FALSE(std::filesystem::exists(copy_));
  ledger_.reset();
  EXPECT_TRUE(RepairLedger(directory_, copy_, {}).has_value());
}

TEST_F(RepairTest, WhatOnlyDerivingTellsIsMendedToo) {
  TellStory();
  Remove(Family::kMember, MemberKey(1, Path(), 5, AccountOf(5)));
  PutRow(Family::kIndex, GrantOfLicenseKey(1, 99), "");
  const auto report = Repair();
  ExpectNothingLost(report);
  EXPECT_THAT(report.mended, ElementsAre("member", "index"));
}

TEST_F(RepairTest, AMissingFileOfADerivedFamilyLosesNothing) {
  for (const Family family :
       {Family::kState, Family::kMember, Family::kIndex, Family::kActivation}) {
    std::filesystem::remove_all(directory_);
    std::filesystem::remove_all(copy_);
    TellStory();
    Settle();
    std::filesystem::remove(FileOf(family));
    const auto report = Repair();
    ExpectNothingLost(report);
    EXPECT_THAT(report.mended, ElementsAre(FamilyName(family)));
    EXPECT_TRUE(report.end_is_known);
  }
}

TEST_F(RepairTest, ANumberOfTheListOfFilesThatIsNoneIsDamage) {
  TellStory();
  Settle();
  std::ofstream(directory_ + "/CURRENT") << "MANIFEST-99999999999999999999999\n";
  EXPECT_EQ(Ledger::Open(directory_, options_).error().code(), Code::kCorruption);
  EXPECT_NO_THROW((void)Inspector::Open(directory_));
  EXPECT_FALSE(Sentences(Verify(directory_, false)).empty());
  ExpectNothingLost(Repair());
}

/// Of the files that are there, the records are the same; the anchor tells which was the last.
TEST_F(RepairTest, AMissingListOfFilesIsMadeAnew) {
  for (const std::string lost : {"CURRENT", "MANIFEST"}) {
    std::filesystem::remove_all(directory_);
    std::filesystem::remove_all(copy_);
    TellStory();
    Settle();
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(directory_)) {
      files.push_back(entry.path());
    }
    for (const auto& file : files) {
      if (file.filename().string().starts_with(lost)) std::filesystem::remove(file);
    }
    EXPECT_EQ(Ledger::Open(directory_, options_).error().code(), Code::kCorruption) << lost;
    const auto report = Repair();
    ExpectNothingLost(report);
    EXPECT_TRUE(report.relisted);
    EXPECT_TRUE(report.end_is_known);
    // Nothing was added to the original.
    for (const auto& entry : std::filesystem::directory_iterator(directory_)) {
      EXPECT_THAT(files, testing::Contains(entry.path()));
    }
  }
}

/// What only the write-ahead log has is kept, too: beside files, or alone.
TEST_F(RepairTest, WithoutAListTheWriteAheadLogIsReadToo) {
  for (const bool has_files : {true, false}) {
    std::filesystem::remove_all(directory_);
    std::filesystem::remove_all(copy_);
    TellStory();
    if (has_files) Settle();
    Open();
    Join(8);
    answers_ = Answers(*ledger_);
    ledger_.reset();
    std::filesystem::remove(directory_ + "/CURRENT");
    const auto report = Repair();
    EXPECT_EQ(report.last_lsn, kLast + 1) << has_files;
    EXPECT_EQ(Sentences(Verify(copy_, true)), "");
    EXPECT_EQ(AnswersOf(copy_), answers_);
  }
}

TEST_F(RepairTest, FilesOfOthersAreNotTaken) {
  for (const std::string lost : {"CURRENT", "MANIFEST"}) {
    SCOPED_TRACE(lost);
    std::filesystem::remove_all(directory_);
    std::filesystem::remove_all(copy_);
    TellStory();
    ForEachFile(lost, [](const auto& file) { remove(file); });
    for (const char* name : {"/app.log", "/error.log", "/app.sst"}) {
      std::ofstream(directory_ + name) << "of another program";
    }
    ExpectNothingLost(Repair());
  }
}

TEST_F(RepairTest, AListThatIsDamagedIsMadeAnewToo) {
  for (const std::uintmax_t left : {0U, 100U}) {
    std::filesystem::remove_all(directory_);
    std::filesystem::remove_all(copy_);
    TellStory();
    Settle();
    for (const auto& entry : std::filesystem::directory_iterator(directory_)) {
      const bool is_list = entry.path().filename().string().starts_with("MANIFEST");
      if (is_list) std::filesystem::resize_file(entry.path(), left);
    }
    const auto report = Repair();
    ExpectNothingLost(report);
    EXPECT_TRUE(report.relisted);
  }
}

/// Records behind a block that can't be read are found, and left behind.
TEST_F(RepairTest, WithoutAListRecordsAreReadUpToDamage) {
  TellStory();
  const auto as_of = AnswersOf(directory_, Moment(Lsn{17}));
  FlipBit(Family::kLog, LogKey(18));
  Settle();
  std::filesystem::remove(directory_ + "/CURRENT");
  const auto report = Repair();
  ExpectKept(report, 17, as_of);
  EXPECT_EQ(report.records_found, kLast - 1);
}

TEST_F(RepairTest, AWriteAheadLogThatIsDamagedIsReadUpToThere) {
  TellStory();
  DamageWal();
  const auto report = Repair();
  EXPECT_LT(report.last_lsn, kLast);
  EXPECT_GT(report.last_lsn, 0U);
  EXPECT_EQ(report.first_lost, report.last_lsn + 1);
  EXPECT_TRUE(report.end_is_known);
  EXPECT_EQ(Sentences(Verify(copy_, true)), "");
}

TEST_F(RepairTest, RecordsUpToTheFirstThatIsDamagedAreKept) {
  TellStory();
  const auto as_of = AnswersOf(directory_, Moment(Lsn{17}));
  FlipBit(Family::kLog, LogKey(18));
  FlipBit(Family::kLog, LogKey(21));
  const auto report = Repair();
  ExpectKept(report, 17, as_of);
  EXPECT_THAT(report.why_lost, HasSubstr("LSN 18: the checksum does not match"));
  EXPECT_EQ(report.records_found, kLast - 2);
  ASSERT_EQ(report.left_behind.size(), 2U);
  EXPECT_EQ(report.left_behind[0].from, 19U);
  EXPECT_EQ(report.left_behind[0].to, 20U);
  EXPECT_EQ(report.left_behind[1].from, 22U);
  EXPECT_EQ(report.left_behind[1].to, kLast);
}

TEST_F(RepairTest, RecordsUpToTheFirstThatIsMissingAreKept) {
  TellStory();
  const auto as_of = AnswersOf(directory_, Moment(Lsn{11}));
  Remove(Family::kLog, LogKey(12));
  const auto report = Repair();
  ExpectKept(report, 11, as_of);
  EXPECT_THAT(report.why_lost, HasSubstr("record 12 is missing"));
  EXPECT_EQ(report.left_behind.size(), 1U);
}

TEST_F(RepairTest, ALastRecordThatIsGoneIsTold) {
  TellStory();
  const auto as_of = AnswersOf(directory_, Moment(kLast - 1));
  Remove(Family::kLog, LogKey(kLast));
  const auto report = Repair();
  ExpectKept(report, kLast - 1, as_of);
  EXPECT_THAT(report.why_lost, HasSubstr("the counters say that record 24 is the last"));
}

TEST_F(RepairTest, ARecordThatCantBeAppliedIsLeftBehind) {
  TellStory();
  const auto as_of = AnswersOf(directory_, Moment(Lsn{13}));
  ChangeRecord(14, [](fb::RecordT& record) { record.body.AsAccountMoved()->account = 1; });
  const auto report = Repair();
  ExpectKept(report, 13, as_of);
  EXPECT_THAT(report.why_lost, HasSubstr("LSN 14: it can't be applied"));
  ASSERT_EQ(report.left_behind.size(), 1U);
  EXPECT_EQ(report.left_behind[0].from, 14U);
}

/// RocksDB reads no row of a family where one of its newest files can't be opened.
TEST_F(RepairTest, ALogOfWhichTheNewestTableFileIsGoneIsKeptUpToIt) {
  for (const bool removed : {true, false}) {
    SCOPED_TRACE(removed ? "removed" : "cut");
    std::filesystem::remove_all(directory_);
    std::filesystem::remove_all(copy_);
    TellStory();
    Change([](Store& store) { FlushAlone(store); });
    Open();
    Join(8);
    Join(9);
    ledger_.reset();
    Change([](Store& store) { FlushAlone(store); });
    const std::string newest = FileOf(Family::kLog);
    if (removed) {
      std::filesystem::remove(newest);
    } else {
      std::filesystem::resize_file(newest, std::filesystem::file_size(newest) - 1);
    }
    const auto report = Repair();
    EXPECT_EQ(report.first_lost, kLast + 1);
    EXPECT_EQ(report.last_lsn, kLast);
    EXPECT_EQ(Sentences(Verify(copy_, true)), "");
    EXPECT_EQ(AnswersOf(copy_), answers_);
  }
}

TEST_F(RepairTest, WithoutAnAnchorNobodyKnowsWhatACutLogHad) {
  for (const bool cut : {true, false}) {
    std::filesystem::remove_all(directory_);
    std::filesystem::remove_all(copy_);
    TellStory();
    std::filesystem::remove(directory_ + "/ANCHOR");
    if (cut) CutWal(WalBytes() / 2);
    const auto report = Repair();
    EXPECT_FALSE(report.end_is_known);
    EXPECT_EQ(Sentences(Verify(copy_, true)), "");
  }
}

TEST_F(RepairTest, ATornWriteAheadLogIsKeptUpToItsLastWholeWrite) {
  TellStory();
  const auto as_of = AnswersOf(directory_, Moment(kLast - 1));
  CutWal(3);
  const auto report = Repair();
  EXPECT_EQ(report.last_lsn, kLast - 1);
  EXPECT_EQ(Sentences(Verify(copy_, true)), "");
  EXPECT_EQ(AnswersOf(copy_), as_of);
}

TEST_F(RepairTest, BehindADamagedWriteAheadLogTheEndIsNotKnown) {
  TellStory();
  DamageWal();
  std::filesystem::remove(directory_ + "/ANCHOR");  // which knows it
  const auto report = Repair();
  EXPECT_FALSE(report.end_is_known);
  EXPECT_EQ(Sentences(Verify(copy_, true)), "");
}

/// What is left follows from the log; that there was more, the anchor alone knows.
TEST_F(RepairTest, RecordsThatTheAnchorClaimsAreMissed) {
  TellStory();
  Settle();
  Open();
  Join(8);
  Join(9);
  ledger_.reset();
  for (const auto& entry : std::filesystem::directory_iterator(directory_)) {
    if (entry.path().extension() == ".log") std::filesystem::remove(entry.path());
  }
  const auto report = Repair();
  ExpectKept(report, kLast, answers_);
  EXPECT_THAT(report.why_lost, HasSubstr("up to LSN " + std::to_string(kLast + 2)));
  EXPECT_TRUE(report.end_is_known);
}

/// Of a copy that went on otherwise: from where on, nobody knows.
TEST_F(RepairTest, RecordsOfAnotherHistoryAreNotKept) {
  TellStory();
  const std::string ours = directory_;
  const std::string other = scratch_ + "/other";
  std::filesystem::copy(ours, other);
  for (const std::string& directory : {ours, other}) {
    directory_ = directory;
    Open();
    Join(directory == ours ? 8 : 9);
    ledger_.reset();
  }
  std::map<std::string, std::filesystem::path> wals;
  for (const std::string& directory : {ours, other}) {
    directory_ = directory;
    ForEachFile(".log", [&](const auto& file) { wals[directory] = file; });
  }
  directory_ = ours;
  std::filesystem::copy_file(wals[other], wals[ours],
                             std::filesystem::copy_options::overwrite_existing);
  EXPECT_THAT(Refusal().message(), HasSubstr("of another history"));
}

TEST_F(RepairTest, ASoundLedgerIsCopiedAndTheOriginalStays) {
  TellStory();
  const auto before = FilesOf(directory_);
  std::filesystem::create_directory(copy_);  // empty is as good as none
  const auto report = Repair();
  ExpectNothingLost(report);
  EXPECT_THAT(report.mended, IsEmpty());
  EXPECT_TRUE(report.end_is_known);
  EXPECT_EQ(FilesOf(directory_), before);
  // The new ledger is one to write to.
  directory_.swap(copy_);
  Open();
  Join(8);
  directory_.swap(copy_);
}

TEST_F(RepairTest, WhatIsThereIsNotWrittenTo) {
  TellStory();
  const auto refusal = [this](const std::string& to) {
    const auto report = RepairLedger(directory_, to, {});
    EXPECT_EQ(report.error().code(), Code::kInvalidArgument);
    return report.error().message();
  };
  EXPECT_THAT(refusal(directory_), HasSubstr("one that is not in that of the old ledger"));
  EXPECT_THAT(refusal(directory_ + "/new"), HasSubstr("one that is not in that of the old ledger"));
  EXPECT_THAT(refusal(scratch_ + "/no/such"), HasSubstr("in a directory that is there"));
  std::ofstream(scratch_ + "/file") << "text";
  EXPECT_THAT(refusal(scratch_ + "/file"), HasSubstr(", a file, expected"));
  EXPECT_THAT(refusal(scratch_), HasSubstr("which holds \"file\""));
  EXPECT_TRUE(std::filesystem::exists(scratch_ + "/file"));
}

TEST_F(RepairTest, WithoutItsIdentityThereIsNothingToMake) {
  TellStory();
  FlipBit(Family::kLog, LogKey(0));
  EXPECT_THAT(Refusal().message(), HasSubstr("record 0 of the ledger in "));
}

TEST_F(RepairTest, StoppedItLeavesNothing) {
  TellStory();
  const auto report = RepairLedger(
      directory_, copy_,
      [](std::string_view stage, std::uint64_t, std::uint64_t) { return stage == "files"; });
  ASSERT_TRUE(report.has_value());
  EXPECT_TRUE(report->stopped);
  EXPECT_FALSE(std::filesystem::exists(copy_));
}

}  // namespace
}  // namespace grantledger
