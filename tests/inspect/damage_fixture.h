// A small ledger in which much happened, and ways to damage it behind its back.
#ifndef GRANTLEDGER_TESTS_INSPECT_DAMAGE_FIXTURE_H_
#define GRANTLEDGER_TESTS_INSPECT_DAMAGE_FIXTURE_H_

#include <fstream>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include <rocksdb/db.h>

#include <grantledger/verify.h>

#include "codec/frame.h"
#include "ledger/tables.h"
#include "tests/ledger/compaction_fixture.h"

namespace grantledger {

class DamageFixture : public CompactionFixture {
 protected:
  DamageFixture() {
    copy_ = directory_ + "-copy";
    scratch_ = directory_ + "-scratch";
    std::filesystem::create_directory(scratch_);
    options_.clock = [] { return Time(std::chrono::hours(24 * 365 * 50)); };
  }
  ~DamageFixture() override {
    ledger_.reset();
    std::error_code ignored;
    std::filesystem::remove_all(copy_, ignored);
    std::filesystem::remove_all(scratch_, ignored);
  }

  /// LSN 1 to 24: two units, accounts in them, bulk and own activations, moves, a leaver. Folded up
  /// to 20, and closed.
  void TellStory() {
    Open();
    Distribute();  // 1 to 5
    const auto a = Do(kManagement, CreateOrganizationalUnitRequest{root_, "a"});
    const auto b = Do(kManagement, CreateOrganizationalUnitRequest{root_, "b"});
    for (int number = 1; number <= 6; ++number) Join(number);  // 8 to 13
    Move(1, root_, a.organizational_unit.id);
    Move(2, root_, a.organizational_unit.id);
    Move(3, root_, b.organizational_unit.id);
    Accept(1);
    Accept(2);
    SetStatus(kManagement, distribution_, GrantStatus::kActive);
    SetStatus(AccountOf(2), *ledger_->MemberGrantArn(distribution_, AccountOf(2)),
              GrantStatus::kDisabled);  // 20
    EXPECT_TRUE(ledger_->Compact().has_value());
    Move(2, a.organizational_unit.id, b.organizational_unit.id);
    Do(kManagement, RemoveAccountFromOrganizationRequest{AccountOf(4).ToString()});
    Join(7);
    Accept(5);  // 24
    EXPECT_EQ(ledger_->LastLsn(), kLast);
    answers_ = Answers(*ledger_);
    ledger_.reset();
  }
  static constexpr Lsn kLast = 24;

  /// The same, all of it folded, and dropped up to LSN 20.
  void TellStoryAndDrop() {
    TellStory();
    Open();
    ledger_->SetRetention(KeepFrom{Lsn{20}});
    EXPECT_EQ(ledger_->Compact().value().horizon, 20U);
    ledger_.reset();
  }

  void Move(int number, const std::string& from, const std::string& to) {
    Do(kManagement, MoveAccountRequest{AccountOf(number).ToString(), from, to});
  }
  void SetStatus(AccountId caller, const std::string& grant_arn, GrantStatus status) {
    CreateGrantVersionRequest request;
    request.client_token = "token-" + std::to_string(ledger_->LastLsn());
    request.grant_arn = grant_arn;
    request.status = status;
    Do(caller, std::move(request));
  }

  /// What the ledger says of grants, a line each.
  std::vector<std::string> Answers(const Ledger& ledger, std::optional<Moment> as_of = {}) const {
    std::vector<std::string> lines;
    const auto counts =
        ledger.Read({.caller = kManagement, .as_of = as_of}, CountGrantsRequest{distribution_});
    if (!counts) return {counts.error().message()};
    for (const auto& [status, count] : counts->counts) {
      lines.push_back(std::string(Name(status)) + " " + std::to_string(count));
    }
    for (int number = 1; number <= 7; ++number) {
      const auto received =
          ledger.Read({.caller = AccountOf(number), .as_of = as_of}, ListReceivedGrantsRequest{});
      if (!received) continue;  // it is not known yet
      for (const Grant& grant : received->grants) {
        lines.push_back(grant.GrantArn() + " " + std::string(Name(grant.state->status)) + " " +
                        grant.Version() + " " + grant.StatusReason());
      }
    }
    return lines;
  }
  std::vector<std::string> AnswersOf(const std::string& directory,
                                     std::optional<Moment> as_of = {}) const {
    Options options = options_;
    options.read_only = true;
    const auto ledger = Ledger::Open(directory, options);
    if (!ledger) return {ledger.error().message()};
    return Answers(**ledger, as_of);
  }

  // Damage.

