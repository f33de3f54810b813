// Where a ledger may be made, and what opening says where it can't.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fcntl.h>
#include <rocksdb/db.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>

#include "ledger/opening.h"
#include "tests/ledger/faulty_files.h"
#include "tests/ledger/ledger_fixture.h"

namespace grantledger {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class OpeningTest : public LedgerFixture {
 protected:
  /// The refusal to open what stands at `path`.
  Status Refusal(const std::string& path) {
    const auto opened = Ledger::Open(path, options_);
    EXPECT_FALSE(opened.has_value()) << path;
    return opened ? Status() : opened.error();
  }
  void ExpectRefusal(const std::string& path, const std::string& message) {
    const Status refusal = Refusal(path);
    EXPECT_EQ(refusal.code(), Code::kInvalidArgument);
    EXPECT_EQ(refusal.message(), message);
  }
  void Touch(const std::string& name) const { std::ofstream(directory_ + "/" + name) << "text"; }
  [[nodiscard]] std::size_t Files() const {
    const std::filesystem::directory_iterator files(directory_);
    return static_cast<std::size_t>(std::distance(begin(files), end(files)));
  }
};

TEST_F(OpeningTest, ADirectoryThatHoldsSomethingElseIsLeftAsItIs) {
  Touch("photo.jpg");
  ExpectRefusal(directory_, "the directory " + directory_ +
                                " is no ledger's: it holds \"photo.jpg\", expected that of a "
                                "ledger, or an empty one");
  Touch("000012.sst");
  Touch("a.txt");
  ExpectRefusal(directory_, "the directory " + directory_ +
                                " is no ledger's: it holds \"000012.sst\" and 2 more, expected "
                                "that of a ledger, or an empty one");
  EXPECT_EQ(Files(), 3U);
  options_.read_only = true;
  EXPECT_THAT(Refusal(directory_).message(), HasSubstr("expected that of a ledger"));
}

TEST_F(OpeningTest, AnEmptyDirectoryBecomesALedgers) { Open(); }

TEST_F(OpeningTest, ACreationThatWasCutShortIsBegunAgain) {
  for (const char* name :
       {"LOCK", "LOG", "LOG.old.1700000000", "IDENTITY", "MANIFEST-000001", "000001.dbtmp"}) {
    Touch(name);
  }
  Open();
}

/// Who begins it again removes what RocksDB and we name so, and nothing else.
TEST_F(OpeningTest, FilesBesideACreationThatWasCutShortAreLeft) {
  const auto files = std::make_shared<FaultyFiles>();
  const auto env = rocksdb::NewCompositeEnv(files);
  files->Set([](FileCall call, const std::string& name) {
    return FileFault{.fails = call == FileCall::kCreate && name.ends_with(".log")};
  });
  ASSERT_FALSE(OpenLedger(directory_, options_, env.get()).has_value());
  const std::vector<std::string> of_others = {"service.log", "app.sst", "MANIFEST-old", "a.dbtmp",
                                              "LOG.old.txt"};
  const std::vector<std::string> ours = {"000901.log", "000902.log", "000903.sst", "000904.dbtmp"};
  for (const auto& names : {of_others, ours}) {
    for (const std::string& name : names) Touch(name);
  }
  Open();
  const auto is_there = [this](const std::string& name) {
    return std::filesystem::exists(directory_ + "/" + name);
  };
  EXPECT_TRUE(std::ranges::all_of(of_others, is_there));
  EXPECT_TRUE(std::ranges::none_of(ours, is_there));
}

/// Another program's database, with these families, and a row if `key` is not empty.
void MakeDatabase(const std::string& directory, const std::vector<std::string>& families,
                  const std::string& key = "key") {
  rocksdb::Options options;
  options.create_if_missing = true;
  rocksdb::DB* opened = nullptr;
  ASSERT_TRUE(rocksdb::DB::Open(options, directory, &opened).ok());
  const std::unique_ptr<rocksdb::DB> database(opened);
  for (const std::string& family : families) {
    rocksdb::ColumnFamilyHandle* handle = nullptr;
    ASSERT_TRUE(database->CreateColumnFamily({}, family, &handle).ok());
    ASSERT_TRUE(database->DestroyColumnFamilyHandle(handle).ok());
  }
  ASSERT_TRUE(key.empty() || database->Put({}, key, "value").ok());
}

TEST_F(OpeningTest, ADatabaseWithoutRowsIsWhatACreationLeft) {
  MakeDatabase(directory_, {}, "");
  Open();
}

TEST_F(OpeningTest, FilesBesideALedgerDoNotMatter) {
  Open();
  ledger_.reset();
  Touch("notes.txt");
  Open();
}

TEST_F(OpeningTest, WhatWasLeftByTryingIsRemoved) {
  Open();
  ledger_.reset();
  Touch("trial.dbtmp");
  Open();
  EXPECT_FALSE(std::filesystem::exists(directory_ + "/trial.dbtmp"));
}

TEST_F(OpeningTest, AnotherDatabaseIsLeftAsItIs) {
  MakeDatabase(directory_, {});
  ExpectRefusal(directory_, "the directory " + directory_ +
                                " is another RocksDB database's, expected that of a ledger");
  std::vector<std::string> families;
  EXPECT_TRUE(rocksdb::DB::ListColumnFamilies({}, directory_, &families).ok());
  EXPECT_EQ(families.size(), 1U);
}

TEST_F(OpeningTest, ADatabaseWithOtherFamiliesIsNoLedgers) {
  MakeDatabase(directory_, {"log", "users"});
  ExpectRefusal(directory_, "the directory " + directory_ +
                                " is another RocksDB database's, expected that of a ledger");
}

TEST_F(OpeningTest, SaysWhatIsThereInsteadOfADirectory) {
  ExpectRefusal("", R"(the directory of the ledger is "", expected a path)");
  const std::string cut = directory_ + std::string("/a\0b", 4);
  ExpectRefusal(cut, "the directory of the ledger is \"" + cut + "\", expected a path");
  Touch("file");
  const std::string file = directory_ + "/file";
  ExpectRefusal(file, file + " is a file, expected the directory of a ledger");
  const std::string deep = directory_ + "/no/such/ledger";
  ExpectRefusal(deep, "the directory \"" + directory_ +
                          "/no/such\" is missing, expected one to make the ledger \"" + deep +
                          "\" in");
  options_.create_if_missing = false;
  ExpectRefusal(deep, "the directory \"" + deep + "\" is missing, expected that of a ledger");
  options_.create_if_missing = true;
  options_.read_only = true;
  ExpectRefusal(deep, "the directory \"" + deep + "\" is missing, expected that of a ledger");
  const std::string empty = directory_ + "/empty";
  std::filesystem::create_directory(empty);
  ExpectRefusal(empty, "the directory " + empty + " is empty, expected that of a ledger");
}

TEST_F(OpeningTest, ALedgerIsMadeWhereItsParentIs) {
  const auto opened = Ledger::Open(directory_ + "/ledger/", options_);
  EXPECT_TRUE(opened.has_value()) << opened.error().message();
}

/// Locks the file as a writer does, tells so, and stays.
[[noreturn]] void HoldLock(const std::string& file, int told) {
  struct flock whole {};
  whole.l_type = F_WRLCK;
  const int lock = open(file.c_str(), O_RDWR);
  if (lock < 0 || fcntl(lock, F_SETLK, &whole) != 0 || write(told, "!", 1) != 1) _exit(1);
  while (true) pause();
}

TEST_F(OpeningTest, SaysWhoHasTheLedgerOpen) {
  Open();
  EXPECT_THAT(Refusal(directory_).message(),
              StartsWith("the ledger in " + directory_ +
                         " is in use by this process, expected nobody to write; "));
  ledger_.reset();
  std::array<int, 2> locked{};
  ASSERT_EQ(pipe(locked.data()), 0);
  const pid_t other = fork();
  if (other == 0) HoldLock(directory_ + "/LOCK", locked[1]);
  char byte = 0;
  EXPECT_EQ(read(locked[0], &byte, 1), 1);
  const Status refusal = Refusal(directory_);
  kill(other, SIGKILL);
  waitpid(other, nullptr, 0);
  for (const int fd : locked) close(fd);
  EXPECT_EQ(refusal.code(), Code::kIoError);
  EXPECT_THAT(refusal.message(), HasSubstr(" is in use by another process, expected nobody to "
                                           "write; open it read-only, or end that process "));
}

TEST_F(OpeningTest, ASessionThatWritesNothingLeavesNoFileBehind) {
  Open();
  const std::string license = Do(kVendor, LicenseRequest("license")).license_arn;
  ledger_.reset();
  Open();  // what the first session left in its log goes to files once
  ledger_.reset();
  const std::size_t files = Files();
  std::uintmax_t bytes = 0;
  for (int session = 0; session < 5; ++session) {
    Open();
    EXPECT_TRUE(ledger_->Read({.caller = kVendor}, GetLicenseRequest{license, {}}).has_value());
    ASSERT_TRUE(ledger_->Close().ok());
    ledger_.reset();
    EXPECT_EQ(Files(), files) << session;
    std::uintmax_t now = 0;
    for (const auto& file : std::filesystem::directory_iterator(directory_)) {
      if (file.path().filename() != "LOG") now += file.file_size();
    }
    if (session > 0) {
      EXPECT_LE(now, bytes) << session;
    }
    bytes = now;
  }
}

TEST_F(OpeningTest, LimitsOfNothingAreRefused) {
  const std::map<std::string, std::function<void(Options&)>> limits = {
      {"compaction_records", [](Options& options) { options.compaction_records = 0; }},
      {"max_grants_per_license", [](Options& options) { options.max_grants_per_license = 0; }},
      {"max_page_size", [](Options& options) { options.max_page_size = 0; }},
  };
  for (const auto& [name, set] : limits) {
    options_ = Options();
    set(options_);
    ExpectRefusal(directory_, "Options::" + name + " is 0, expected at least 1");
    EXPECT_EQ(Files(), 0U);
  }
}

TEST_F(OpeningTest, ARetentionOfLessThanNothingIsRefused) {
  options_.retention = KeepFor{std::chrono::milliseconds(-1)};
  ExpectRefusal(directory_, "Options::retention is KeepFor -1 ms, expected at least 0");
  EXPECT_EQ(Files(), 0U);
}

TEST_F(OpeningTest, OurWordsComeBeforeThoseOfRocksDb) {
  const auto explain = [this](const rocksdb::Status& status) {
    const Status explained = ExplainOpening(status, "db", options_);
    return std::string(CodeName(explained.code())) + ": " + explained.message();
  };
  EXPECT_EQ(explain(rocksdb::Status::IOError("while open a file for lock: db/LOCK", "denied")),
            "IoError: the ledger in db can't be opened, expected a directory that this process may "
            "read and write (RocksDB: IO error: while open a file for lock: db/LOCK: denied)");
  EXPECT_EQ(explain(rocksdb::Status::Corruption("bad block")),
            "Corruption: the ledger in db is damaged, expected its files as they were written "
            "(RocksDB: Corruption: bad block)");
  EXPECT_TRUE(ExplainOpening(rocksdb::Status(), "db", options_).ok());
}

}  // namespace
}  // namespace grantledger
