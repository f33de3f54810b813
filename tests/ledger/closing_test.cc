// Ledger::Close: what it says, what it leaves, and what comes after it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include <grantledger/backup.h>

#include "tests/ledger/faulty_fixture.h"
#include "tests/ledger/hearing.h"

namespace grantledger {
namespace {

using testing::Contains;
using testing::HasSubstr;

class ClosingTest : public FaultyFixture {
 protected:
  void WriteLicenses(int from, int to) {
    for (int i = from; i < to; ++i) {
      const auto answer = TryLicense("t" + std::to_string(i));
      ASSERT_TRUE(answer.has_value()) << answer.error().message();
    }
  }
  std::size_t Licenses() {
    const auto page = ledger_->Read(Call{.caller = kVendor}, ListLicensesRequest{});
    EXPECT_TRUE(page.has_value()) << page.error().message();
    return page ? page->licenses.size() : 0;
  }
  /// Of a ledger that is opened again, where nothing fails.
  std::size_t LicensesAfterwards() {
    files_->Set({});
    Open();
    return Licenses();
  }
  static void ExpectClosed(const Status& status) {
    EXPECT_EQ(status.code(), Code::kInvalidState) << status.message();
    EXPECT_THAT(status.message(), HasSubstr("closed"));
  }
};

TEST_F(ClosingTest, EveryLaterCallIsRefused) {
  Open();
  Distribute();
  const auto hold = ledger_->Hold(Lsn{2});
  const Lsn last = ledger_->LastLsn();
  EXPECT_TRUE(ledger_->Close().ok());
  EXPECT_TRUE(ledger_->Close().ok());

  ExpectClosed(TryLicense("later").error());
  ExpectClosed(ledger_->Read(Call{.caller = kVendor}, ListLicensesRequest{}).error());
  ExpectClosed(ledger_->Read(Call{.caller = kVendor}, WatchGrantsRequest{}).error());
  ExpectClosed(ledger_->Compact().error());
  ExpectClosed(ledger_->Hold(Lsn{1}).error());
  ExpectClosed(ledger_->FindMoment(Lsn{1}).error());
  ExpectClosed(ledger_->MemberGrantArn(distribution_, AccountOf(1)).error());
  ExpectClosed(ledger_->Checkpoint(directory_ + "-copy").error());
  ExpectClosed(ledger_->Backup(directory_ + "-store", {}).error());
  ExpectClosed(ledger_->Refresh());
  ExpectClosed(ledger_->Settle());
  ExpectClosed(ledger_->Health().writes);
  EXPECT_TRUE(ledger_->Apply({}).empty());
  ledger_->SetRetention(KeepRecords{1});
  EXPECT_EQ(ledger_->LastLsn(), last);
  EXPECT_EQ(ledger_->Horizon(), 0U);
  EXPECT_EQ(ledger_->Health().last_lsn, last);
  EXPECT_EQ(ledger_->Statistics().records, last);
  EXPECT_EQ((*hold)->lsn(), 2U);

  // Others may open it while the closed one is still there, and its holds.
  const auto again = Ledger::Open(directory_, options_);
  ASSERT_TRUE(again.has_value()) << again.error().message();
  EXPECT_EQ((*again)->LastLsn(), last);
  ledger_.reset();
  EXPECT_EQ((*hold)->lsn(), 2U);
}

TEST_F(ClosingTest, ALogThatCantBeSyncedIsTold) {
  const auto hearing = std::make_shared<Hearing>();
  options_.logger = hearing;
  Open(env_.get());
  WriteLicenses(0, 20);
  files_->Set([](FileCall call, const std::string& name) {
    return FileFault{.fails = call == FileCall::kSync && IsWal(name)};
  });
  const Status closed = ledger_->Close();
  EXPECT_EQ(closed.code(), Code::kIoError);
  EXPECT_THAT(closed.message(), HasSubstr("the disk is said to fail"));
  const Status again = ledger_->Close();
  EXPECT_EQ(again.message(), closed.message());
  EXPECT_THAT(hearing->told(), Contains(HasSubstr("closing the ledger")));
  EXPECT_EQ(LicensesAfterwards(), 20U);
}

TEST_F(ClosingTest, WhatFailedBeforeIsToldAndNothingElse) {
  options_.durability = Durability::kBuffered;
  Open(env_.get());
  WriteLicenses(0, 20);
  files_->Set([](FileCall call, const std::string& name) {
    return FileFault{.fails = call == FileCall::kCreate && name.ends_with(".sst")};
  });
  EXPECT_FALSE(ledger_->Settle().ok());
  const Status closed = ledger_->Close();
  EXPECT_EQ(closed.code(), Code::kIoError);
  EXPECT_THAT(closed.message(), HasSubstr("flushing or merging files"));
  EXPECT_THAT(closed.message(), HasSubstr("the disk is said to fail"));
  EXPECT_EQ(LicensesAfterwards(), 20U);
}

TEST_F(ClosingTest, RowsThatCantBeFlushedAreTold) {
  Open(env_.get());
  // More than the 8 MB that are left in the log.
  constexpr int kWrites = 10;
  for (int i = 0; i < kWrites; ++i) {
    auto request = LicenseRequest("t" + std::to_string(i));
    request.terms.license_name.assign(1'000'000, 'x');
    const auto answer = Try(kVendor, std::move(request));
    ASSERT_TRUE(answer.has_value()) << answer.error().message();
  }
  files_->Set([](FileCall call, const std::string& name) {
    return FileFault{.fails = call == FileCall::kCreate && name.ends_with(".sst")};
  });
  const Status closed = ledger_->Close();
  EXPECT_EQ(closed.code(), Code::kIoError);
  EXPECT_THAT(closed.message(), HasSubstr("flushing"));
  EXPECT_EQ(LicensesAfterwards(), static_cast<std::size_t>(kWrites));
}

TEST_F(ClosingTest, AnAnchorThatCantBeWrittenIsTold) {
  Open(env_.get());
  WriteLicenses(0, 20);
  files_->Set([](FileCall call, const std::string& /*name*/) {
    return FileFault{.fails = call == FileCall::kOverwrite};
  });
  const Status closed = ledger_->Close();
  EXPECT_EQ(closed.code(), Code::kIoError);
  EXPECT_THAT(closed.message(), HasSubstr("ANCHOR"));
  ledger_.reset();
  EXPECT_EQ(LicensesAfterwards(), 20U);
}

TEST_F(ClosingTest, WhatFailedBeforeAndWorksAgainIsNoFailure) {
  Open(env_.get());
  WriteLicenses(0, 5);
  files_->Set([](FileCall call, const std::string& name) {
    return FileFault{.fails = call != FileCall::kCreate && IsWal(name), .written = 0.5};
  });
  EXPECT_FALSE(TryLicense("failing").has_value());
  files_->Set({});
  const Status closed = ledger_->Close();
  EXPECT_TRUE(closed.ok()) << closed.message();
  EXPECT_GE(LicensesAfterwards(), 5U);
}

TEST_F(ClosingTest, WhatFailsStillIsTold) {
  for (const bool synced : {false, true}) {
    options_.durability = synced ? Durability::kSynced : Durability::kBuffered;
    const std::string name = synced ? "s" : "b";
    Open(env_.get());
    ASSERT_TRUE(TryLicense(name).has_value());
    const std::size_t before = Licenses();
    files_->Set([](FileCall call, const std::string& file) {
      return FileFault{.fails = call != FileCall::kCreate && IsWal(file), .written = 0.5};
    });
    EXPECT_FALSE(TryLicense(name + "-failing").has_value());
    EXPECT_EQ(ledger_->Close().code(), Code::kIoError);
    EXPECT_EQ(LicensesAfterwards(), before);
  }
}

TEST_F(ClosingTest, CallsBesideItAreAnsweredOrRefused) {
  for (int round = 0; round < 5; ++round) {
    Open();
    const Lsn before = ledger_->LastLsn();
    std::atomic<int> answered = 0;
    std::atomic<int> begun = 0;
    const auto write = [&](int writer) {
      for (int i = 0;; ++i) {
        const auto answer = TryLicense(std::to_string(round) + "." + std::to_string(writer) + "." +
                                       std::to_string(i));
        if (i == 0) ++begun;
        if (!answer) return ExpectClosed(answer.error());
        ++answered;
      }
    };
    const auto read = [&] {
      for (int i = 0;; ++i) {
        const auto page = ledger_->Read(Call{.caller = kVendor}, ListLicensesRequest{});
        if (i == 0) ++begun;
        (void)ledger_->Health();
        (void)ledger_->Statistics();
        if (!page) return ExpectClosed(page.error());
      }
    };
    std::vector<std::thread> threads;
    for (int i = 0; i < 2; ++i) threads.emplace_back(write, i);
    for (int i = 0; i < 2; ++i) threads.emplace_back(read);
    threads.emplace_back([&] {
      while (ledger_->Compact().has_value()) {
      }
    });
    while (begun < 4) std::this_thread::yield();
    std::thread other([&] { EXPECT_TRUE(ledger_->Close().ok()); });
    EXPECT_TRUE(ledger_->Close().ok());
    other.join();
    for (std::thread& thread : threads) thread.join();
    const Lsn last = ledger_->LastLsn();
    EXPECT_EQ(last, before + static_cast<Lsn>(answered));
    Open();
    EXPECT_EQ(ledger_->LastLsn(), last);
  }
}

TEST_F(ClosingTest, ALedgerThatIsReadOnlyClosesToo) {
  Open();
  WriteLicenses(0, 3);
  options_.read_only = true;
  auto reader = Ledger::Open(directory_, options_);
  ASSERT_TRUE(reader.has_value()) << reader.error().message();
  EXPECT_TRUE((*reader)->Close().ok());
  ExpectClosed((*reader)->Refresh());
  ExpectClosed((*reader)->Read(Call{.caller = kVendor}, ListLicensesRequest{}).error());
  EXPECT_EQ((*reader)->LastLsn(), 3U);
}

}  // namespace
}  // namespace grantledger
