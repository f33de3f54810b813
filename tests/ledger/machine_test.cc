// What the machine refuses is told as it is, and a ledger leaves nothing where it was only looked
// at.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <map>

#include <rocksdb/file_system.h>

#include <grantledger/inspect.h>
#include <grantledger/verify.h>

#include "ledger/info_log.h"
#include "ledger/machine_files.h"
#include "tests/ledger/hearing.h"
#include "tests/ledger/ledger_fixture.h"

namespace grantledger {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

namespace fs = std::filesystem;

class LogTest : public LedgerFixture {
 protected:
  [[nodiscard]] std::uintmax_t SizeOf(const std::string& name) const {
    std::error_code missing;
    const std::uintmax_t size = fs::file_size(directory_ + "/" + name, missing);
    return missing ? 0 : size;
  }
};

TEST_F(LogTest, WhatRocksDbWarnsOfIsToldToTheEmbedder) {
  const auto hearing = std::make_shared<Hearing>();
  const auto log = MakeInfoLog(hearing);
  rocksdb::Info(log, "of no interest");
  rocksdb::Header(log, "all %d options", 230);
  rocksdb::Warn(log, "file %d is slow\n", 7);
  rocksdb::Error(log, "%s", std::string(10'000, 'x').c_str());
  const auto told = hearing->told();
  ASSERT_EQ(told.size(), 2U);
  EXPECT_EQ(told[0], "warning: file 7 is slow");
  EXPECT_THAT(told[1], StartsWith("error: xxx"));
}

TEST_F(LogTest, AnEmbeddersLoggerIsInPlaceOfTheFile) {
  options_.logger = std::make_shared<Hearing>();
  Open();
  ledger_.reset();
  EXPECT_EQ(SizeOf("LOG"), 0U);
}

TEST_F(LogTest, TheFileIsBounded) {
  LedgerLog log(options_, directory_);
  log.Opened();
  constexpr int kMessages = 5'000;
  for (int i = 0; i < kMessages; ++i) log.Log(LogLevel::kWarning, std::string(1000, 'x'));
  constexpr std::uintmax_t kMost = (1U << 20) + 5000;
  EXPECT_GT(SizeOf("LOG"), 0U);
  EXPECT_LT(SizeOf("LOG"), kMost);
  EXPECT_GT(SizeOf("LOG.old"), 0U);
  EXPECT_LT(SizeOf("LOG.old"), kMost);
  const fs::directory_iterator files(directory_);
  EXPECT_EQ(std::distance(begin(files), end(files)), 2);
}

TEST_F(LogTest, WhatCannotBeWrittenIsDropped) {
  LedgerLog log(options_, directory_ + "/not-there");
  log.Opened();
  log.Log(LogLevel::kError, "lost");
  fs::create_directory(directory_ + "/not-there");
  log.Log(LogLevel::kError, "kept");
  std::ifstream file(directory_ + "/not-there/LOG");
  std::string line;
  ASSERT_TRUE(std::getline(file, line));
  EXPECT_THAT(line, testing::EndsWith("Z error kept"));
  EXPECT_FALSE(std::getline(file, line));
}

TEST_F(LogTest, NothingIsWrittenBeforeTheLedgerIsOpen) {
  LedgerLog log(options_, directory_);
  log.Log(LogLevel::kWarning, "while opening");
  EXPECT_EQ(SizeOf("LOG"), 0U);
  log.Opened();
  EXPECT_GT(SizeOf("LOG"), 0U);
}

/// Every file below, with its bytes.
std::map<std::string, std::string> Everything(const std::string& directory) {
  std::map<std::string, std::string> all;
  for (const auto& entry : fs::recursive_directory_iterator(directory)) {
    std::string bytes;
    if (entry.is_regular_file()) {
      std::ifstream file(entry.path(), std::ios::binary);
      bytes.assign(std::istreambuf_iterator<char>(file), {});
    }
    all[entry.path().string()] = bytes;
  }
  return all;
}

class TraceTest : public LedgerFixture {
 protected:
  void MakeLedger() {
    Open();
    Do(kVendor, LicenseRequest("1"));
    ASSERT_TRUE(ledger_->Settle().ok());
    Do(kVendor, LicenseRequest("2"));
    ledger_.reset();
  }
};

TEST_F(TraceTest, ReadersLeaveNothingBehind) {
  MakeLedger();
  const auto before = Everything(directory_);
  options_.read_only = true;
  Open();
  EXPECT_EQ(ledger_->LastLsn(), 2U);
  ledger_.reset();
  EXPECT_TRUE(Inspector::Open(directory_).has_value());
  EXPECT_TRUE(VerifyLedger(directory_, {}, {}).has_value());
  EXPECT_EQ(Everything(directory_), before);
}

TEST_F(TraceTest, WhoIsRefusedLeavesNothingBehind) {
  options_.create_if_missing = false;
  EXPECT_FALSE(Ledger::Open(directory_, options_).has_value());
  options_.create_if_missing = true;
  EXPECT_TRUE(fs::is_empty(directory_));
  MakeLedger();
  Open();
  const auto before = Everything(directory_);
  EXPECT_FALSE(Ledger::Open(directory_, options_).has_value());
  EXPECT_EQ(Everything(directory_), before);
}

TEST_F(TraceTest, WhoIsRefusedByADamagedLedgerLeavesNoLog) {
  MakeLedger();
  for (const auto& entry : fs::directory_iterator(directory_)) {
    if (entry.path().filename().string().starts_with("MANIFEST-")) {
      std::ofstream(entry.path()) << "damaged";
    }
  }
  const auto before = Everything(directory_);
  EXPECT_FALSE(Ledger::Open(directory_, options_).has_value());
  EXPECT_EQ(Everything(directory_), before);
}

/// Acts as somebody who has no rights here, unless the test is run by one.
template <typename F>
std::string AsNobody(const F& act) {
  constexpr uid_t kNobody = 65534;
  const uid_t self = geteuid();
  if (self == 0 && seteuid(kNobody) != 0) return "can't act as somebody else";
  std::string text = act();
  if (seteuid(self) != 0) throw std::runtime_error("can't act as myself again");
  return text;
}

class PermissionTest : public TraceTest {
 protected:
  PermissionTest() {
    fs::permissions(directory_, fs::perms::all);
    ledger_directory_ = directory_ + "/ledger";
    fs::create_directory(ledger_directory_);
    auto opened = Ledger::Open(ledger_directory_, options_);
    if (!opened ||
        !(*opened)->Write(Call{.caller = kVendor, .time = {}, .as_of = {}}, LicenseRequest("1"))) {
      throw std::runtime_error("no ledger");
    }
    if (!(*opened)->Settle().ok()) throw std::runtime_error("no files");
    opened->reset();
    for (const auto& entry : fs::directory_iterator(ledger_directory_)) {
      fs::permissions(entry.path(), fs::perms::all);
    }
    fs::permissions(ledger_directory_, fs::perms::all);
  }
  ~PermissionTest() override {
    std::error_code ignored;
    fs::permissions(ledger_directory_, fs::perms::all, ignored);
  }

  static std::string Told(const Status& status) {
    return std::string(CodeName(status.code())) + ": " + status.message();
  }
  template <typename T>
  static std::string Told(const Result<T>& result) {
    return result ? "ok" : Told(result.error());
  }
  /// What each way to look at the ledger says.
  std::vector<std::string> AllSay() {
    const std::string& at = ledger_directory_;
    Options reading;
    reading.read_only = true;
    return {AsNobody([&] { return Told(Ledger::Open(at, reading)); }),
            AsNobody([&] { return Told(Ledger::Open(at, options_)); }),
            AsNobody([&] { return Told(Inspector::Open(at)); }),
            AsNobody([&] { return Told(VerifyLedger(at, {}, {})); }),
            AsNobody([&] { return Told(RepairLedger(at, directory_ + "/new", {})); })};
  }
  /// The first file whose name begins or ends so.
  [[nodiscard]] std::string FileOf(const std::string& begin, const std::string& end) const {
    for (const auto& entry : fs::directory_iterator(ledger_directory_)) {
      const std::string name = entry.path().filename().string();
      if (name.starts_with(begin) && name.ends_with(end)) return entry.path().string();
    }
    throw std::runtime_error("no file " + begin + "…" + end);
  }

  std::string ledger_directory_;
};

TEST_F(PermissionTest, AFileThatMayNotBeReadIsToldAsThat) {
  for (const auto& [begin, end] : std::vector<std::pair<std::string, std::string>>{
           {"CURRENT", ""}, {"MANIFEST-", ""}, {"", ".sst"}, {"", ".log"}}) {
    const std::string file = FileOf(begin, end);
    fs::permissions(file, fs::perms::none);
    const std::string expected = "IoError: no permission to read \"" + file +
                                 "\", expected a ledger that this process may read";
    EXPECT_THAT(AllSay(), ElementsAre(expected, expected, expected, expected, expected));
    fs::permissions(file, fs::perms::all);
  }
  EXPECT_EQ(AsNobody([&] { return Told(Ledger::Open(ledger_directory_, options_)); }), "ok");
}

/// Tells no table file's size.
class WithoutSizes : public rocksdb::FileSystemWrapper {
 public:
  using FileSystemWrapper::FileSystemWrapper;
  [[nodiscard]] const char* Name() const override { return "WithoutSizes"; }
  rocksdb::IOStatus GetFileSize(const std::string& name, const rocksdb::IOOptions& options,
                                std::uint64_t* size, rocksdb::IODebugContext* debug) override {
    if (!name.ends_with(".sst")) return target()->GetFileSize(name, options, size, debug);
    return rocksdb::IOStatus::IOError("while stat a file for size: " + name, "Permission denied");
  }
};

TEST_F(PermissionTest, AFileThatCannotBeLookedAtIsNoDamage) {
  const auto env =
      rocksdb::NewCompositeEnv(std::make_shared<WithoutSizes>(MachineEnv()->GetFileSystem()));
  for (const bool read_only : {true, false}) {
    options_.read_only = read_only;
    const auto opened = OpenLedger(ledger_directory_, options_, env.get());
    ASSERT_FALSE(opened.has_value());
    EXPECT_EQ(opened.error().code(), Code::kIoError) << opened.error().message();
    EXPECT_THAT(opened.error().message(), Not(HasSubstr("damaged")));
  }
  options_.read_only = false;
  EXPECT_EQ(Told(Ledger::Open(ledger_directory_, options_)), "ok");
}

/// RocksDB looks for old logs there whenever it is asked for all of them.
TEST_F(PermissionTest, AnArchiveThatCannotBeLookedAtEndsNoProcess) {
  fs::create_symlink("archive", ledger_directory_ + "/archive");  // leads to itself
  auto opened = Ledger::Open(ledger_directory_, options_);
  ASSERT_TRUE(opened.has_value()) << opened.error().message();
  EXPECT_GT((*opened)->Health().table_bytes, 0U);
  EXPECT_TRUE((*opened)->Compact().has_value());
}

TEST_F(PermissionTest, ADirectoryThatMayNotBeReadIsToldAsThat) {
  fs::permissions(ledger_directory_, fs::perms::none);
  const std::string expected = "IoError: no permission to read \"" + ledger_directory_ +
                               "\", expected a ledger that this process may read";
  EXPECT_THAT(AllSay(), ElementsAre(expected, expected, expected, expected, expected));
}

TEST_F(PermissionTest, OneBelowADirectoryThatMayNotBeReadIsNotMissing) {
  fs::permissions(directory_, fs::perms::none);
  const std::string expected = "IoError: no permission to read \"" + ledger_directory_ +
                               "\", expected a ledger that this process may read";
  EXPECT_EQ(AsNobody([&] { return Told(Ledger::Open(ledger_directory_, options_)); }), expected);
  fs::permissions(directory_, fs::perms::all);
}

TEST_F(PermissionTest, ADirectoryThatMayNotBeWrittenToCanBeRead) {
  fs::permissions(ledger_directory_, fs::perms::owner_all | fs::perms::others_read |
                                         fs::perms::others_exec | fs::perms::group_read |
                                         fs::perms::group_exec);
  EXPECT_EQ(AsNobody([&] { return Told(Ledger::Open(ledger_directory_, options_)); }),
            "IoError: no permission to write to \"" + ledger_directory_ +
                "\", expected a ledger that this process may write to");
  Options reading;
  reading.read_only = true;
  EXPECT_EQ(AsNobody([&] { return Told(Ledger::Open(ledger_directory_, reading)); }), "ok");
}

class MachineFilesTest : public LedgerFixture {
 protected:
  static std::string BytesOf(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
};

TEST_F(MachineFilesTest, WriteWhatTheyAreGiven) {
  const std::string path = directory_ + "/file";
  const auto& files = MachineEnv()->GetFileSystem();
  std::unique_ptr<rocksdb::FSWritableFile> file;
  ASSERT_TRUE(files->NewWritableFile(path, {}, &file, nullptr).ok());
  file->SetPreallocationBlockSize(1U << 20);
  file->PrepareWrite(0, 10, {}, nullptr);
  EXPECT_TRUE(file->Append("0123456789", {}, nullptr).ok());
  EXPECT_TRUE(file->Sync({}, nullptr).ok());
  EXPECT_EQ(file->GetFileSize({}, nullptr), 10U);
  EXPECT_TRUE(file->Truncate(4, {}, nullptr).ok());
  EXPECT_TRUE(file->Close({}, nullptr).ok());
  EXPECT_EQ(BytesOf(path), "0123");
  struct stat status {};
  ASSERT_EQ(stat(path.c_str(), &status), 0);
  EXPECT_LT(status.st_blocks, 100) << "what was allocated for more is given back";
  ASSERT_TRUE(files->ReopenWritableFile(path, {}, &file, nullptr).ok());
  EXPECT_EQ(file->GetFileSize({}, nullptr), 4U);
  EXPECT_TRUE(file->Append("xyz", {}, nullptr).ok());
  EXPECT_TRUE(file->Fsync({}, nullptr).ok());
  file.reset();
  EXPECT_EQ(BytesOf(path), "0123xyz");
  ASSERT_TRUE(files->NewWritableFile(path, {}, &file, nullptr).ok());
  file.reset();
  EXPECT_EQ(BytesOf(path), "");
}

/// RocksDB's own options are not written to a file, and it says nothing of it.
TEST_F(MachineFilesTest, HaveNoOptions) {
  const auto logger = std::make_shared<Hearing>();
  options_.logger = logger;
  for (const std::string token : {"one", "two"}) {
    ledger_ = Ledger::Open(directory_ + "/ledger", options_).value();
    Do(kVendor, LicenseRequest(token));
    const auto copy = ledger_->Checkpoint(directory_ + "/" + token);
    ASSERT_TRUE(copy.has_value()) << copy.error().message();
    ledger_.reset();
  }
  for (const auto& file : fs::recursive_directory_iterator(directory_)) {
    EXPECT_THAT(file.path().filename(), Not(StartsWith("OPTIONS")));
  }
  EXPECT_THAT(logger->told(), testing::Each(Not(HasSubstr("options"))));
  Options reading = options_;
  reading.read_only = true;
  EXPECT_EQ(Ledger::Open(directory_ + "/two", reading).value()->LastLsn(), 2U);
}

TEST_F(MachineFilesTest, TellWhatIsMissingFromWhatCannotBeTold) {
  const auto& files = MachineEnv()->GetFileSystem();
  EXPECT_TRUE(files->FileExists(directory_, {}, nullptr).ok());
  EXPECT_TRUE(files->FileExists(directory_ + "/no", {}, nullptr).IsNotFound());
  std::unique_ptr<rocksdb::FSWritableFile> file;
  EXPECT_TRUE(files->NewWritableFile(directory_ + "/no/file", {}, &file, nullptr).IsPathNotFound());
  const auto full = files->NewWritableFile("/dev/full", {}, &file, nullptr);
  ASSERT_TRUE(full.ok());
  const auto written = file->Append("x", {}, nullptr);
  EXPECT_TRUE(written.IsIOError());
  EXPECT_THAT(written.ToString(), HasSubstr("No space left on device"));
}

}  // namespace
}  // namespace grantledger