  void Change(const std::function<void(Store&)>& change) const {
    const auto store = Store::Open(directory_, options_, nullptr);
    ASSERT_TRUE(store.has_value()) << store.error().message();
    change(**store);
  }
  static std::string ValueOf(Store& store, Family family, const std::string& key) {
    std::string value;
    EXPECT_TRUE(store.db()->Get({}, store.handle(family), key, &value).ok());
    return value;
  }
  static void PutValue(Store& store, Family family, const std::string& key,
                       const std::string& value) {
    EXPECT_TRUE(store.db()->Put({}, store.handle(family), key, value).ok());
  }
  void FlipBit(Family family, const std::string& key) const {
    Change([&](Store& store) {
      std::string value = ValueOf(store, family, key);
      value[value.size() / 2] = static_cast<char>(value[value.size() / 2] ^ 0x10);
      PutValue(store, family, key, value);
    });
  }
  void Remove(Family family, const std::string& key) const {
    Change([&](Store& store) {
      EXPECT_FALSE(ValueOf(store, family, key).empty());
      EXPECT_TRUE(store.db()->Delete({}, store.handle(family), key).ok());
    });
  }
  /// With a checksum that is right.
  void PutRow(Family family, const std::string& key, const std::string& payload) const {
    Change([&](Store& store) { PutValue(store, family, key, FrameRow(key, payload)); });
  }
  void ChangeRecord(Lsn lsn, const std::function<void(fb::RecordT&)>& change) const {
    Change([&](Store& store) {
      fb::RecordT record = *GetRecord(store, lsn).value();
      change(record);
      PutValue(store, Family::kLog, LogKey(lsn), FrameRecord(lsn, Pack(record, kRecordIdentifier)));
    });
  }
  /// One in the middle of the family.
  [[nodiscard]] std::string SomeKey(Family family) const {
    const auto rows = RowsOf(directory_, family);
    return rows.empty() ? "" : std::next(rows.begin(), std::ssize(rows) / 2)->first;
  }
  /// Brings all rows into files, one of each family.
  void Settle() const {
    Change([](Store& store) { EXPECT_TRUE(store.Settle().ok()); });
  }
  /// What is in memory goes to files, which are not merged with others.
  static void FlushAlone(Store& store) {
    std::vector<rocksdb::ColumnFamilyHandle*> families;
    for (int i = 0; i < kFamilyCount; ++i) {
      families.push_back(store.handle(static_cast<Family>(i)));
    }
    EXPECT_TRUE(store.db()->Flush(rocksdb::FlushOptions(), families).ok());
  }
  /// The table file of the family that was written last; after Settle, its only one.
  [[nodiscard]] std::string FileOf(Family family) const {
    std::vector<rocksdb::LiveFileMetaData> files;
    Change([&](Store& store) { store.db()->GetLiveFilesMetaData(&files); });
    std::uint64_t newest = 0;
    std::string name;
    for (const auto& file : files) {
      if (file.column_family_name != FamilyName(family) || file.file_number < newest) continue;
      newest = file.file_number;
      name = directory_ + file.name;
    }
    return name;
  }
  [[nodiscard]] std::uint64_t WalBytes() const {
    std::uint64_t most = 0;
    for (const auto& entry : std::filesystem::directory_iterator(directory_)) {
      if (entry.path().extension() == ".log") most = std::max(most, entry.file_size());
    }
    return most;
  }
  void CutWal(std::uint64_t bytes) const {
    for (const auto& entry : std::filesystem::directory_iterator(directory_)) {
      if (entry.path().extension() != ".log" || entry.file_size() == 0) continue;
      std::filesystem::resize_file(entry.path(), entry.file_size() - bytes);
    }
  }
  void AppendToWal(std::string_view bytes) const {
    for (const auto& entry : std::filesystem::directory_iterator(directory_)) {
      if (entry.path().extension() != ".log" || entry.file_size() == 0) continue;
      std::ofstream(entry.path(), std::ios::app | std::ios::binary) << bytes;
    }
  }
  /// A byte in the middle of the write-ahead log.
  void DamageWal() const {
    for (const auto& entry : std::filesystem::directory_iterator(directory_)) {
      if (entry.path().extension() != ".log" || entry.file_size() == 0) continue;
      std::fstream file(entry.path(), std::ios::in | std::ios::out | std::ios::binary);
      file.seekp(static_cast<std::streamoff>(entry.file_size() / 2));
      file.put('?');
    }
  }

  static RowsByKey RowsOf(const std::string& directory, Family family) {
    Options options;
    options.read_only = true;
    RowsByKey all;
    const auto store = Store::Open(directory, options, nullptr);
    EXPECT_TRUE(store.has_value()) << store.error().message();
    if (!store) return all;
    for (RowIterator rows = (*store)->Scan(family, ""); rows.AtRow().value(); rows.Next()) {
      all.emplace(rows.key(), rows.value());
    }
    return all;
  }

  // Verifying.

  std::vector<Finding> Verify(const std::string& directory, bool deep) {
    std::vector<Finding> findings;
    VerifyOptions options;
    options.deep = deep;
    options.scratch_directory = scratch_;
    auto report = VerifyLedger(directory, options,
                               [&](const Finding& finding) { findings.push_back(finding); });
    EXPECT_TRUE(report.has_value()) << report.error().message();
    if (report) report_ = *std::move(report);
    EXPECT_EQ(report_.findings, findings.size());
    EXPECT_TRUE(std::filesystem::is_empty(scratch_)) << "nothing is left behind";
    return findings;
  }
  std::vector<Finding> Verify() { return Verify(directory_, false); }
  std::vector<Finding> VerifyDeep() { return Verify(directory_, true); }
  static std::string Sentences(const std::vector<Finding>& findings) {
    std::string all;
    for (const Finding& finding : findings) {
      all += std::string(Name(finding.kind)) + ": " + finding.what + "\n";
    }
    return all;
  }

  std::string copy_;
  std::string scratch_;
  VerifyReport report_;
  std::vector<std::string> answers_;  // of the story, at its end
};

}  // namespace grantledger

#endif  // GRANTLEDGER_TESTS_INSPECT_DAMAGE_FIXTURE_H_
