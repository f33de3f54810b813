// What is promised to be durable when a call returns is synced then, bytes and names. Run with
// unsynced_preload, which knows what is.
#include <dlfcn.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <string>

#include <grantledger/backup.h>
#include <grantledger/inspect.h>
#include <grantledger/ledger.h>
#include <grantledger/verify.h>

#include "tests/torture/scratch.h"

namespace grantledger::torture {
namespace {

namespace fs = std::filesystem;
using Unsynced = const char* (*)(const char* path);
using NamedTooEarly = const char* (*)();

constexpr const char* kHowToRun = "run it with LD_PRELOAD=libunsynced_preload.so";
constexpr AccountId kVendor(444'455'556'666);

class DurableTest : public testing::TestWithParam<Durability> {
 protected:
  DurableTest() {
    options_.durability = GetParam();
    fs::create_directory(base_);
    Open();
  }

  /// What is put in its place by a rename is whole before, whenever power is lost.
  void TearDown() override {
    const auto too_early =
        reinterpret_cast<NamedTooEarly>(dlsym(RTLD_DEFAULT, "grantledger_named_too_early"));
    ASSERT_NE(too_early, nullptr) << kHowToRun;
    EXPECT_STREQ(too_early(), "");
  }

  void Open() { ledger_ = Ledger::Open(directory_, options_).value(); }

  /// Licenses; of the half of them the rows are in files, the other half is in the log.
  void Write() {
    constexpr int kLicenses = 40;
    for (int i = 0; i < kLicenses; ++i) {
      CreateLicenseRequest request;
      request.client_token = "token-" + std::to_string(++tokens_);
      request.product_sku = "sku";
      request.beneficiary = kVendor.ToString();
      request.terms.license_name = "Example";
      request.terms.product_name = "Example";
      request.terms.issuer.name = "Example";
      request.terms.home_region = "us-east-1";
      request.terms.entitlements.push_back({"users", {}, 1, {}, "Count", {}});
      const auto made = ledger_->Write(Call{.caller = kVendor}, request);
      ASSERT_TRUE(made.has_value()) << made.error().message();
      if (i == kLicenses / 2) {
        ASSERT_TRUE(ledger_->Settle().ok());
      }
    }
  }

  /// All that is in a directory, and its own name, survive power loss. Not `but`, nor what only
  /// serves to be alone.
  static void ExpectDurable(const std::string& directory, const std::string& but = "") {
    const auto unsynced = reinterpret_cast<Unsynced>(dlsym(RTLD_DEFAULT, "grantledger_unsynced"));
    ASSERT_NE(unsynced, nullptr) << kHowToRun;
    EXPECT_STREQ(unsynced(directory.c_str()), "") << directory;
    int files = 0;
    for (const auto& entry : fs::recursive_directory_iterator(directory)) {
      const std::string name = entry.path().filename();
      if (name == "LOCK" || name == but) continue;
      EXPECT_STREQ(unsynced(entry.path().c_str()), "") << entry.path();
      ++files;
    }
    EXPECT_GT(files, 4);
  }

  Scratch scratch_{fs::temp_directory_path().string()};
  const std::string base_ = scratch_.path() + "/base";
  const std::string directory_ = base_ + "/ledger";
  Options options_;
  std::unique_ptr<Ledger> ledger_;
  int tokens_ = 0;
};

TEST_P(DurableTest, ANewLedgerAndOneThatIsClosed) {
  ExpectDurable(directory_);
  Write();
  ASSERT_TRUE(ledger_->Close().ok());
  ExpectDurable(directory_);
}

TEST_P(DurableTest, AWriteThatWasAnswered) {
  if (GetParam() == Durability::kBuffered) return;  // it is not promised
  Write();
  ExpectDurable(directory_, "ANCHOR");  // has a page that is not synced, for the process's end
}

TEST_P(DurableTest, ACheckpoint) {
  Write();
  ASSERT_TRUE(ledger_->Checkpoint(base_ + "/copy").has_value());
  ExpectDurable(base_ + "/copy");
}

TEST_P(DurableTest, BackupsAndWhatIsRestored) {
  const std::string store = base_ + "/store";
  for (int i = 0; i < 3; ++i) {
    Write();
    const auto made = ledger_->Backup(store, {.keep = 2});
    ASSERT_TRUE(made.has_value()) << made.error().message();
    ExpectDurable(store);
  }
  const Lsn last = ledger_->LastLsn();
  int restored = 0;
  for (const auto& [from, as_of] : {std::pair(store, std::optional<Moment>()),
                                    std::pair(store, std::optional<Moment>(last - 3)),
                                    std::pair(directory_, std::optional<Moment>(last - 50))}) {
    const std::string to = base_ + "/restored-" + std::to_string(++restored);
    const auto report = RestoreLedger(from, to, {.as_of = as_of});
    ASSERT_TRUE(report.has_value()) << report.error().message();
    ExpectDurable(to);
  }
  ASSERT_TRUE(DeleteBackups(store, 1).has_value());
  ExpectDurable(store);
}

TEST_P(DurableTest, WhatIsRepaired) {
  Write();
  ledger_.reset();
  const auto report = RepairLedger(directory_, base_ + "/repaired", {});
  ASSERT_TRUE(report.has_value()) << report.error().message();
  ExpectDurable(base_ + "/repaired");
}

TEST_P(DurableTest, WhatIsImported) {
  Write();
  ledger_.reset();
  const auto inspector = Inspector::Open(directory_).value();
  std::unique_ptr<LedgerImporter> importer;
  const std::string to = base_ + "/imported";
  const auto add = [&](const Result<InspectedRecord>& record) {
    if (record->lsn == 0) {
      importer = LedgerImporter::Open(to, record->payload).value();
      return true;
    }
    return importer->Add(record->lsn, record->payload).ok();
  };
  const Lsn last = inspector->LastLsn().value();
  ASSERT_TRUE(inspector->ReadLog(0, last, add).ok());
  ASSERT_EQ(importer->last(), last);
  ASSERT_TRUE(importer->Finish().ok());
  ExpectDurable(to);
}

INSTANTIATE_TEST_SUITE_P(Durabilities, DurableTest,
                         testing::Values(Durability::kSynced, Durability::kBuffered),
                         [](const auto& test) {
                           return test.param == Durability::kSynced ? "Synced" : "Buffered";
                         });

}  // namespace
}  // namespace grantledger::torture
