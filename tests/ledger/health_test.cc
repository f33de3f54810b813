// Ledger::Health, Ledger::Statistics, and the events that a Listener is told.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "ledger/meters.h"
#include "tests/ledger/eventually.h"
#include "tests/ledger/faulty_fixture.h"
#include "tests/ledger/hearing.h"

namespace grantledger {
namespace {

using std::chrono::milliseconds;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

/// Keeps the events that it is told, and throws them away again if `throws`.
class Witness : public Listener {
 public:
  void OnWritesStopped(const Status& why) override { Note("stopped: " + why.message()); }
  void OnWritesResumed(Lsn last_lsn) override { Note("resumed at " + std::to_string(last_lsn)); }
  void OnBackgroundError(BackgroundJob job, const Status& error) override {
    Note(std::string(Name(job)) + " failed: " + error.message());
  }
  void OnRecovered(BackgroundJob job) override { Note(std::string(Name(job)) + " recovered"); }
  void OnFolded(Lsn to_lsn, std::uint64_t records, milliseconds duration) override {
    EXPECT_GE(duration.count(), 0);
    Note("folded " + std::to_string(records) + " to " + std::to_string(to_lsn));
  }
  void OnRecordsDropped(Lsn horizon, std::uint64_t records) override {
    Note("dropped " + std::to_string(records) + " before " + std::to_string(horizon));
  }
  std::vector<std::string> told() {
    const std::scoped_lock lock(mutex_);
    return told_;
  }
  /// How many of them begin so.
  std::size_t Count(const std::string& beginning) {
    const std::vector<std::string> all = told();
    return static_cast<std::size_t>(std::ranges::count_if(
        all, [&](const auto& event) { return event.starts_with(beginning); }));
  }
  std::atomic<bool> throws = false;

 private:
  void Note(const std::string& event) {
    const std::scoped_lock lock(mutex_);
    told_.push_back(event);
    if (throws) throw std::runtime_error("the witness throws");
  }
  std::mutex mutex_;
  std::vector<std::string> told_;
};

class HealthTest : public FaultyFixture {
 protected:
  HealthTest() { options_.listener = witness_; }
  void WriteLicenses(const std::string& name, int count) {
    for (int i = 0; i < count; ++i) Do(kVendor, LicenseRequest(name + std::to_string(i)));
  }
  void FailLogs() {
    files_->Set([](FileCall call, const std::string& name) {
      return FileFault{.fails = call != FileCall::kCreate && IsWal(name), .written = 0.5};
    });
  }
  void FailTables() {
    files_->Set([](FileCall call, const std::string& name) {
      return FileFault{.fails = call == FileCall::kCreate && name.ends_with(".sst")};
    });
  }

