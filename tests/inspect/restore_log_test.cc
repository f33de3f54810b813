// RestoreLedger with the log of a ledger: whose backups the store has to hold.
#include <gmock/gmock.h>

#include <grantledger/inspect.h>

#include "tests/inspect/backup_fixture.h"

namespace grantledger {
namespace {

using testing::HasSubstr;

namespace fs = std::filesystem;

class RestoresWithALog : public BackupFixture {
 protected:
  ~RestoresWithALog() override {
    ledger_.reset();
    if (!original_.empty()) directory_ = original_;  // which is removed; the other is within base_
  }

  /// Backups at 10 and 20 of the ledger, which goes on to 30; another one goes on to 35.
  void TellOfTwo() {
    Open();
    for (const Lsn lsn : {Lsn{10}, Lsn{20}}) {
      TellTo(lsn);
      Backup();
    }
    TellTo(30);
    original_ = std::exchange(directory_, base_ + "/other");
    distribution_.clear();
    Open();
    TellTo(35);
    const std::string other = Inspector::Open(directory_).value()->Overview(35)->identity;
    expected_ = "the backup store " + store_ + " is that of the ledger " +
                ListBackups(store_)->front().identity + ", expected that of " + other;
  }
  std::string RefusalAt(Lsn lsn) {
    const RestoreOptions options = {.as_of = Moment(lsn), .log_directory = directory_};
    return RefusalOf(store_, options, Code::kInvalidArgument);
  }
  void RemoveDescription(int id) const {
    EXPECT_TRUE(fs::remove(store_ + "/backups/" + std::to_string(id)));
  }

  std::string original_;
  std::string expected_;
};

/// What it makes of a log that kept all is of no backup in the store.
TEST_F(RestoresWithALog, ThatOfAnotherLedgerIsRefused) {
  TellOfTwo();
  for (const Lsn lsn : {5, 20, 25, 35, 99}) EXPECT_THAT(RefusalAt(lsn), HasSubstr(expected_));
  ledger_->SetRetention(KeepFrom{Lsn{25}});
  EXPECT_EQ(ledger_->Compact().value().horizon, 25U);
  for (const Lsn lsn : {20, 35}) EXPECT_THAT(RefusalAt(lsn), HasSubstr(expected_));
}

/// One that is not whole tells of whom it is, as long as its description can be read.
TEST_F(RestoresWithALog, OneReadableDescriptionTellsAndNoneDoesNot) {
  TellOfTwo();
  RemoveDescription(1);
  EXPECT_THAT(RefusalAt(35), HasSubstr(expected_));
  fs::remove_all(store_ + "/private/2");
  EXPECT_FALSE(ListBackups(store_)->back().problem.ok());
  EXPECT_THAT(RefusalAt(35), HasSubstr(expected_));
  RemoveDescription(2);
  const auto made =
      RestoreLedger(store_, restored_, {.as_of = Moment(Lsn{35}), .log_directory = directory_});
  ASSERT_TRUE(made.has_value()) << made.error().message();
  EXPECT_EQ(made->applied, 35U);
}

}  // namespace
}  // namespace grantledger
