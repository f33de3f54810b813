// Repair where history was dropped: what can't be derived again is copied, if it is whole.
#include <fstream>

#include "tests/inspect/repair_fixture.h"

namespace grantledger {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class RepairOfDroppedTest : public RepairFixture {};

TEST_F(RepairOfDroppedTest, RowsAreCopiedAndActivationIsMadeAnew) {
  TellStoryAndDrop();
  const std::string key = SomeKey(Family::kActivation);
  FlipBit(Family::kActivation, key);
  const auto report = Repair();
  ExpectNothingLost(report);
  EXPECT_TRUE(report.copied);
  EXPECT_THAT(report.mended, ElementsAre("activation"));
  for (const Family family :
       {Family::kLog, Family::kState, Family::kMember, Family::kIndex, Family::kBase}) {
    EXPECT_EQ(RowsOf(copy_, family), RowsOf(directory_, family));
  }
  FlipBit(Family::kActivation, key);  // as it was
  EXPECT_EQ(RowsOf(copy_, Family::kActivation), RowsOf(directory_, Family::kActivation));
}

TEST_F(RepairOfDroppedTest, AMissingFileOfActivationLosesNothing) {
  TellStoryAndDrop();
  Settle();
  std::filesystem::remove(FileOf(Family::kActivation));
  ExpectNothingLost(Repair());
}

/// What is wrong with it is at its end, or beside its rows.
TEST_F(RepairOfDroppedTest, WhatIsWholeIsKept) {
  const std::map<std::string, std::function<void()>> damages{
      {"no CURRENT", [&] { std::filesystem::remove(directory_ + "/CURRENT"); }},
      {"no ANCHOR", [&] { std::filesystem::remove(directory_ + "/ANCHOR"); }},
      {"no manifest", [&] { ForEachFile("MANIFEST-", [](const auto& file) { remove(file); }); }},
      {"a manifest cut",
       [&] { ForEachFile("MANIFEST-", [](const auto& file) { resize_file(file, 100); }); }},
  };
  for (const auto& [what, damage] : damages) {
    SCOPED_TRACE(what);
    std::filesystem::remove_all(directory_);
    std::filesystem::remove_all(copy_);
    TellStoryAndDrop();
    Settle();
    const auto state = RowsOf(directory_, Family::kState);
    damage();
    const auto report = Repair();
    ExpectNothingLost(report);
    EXPECT_TRUE(report.copied);
    EXPECT_EQ(RowsOf(copy_, Family::kState), state);
  }
}

TEST_F(RepairOfDroppedTest, RecordsAtTheEndMayBeLost) {
  for (const bool cut : {true, false}) {
    SCOPED_TRACE(cut);
    std::filesystem::remove_all(directory_);
    std::filesystem::remove_all(copy_);
    TellStoryAndDrop();
    Settle();
    Open();
    Join(8);
    ledger_.reset();
    ForEachFile(".log", [&](const std::filesystem::path& file) {
      if (file_size(file) == 0) return;
      if (cut) {
        resize_file(file, file_size(file) - 3);
      } else {
        remove(file);
      }
    });
    const auto report = Repair();
    EXPECT_EQ(report.first_lost, kLast + 1) << report.why_lost;
    EXPECT_EQ(report.last_lsn, kLast);
    EXPECT_TRUE(report.copied);
    EXPECT_EQ(Sentences(Verify(copy_, true)), "");
    EXPECT_EQ(AnswersOf(copy_), answers_);
  }
}

/// Files that were merged into others would bring back what was dropped; without one that is gone,
/// answers would be wrong.
TEST_F(RepairOfDroppedTest, AListIsMadeOfTheFilesThatAreNeeded) {
  TellStoryAndDrop();
  Settle();
  const std::string member = FileOf(Family::kMember);
  std::filesystem::copy_file(member, directory_ + "/000003.sst");
  for (const char* name : {"/a.sst", "/b.sst", "/c.sst", "/d.log", "/e.log"}) {
    std::ofstream(directory_ + name) << "of another program";
  }
  ForEachFile("MANIFEST-", [](const auto& file) { remove(file); });
  const auto report = Repair();
  ExpectNothingLost(report);
  EXPECT_TRUE(report.relisted);
  std::filesystem::remove_all(copy_);
  std::filesystem::remove(member);
  EXPECT_THAT(Refusal().message(), HasSubstr("which of them are needed can't be told"));
}

/// What was folded and dropped is in the write-ahead log alone.
TEST_F(RepairOfDroppedTest, WithoutAListOfFamiliesThatHaveNoFileNothingIsMade) {
  TellStoryAndDrop();
  ForEachFile("MANIFEST-", [](const auto& file) { remove(file); });
  EXPECT_THAT(Refusal().message(), HasSubstr("which of them are needed can't be told"));
}

TEST_F(RepairOfDroppedTest, OtherDamageIsRefused) {
  TellStoryAndDrop();
  for (const Family family :
       {Family::kLog, Family::kState, Family::kMember, Family::kIndex, Family::kBase}) {
    const std::string key = SomeKey(family);
    FlipBit(family, key);
    const Status refusal = Refusal();
    EXPECT_EQ(refusal.code(), Code::kCorruption);
    EXPECT_THAT(refusal.message(), HasSubstr("dropped its history up to LSN "));
    EXPECT_THAT(refusal.message(), HasSubstr("family " + std::string(FamilyName(family))));
    FlipBit(family, key);
  }
  ExpectNothingLost(Repair());
}

}  // namespace
}  // namespace grantledger
