// The anchor itself, or a write-ahead log, damaged or another ledger's.
#include <grantledger/verify.h>

#include "tests/ledger/anchor_fixture.h"

namespace grantledger {
namespace {

/// Else a ledger that was answered from would pass for one that was never made to the end, and be
/// made anew.
TEST_F(AnchorTest, NoDamagedPageMakesALedgerAnew) {
  options_.durability = Durability::kSynced;
  Open();
  Write(kRecords);
  const std::string killed = Killed();
  const std::string checkpoint = directory_ + "-checkpoint";
  ASSERT_TRUE(ledger_->Checkpoint(checkpoint).has_value());
  ledger_.reset();
  constexpr std::uintmax_t kPage = 4096;
  for (const std::string& whole : {killed, checkpoint}) {
    for (const std::uintmax_t page : {0, 1, 2}) {
      SCOPED_TRACE(whole + ", page " + std::to_string(page));
      const std::string copy = whole + "-copy";
      fs::copy(whole, copy, fs::copy_options::recursive);
      Overwrite(copy + "/ANCHOR", page * kPage + 20, "?");
      const auto opened = Ledger::Open(copy, options_);
      ASSERT_TRUE(opened.has_value()) << opened.error().message();
      EXPECT_EQ((*opened)->LastLsn(), static_cast<Lsn>(kRecords));
      fs::remove_all(copy);
    }
  }
}

/// One that fits by its name is another's all the same.
TEST_F(AnchorTest, TheWriteAheadLogOfACopyThatWentOnOtherwiseIsNoticed) {
  options_.clock = [] { return Time(std::chrono::hours(24 * 365 * 50)); };  // the same records
  Open();
  Write(kRecords);
  ledger_.reset();
  const std::string copy = directory_ + "-copy";
  fs::copy(directory_, copy, fs::copy_options::recursive);
  const auto go_on = [this](const std::string& directory, bool compacts) {
    auto opened = Ledger::Open(directory, options_);
    ASSERT_TRUE(opened.has_value()) << opened.error().message();
    const auto ledger = std::move(*opened);
    // Of no record, and so not seen in what the log's records are.
    if (compacts) {
      EXPECT_TRUE(ledger->Compact().has_value());
      EXPECT_TRUE(ledger->Settle().ok());
    }
    for (int i = 0; i < kRecords; ++i) {
      EXPECT_TRUE(ledger->Write(Call{.caller = kVendor}, LicenseRequest("o" + std::to_string(i)))
                      .has_value());
    }
  };
  go_on(directory_, false);
  go_on(copy, true);
  const fs::path here = Files(".log").back();
  const std::string place = directory_;
  directory_ = copy;
  const fs::path there = Files(".log").back();
  directory_ = place;
  fs::copy_file(there, here, fs::copy_options::overwrite_existing);
  ExpectDamaged(directory_, "are gone");
}

/// Whoever opens it to write is told once.
TEST_F(AnchorTest, WhatIsDroppedOfAWriteAheadLogIsGone) {
  Open();
  Write(kRecords);
  ASSERT_TRUE(ledger_->Settle().ok());
  ledger_.reset();
  const fs::path wal = Files(".log").back();
  ASSERT_EQ(fs::file_size(wal), 0U);
  Overwrite(wal, 0, "garbage");
  for (const std::uint64_t findings : {1, 0}) {
    std::string sentences;
    const auto report = VerifyLedger(
        directory_, {}, [&](const Finding& finding) { sentences += finding.what + "\n"; });
    ASSERT_TRUE(report.has_value()) << report.error().message();
    EXPECT_EQ(report->findings, findings) << sentences;
    Open();
    ledger_.reset();
  }
}

}  // namespace
}  // namespace grantledger
