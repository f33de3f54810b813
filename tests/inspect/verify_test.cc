// What is seen of a ledger without deriving anything.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <limits>
#include <sstream>

#include "tests/inspect/damage_fixture.h"
#include "tests/ledger/flip_byte.h"

namespace grantledger {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using Kind = Finding::Kind;

class VerifyTest : public DamageFixture {};

std::map<std::string, std::string> FilesIn(const std::string& directory) {
  std::map<std::string, std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    std::ostringstream content;
    content << std::ifstream(entry.path(), std::ios::binary).rdbuf();
    files.emplace(entry.path().filename().string(), std::move(content).str());
  }
  return files;
}

TEST_F(VerifyTest, NothingIsWrongWithASoundLedgerAndNothingIsWritten) {
  TellStory();
  const auto before = FilesIn(directory_);
  EXPECT_EQ(Sentences(Verify()), "");
  EXPECT_EQ(report_.last_lsn, kLast);
  EXPECT_EQ(report_.records, kLast + 1);
  EXPECT_GT(report_.rows, kLast);
  EXPECT_THAT(report_.unchecked, IsEmpty());
  EXPECT_EQ(Sentences(VerifyDeep()), "");
  EXPECT_THAT(report_.unchecked, IsEmpty());
  EXPECT_TRUE(report_.deep);
  EXPECT_EQ(FilesIn(directory_), before);
}

TEST_F(VerifyTest, NothingIsWrongWithANewLedgerNorBesideAWriter) {
  Open();
  EXPECT_EQ(Sentences(VerifyDeep()), "");
  Distribute();
  EXPECT_EQ(Sentences(VerifyDeep()), "");
  EXPECT_EQ(report_.last_lsn, 5U);
  Join(1);
}

TEST_F(VerifyTest, AFlippedBitIsFoundInEveryFamily) {
  for (const Family family :
       {Family::kLog, Family::kState, Family::kMember, Family::kIndex, Family::kActivation}) {
    std::filesystem::remove_all(directory_);
    TellStory();
    const std::string key = SomeKey(family);
    FlipBit(family, key);
    const auto findings = Verify();
    ASSERT_EQ(findings.size(), 1U) << Sentences(findings);
    EXPECT_EQ(findings[0].kind, Kind::kDamaged);
    EXPECT_EQ(findings[0].family, FamilyName(family));
    EXPECT_EQ(findings[0].key, key);
    EXPECT_EQ(findings[0].lsn.has_value(), family == Family::kLog);
    EXPECT_THAT(findings[0].what, HasSubstr("the checksum does not match"));
  }
}

TEST_F(VerifyTest, AFlippedBitIsFoundInBase) {
  TellStoryAndDrop();
  for (const auto& [key, value] : RowsOf(directory_, Family::kBase)) {
    FlipBit(Family::kBase, key);
    const auto findings = Verify();
    ASSERT_EQ(findings.size(), 1U) << Sentences(findings);
    EXPECT_EQ(findings[0].family, "base");
    EXPECT_EQ(findings[0].key, key);
    FlipBit(Family::kBase, key);
  }
  EXPECT_EQ(Sentences(Verify()), "");
}

TEST_F(VerifyTest, AMissingRecordIsFoundWhereverItWas) {
  for (const Lsn lsn : {Lsn{0}, Lsn{1}, Lsn{12}, kLast}) {
    std::filesystem::remove_all(directory_);
    TellStory();
    Remove(Family::kLog, LogKey(lsn));
    const auto findings = Verify();
    ASSERT_EQ(findings.size(), 1U) << Sentences(findings);
    EXPECT_EQ(findings[0].kind, Kind::kMissing);
    EXPECT_EQ(findings[0].family, "log");
    EXPECT_EQ(findings[0].lsn, lsn);
    EXPECT_THAT(findings[0].what, HasSubstr("record " + std::to_string(lsn) + " is missing"));
  }
}

TEST_F(VerifyTest, RecordsThatAreMissingSideBySideAreOneFinding) {
  TellStory();
  for (Lsn lsn = 7; lsn <= 9; ++lsn) Remove(Family::kLog, LogKey(lsn));
  const auto findings = Verify();
  ASSERT_EQ(findings.size(), 1U) << Sentences(findings);
  EXPECT_THAT(findings[0].what, HasSubstr("LSN 7: records 7 to 9 are missing"));
}

TEST_F(VerifyTest, TimesThatGoBackAreFound) {
  TellStory();
  ChangeRecord(10, [](fb::RecordT& record) { record.time_ms -= 1; });
  const auto findings = Verify();
  ASSERT_EQ(findings.size(), 1U) << Sentences(findings);
  EXPECT_EQ(findings[0].kind, Kind::kContradicts);
  EXPECT_EQ(findings[0].lsn, 10U);
  EXPECT_THAT(findings[0].what, HasSubstr("earlier than that of record 9"));
}

