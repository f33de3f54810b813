// A block of a table file that is damaged: what stands before and behind it is read.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include <grantledger/inspect.h>

#include "tests/inspect/repair_fixture.h"
#include "tests/ledger/flip_byte.h"

namespace grantledger {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

class DamagedBlockTest : public RepairFixture {
 protected:
  static constexpr Lsn kWrites = 1'500;  // some dozens of blocks

  void TellLong() {
    options_.background_compaction = false;
    Open();
    for (Lsn i = 0; i < kWrites; ++i) {
      Do(kVendor, LicenseRequest("license-" + std::to_string(i * 2'654'435'761 % 1'000'003)));
    }
    ledger_.reset();
    Settle();
  }
  /// Those that `log` shows, and how often it tells of damage.
  std::pair<std::set<Lsn>, int> ReadLog() const {
    std::pair<std::set<Lsn>, int> read;
    const auto inspector = Inspector::Open(directory_).value();
    const Status done = inspector->ReadLog(0, kWrites, [&](const Result<InspectedRecord>& record) {
      if (record) {
        read.first.insert(record->lsn);
      } else {
        EXPECT_EQ(record.error().code(), Code::kCorruption);
        EXPECT_THAT(record.error().message(), HasSubstr("rows can't be read from LSN "));
        ++read.second;
      }
      return true;
    });
    EXPECT_TRUE(done.ok()) << done.message();
    return read;
  }
};

TEST_F(DamagedBlockTest, OfTheLogLosesItsOwnRecordsAlone) {
  TellLong();
  const std::string file = FileOf(Family::kLog);
  FlipByteAtPart(file, 0.3);
  FlipByteAtPart(file, 0.6);
  const auto [records, damages] = ReadLog();
  EXPECT_EQ(damages, 2);
  EXPECT_TRUE(records.contains(0) && records.contains(kWrites));
  const std::size_t lost = kWrites + 1 - records.size();
  EXPECT_GT(lost, 2U);
  EXPECT_LT(lost, kWrites / 4);

  const auto findings = Verify();
  EXPECT_EQ(report_.records, records.size());
  EXPECT_EQ(report_.last_lsn, kWrites);
  Lsn first = 0;  // that is lost
  while (records.contains(first)) ++first;
  EXPECT_THAT(Sentences(findings),
              HasSubstr("rows can't be read from LSN " + std::to_string(first)));

  const RepairReport report = Repair();
  EXPECT_EQ(report.first_lost, first);
  EXPECT_EQ(report.records_kept, first - 1);
  EXPECT_EQ(report.records_found, records.size() - 1);  // record 0 is made anew
  ASSERT_THAT(report.left_behind, SizeIs(2));
  EXPECT_EQ(report.left_behind.back().to, kWrites);
}

TEST_F(DamagedBlockTest, OfAnyFamilyIsFoundAndTheRestIsProven) {
  TellLong();
  const std::string file = FileOf(Family::kState);
  const std::size_t rows = RowsOf(directory_, Family::kState).size();
  FlipByteAtPart(file, 0.5);
  const auto findings = Verify();
  EXPECT_THAT(Sentences(findings), HasSubstr("rows can't be read from key "));
  EXPECT_GT(report_.rows, rows * 3 / 4);
  const RepairReport report = Repair();
  EXPECT_EQ(report.first_lost, std::nullopt) << report.why_lost;
  EXPECT_EQ(report.last_lsn, kWrites);
}

}  // namespace
}  // namespace grantledger
