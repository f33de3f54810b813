// Files that stand beside a ledger's own, with names like those that RocksDB gives.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/stat.h>

#include <fstream>
#include <map>
#include <string>
#include <vector>

#include <grantledger/backup.h>

#include "ledger/file_names.h"
#include "tests/ledger/ledger_fixture.h"

namespace grantledger {
namespace {

using testing::HasSubstr;

TEST(FileNamesTest, OneNumberHasOneName) {
  for (const std::uint64_t number : {1ULL, 42ULL, 999'999ULL, 1'000'000ULL, 123'456'789'012ULL}) {
    EXPECT_EQ(WalNumber(WalName(number)), number);
    EXPECT_EQ(ManifestNumber(ManifestName(number)), number);
    EXPECT_FALSE(IsMisnamed(WalName(number)));
    EXPECT_FALSE(IsMisnamed(ManifestName(number)));
  }
  EXPECT_EQ(WalName(42), "000042.log");
  EXPECT_EQ(ManifestName(42), "MANIFEST-000042");
  EXPECT_EQ(TableNumber("000042.sst"), 42U);
  const std::vector<std::string> misnamed = {"000000.log",
                                             "0.log",
                                             "42.log",
                                             "0000042.log",
                                             "000000.sst",
                                             "42.sst",
                                             "000042.ldb",
                                             "42.blob",
                                             "000042.blob",
                                             "00000000000000000042.log",
                                             "MANIFEST-1",
                                             "MANIFEST-0",
                                             "MANIFEST-000000",
                                             "42.dbtmp",
                                             "000000.dbtmp",
                                             "OPTIONS-000042",
                                             "OPTIONS-000042.dbtmp",
                                             "METADB-000042",
                                             "2305843009213693952.log",
                                             "9000000000000000000.dbtmp",
                                             "4611686018427387904.sst",
                                             "MANIFEST-9000000000000000000",
                                             "OPTIONS-9000000000000000000",
                                             "11111111111111111111.dbtmp"};
  for (const std::string& name : misnamed) {
    EXPECT_TRUE(IsMisnamed(name)) << name;
    EXPECT_FALSE(WalNumber(name) || TableNumber(name) || ManifestNumber(name)) << name;
  }
  for (const std::string name : {"app.log", "LOG", "CURRENT", "1.txt", "-1.log", ".log", "42",
                                 "MANIFEST-old", "000042.dbtmp", "1e5.log", "000042.sst.bak"}) {
    EXPECT_FALSE(IsMisnamed(name)) << name;
    EXPECT_FALSE(WalNumber(name) || TableNumber(name) || ManifestNumber(name)) << name;
  }
}

/// Its records are in the write-ahead log of its first session alone, or in table files, too.
class FilesOfOthersTest : public LedgerFixture, public testing::WithParamInterface<bool> {
 protected:
  FilesOfOthersTest() { options_.background_compaction = false; }
  ~FilesOfOthersTest() override {
    std::error_code ignored;
    std::filesystem::remove_all(directory_ + "-copies", ignored);
  }

  void Begin() {
    ledger_.reset();
    std::filesystem::remove_all(directory_);
    Open();
    for (int i = 0; i < 5; ++i) Do(kVendor, LicenseRequest("license-" + std::to_string(i)));
    ledger_.reset();
    if (!GetParam()) return;
    Open();
    Do(kVendor, LicenseRequest("license-5"));
    ledger_.reset();
  }
  [[nodiscard]] Lsn Last() const { return GetParam() ? 6 : 5; }
  [[nodiscard]] std::string Path(const std::string& name) const { return directory_ + "/" + name; }