  std::shared_ptr<Witness> witness_ = std::make_shared<Witness>();
};

TEST_F(HealthTest, TellsWhereTheLedgerStands) {
  options_.durability = Durability::kSynced;
  Open();
  WriteLicenses("a", 10);
  LedgerHealth health = ledger_->Health();
  EXPECT_TRUE(health.writes.ok()) << health.writes.message();
  EXPECT_EQ(health.last_lsn, 10U);
  EXPECT_EQ(health.synced_lsn, 10U);
  EXPECT_EQ(health.horizon, 0U);
  EXPECT_EQ(health.folded_lsn, 0U);
  EXPECT_EQ(health.unfolded_records, 10U);
  EXPECT_GT(health.write_ahead_bytes, 0U);
  EXPECT_GT(health.free_bytes.value_or(0), 0U);
  for (const Trouble* trouble : {&health.writing, &health.compaction, &health.database}) {
    EXPECT_EQ(trouble->failures, 0U);
    EXPECT_TRUE(trouble->last_error.ok());
  }
  ledger_->SetRetention(KeepRecords{4});
  ASSERT_TRUE(ledger_->Compact().has_value());
  ASSERT_TRUE(ledger_->Settle().ok());
  WriteLicenses("b", 3);
  health = ledger_->Health();
  EXPECT_EQ(health.horizon, 6U);
  EXPECT_EQ(health.folded_lsn, 10U);
  EXPECT_EQ(health.unfolded_records, 3U);
  EXPECT_GT(health.table_bytes, 0U);
  Open();
  health = ledger_->Health();
  EXPECT_EQ(health.horizon, 6U);
  EXPECT_EQ(health.folded_lsn, 10U);
  EXPECT_EQ(health.last_lsn, 13U);
}

TEST_F(HealthTest, BufferedWritesAreSyncedLater) {
  Open();
  WriteLicenses("a", 10);
  EXPECT_EQ(ledger_->Health().last_lsn, 10U);
  EXPECT_LT(ledger_->Health().synced_lsn, 10U);
  Open();
  EXPECT_EQ(ledger_->Health().synced_lsn, 10U) << "closing syncs";
}

TEST_F(HealthTest, AReaderTakesNoWrites) {
  Open();
  WriteLicenses("a", 3);
  ASSERT_TRUE(ledger_->Compact().has_value());
  ledger_.reset();
  options_.read_only = true;
  Open();
  const LedgerHealth health = ledger_->Health();
  EXPECT_EQ(health.writes.code(), Code::kInvalidState);
  EXPECT_EQ(health.last_lsn, 3U);
  EXPECT_EQ(health.synced_lsn, 3U);
  EXPECT_EQ(health.folded_lsn, 3U);
}

TEST_F(HealthTest, WritesThatStoppedAreToldOfAndGoOn) {
  Open(env_.get());
  WriteLicenses("a", 3);
  FailLogs();
  for (const char* token : {"f1", "f2", "f3"}) EXPECT_FALSE(TryLicense(token).has_value());
  LedgerHealth health = ledger_->Health();
  EXPECT_EQ(health.writes.code(), Code::kIoError);
  EXPECT_EQ(health.writing.failures, 3U);
  EXPECT_THAT(health.writing.last_error.message(), HasSubstr("the disk is said to fail"));
  EXPECT_NE(health.writing.since, Time());
  EXPECT_LE(health.writing.since, health.writing.last_at);
  EXPECT_EQ(health.last_lsn, 3U);
  EXPECT_EQ(witness_->Count("stopped: "), 1U);
  EXPECT_EQ(witness_->Count("resumed"), 0U);
  const LedgerStatistics statistics = ledger_->Statistics();
  EXPECT_EQ(statistics.writes_failed, 3U);
  EXPECT_EQ(statistics.writes_answered, 3U);

  files_->Set({});
  EXPECT_TRUE(TryLicense("b").has_value());
  health = ledger_->Health();
  EXPECT_TRUE(health.writes.ok()) << health.writes.message();
  EXPECT_EQ(health.writing.failures, 0U);
  EXPECT_FALSE(health.writing.last_error.ok()) << "the last is remembered";
  EXPECT_EQ(witness_->Count("stopped: "), 1U);
  EXPECT_EQ(witness_->Count("resumed at "), 1U);
  EXPECT_TRUE(TryLicense("c").has_value());
  EXPECT_EQ(witness_->Count("resumed at "), 1U);
}

TEST_F(HealthTest, WhatTheDatabaseSuffersFromIsToldOf) {
  Open(env_.get());
  WriteLicenses("a", 3);
  FailTables();
  EXPECT_FALSE(ledger_->Settle().ok());
  LedgerHealth health = ledger_->Health();
  EXPECT_GE(health.database.failures, 1U);
  EXPECT_THAT(health.database.last_error.message(), HasSubstr("the disk is said to fail"));
  EXPECT_EQ(health.writes.code(), Code::kIoError) << "though no write failed yet";
  EXPECT_GE(witness_->Count("database failed: "), 1U);
  files_->Set({});
  EXPECT_TRUE(TryLicense("b").has_value());
  health = ledger_->Health();
  EXPECT_EQ(health.database.failures, 0U);
  EXPECT_TRUE(health.writes.ok()) << health.writes.message();
  EXPECT_THAT(witness_->told(), Contains("database recovered"));
}

TEST_F(HealthTest, WhatCompactionSuffersFromIsToldOf) {
  options_.background_compaction = true;
  options_.compaction_records = 10;
  std::atomic<bool> throws = true;
  options_.retention = KeepRecords{5};
  options_.clock = [&]() -> Time {
    if (throws) throw std::runtime_error("the clock stands still");
    return Time(std::chrono::hours(24 * 365 * 50));
  };
  throws = false;
  Open();
  WriteLicenses("a", 9);
  throws = true;
  const grantledger::Write timed{
      .call = {.caller = kVendor, .time = Time(std::chrono::hours(24 * 365 * 50)), .as_of = {}},
      .request = LicenseRequest("tenth")};
  ASSERT_TRUE(ledger_->Apply(std::span(&timed, 1)).front().has_value());
  EXPECT_TRUE(Eventually([&] { return ledger_->Health().compaction.failures >= 2; }));
  const Trouble trouble = ledger_->Health().compaction;
  EXPECT_THAT(trouble.last_error.message(), HasSubstr("the clock stands still"));
  ASSERT_TRUE(trouble.next_try.has_value());
  EXPECT_GT(*trouble.next_try, trouble.last_at);
  EXPECT_LT(trouble.since, trouble.last_at);
  EXPECT_TRUE(ledger_->Health().writes.ok());
  throws = false;
  EXPECT_TRUE(Eventually([&] { return ledger_->Health().compaction.failures == 0; }));
  EXPECT_FALSE(ledger_->Health().compaction.next_try.has_value());
  EXPECT_TRUE(Eventually([&] { return witness_->Count("compaction recovered") == 1; }));
  EXPECT_GE(witness_->Count("compaction failed: "), 2U);
  EXPECT_EQ(ledger_->Health().folded_lsn, 10U);
}

TEST_F(HealthTest, EventsOfCompaction) {
  Open();
  WriteLicenses("a", 10);
  ASSERT_TRUE(ledger_->Compact().has_value());
  options_.client_token_lifetime = milliseconds(0);
  Open();
  WriteLicenses("b", 10);
  ledger_->SetRetention(KeepRecords{5});
  const auto report = ledger_->Compact();
  ASSERT_TRUE(report.has_value()) << report.error().message();
  ASSERT_GT(report->dropped_records, 0U);
  EXPECT_THAT(witness_->told(),
              ElementsAre("folded 10 to 10", "folded 10 to 20",
                          "dropped " + std::to_string(report->dropped_records) + " before 15"));
  ASSERT_TRUE(ledger_->Compact().has_value());
  EXPECT_EQ(witness_->told().size(), 3U) << "nothing was to be done";
}

TEST_F(HealthTest, WhatAListenerThrowsIsLogged) {
  const auto hearing = std::make_shared<Hearing>();
  options_.logger = hearing;
  Open(env_.get());
  WriteLicenses("a", 3);
  witness_->throws = true;
  FailLogs();
  const auto failed = TryLicense("f");
  ASSERT_FALSE(failed.has_value());
  EXPECT_EQ(failed.error().message().find("the witness throws"), std::string::npos);
  EXPECT_THAT(hearing->told(), Contains(HasSubstr("the witness throws")));
  files_->Set({});
  EXPECT_TRUE(TryLicense("b").has_value());
  FailTables();
  EXPECT_FALSE(ledger_->Settle().ok());
  files_->Set({});
  EXPECT_TRUE(TryLicense("c").has_value());
  EXPECT_GE(witness_->Count("database failed: "), 1U);
  EXPECT_TRUE(ledger_->Compact().has_value());
}

TEST_F(HealthTest, StatisticsCountCalls) {
  options_.durability = Durability::kSynced;
  Open();
  const LedgerStatistics before = ledger_->Statistics();
  EXPECT_EQ(before.writes_answered, 0U);
  EXPECT_EQ(before.reads, 0U);
  WriteLicenses("a", 10);
  Do(kVendor, LicenseRequest("a0"));  // replayed
  auto another = LicenseRequest("a0");
  another.beneficiary = "Another";
  EXPECT_FALSE(Try(kVendor, std::move(another)).has_value());
  const auto both = {WriteOf(kVendor, LicenseRequest("b")), WriteOf(kVendor, LicenseRequest("c"))};
  EXPECT_EQ(ledger_->Apply({both.begin(), both.size()}).size(), 2U);
  const LedgerStatistics after = ledger_->Statistics();
  EXPECT_EQ(after.writes_answered, 13U);
  EXPECT_EQ(after.writes_refused, 1U);
  EXPECT_EQ(after.writes_failed, 0U);
  EXPECT_EQ(after.records, 12U);
  EXPECT_EQ(after.groups, 13U) << "by one thread, each call is one";
  EXPECT_EQ(after.grouped_calls, 13U);
  EXPECT_EQ(after.largest_group, 1U);
  EXPECT_EQ(after.apply.count, 13U);
  EXPECT_GT(after.apply.p50_ns, 0U);
  EXPECT_LE(after.apply.p50_ns, after.apply.p99_ns);
  EXPECT_LE(after.apply.p99_ns, after.apply.max_ns);
  EXPECT_GE(after.log_syncs - before.log_syncs, 11U);
  EXPECT_GT(after.log_bytes - before.log_bytes, 1'000U);
  EXPECT_GT(after.memtable_bytes, 0U);

  constexpr std::uint64_t kReads = 1'600;
  for (std::uint64_t i = 0; i < kReads; ++i) {
    EXPECT_TRUE(ledger_->Read(Call{.caller = kVendor}, ListLicensesRequest{}).has_value());
  }
  EXPECT_FALSE(ledger_->Read(Call{.caller = kVendor}, GetGrantRequest{"no ARN"}).has_value());
  const LedgerStatistics read = ledger_->Statistics();
  EXPECT_GE(read.reads, kReads - 16);
  EXPECT_LE(read.reads, kReads + 1 + 16);
  EXPECT_EQ(read.reads_refused, 1U);
  EXPECT_EQ(read.reads_failed, 0U);
  EXPECT_GE(read.read.count, kReads / 16);
  EXPECT_LE(read.read.count, kReads / 16 + 1);
  EXPECT_GT(read.rows.hits, 0U);
  EXPECT_GT(read.cache_bytes, 0U);
  ASSERT_TRUE(ledger_->Settle().ok());
  EXPECT_GT(ledger_->Statistics().table_bytes, read.table_bytes);
  EXPECT_GT(ledger_->Statistics().table_syncs, read.table_syncs);
}

TEST_F(HealthTest, GroupsAreCounted) {
  Open();
  constexpr int kThreads = 4;
  constexpr int kWrites = 50;
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([this, i] { WriteLicenses(std::to_string(i) + ".", kWrites); });
  }
  for (std::thread& thread : threads) thread.join();
  const LedgerStatistics statistics = ledger_->Statistics();
  EXPECT_EQ(statistics.grouped_calls, static_cast<std::uint64_t>(kThreads * kWrites));
  EXPECT_EQ(statistics.records, static_cast<std::uint64_t>(kThreads * kWrites));
  EXPECT_LE(statistics.groups, statistics.grouped_calls);
  EXPECT_LE(statistics.largest_group, static_cast<std::uint64_t>(kThreads));
}

TEST(LatencyMeterTest, PercentilesAreAtMostAnEighthTooHigh) {
  for (const std::uint64_t step : {1, 7, 1'000, 123'457}) {
    LatencyMeter meter;
    constexpr std::uint64_t kCount = 1'000;
    for (std::uint64_t i = 1; i <= kCount; ++i) meter.Record(std::chrono::nanoseconds(i * step));
    const Latencies all = meter.Get();
    EXPECT_EQ(all.count, kCount);
    EXPECT_EQ(all.max_ns, kCount * step);
    for (const auto& [told, exact] : {std::pair(all.p50_ns, kCount / 2 * step),
                                      std::pair(all.p99_ns, kCount * 99 / 100 * step)}) {
      EXPECT_GE(told, exact);
      EXPECT_LE(told, exact + exact / 8);
    }
  }
  LatencyMeter extremes;
  EXPECT_EQ(extremes.Get().max_ns, 0U);
  extremes.Record(std::chrono::nanoseconds(0));
  EXPECT_EQ(extremes.Get().p99_ns, 0U);
  extremes.Record(std::chrono::nanoseconds::max());
  EXPECT_EQ(extremes.Get().p50_ns, 0U);
  EXPECT_EQ(extremes.Get().p99_ns, extremes.Get().max_ns);
}

}  // namespace
}  // namespace grantledger