TEST_F(VerifyTest, CountersThatDisagreeWithTheLogAreFound) {
  TellStory();
  fb::CountersT counters;
  counters.lsn = kLast - 1;
  PutRow(Family::kState, CountersKey(), Pack(counters));
  EXPECT_THAT(Sentences(Verify()), HasSubstr("contradicts: family state, key 63: the counters say "
                                             "that record 23 is the last, expected 24"));
  counters.lsn = kLast;
  PutRow(Family::kState, CountersKey(), Pack(counters));
  EXPECT_THAT(Sentences(Verify()), HasSubstr("the counters have the time 1970-01-01"));
  Remove(Family::kState, CountersKey());
  EXPECT_THAT(Sentences(Verify()), HasSubstr("missing: family state, key 63: the counters"));
}

TEST_F(VerifyTest, MarksBehindTheLastRecordAreFound) {
  TellStory();
  fb::MarkT mark;
  mark.lsn = mark.swept = kLast + 1;
  PutRow(Family::kActivation, MarkKey(), Pack(mark));
  EXPECT_EQ(Sentences(Verify()),
            "contradicts: family activation, key 77: the mark is LSN 25, expected at most 24\n");
}

TEST_F(VerifyTest, RowsOfNoShapeAreFound) {
  TellStory();
  PutRow(Family::kIndex, "?", "");
  PutRow(Family::kState, LicenseKey(1), "no table");
  const auto findings = Verify();
  ASSERT_EQ(findings.size(), 2U) << Sentences(findings);
  EXPECT_THAT(findings[0].what, HasSubstr("not of its schema, expected that of a row that is a "
                                          "license"));
  EXPECT_THAT(findings[1].what, HasSubstr("family index, key 3f: there are no such keys"));
}

TEST_F(VerifyTest, AMissingFileIsFoundInEveryFamily) {
  for (const Family family :
       {Family::kLog, Family::kState, Family::kMember, Family::kIndex, Family::kActivation}) {
    std::filesystem::remove_all(directory_);
    TellStory();
    Settle();
    const std::string file = FileOf(family);
    ASSERT_TRUE(std::filesystem::remove(file)) << file;
    const auto findings = Verify(directory_, true);
    const std::string name = file.substr(file.rfind('/') + 1);
    EXPECT_THAT(Sentences(findings),
                HasSubstr("file: file " + name + " of family " + std::string(FamilyName(family))));
    EXPECT_THAT(report_.unchecked, testing::Not(IsEmpty()));
    for (const Finding& finding : findings) {
      const bool lost_counters = family == Family::kState && finding.family == "log";
      EXPECT_TRUE(finding.family.empty() || finding.family == FamilyName(family) || lost_counters)
          << finding.what;
    }
  }
}

TEST_F(VerifyTest, AFlippedBitInAFileIsFound) {
  TellStory();
  Settle();
  FlipByte(FileOf(Family::kMember), 12);
  const auto findings = Verify();
  ASSERT_FALSE(findings.empty());
  EXPECT_EQ(findings[0].kind, Kind::kFile) << Sentences(findings);
  EXPECT_EQ(findings[0].family, "member");
}

TEST_F(VerifyTest, AWriteThatWasNeverAnsweredIsATornTail) {
  TellStory();
  AppendToWal("the beginning of a write");
  const auto findings = VerifyDeep();
  ASSERT_EQ(findings.size(), 1U) << Sentences(findings);
  EXPECT_EQ(findings[0].kind, Kind::kTornTail);
  EXPECT_THAT(findings[0].what, HasSubstr("is not whole after byte "));
  EXPECT_EQ(report_.last_lsn, kLast) << "all that was answered is there";
}

/// The anchor knows that the last write was there, and how many were.
TEST_F(VerifyTest, AnAnsweredWriteThatIsCutIsDamageAndNoTornTail) {
  TellStory();
  CutWal(3);
  const auto findings = VerifyDeep();
  ASSERT_EQ(findings.size(), 2U) << Sentences(findings);
  EXPECT_EQ(findings[0].kind, Kind::kFile);
  EXPECT_THAT(findings[0].what, HasSubstr("is damaged after byte "));
  EXPECT_EQ(findings[1].kind, Kind::kMissing);
  EXPECT_THAT(findings[1].what, HasSubstr("record " + std::to_string(kLast) + " is gone"));
  EXPECT_EQ(report_.last_lsn, kLast - 1) << "the last write is not there";
}

TEST_F(VerifyTest, DamageInTheMiddleOfTheWriteAheadLogIsFound) {
  TellStory();
  DamageWal();
  const auto findings = VerifyDeep();
  ASSERT_FALSE(findings.empty());
  EXPECT_EQ(findings[0].kind, Kind::kFile);
  EXPECT_THAT(findings[0].what, HasSubstr("is damaged after byte "));
  EXPECT_LT(report_.last_lsn, kLast);
}

