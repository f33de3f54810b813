// The anchor: what must be there, and that a ledger which has less is not opened.
#include "ledger/anchor.h"

#include <rocksdb/file_system.h>

#include <functional>
#include <map>
#include <utility>

#include "ledger/claimed_files.h"
#include "ledger/machine_files.h"
#include "ledger/wal_files.h"
#include "tests/ledger/anchor_fixture.h"
#include "tests/ledger/faulty_files.h"

namespace grantledger {
namespace {

/// Calls a function once, before a manifest is read.
class WatchedReads : public rocksdb::FileSystemWrapper {
 public:
  WatchedReads() : FileSystemWrapper(MachineEnv()->GetFileSystem()) {}
  [[nodiscard]] const char* Name() const override { return "WatchedReads"; }
  rocksdb::IOStatus NewSequentialFile(const std::string& name, const rocksdb::FileOptions& options,
                                      std::unique_ptr<rocksdb::FSSequentialFile>* file,
                                      rocksdb::IODebugContext* debug) override {
    const bool is_manifest = name.find("MANIFEST") != std::string::npos;
    if (is_manifest && before_manifest) std::exchange(before_manifest, nullptr)();
    return FileSystemWrapper::NewSequentialFile(name, options, file, debug);
  }
  std::function<void()> before_manifest;
};

TEST_F(AnchorTest, AMissingWriteAheadLogIsNoNewLedger) {
  Open();
  Write(kRecords);
  ledger_.reset();
  for (const fs::path& wal : Files(".log")) fs::remove(wal);
  ExpectDamaged(directory_, "is missing");
}

TEST_F(AnchorTest, AMissingWriteAheadLogIsNoticedAfterTheProcessEnded) {
  for (const Durability durability : {Durability::kSynced, Durability::kBuffered}) {
    NewPlace();
    options_.durability = durability;
    Open();
    Write(kRecords);
    const std::string killed = Killed();
    ledger_.reset();
    directory_ = killed;
    for (const fs::path& wal : Files(".log")) fs::remove(wal);
    ExpectDamaged(directory_, "is missing");
  }
}

/// Every record that was answered with a sync is known to have been there.
TEST_F(AnchorTest, AWriteAheadLogThatWasCutBetweenWritesIsNoticed) {
  options_.durability = Durability::kSynced;
  Open();
  Write(kRecords);
  const auto before = fs::file_size(Files(".log").back());
  Write(1);
  const std::string killed = Killed();
  ledger_.reset();
  directory_ = killed;
  fs::resize_file(Files(".log").back(), before);
  ExpectDamaged(directory_, "record " + std::to_string(kRecords + 1) + " is gone");
}

TEST_F(AnchorTest, WhatWasNeverAnsweredIsDroppedAndTheRestOpens) {
  options_.durability = Durability::kSynced;
  Open();
  Write(kRecords);
  const std::string killed = Killed();
  ledger_.reset();
  directory_ = killed;
  const fs::path wal = Files(".log").back();
  const auto size = fs::file_size(wal);
  // A hole, garbage, and the beginning of a write.
  for (const std::string& tail : {std::string(5000, '\0') + "x", std::string(300, '?'),
                                  std::string("\x12\x34\x56\x78\xff\x00\x01", 7)}) {
    SCOPED_TRACE(tail.size());
    fs::resize_file(wal, size);
    Overwrite(wal, size, tail);
    const std::string copy = killed + "-copy";
    fs::remove_all(copy);
    fs::copy(killed, copy, fs::copy_options::recursive);
    for (const bool read_only : {true, false}) {
      Options options = options_;
      options.read_only = read_only;
      const auto opened = Ledger::Open(copy, options);
      ASSERT_TRUE(opened.has_value()) << opened.error().message();
      EXPECT_EQ((*opened)->LastLsn(), static_cast<Lsn>(kRecords));
      if (read_only) continue;
      const Call call{.caller = kVendor, .time = {}, .as_of = {}};
      ASSERT_TRUE((*opened)->Write(call, LicenseRequest("since")).has_value());
    }
    const auto again = Ledger::Open(copy, options_);
    ASSERT_TRUE(again.has_value()) << again.error().message();
    EXPECT_EQ((*again)->LastLsn(), static_cast<Lsn>(kRecords) + 1);
    fs::remove_all(copy);
  }
}

/// RocksDB keeps a log of which it could read nothing, for as long as nothing is flushed.
TEST_F(AnchorTest, WhatIsDroppedIsGoneAfterwards) {
  Open();
  Write(kRecords);
  ASSERT_TRUE(ledger_->Settle().ok());
  Write(1);
  const std::string killed = Killed();
  ledger_.reset();
  directory_ = killed;
  Overwrite(Files(".log").back(), 0, std::string(512, '\0'));
  Open();
  EXPECT_EQ(ledger_->LastLsn(), static_cast<Lsn>(kRecords));
  ledger_.reset();
  const auto wals = LookAtWals(directory_, rocksdb::Env::Default(), WalStart());
  ASSERT_TRUE(wals.has_value());
  for (const WalFile& wal : *wals) {
    EXPECT_TRUE(wal.whole) << wal.name << " has " << wal.bytes << " bytes";
  }
}

TEST_F(AnchorTest, AHoleInTheMiddleIsDamage) {
  options_.durability = Durability::kSynced;
  Open();
  Write(kRecords);
  const std::string killed = Killed();
  ledger_.reset();
  directory_ = killed;
  const fs::path wal = Files(".log").back();
  Overwrite(wal, fs::file_size(wal) / 2, std::string(512, '\0'));
  const auto size = fs::file_size(wal);
  ExpectDamaged(directory_, "are gone");
  EXPECT_EQ(fs::file_size(Files(".log").back()), size) << "what is there is left as it is";
}

TEST_F(AnchorTest, AManifestThatWasCutOrAlteredIsNoticed) {
  Open();
  for (int i = 0; i < 3; ++i) {
    Write(kRecords);
    ASSERT_TRUE(ledger_->Settle().ok());
  }
  ledger_.reset();
  const fs::path manifest = Files("MANIFEST-").back();
  std::string whole(fs::file_size(manifest), '\0');
  std::ifstream(manifest, std::ios::binary).read(whole.data(), std::ssize(whole));
  for (std::size_t bytes = 0; bytes < whole.size(); bytes += 1 + whole.size() / 50) {
    fs::resize_file(manifest, bytes);
    EXPECT_EQ(Refusal(directory_, true).code(), Code::kCorruption) << "cut at " << bytes;
    EXPECT_EQ(Refusal(directory_).code(), Code::kCorruption) << "cut at " << bytes;
    std::ofstream(manifest, std::ios::binary) << whole;
    Overwrite(manifest, bytes, std::string(1, static_cast<char>(whole[bytes] ^ 1)));
    EXPECT_EQ(Refusal(directory_).code(), Code::kCorruption) << "bit at " << bytes;
    std::ofstream(manifest, std::ios::binary) << whole;
  }
  EXPECT_TRUE(Refusal(directory_).ok());
}

/// The tail of a manifest that was never synced may be anything after power loss.
TEST_F(AnchorTest, ATailOfTheManifestThatIsNotClaimedIsPassedOver) {
  Open();
  Write(kRecords);
  ASSERT_TRUE(ledger_->Settle().ok());
  ledger_.reset();
  const fs::path manifest = Files("MANIFEST-").back();
  const auto size = fs::file_size(manifest);
  Overwrite(manifest, size, std::string(200, '?'));
  EXPECT_TRUE(Refusal(directory_, true).ok()) << Refusal(directory_, true).message();
  Open();
  EXPECT_EQ(ledger_->LastLsn(), static_cast<Lsn>(kRecords));
}

TEST_F(AnchorTest, EveryFileThatIsGoneIsNoticed) {
  Open();
  Write(kRecords);
  ASSERT_TRUE(ledger_->Settle().ok());
  Write(kRecords);
  ledger_.reset();
  const std::string whole = directory_;
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(whole)) {
    names.push_back(entry.path().filename().string());
  }
  for (const std::string& name : names) {
    const bool is_needed = name.ends_with(".sst") || name.ends_with(".log") || name == "CURRENT" ||
                           name == "ANCHOR" || name.starts_with("MANIFEST-");
    if (!is_needed) continue;
    SCOPED_TRACE(name);
    const std::string copy = whole + "-copy";
    fs::copy(whole, copy, fs::copy_options::recursive);
    fs::remove(copy + "/" + name);
    EXPECT_EQ(Refusal(copy).code(), Code::kCorruption) << Refusal(copy).message();
    fs::remove_all(copy);
  }
}

/// Which file it is, what was in it, and how to go on.
TEST_F(AnchorTest, ATableFileThatIsMissingOrDamagedIsDescribed) {
  Open();
  Write(kRecords);
  ASSERT_TRUE(ledger_->Settle().ok());
  ledger_.reset();
  const std::string whole = directory_;
  std::size_t of_log = 0;
  for (const fs::path& table : Files(".sst")) {
    const std::string name = table.filename();
    for (const bool removed : {true, false}) {
      SCOPED_TRACE(name + (removed ? " removed" : " cut"));
      const std::string copy = whole + "-copy";
      fs::copy(whole, copy, fs::copy_options::recursive);
      if (removed) {
        fs::remove(copy + "/" + name);
      } else {
        fs::resize_file(copy + "/" + name, fs::file_size(copy + "/" + name) - 10);
      }
      ExpectDamaged(copy, "its file " + name + " of family ");
      ExpectDamaged(copy, removed ? ", is missing, expected it" : ", is damaged, expected it");
      ExpectDamaged(copy, "`ledger-dump restore`");
      const std::string message = Refusal(copy).message();
      if (message.find("family log, with records 0 to 20,") != std::string::npos) ++of_log;
      fs::remove_all(copy);
    }
  }
  EXPECT_EQ(of_log, 2U);
}

TEST_F(AnchorTest, AnotherHistoryUnderTheAnchorIsNoticed) {
  Open();
  Write(kRecords);
  ledger_.reset();
  const std::string other = directory_ + "-other";
  auto ledger = Ledger::Open(other, options_).value();
  for (int i = 0; i < kRecords; ++i) {
    ASSERT_TRUE(ledger->Write(Call{.caller = kVendor}, LicenseRequest("o" + std::to_string(i)))
                    .has_value());
  }
  ledger.reset();
  fs::copy_file(directory_ + "/ANCHOR", other + "/ANCHOR", fs::copy_options::overwrite_existing);
  EXPECT_EQ(Refusal(other).code(), Code::kCorruption) << Refusal(other).message();
  fs::remove_all(other);
}

/// Whatever one write of a page leaves, the other says enough.
TEST_F(AnchorTest, ATornPageLeavesTheClaimBefore) {
  rocksdb::Env* env = rocksdb::Env::Default();
  fs::create_directory(directory_);
  {
    const auto anchor = Anchor::Open(directory_, env, AnchorClaim()).value();
    ASSERT_TRUE(anchor->ClaimEnd({5, 55}, AnchorClaim::State::kOpen).ok());
    ASSERT_TRUE(anchor->ClaimEnd({6, 66}, AnchorClaim::State::kOpen).ok());
    ASSERT_TRUE(anchor->NoteEnd({7, 77}).ok());
  }
  EXPECT_EQ(ReadAnchor(directory_, env).value()->end.lsn, 7U);
  constexpr std::uintmax_t kPage = 4096;
  const fs::path file = directory_ + "/ANCHOR";
  Overwrite(file, 2 * kPage, std::string(kPage, '?'));
  EXPECT_EQ(ReadAnchor(directory_, env).value()->end.lsn, 6U);
  Overwrite(file, 0, std::string(kPage, '?'));
  const Lsn rest = ReadAnchor(directory_, env).value()->end.lsn;
  EXPECT_TRUE(rest == 5 || rest == 6) << rest;
  Overwrite(file, kPage, std::string(kPage, '?'));
  EXPECT_EQ(ReadAnchor(directory_, env).error().code(), Code::kCorruption);
}

/// Other threads of RocksDB may change files while one claims what they are: a claim that was made
/// in any moment of it, and is the last before the process ends, must be true afterwards.
TEST_F(AnchorTest, WhatIsClaimedWhileTheListOfFilesIsWrittenStaysTrue) {
  const auto files = std::make_shared<FaultyFiles>();
  const auto env = rocksdb::NewCompositeEnv(files);
  for (const std::uint64_t most_bytes : {std::uint64_t{1} << 20, std::uint64_t{1}}) {
    NewPlace();
    rocksdb::Options options;
    options.env = env.get();
    options.create_if_missing = true;
    options.max_manifest_file_size = most_bytes;  // few: each change begins another
    rocksdb::DB* opened = nullptr;
    ASSERT_TRUE(rocksdb::DB::Open(options, directory_, &opened).ok());
    const std::unique_ptr<rocksdb::DB> db(opened);
    const auto anchor = Anchor::Open(directory_, rocksdb::Env::Default(), AnchorClaim()).value();
    std::vector<AnchorClaim> claims;
    files->Set([&](FileCall /*call*/, const std::string& name) {
      if (!name.ends_with(".sst") && anchor->ClaimManifest(*db).ok()) {
        claims.push_back(anchor->claim());
      }
      return FileFault();
    });
    for (int i = 0; i < 3; ++i) {
      ASSERT_TRUE(db->Put({}, "row", std::to_string(i)).ok());
      ASSERT_TRUE(db->Flush({}).ok());
    }
    files->Set({});
    EXPECT_GT(claims.size(), 10U);
    for (const AnchorClaim& claim : claims) {
      EXPECT_NE(claim.manifest.number, 0U);
      const Status checked = CheckFiles(directory_, claim, rocksdb::Env::Default());
      EXPECT_TRUE(checked.ok()) << checked.message();
    }
  }
}

/// A log that is not needed any more may be there still, and what follows it need not be the next
/// write (Store::BeginLogAnew): who reads it as one that is needed takes the next log for one that
/// does not go on with it. So a claim that files outran says no less than the one before.
TEST_F(AnchorTest, AClaimThatFilesOutranKeepsWhatWasClaimedOfTheLogs) {
  const auto watched = std::make_shared<WatchedReads>();
  const auto env = rocksdb::NewCompositeEnv(watched);
  rocksdb::Options options;
  options.create_if_missing = true;
  rocksdb::DB* opened = nullptr;
  ASSERT_TRUE(rocksdb::DB::Open(options, directory_, &opened).ok());
  const std::unique_ptr<rocksdb::DB> db(opened);
  const auto write_and_flush = [&] {
    ASSERT_TRUE(db->Put({}, "row", "value").ok());
    ASSERT_TRUE(db->Flush({}).ok());
  };
  write_and_flush();
  const auto anchor = Anchor::Open(directory_, env.get(), AnchorClaim()).value();
  ASSERT_TRUE(anchor->ClaimManifest(*db).ok());
  const std::uint64_t needed = anchor->claim().wal.number;
  ASSERT_NE(needed, 0U);
  for (int i = 0; i < 2; ++i) {
    watched->before_manifest = write_and_flush;
    ASSERT_TRUE(anchor->ClaimManifest(*db).ok());
    EXPECT_FALSE(watched->before_manifest) << "nothing was read of the manifest";
    EXPECT_EQ(anchor->claim().wal.number, needed);
    EXPECT_EQ(anchor->claim().wal.sequence, 0U);
    const Status checked = CheckFiles(directory_, anchor->claim(), env.get());
    EXPECT_TRUE(checked.ok()) << checked.message();
  }
  ASSERT_TRUE(anchor->ClaimManifest(*db).ok());
  EXPECT_GT(anchor->claim().wal.number, needed);
}

/// Else who was refused once, would open it the next time.
TEST_F(AnchorTest, WhatIsRefusedIsNotClaimed) {
  Open();
  Write(kRecords);
  ledger_.reset();
  {
    rocksdb::Env* env = rocksdb::Env::Default();
    LogEnd end = ReadAnchor(directory_, env).value()->end;
    ++end.checksum;
    const auto anchor = Anchor::Open(directory_, env, AnchorClaim()).value();
    ASSERT_TRUE(anchor->ClaimEnd(end, AnchorClaim::State::kClosed).ok());
  }
  for (int i = 0; i < 2; ++i) {
    const auto refused = Ledger::Open(directory_, options_);
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().code(), Code::kCorruption);
    EXPECT_THAT(refused.error().message(), HasSubstr("of another history"));
  }
}