  /// By who reads, copies and writes.
  void ExpectAllIsThere() {
    options_.read_only = true;
    Open();
    EXPECT_EQ(ledger_->LastLsn(), Last());
    options_.read_only = false;
    const std::string store = directory_ + "-copies";
    std::filesystem::remove_all(store);
    const auto backup = BackupLedger(directory_, store, {});
    ASSERT_TRUE(backup.has_value()) << backup.error().message();
    EXPECT_EQ(backup->last_lsn, Last());
    Open();
    EXPECT_EQ(ledger_->LastLsn(), Last());
    Do(kVendor, LicenseRequest("another"));
    Open();
    EXPECT_EQ(ledger_->LastLsn(), Last() + 1);
    EXPECT_EQ(ledger_->Read({.caller = kVendor}, ListLicensesRequest{})->licenses.size(),
              Last() + 1);
  }
};

TEST_P(FilesOfOthersTest, AreNoPartOfIt) {
  const std::vector<std::string> names = {"000001.log",
                                          "000002.log",
                                          "000003.log",
                                          "000000.log",
                                          "5.log",
                                          "12.log",
                                          "000007.ldb",
                                          "000100.blob",
                                          "MANIFEST-1",
                                          "MANIFEST-000000",
                                          "7.sst",
                                          "0000004.log",
                                          "42.dbtmp",
                                          "OPTIONS-1",
                                          "OPTIONS-2",
                                          "OPTIONS-3",
                                          "METADB-000007",
                                          "5000000000000000000.log",
                                          "4611686018427387904.sst",
                                          "9000000000000000000.dbtmp",
                                          "11111111111111111111.dbtmp",
                                          "MANIFEST-9000000000000000000",
                                          "OPTIONS-9000000000000000000",
                                          "METADB-9000000000000000000"};
  const std::map<std::string, std::string> contents = {
#ifndef GRANTLEDGER_SANITIZED
      {"nothing", ""},
      {"zeros", std::string(64, '\0')},
      {"text of two blocks", std::string(66'000, 'x')},
#endif
      {"text", "notes of somebody, longer than the header of a record in a log\n"},
  };
  for (const std::string& name : names) {
    for (const auto& [what, content] : contents) {
      if (IsMisnamed(name) && what != "text") continue;  // nobody reads it
      SCOPED_TRACE(name + " with " + what);
      Begin();
      std::ofstream(Path(name)) << content;
      ExpectAllIsThere();
      if (!IsMisnamed(name)) continue;
      ASSERT_TRUE(std::filesystem::exists(Path(name)));
      EXPECT_EQ(std::filesystem::file_size(Path(name)), content.size());
    }
  }
}

/// Older than what is read, a directory is nobody's log.
TEST_P(FilesOfOthersTest, ADirectoryOfTheNameOfAnOldLogIsLeft) {
  if (!GetParam()) GTEST_SKIP() << "the name is taken";
  Begin();
  std::filesystem::create_directory(Path("000001.log"));
  std::ofstream(Path("000001.log") + "/notes") << "of somebody";
  ExpectAllIsThere();
  EXPECT_TRUE(std::filesystem::exists(Path("000001.log") + "/notes"));
}

TEST_P(FilesOfOthersTest, AnIdentityThatIsNoFileIsNotNeeded) {
  Begin();
  std::filesystem::remove(Path("IDENTITY"));
  ASSERT_EQ(mkfifo(Path("IDENTITY").c_str(), 0600), 0);
  ExpectAllIsThere();
  Begin();
  std::filesystem::remove(Path("IDENTITY"));
  std::filesystem::create_directory(Path("IDENTITY"));
  const auto refused = Ledger::Open(directory_, options_);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code(), Code::kIoError);
  EXPECT_THAT(refused.error().message(), HasSubstr("IDENTITY"));
  options_.read_only = true;
  Open();
  EXPECT_EQ(ledger_->LastLsn(), Last());
  ledger_.reset();
  options_.read_only = false;
  std::filesystem::remove(Path("IDENTITY"));
  ExpectAllIsThere();
}

TEST_P(FilesOfOthersTest, ALogThatIsNoFileIsNamed) {
  for (const bool is_pipe : {false, true}) {
    Begin();
    const std::string path = Path("000777.log");
    if (is_pipe) {
      ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
    } else {
      std::filesystem::create_directory(path);
    }
    for (const bool read_only : {true, false}) {
      options_.read_only = read_only;
      const auto refused = Ledger::Open(directory_, options_);
      ASSERT_FALSE(refused.has_value());
      EXPECT_EQ(refused.error().code(), Code::kIoError);
      EXPECT_THAT(refused.error().message(), HasSubstr("000777.log is no regular file"));
    }
    std::filesystem::remove(path);
    ExpectAllIsThere();
  }
}

INSTANTIATE_TEST_SUITE_P(Settled, FilesOfOthersTest, testing::Bool());

}  // namespace
}  // namespace grantledger
