// What the campaign power builds on: a disk loses what was not synced, and nothing else. And what
// the engine syncs before something depends on it.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <set>
#include <string>

#include <rocksdb/env.h>

#include "tests/codec/bytes.h"
#include "tests/ledger/ledger_fixture.h"
#include "tests/torture/disk.h"
#include "tests/torture/power_run.h"
#include "tests/torture/recording_file_system.h"

namespace grantledger::torture {
namespace {

namespace fs = std::filesystem;
using Kind = DiskEvent::Kind;

std::string ReadAll(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

class DiskTest : public LedgerFixture {
 protected:
  DiskTest()
      : root_(directory_ + "/recorded"),
        system_(
            (fs::create_directory(root_), std::make_shared<RecordingFileSystem>(root_, journal_))),
        env_(rocksdb::NewCompositeEnv(system_)) {}

  void SyncDirectory() {
    std::unique_ptr<rocksdb::Directory> root;
    ASSERT_TRUE(env_->NewDirectory(root_, &root).ok());
    ASSERT_TRUE(root->Fsync().ok());
  }

  std::unique_ptr<rocksdb::WritableFile> NewFile(const std::string& name) {
    std::unique_ptr<rocksdb::WritableFile> file;
    EXPECT_TRUE(env_->NewWritableFile(root_ + "/" + name, &file, rocksdb::EnvOptions()).ok());
    return file;
  }

  /// Where the disk is that is left; each is removed by the next.
  std::string Lose(const Loss& loss) {
    Disk disk;
    for (const DiskEvent& event : journal_.events()) disk.Follow(event);
    const std::string path = directory_ + "/left";
    fs::remove_all(path);
    disk.Rebuild(loss, path);
    return path;
  }

  std::string root_;
  DiskJournal journal_;
  std::shared_ptr<RecordingFileSystem> system_;
  std::unique_ptr<rocksdb::Env> env_;
};

TEST_F(DiskTest, WhatIsNotSyncedMayBeGone) {
  const auto file = NewFile("file");
  ASSERT_TRUE(file->Append("synced").ok());
  ASSERT_TRUE(file->Sync().ok());
  ASSERT_TRUE(file->Append(" and not").ok());
  ASSERT_TRUE(file->RangeSync(0, 14).ok());
  EXPECT_FALSE(fs::exists(Lose({}) + "/file")) << "its name is not durable";
  SyncDirectory();
  EXPECT_EQ(ReadAll(Lose({}) + "/file"), "synced");
  EXPECT_EQ(ReadAll(Lose({.data = Loss::Data::kWhole}) + "/file"), "synced and not");
}

/// Whatever is drawn: nothing that is durable is lost, and all kinds of endings are met.
TEST_F(DiskTest, WhatIsSyncedIsThereWhateverIsDrawn) {
  const std::string synced(1000, 's');
  const auto file = NewFile("file");
  ASSERT_TRUE(file->Append(synced).ok());
  ASSERT_TRUE(file->Sync().ok());
  SyncDirectory();
  for (int i = 0; i < 40; ++i) ASSERT_TRUE(file->Append(std::string(300, 'u')).ok());
  const std::uint64_t seed = FreshSeed();
  SCOPED_TRACE("GRANTLEDGER_SEED=" + std::to_string(seed));
  model::Random random(seed);
  std::set<std::string> endings;
  for (int i = 0; i < 200; ++i) {
    const Loss loss = Loss::Draw(random);
    const std::string left = ReadAll(Lose(loss) + "/file");
    ASSERT_EQ(left.substr(0, synced.size()), synced) << loss.ToString();
    EXPECT_EQ(ReadAll(Lose(loss) + "/file"), left) << "the same loss leaves the same";
    const std::string rest = left.substr(synced.size());
    const bool has_holes = rest.find("\0u", 0, 2) != std::string::npos;
    const bool has_garbage = rest.find_first_not_of(std::string("u\0", 2)) != std::string::npos;
    endings.insert(has_garbage ? "garbage" : has_holes ? "holes" : rest.empty() ? "none" : "torn");
  }
  EXPECT_EQ(endings.size(), 4U);
}

TEST_F(DiskTest, AFileIsWhatItIsWhateverItsName) {
  auto file = NewFile("before");
  ASSERT_TRUE(file->Append("a").ok());
  SyncDirectory();
  ASSERT_TRUE(env_->RenameFile(root_ + "/before", root_ + "/after").ok());
  ASSERT_TRUE(file->Append("b").ok());
  ASSERT_TRUE(file->Sync().ok());
  EXPECT_EQ(ReadAll(Lose({}) + "/before"), "ab") << "the rename is not durable, the bytes are";
  const std::string renamed = Lose({.names = Loss::Names::kWhole});
  EXPECT_EQ(ReadAll(renamed + "/after"), "ab");
  EXPECT_FALSE(fs::exists(renamed + "/before"));
  ASSERT_TRUE(env_->DeleteFile(root_ + "/after").ok());
  EXPECT_EQ(ReadAll(Lose({}) + "/before"), "ab") << "nor is that it was deleted";
  SyncDirectory();
  EXPECT_TRUE(fs::is_empty(Lose({})));
}

TEST_F(DiskTest, WhatWasThereBeforeIsDurable) {
  DiskJournal journal;
  std::ofstream(root_ + "/old") << "old";
  RecordingFileSystem system(root_, journal);
  Disk disk;
  for (const DiskEvent& event : journal.events()) disk.Follow(event);
  disk.Rebuild({}, directory_ + "/left");
  EXPECT_EQ(ReadAll(directory_ + "/left/old"), "old");
}

class PowerRunTest : public LedgerFixture {
 protected:
  PowerRunTest() { options_ = TrialOptions(); }
};

TEST_F(PowerRunTest, ANewLedgerIsThereOnceItIsOpened) {
  std::unique_ptr<PowerRun> run = std::make_unique<PowerRun>(directory_, options_, Promise());
  run->Open();
  const std::size_t opened = run->opened();
  run->Close();
  Disk disk;
  while (disk.position() < opened) disk.Follow(run->events()[disk.position()]);
  fs::remove_all(directory_ + "/ledger");
  const std::string left = directory_ + "/left";
  disk.Rebuild({}, left);
  options_.create_if_missing = false;
  const auto again = Ledger::Open(left + "/ledger", options_);
  EXPECT_TRUE(again.has_value()) << again.error().message();
}

/// Else a file system that does not keep the order of names may have CURRENT, and not what it
/// needs.
TEST_F(PowerRunTest, NamesAreDurableBeforeCurrentNeedsThem) {
  PowerRun run(directory_, options_, Promise());
  for (int i = 0; i < 3; ++i) {
    run.Open();
    run.Settle();
    run.Close();
  }
  std::map<Node, std::set<std::string>> not_durable;  // by directory
  int renames = 0;
  for (const DiskEvent& event : run.events()) {
    if (event.kind == Kind::kEnter) {
      const bool counts = event.name.ends_with(".sst") || event.name.starts_with("MANIFEST-");
      if (counts) not_durable[event.node].insert(event.name);
    } else if (event.kind == Kind::kSyncDirectory) {
      not_durable[event.node].clear();
    } else if (event.kind == Kind::kRename && event.new_name == "CURRENT") {
      ++renames;
      for (const std::string& name : not_durable[event.node]) ADD_FAILURE() << name;
    }
  }
  EXPECT_GE(renames, 3);
}

}  // namespace
}  // namespace grantledger::torture