TEST_F(VerifyTest, AMissingManifestIsAFinding) {
  TellStory();
  for (const auto& entry : std::filesystem::directory_iterator(directory_)) {
    if (entry.path().filename().string().starts_with("MANIFEST")) {
      std::filesystem::remove(entry.path());
    }
  }
  const auto findings = Verify();
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].kind, Kind::kFile);
  EXPECT_THAT(report_.unchecked, Contains(HasSubstr("can't be opened")));
}

/// By what is left of it other files are needed, which are not there any more.
TEST_F(VerifyTest, ADamagedManifestIsTheFinding) {
  TellStory();
  Settle();
  std::string manifest;
  for (const auto& entry : std::filesystem::directory_iterator(directory_)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with("MANIFEST")) manifest = entry.path().string();
  }
  const auto size = std::filesystem::file_size(manifest);
  constexpr std::uintmax_t kCuts = 16;
  bool opened = false;
  for (std::uintmax_t i = 1; i < kCuts / 2; ++i) {
    SCOPED_TRACE(i);
    std::filesystem::resize_file(manifest, size - size * i / kCuts);
    // Cut, or a hole.
    if (i % 2 == 0) std::filesystem::resize_file(manifest, size);
    const auto findings = Verify();
    ASSERT_EQ(findings.size(), 1U) << Sentences(findings);
    EXPECT_EQ(findings[0].kind, Kind::kFile);
    EXPECT_THAT(findings[0].what, HasSubstr("its list of files, manifest "));
    ASSERT_EQ(report_.unchecked.size(), 1U);
    opened = opened || report_.unchecked[0].starts_with("no row was looked at");
  }
  EXPECT_TRUE(opened) << "also where it can be opened in part";
}

TEST_F(VerifyTest, RecordsThatAreNeededBeforeTheHorizonAreFoundMissing) {
  TellStoryAndDrop();
  EXPECT_EQ(Sentences(Verify()), "");
  EXPECT_EQ(report_.horizon, 20U);
  EXPECT_LT(report_.records, kLast);
  Remove(Family::kLog, LogKey(13));  // account 6 was created
  const auto findings = Verify();
  ASSERT_EQ(findings.size(), 1U) << Sentences(findings);
  EXPECT_EQ(findings[0].lsn, 13U);
  EXPECT_THAT(findings[0].what, HasSubstr("record 13 is missing, expected it though it is not "
                                          "behind the horizon: state refers to it"));
}

TEST_F(VerifyTest, WhatIsNoLedgerIsRefused) {
  const auto refusal = [](const std::string& directory, const VerifyOptions& options = {}) {
    const auto report = VerifyLedger(directory, options, {});
    return report ? Status() : report.error();
  };
  EXPECT_EQ(refusal(directory_ + "/none").code(), Code::kInvalidArgument);
  EXPECT_EQ(refusal(directory_).code(), Code::kInvalidArgument);
  Open();
  ledger_.reset();
  VerifyOptions options;
  options.deep = true;
  options.scratch_directory = directory_ + "/none";
  EXPECT_THAT(refusal(directory_, options).message(), HasSubstr("the scratch directory is \""));
  options.scratch_directory.clear();
  const char* usual = std::getenv("TMPDIR");
  const std::string before = usual == nullptr ? "" : usual;
  setenv("TMPDIR", "/nonexist", 1);
  EXPECT_THAT(refusal(directory_, options).message(),
              HasSubstr("the scratch directory, as TMPDIR has it, is \"/nonexist\", expected a"));
  usual == nullptr ? unsetenv("TMPDIR") : setenv("TMPDIR", before.c_str(), 1);
  Change([](Store& store) {
    const std::string frame = ValueOf(store, Family::kLog, LogKey(0));
    PutValue(store, Family::kLog, LogKey(0),
             FrameRecord(0, *UnframeRecord(0, frame), kFormatVersion + 1));
  });
  EXPECT_THAT(refusal(directory_).message(), HasSubstr("the format of record 0 is 2"));
}

TEST_F(VerifyTest, ProgressStopsIt) {
  TellStory();
  std::vector<std::string> stages;
  for (std::size_t most = 1; most < 12; ++most) {
    stages.clear();
    VerifyOptions options;
    options.deep = true;
    options.scratch_directory = scratch_;
    options.progress = [&](std::string_view stage, std::uint64_t done, std::uint64_t all) {
      EXPECT_LE(done, all);
      stages.emplace_back(stage);
      return stages.size() < most;
    };
    const auto report = VerifyLedger(directory_, options, {});
    ASSERT_TRUE(report.has_value()) << report.error().message();
    EXPECT_EQ(report->findings, 0U);
    EXPECT_EQ(report->stopped, stages.size() == most);
    EXPECT_LE(stages.size(), most);
    EXPECT_TRUE(std::filesystem::is_empty(scratch_));
  }
  EXPECT_THAT(stages, Contains("deriving"));
  EXPECT_THAT(stages, Contains("folding anew"));
}

}  // namespace
}  // namespace grantledger
