// A ledger that tells its story step by step, and what it was at each of them.
#ifndef GRANTLEDGER_TESTS_INSPECT_BACKUP_FIXTURE_H_
#define GRANTLEDGER_TESTS_INSPECT_BACKUP_FIXTURE_H_

#include <map>
#include <set>
#include <string>
#include <vector>

#include <grantledger/backup.h>

#include "tests/inspect/damage_fixture.h"

namespace grantledger {

class BackupFixture : public DamageFixture {
 protected:
  BackupFixture() {
    base_ = directory_ + "-backups";
    std::filesystem::create_directory(base_);
    store_ = base_ + "/store";
    restored_ = base_ + "/restored";
    // A second for each call.
    options_.clock = [this] { return kBegin + std::chrono::seconds(seconds_++); };
  }
  ~BackupFixture() override {
    ledger_.reset();
    std::error_code ignored;
    std::filesystem::remove_all(base_, ignored);
  }

  /// One record each: what step `lsn` writes, from 1 on. REQUIRES: the steps before it.
  void Step(Lsn lsn) {
    constexpr Lsn kDistributed = 5;
    constexpr Lsn kUnit = 6;
    if (lsn == 1) Distribute();
    if (lsn <= kDistributed) return;
    if (lsn == kUnit) {
      unit_ = Do(kManagement, CreateOrganizationalUnitRequest{root_, "a"}).organizational_unit.id;
      return;
    }
    constexpr Lsn kKinds = 5;
    const int account = static_cast<int>(lsn / kKinds);
    switch (lsn % kKinds) {
      case 0:
        return Join(account);
      case 1:
        return Accept(account);
      case 2:
        return SetStatus(kManagement, distribution_,
                         account % 2 == 0 ? GrantStatus::kActive : GrantStatus::kDisabled);
      case 3:
        return account > 1 ? Move(account, root_, unit_) : Join(100);
      default:
        return Join(100 + account);
    }
  }
  /// Steps up to `last`. What the ledger is at each is kept.
  void TellTo(Lsn last) {
    for (Lsn lsn = ledger_->LastLsn() + 1; lsn <= last; lsn = ledger_->LastLsn() + 1) {
      Step(lsn);
      Remember();
    }
  }
  /// As if it had stopped here.
  void Remember() {
    const Lsn lsn = ledger_->LastLsn();
    said_[lsn] = distribution_.empty() ? std::vector<std::string>() : Answers(*ledger_);
    rows_[lsn] = RowsOfHistory(*ledger_);
  }

  using History = std::map<std::string, std::string>;
  /// The rows of all that follows from the log, and of it, by family and key.
  static History RowsOfHistory(const std::string& directory) {
    History all;
    for (const Family family : {Family::kLog, Family::kState, Family::kMember, Family::kIndex}) {
      for (auto& [key, value] : RowsOf(directory, family)) {
        all.emplace(std::string(FamilyName(family)) + " " + HexText(key), HexText(value));
      }
    }
    // But for what makes a copy a fork, which concerns the next record.
    std::string& counters = all["state " + HexText(CountersKey())];
    auto row = CountersIn(directory);
    row.fork = 0;
    counters = HexText(FrameRow(CountersKey(), Pack(row)));
    return all;
  }
  static fb::CountersT CountersIn(const std::string& directory) {
    Options options;
    options.read_only = true;
    const auto store = Store::Open(directory, options, nullptr);
    EXPECT_TRUE(store.has_value()) << store.error().message();
    if (!store) return {};
    return *GetTable<fb::CountersT>(**store, Family::kState, CountersKey()).value();
  }
  /// Of a ledger that is open: of a copy of its files.
  History RowsOfHistory(const Ledger& /*ledger*/) const {
    return RowsOfHistory(directory_);  // opened beside it
  }

  BackupInfo Backup(const BackupOptions& options = {}) {
    const auto made = ledger_->Backup(store_, options);
    EXPECT_TRUE(made.has_value()) << made.error().message();
    return made ? *made : BackupInfo();
  }
  /// Restores it into a directory of its own, and compares it with what the ledger was there.
  RestoreReport RestoreAt(Lsn lsn, const std::string& from, const RestoreOptions& options) {
    std::filesystem::remove_all(restored_);
    const auto report = RestoreLedger(from, restored_, options);
    EXPECT_TRUE(report.has_value()) << report.error().message();
    if (!report) return {};
    EXPECT_EQ(report->last_lsn, lsn);
    EXPECT_FALSE(report->stopped);
    EXPECT_EQ(RowsOfHistory(restored_), rows_.at(lsn));
    EXPECT_EQ(AnswersOfRestored(), said_.at(lsn));
    return *report;
  }
  std::vector<std::string> AnswersOfRestored() const {
    return distribution_.empty() ? std::vector<std::string>() : AnswersOf(restored_);
  }
  /// Why it can't be restored; nothing is left of it.
  std::string RefusalOf(const std::string& from, const RestoreOptions& options, Code code) {
    std::filesystem::remove_all(restored_);
    const std::set<std::string> before = NamesIn(base_);
    const auto report = RestoreLedger(from, restored_, options);
    EXPECT_FALSE(report.has_value());
    if (report) return {};
    EXPECT_EQ(report.error().code(), code) << report.error().message();
    EXPECT_EQ(NamesIn(base_), before) << "nothing is left behind";
    return report.error().message();
  }
  static std::set<std::string> NamesIn(const std::string& directory) {
    std::set<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(directory)) {
      names.insert(entry.path().filename().string());
    }
    return names;
  }

  static constexpr Time kBegin = Time(std::chrono::hours(24 * 365 * 50));
  std::string base_;  // where all else is
  std::string store_;
  std::string restored_;
  std::string unit_;
  std::atomic<int> seconds_ = 0;
  std::map<Lsn, std::vector<std::string>> said_;
  std::map<Lsn, History> rows_;
};

}  // namespace grantledger

#endif  // GRANTLEDGER_TESTS_INSPECT_BACKUP_FIXTURE_H_
