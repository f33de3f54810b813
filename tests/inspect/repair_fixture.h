// A ledger that is damaged, and what is made of it.
#ifndef GRANTLEDGER_TESTS_INSPECT_REPAIR_FIXTURE_H_
#define GRANTLEDGER_TESTS_INSPECT_REPAIR_FIXTURE_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/inspect/damage_fixture.h"

namespace grantledger {

class RepairFixture : public DamageFixture {
 protected:
  /// Of those whose names begin or end so.
  void ForEachFile(const std::string& part,
                   const std::function<void(const std::filesystem::path&)>& visit) const {
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(directory_)) {
      const std::string name = entry.path().filename();
      if (name.starts_with(part) || name.ends_with(part)) files.push_back(entry.path());
    }
    for (const auto& file : files) visit(file);
  }
  RepairReport Repair() {
    const auto report = RepairLedger(directory_, copy_, {});
    EXPECT_TRUE(report.has_value()) << report.error().message();
    return report ? *report : RepairReport();
  }
  /// The refusal; nothing is left of the new ledger then.
  Status Refusal(const StageProgress& progress = {}) {
    const auto report = RepairLedger(directory_, copy_, progress);
    EXPECT_FALSE(report.has_value());
    EXPECT_FALSE(std::filesystem::exists(copy_));
    return report ? Status() : report.error();
  }
  void ExpectNothingLost(const RepairReport& report) {
    EXPECT_EQ(report.first_lost, std::nullopt) << report.why_lost;
    EXPECT_EQ(report.records_found, report.records_kept);
    EXPECT_EQ(report.last_lsn, kLast);
    EXPECT_THAT(report.left_behind, testing::IsEmpty());
    EXPECT_FALSE(report.stopped);
    EXPECT_EQ(Sentences(Verify(copy_, true)), "");
    EXPECT_EQ(AnswersOf(copy_), answers_);
  }
  /// Up to this record; `as_of` are the answers of that moment.
  void ExpectKept(const RepairReport& report, Lsn last, const std::vector<std::string>& as_of) {
    EXPECT_EQ(report.first_lost, last + 1);
    EXPECT_EQ(report.records_kept, last);
    EXPECT_EQ(report.last_lsn, last);
    EXPECT_THAT(report.mended, testing::IsEmpty());
    EXPECT_EQ(Sentences(Verify(copy_, true)), "");
    EXPECT_EQ(AnswersOf(copy_), as_of);
  }
};

}  // namespace grantledger

#endif  // GRANTLEDGER_TESTS_INSPECT_REPAIR_FIXTURE_H_
