// Inspector beside a writer, and on what is damaged. What it tells of a sound ledger is frozen by
// tests/tools/golden.
#include <grantledger/inspect.h>

#include <gtest/gtest.h>

#include "ledger/batch.h"
#include "tests/ledger/ledger_fixture.h"

namespace grantledger {
namespace {

class InspectorTest : public LedgerFixture {
 protected:
  InspectorTest() { Open(); }

  std::unique_ptr<Inspector> Inspect() {
    auto inspector = Inspector::Open(directory_);
    if (!inspector) throw std::runtime_error(inspector.error().message());
    return *std::move(inspector);
  }
  /// "LSN operation", or "damaged" of each record.
  static std::vector<std::string> Log(Inspector& inspector, Lsn from, Lsn to) {
    std::vector<std::string> log;
    EXPECT_TRUE(inspector
                    .ReadLog(from, to,
                             [&log](const Result<InspectedRecord>& record) {
                               log.push_back(record ? std::to_string(record->lsn) + " " +
                                                          record->operation
                                                    : "damaged");
                               return true;
                             })
                    .ok());
    return log;
  }
};

TEST_F(InspectorTest, SeesWhatAWriterBesideItWroteWhenItLooksAgain) {
  Do(kManagement, CreateOrganizationRequest{});
  const auto inspector = Inspect();
  EXPECT_TRUE(inspector->health().ok());
  EXPECT_EQ(Log(*inspector, 0, 9), (std::vector<std::string>{"0 Genesis", "1 CreateOrganization"}));
  Do(kManagement, UpdateServiceSettingsRequest{.enable_integration = true});
  EXPECT_EQ(Log(*inspector, 2, 9), std::vector<std::string>{});
  ASSERT_TRUE(inspector->Refresh().ok());
  EXPECT_EQ(Log(*inspector, 2, 9), std::vector<std::string>{"2 UpdateServiceSettings"});
  const auto organizations = inspector->Organizations(2);
  ASSERT_TRUE(organizations.has_value());
  ASSERT_EQ(organizations->size(), 1U);
  EXPECT_TRUE(organizations->front().linked);
  EXPECT_EQ(inspector->Organizations(0)->size(), 0U);
}

/// Buffered, the writer notes what is synced as it closes, or now and then.
TEST_F(InspectorTest, TellsWhatSurvivesPowerLoss) {
  Do(kManagement, CreateOrganizationRequest{});
  Do(kManagement, UpdateServiceSettingsRequest{.enable_integration = true});
  const auto beside = Inspect()->Overview(2).value();
  EXPECT_EQ(beside.last_lsn, 2U);
  EXPECT_LT(beside.synced_lsn, 2U);
  EXPECT_TRUE(ledger_->Settle().ok());
  ledger_.reset();
  EXPECT_EQ(Inspect()->Overview(2).value().synced_lsn, 2U);
  // What was noted is known of a damaged one, too.
  for (const auto& file : std::filesystem::directory_iterator(directory_)) {
    if (file.path().extension() == ".sst") std::filesystem::remove(file);
  }
  EXPECT_EQ(Inspect()->Overview(2).value().synced_lsn, 2U);
}

/// An identity that is made up would lead to another ledger's backups.
TEST_F(InspectorTest, WhatCanNotBeReadIsNotTold) {
  Do(kManagement, CreateOrganizationRequest{});
  const auto sound = Inspect()->Overview(1).value();
  EXPECT_TRUE(sound.is_identified && sound.has_end);
  EXPECT_EQ(sound.last_lsn, 1U);
  EXPECT_TRUE(ledger_->Settle().ok());
  ledger_.reset();
  for (const auto& file : std::filesystem::directory_iterator(directory_)) {
    if (file.path().extension() == ".sst") std::filesystem::remove(file);
  }
  const auto inspector = Inspect();
  const auto overview = inspector->Overview(1).value();
  EXPECT_FALSE(inspector->health().ok());
  EXPECT_FALSE(overview.is_identified);
  EXPECT_EQ(overview.identity, "");
  EXPECT_FALSE(overview.has_end);
  EXPECT_FALSE(overview.is_counted);
}

TEST_F(InspectorTest, ReadsOnBehindARecordThatIsDamaged) {
  Do(kManagement, CreateOrganizationRequest{});
  Do(kManagement, UpdateServiceSettingsRequest{.enable_integration = true});
  ledger_.reset();
  {
    const auto store = Store::Open(directory_, options_, nullptr);
    ASSERT_TRUE(store.has_value());
    std::string value;
    ASSERT_TRUE((*store)
                    ->db()
                    ->Get(rocksdb::ReadOptions(), (*store)->handle(Family::kLog), LogKey(1), &value)
                    .ok());
    value.back() = static_cast<char>(value.back() ^ 1);
    ASSERT_TRUE((*store)
                    ->db()
                    ->Put(rocksdb::WriteOptions(), (*store)->handle(Family::kLog), LogKey(1), value)
                    .ok());
  }
  const auto inspector = Inspect();
  EXPECT_EQ(Log(*inspector, 0, 9),
            (std::vector<std::string>{"0 Genesis", "damaged", "2 UpdateServiceSettings"}));
  EXPECT_EQ(inspector->OriginOf(1), std::nullopt);
  ASSERT_TRUE(inspector->OriginOf(2).has_value());
  EXPECT_EQ(inspector->OriginOf(2)->operation, "UpdateServiceSettings");
  bool told = false;
  ASSERT_TRUE(inspector
                  ->ReadRows("log", "",
                             [&told](const InspectedRow& row) {
                               told = told || row.problem.code() == Code::kCorruption;
                               return true;
                             })
                  .ok());
  EXPECT_TRUE(told);
}

TEST_F(InspectorTest, TellsWhatIsAskedWrong) {
  const auto inspector = Inspect();
  const auto ignore = [](const InspectedRow&) { return true; };
  EXPECT_EQ(inspector->ReadRows("states", "", ignore).code(), Code::kInvalidArgument);
  EXPECT_EQ(inspector->Explain("no ARN", 0).error().code(), Code::kInvalidArgument);
  EXPECT_EQ(inspector->Units("o-0000000000", 0).error().code(), Code::kNotFound);
  EXPECT_TRUE(inspector->Stays(kManagement, 0)->empty());
  EXPECT_EQ(Inspector::Open(directory_ + "/nothing").error().code(), Code::kInvalidArgument);
}

}  // namespace
}  // namespace grantledger