TEST_F(AnchorTest, ALedgerWhoseFilesCantBeClaimedIsNotOpened) {
  Open();
  Write(kRecords);
  ledger_.reset();
  const auto files = std::make_shared<FaultyFiles>();
  const auto env = rocksdb::NewCompositeEnv(files);
  bool has_failed = false;
  files->Set([&](FileCall call, const std::string& /*name*/) {
    return FileFault{.fails = call == FileCall::kOverwrite && !std::exchange(has_failed, true)};
  });
  const auto refused = OpenLedger(directory_, options_, env.get());
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code(), Code::kIoError);
  EXPECT_THAT(refused.error().message(), HasSubstr("ANCHOR"));
  files->Set({});
  const auto opened = OpenLedger(directory_, options_, env.get());
  ASSERT_TRUE(opened.has_value()) << opened.error().message();
  EXPECT_EQ((*opened)->LastLsn(), kRecords);
}

/// What is removed of it goes file by file, and power loss may come in between.
TEST_F(AnchorTest, ACreationThatIsRemovedInPartIsMadeAnew) {
  rocksdb::Env* env = rocksdb::Env::Default();
  fs::create_directory(directory_);
  ASSERT_TRUE(Anchor::Open(directory_, env, AnchorClaim()).has_value());
  std::ofstream(directory_ + "/IDENTITY") << "a database";
  std::ofstream(directory_ + "/000004.log") << "torn";
  ASSERT_NO_FATAL_FAILURE(Open());
  Write(1);
  EXPECT_EQ(ledger_->LastLsn(), 1U);
}

TEST_F(AnchorTest, WhatAnEndedCreationLeftIsMadeAnew) {
  rocksdb::Env* env = rocksdb::Env::Default();
  fs::create_directory(directory_);
  ASSERT_TRUE(Anchor::Open(directory_, env, AnchorClaim()).has_value());
  std::ofstream(directory_ + "/CURRENT") << "MANIFEST-000001\n";
  std::ofstream(directory_ + "/MANIFEST-000001") << "torn";
  Open();
  Write(1);
  EXPECT_EQ(ledger_->LastLsn(), 1U);
}

}  // namespace
}  // namespace grantledger
