// A ledger made of the records of another is its equal.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include <grantledger/inspect.h>

#include "tests/inspect/damage_fixture.h"

namespace grantledger {
namespace {

using testing::HasSubstr;

class ImporterTest : public DamageFixture {
 protected:
  /// As somebody reads them who has the public headers alone.
  std::map<Lsn, std::string> Payloads(Lsn last = kLast) {
    std::map<Lsn, std::string> payloads;
    const auto inspector = Inspector::Open(directory_).value();
    EXPECT_TRUE(inspector
                    ->ReadLog(0, last,
                              [&](const Result<InspectedRecord>& record) {
                                payloads.emplace(record->lsn, record->payload);
                                return true;
                              })
                    .ok());
    return payloads;
  }
  std::unique_ptr<LedgerImporter> Begin(const std::map<Lsn, std::string>& payloads, Lsn last) {
    auto importer = LedgerImporter::Open(copy_, payloads.at(0));
    EXPECT_TRUE(importer.has_value()) << importer.error().message();
    for (Lsn lsn = 1; lsn <= last; ++lsn) {
      const Status added = (*importer)->Add(lsn, payloads.at(lsn));
      EXPECT_TRUE(added.ok()) << added.message();
    }
    return *std::move(importer);
  }
};

TEST_F(ImporterTest, GivesAnEqualLedger) {
  TellStory();
  const auto importer = Begin(Payloads(), kLast);
  EXPECT_EQ(importer->last(), kLast);
  ASSERT_TRUE(importer->Finish().ok());
  EXPECT_THAT(importer->Add(kLast + 1, "").message(), HasSubstr("the import is finished"));
  EXPECT_TRUE(importer->Finish().ok()) << "it is";
}

TEST_F(ImporterTest, AllFamiliesAreTheSame) {
  TellStory();
  ASSERT_TRUE(Begin(Payloads(), kLast)->Finish().ok());
  for (const Family family : {Family::kLog, Family::kState, Family::kMember, Family::kIndex}) {
    EXPECT_EQ(RowsOf(copy_, family), RowsOf(directory_, family)) << FamilyName(family);
  }
  EXPECT_EQ(AnswersOf(copy_), answers_);
  EXPECT_EQ(Sentences(Verify(copy_, true)), "");
  Open();
  ASSERT_TRUE(ledger_->Compact().has_value());
  ledger_.reset();
  EXPECT_EQ(RowsOf(copy_, Family::kActivation), RowsOf(directory_, Family::kActivation));
}

/// Records are as they were written: whoever imports one that is far ahead of every clock has it,
/// and all that follows is as late.
TEST_F(ImporterTest, ARecordFarAheadOfTheClockIsTaken) {
  const Time ahead(std::chrono::hours(24 * 365 * 400));
  options_.max_time_ahead.reset();
  Open();
  const auto written = ledger_->Write(Call{.caller = kVendor, .time = ahead, .as_of = {}},
                                      LicenseRequest("license"));
  ASSERT_TRUE(written.has_value()) << written.error().message();
  ledger_.reset();
  ASSERT_TRUE(Begin(Payloads(1), 1)->Finish().ok());
  EXPECT_EQ(Sentences(Verify(copy_, true)), "");
  options_.max_time_ahead = Options().max_time_ahead;
  auto opened = Ledger::Open(copy_, options_);
  ASSERT_TRUE(opened.has_value()) << opened.error().message();
  ledger_ = *std::move(opened);
  EXPECT_TRUE(ledger_->Write(Call{.caller = kVendor}, LicenseRequest("later")).has_value());
  const auto refused =
      ledger_->Write(Call{.caller = kVendor, .time = ahead + std::chrono::hours(1), .as_of = {}},
                     LicenseRequest("ahead"));
  ASSERT_FALSE(refused.has_value());
  EXPECT_THAT(refused.error().message(), HasSubstr("max_time_ahead"));
  EXPECT_EQ(ledger_->LastLsn(), 2U);
}

TEST_F(ImporterTest, ManyRecordsAreMoreThanOneCommit) {
  Open();
  Distribute();
  constexpr Lsn kMany = 4096 + 100;
  std::vector<Write> writes;
  for (int number = 1; number <= static_cast<int>(kMany) - 5; ++number) {
    writes.push_back(
        {{.caller = kManagement},
         CreateAccountRequest{"person@example.com", "Account", AccountOf(number).ToString()}});
  }
  for (const auto& answer : ledger_->Apply(writes)) ASSERT_TRUE(answer.has_value());
  ledger_.reset();
  const auto inspector = Inspector::Open(directory_).value();
  std::unique_ptr<LedgerImporter> importer;
  ASSERT_TRUE(inspector
                  ->ReadLog(0, kMany,
                            [&](const Result<InspectedRecord>& record) {
                              if (record->lsn == 0) {
                                importer = LedgerImporter::Open(copy_, record->payload).value();
                                return true;
                              }
                              return importer->Add(record->lsn, record->payload).ok();
                            })
                  .ok());
  // What can't be applied is as though it had not been tried, in the middle of a batch as well.
  EXPECT_EQ(importer->last(), kMany);
  ASSERT_TRUE(importer->Finish().ok());
  for (const Family family : {Family::kLog, Family::kState, Family::kMember, Family::kIndex}) {
    EXPECT_EQ(RowsOf(copy_, family), RowsOf(directory_, family)) << FamilyName(family);
  }
}

TEST_F(ImporterTest, OneThatWasThrownOutOfIsNotFinished) {
  TellStory();
  const auto payloads = Payloads();
  const auto importer = Begin(payloads, kLast);
  EXPECT_THROW(
      (void)importer->Finish([](auto&&...) -> bool { throw std::runtime_error("no more"); }),
      std::runtime_error);
  EXPECT_FALSE(importer->Finish().ok());
  EXPECT_FALSE(importer->Add(kLast + 1, "").ok());
  EXPECT_FALSE(std::filesystem::exists(copy_));
}

TEST_F(ImporterTest, WhatIsRefusedLeavesWhatWasAdded) {
  TellStory();
  auto payloads = Payloads();
  const auto importer = Begin(payloads, 13);
  const auto refusal = [&](Lsn lsn, const std::string& payload) {
    const Status added = importer->Add(lsn, payload);
    EXPECT_FALSE(added.ok());
    EXPECT_EQ(importer->last(), 13U);
    return std::string(CodeName(added.code())) + ": " + added.message();
  };
  EXPECT_EQ(refusal(15, payloads[15]),
            "InvalidArgument: the next record is LSN 15, expected LSN 14");
  EXPECT_EQ(refusal(13, payloads[13]),
            "InvalidArgument: the next record is LSN 13, expected LSN 14");
  EXPECT_THAT(refusal(14, "rubbish"), HasSubstr("Corruption: family log"));
  EXPECT_THAT(refusal(14, payloads[15]), HasSubstr("LSN 14: the payload is not a record"));
  fb::RecordT record = ReadRecord(LogKey(14), payloads[14]).value();
  record.time_ms -= 1;
  EXPECT_THAT(refusal(14, Pack(record, kRecordIdentifier)), HasSubstr("LSN 14: its time is "));
  record.time_ms += 1;
  record.body.AsAccountMoved()->account = 1;
  EXPECT_THAT(refusal(14, Pack(record, kRecordIdentifier)), HasSubstr("it can't be applied"));
  record.body.AsAccountMoved()->account = AccountId::kMax + 1;
  EXPECT_THAT(refusal(14, Pack(record, kRecordIdentifier)), HasSubstr("it names account 10000"));
  record = ReadRecord(LogKey(14), payloads[14]).value();
  record.caller += std::uint64_t{1} << 40;
  EXPECT_THAT(refusal(14, Pack(record, kRecordIdentifier)), HasSubstr("expected 12 digits"));
  for (Lsn lsn = 14; lsn <= kLast; ++lsn) ASSERT_TRUE(importer->Add(lsn, payloads[lsn]).ok());
  ASSERT_TRUE(importer->Finish().ok());
  for (const Family family : {Family::kLog, Family::kState, Family::kMember, Family::kIndex}) {
    EXPECT_EQ(RowsOf(copy_, family), RowsOf(directory_, family)) << FamilyName(family);
  }
}

/// Else what a killed import left could be taken for a ledger, or for room for one.
TEST_F(ImporterTest, BeforeFinishNothingIsThere) {
  TellStory();
  const auto importer = Begin(Payloads(), kLast);
  EXPECT_FALSE(std::filesystem::exists(copy_));
  ASSERT_TRUE(importer->Finish().ok());
  EXPECT_TRUE(std::filesystem::exists(copy_));
}

TEST_F(ImporterTest, WhatCannotBeFinishedIsNotFinishedTheSecondTimeEither) {
  TellStory();
  const auto importer = Begin(Payloads(), kLast);
  std::filesystem::create_directory(copy_);
  std::ofstream(copy_ + "/notes.txt") << "somebody's";
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(importer->Finish().code(), Code::kIoError);
    EXPECT_EQ(importer->Add(kLast + 1, "").code(), Code::kIoError);
  }
  EXPECT_EQ(Payloads().size(), kLast + 1);
  std::filesystem::remove_all(copy_);
}

TEST_F(ImporterTest, WithoutFinishNothingIsLeft) {
  TellStory();
  (void)Begin(Payloads(), 5);
  EXPECT_FALSE(std::filesystem::exists(copy_));
}

TEST_F(ImporterTest, BeginsWithAGenesisInAPlaceOfItsOwn) {
  TellStory();
  auto payloads = Payloads();
  const auto refusal = [](const std::string& directory, const std::string& genesis) {
    const auto importer = LedgerImporter::Open(directory, genesis);
    EXPECT_FALSE(importer.has_value());
    return importer ? Status() : importer.error();
  };
  EXPECT_EQ(refusal(copy_, payloads[1]).code(), Code::kInvalidArgument);
  EXPECT_EQ(refusal(copy_, "rubbish").code(), Code::kInvalidArgument);
  EXPECT_FALSE(std::filesystem::exists(copy_));
  EXPECT_THAT(refusal(directory_, payloads[0]).message(), HasSubstr("which holds"));
}

}  // namespace
}  // namespace grantledger
