// A disk that fails while rows are gone over: what could not be read is never taken for what is not
// there.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <stdexcept>
#include <thread>

#include <rocksdb/env.h>

#include <grantledger/verify.h>

#include "ledger/compactor.h"
#include "tests/codec/bytes.h"
#include "tests/ledger/failing_reads.h"
#include "tests/ledger/ledger_fixture.h"
#include "tests/model/random.h"

namespace grantledger {
namespace {

constexpr AccountId kMiddle(222222222222);
/// Rows of several blocks, so that an error can come in the middle of them.
constexpr std::size_t kGrants = 800;

class ReadFaultTest : public LedgerFixture {
 protected:
  ReadFaultTest() {
    options_.background_compaction = false;
    options_.max_grants_per_license = 2 * kGrants;
  }

  ~ReadFaultTest() override { ledger_.reset(); }  // before what it reads by

  /// A grant to kMiddle, and many below it.
  void TellStory() {
    Open(env_.get());
    license_ = Do(kVendor, LicenseRequest("license")).license_arn;
    parent_ = Do(kVendor, GrantRequest("parent", license_, AccountArn(kMiddle.value()))).grant_arn;
    Do(kMiddle, AcceptGrantRequest{parent_});
    std::vector<grantledger::Write> writes;
    for (std::size_t i = 0; i < kGrants; ++i) {
      writes.push_back(
          {Call{.caller = kMiddle},
           GrantRequest("below-" + std::to_string(i), license_, AccountArn(500'000'000'000 + i))});
    }
    for (const auto& answer : ledger_->Apply(writes)) ASSERT_TRUE(answer.has_value());
    ASSERT_TRUE(ledger_->Settle().ok());
  }

  std::size_t CountDeleted() {
    ListDistributedGrantsRequest request;
    request.filters = {{"GrantStatus", {"DELETED"}}};
    request.paging.max_results = 2 * kGrants;
    const auto page = ledger_->Read(Call{.caller = kMiddle}, request);
    if (!page) throw std::runtime_error(page.error().message());
    return page->grants.size();
  }

  std::shared_ptr<FailingReads> system_ = std::make_shared<FailingReads>();
  std::unique_ptr<rocksdb::Env> env_ = rocksdb::NewCompositeEnv(system_);
  std::string license_;
  std::string parent_;
};

TEST_F(ReadFaultTest, ACascadeIsWholeOrRefused) {
  TellStory();
  int refused = 0;
  for (int reads = 0;; reads += 1 + reads / 4) {
    Open(env_.get());
    const Lsn before = ledger_->LastLsn();
    system_->reads = reads;
    const auto rejected = ledger_->Write(Call{.caller = kMiddle}, RejectGrantRequest{parent_});
    const bool none_failed = system_->reads >= 0;
    system_->reads = -1;
    if (rejected) {
      EXPECT_EQ(CountDeleted(), kGrants) << "after " << reads << " reads";
      ASSERT_TRUE(none_failed) << "after " << reads << " reads";
      break;
    }
    ++refused;
    EXPECT_EQ(rejected.error().code(), Code::kIoError) << rejected.error().message();
    EXPECT_EQ(ledger_->LastLsn(), before);
  }
  EXPECT_GT(refused, 5);
}

TEST_F(ReadFaultTest, AListIsWholeOrRefused) {
  TellStory();
  int refused = 0;
  for (int reads = 0;; reads += 1 + reads / 4) {
    Open(env_.get());
    ListDistributedGrantsRequest request;
    request.paging.max_results = 2 * kGrants;
    system_->reads = reads;
    const auto page = ledger_->Read(Call{.caller = kMiddle}, request);
    const bool none_failed = system_->reads >= 0;
    system_->reads = -1;
    if (page) {
      EXPECT_EQ(page->grants.size(), kGrants) << "after " << reads << " reads";
      ASSERT_TRUE(none_failed) << "after " << reads << " reads";
      break;
    }
    ++refused;
    EXPECT_EQ(page.error().code(), Code::kIoError) << page.error().message();
  }
  EXPECT_GT(refused, 5);
}

/// Of several writes in one commit, one that can't be decided or applied leaves nothing, and the
/// others are as though it had not been asked for.
TEST_F(ReadFaultTest, AWriteThatFailsLeavesNothingAndOthersGoOn) {
  TellStory();
  ledger_.reset();
  const std::string told = directory_ + "/told";
  std::filesystem::copy(directory_, told);
  int failed = 0;
  bool none_failed = false;
  // In strides that grow, others in each run: opening and verifying take long, above all with
  // sanitizers.
  const std::uint64_t seed = FreshSeed();
  SCOPED_TRACE("GRANTLEDGER_SEED=" + std::to_string(seed));
  model::Random random(seed);
  const auto stride = [&](int reads) {
    return 1 + reads / 2 + static_cast<int>(random.Below(static_cast<std::uint64_t>(reads) + 1));
  };
  for (int reads = 0; !none_failed; reads += stride(reads)) {
    SCOPED_TRACE(reads);
    directory_ = told + "-" + std::to_string(reads);
    std::filesystem::copy(told, directory_);
    Open(env_.get());
    const Lsn before = ledger_->LastLsn();
    const std::vector<grantledger::Write> writes = {
        {Call{.caller = kVendor}, LicenseRequest("one")},
        {Call{.caller = kMiddle}, RejectGrantRequest{parent_}},
        {Call{.caller = kVendor}, LicenseRequest("two")}};
    system_->reads = reads;
    const auto answers = ledger_->Apply(writes);
    none_failed = system_->reads >= 0;
    system_->reads = -1;
    const auto succeeded =
        std::ranges::count_if(answers, [](const auto& answer) { return answer.has_value(); });
    EXPECT_EQ(succeeded, none_failed ? 3 : 2);
    failed += none_failed ? 0 : 1;
    EXPECT_EQ(ledger_->LastLsn(), before + static_cast<Lsn>(succeeded));
    Do(kVendor, LicenseRequest("three"));
    Open(env_.get());
    EXPECT_EQ(ledger_->LastLsn(), before + static_cast<Lsn>(succeeded) + 1);
    EXPECT_EQ(CountDeleted(), answers[1].has_value() ? kGrants : 0);
    ledger_.reset();
    const auto report = VerifyLedger(directory_, {.deep = none_failed},
                                     [](const Finding& one) { ADD_FAILURE() << one.what; });
    EXPECT_TRUE(report.has_value());
    std::filesystem::remove_all(directory_);
  }
  EXPECT_GT(failed, 3);
  directory_ = std::filesystem::path(told).parent_path();
}

/// A write that is decided on top of others of its commit sees their rows between those that are
/// stored, and takes none of them for what comes next where a stored one can't be read.
TEST_F(ReadFaultTest, AnInvitedAccountIsNotCreatedBehindAnotherWrite) {
  constexpr std::string_view kInvited = "777777777777";
  options_.cache_bytes = std::size_t{1} << 16;
  Open(env_.get());
  Do(kManagement, CreateOrganizationRequest{});
  Do(kVendor, CreateOrganizationRequest{});
  Do(kVendor, InviteAccountToOrganizationRequest{std::string(kInvited), "ACCOUNT", "notes"});
  std::vector<grantledger::Write> accounts;
  for (std::uint64_t i = 0; i < kGrants; ++i) {
    accounts.push_back(
        {Call{.caller = kManagement},
         CreateAccountRequest{"eve@example.com", "Mine", std::to_string(400'000'000'000 + i)}});
    accounts.push_back(
        {Call{.caller = AccountId(300'000'000'000 + i)}, LicenseRequest(std::to_string(i))});
  }
  for (const auto& answer : ledger_->Apply(accounts)) ASSERT_TRUE(answer.has_value());
  ASSERT_TRUE(ledger_->Settle().ok());
  int failed = 0;
  for (int reads = 0;; ++reads) {
    SCOPED_TRACE(reads);
    Open(env_.get());
    const std::vector<grantledger::Write> writes = {
        {Call{.caller = kManagement}, LicenseRequest("before-" + std::to_string(reads))},
        {Call{.caller = kManagement},
         CreateAccountRequest{"eve@example.com", "Mine", std::string(kInvited)}}};
    system_->reads = reads;
    const auto answers = ledger_->Apply(writes);
    const bool none_failed = system_->reads >= 0;
    system_->reads = -1;
    ASSERT_FALSE(answers[1].has_value());
    if (none_failed) {
      EXPECT_EQ(answers[1].error().code(), Code::kInvalidState) << answers[1].error().message();
      break;
    }
    failed += answers[1].error().code() == Code::kIoError ? 1 : 0;
  }
  EXPECT_GT(failed, 1);
}

TEST_F(ReadFaultTest, BackgroundCompactionTriesAgain) {
  TellStory();
  ledger_.reset();
  options_.background_compaction = true;
  options_.compaction_records = 1;
  system_->broken_for_the_least = true;
  Open(env_.get());
  while (system_->refused < 2) std::this_thread::yield();
  system_->broken_for_the_least = false;
  Options options;
  options.read_only = true;
  for (Lsn folded = 0; folded < ledger_->LastLsn();) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    const auto store = Store::Open(directory_, options, nullptr);
    ASSERT_TRUE(store.has_value()) << store.error().message();
    folded = ReadMark(**store).value().swept;
  }
}

class ClockTest : public LedgerFixture {};

TEST_F(ClockTest, OneThatThrowsFailsItsWriteAlone) {
  std::atomic<int> asked = 0;
  options_.clock = [&asked]() -> Time {
    if (++asked % 3 == 0) throw std::runtime_error("the clock is broken");
    return Time(std::chrono::hours(24 * 365 * 50));
  };
  options_.background_compaction = false;
  Open();
  constexpr int kThreads = 4;
  constexpr int kWrites = 30;
  std::atomic<int> succeeded = 0;
  std::atomic<int> failed = 0;
  {
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < kThreads; ++thread) {
      threads.emplace_back([&, thread] {
        for (int i = 0; i < kWrites; ++i) {
          const auto answer =
              ledger_->Write(Call{.caller = kVendor},
                             LicenseRequest(std::to_string(thread) + "-" + std::to_string(i)));
          ++(answer ? succeeded : failed);
          EXPECT_TRUE(answer.has_value() || answer.error().code() == Code::kIoError);
        }
      });
    }
  }
  EXPECT_EQ(succeeded + failed, kThreads * kWrites);
  EXPECT_GT(failed, 0);
  EXPECT_EQ(ledger_->LastLsn(), static_cast<Lsn>(succeeded));
}

}  // namespace
}  // namespace grantledger
