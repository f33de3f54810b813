#include "ledger/backup_store.h"

#include <algorithm>
#include <filesystem>
#include <set>
#include <utility>

#include "ledger/backup_layout.h"
#include "ledger/directory.h"
#include "ledger/errors.h"
#include "ledger/macros.h"

namespace grantledger {
namespace {

namespace fs = std::filesystem;

/// The ids by which files in a directory are named.
Result<std::set<BackupId>> IdsIn(const fs::path& directory) {
  std::set<BackupId> ids;
  GL_ASSIGN_OR_RETURN(const auto entries, EntriesOf(directory.string()));
  for (const fs::path& entry : entries) {
    const std::string name = entry.filename().string();
    const unsigned long id = std::strtoul(name.c_str(), nullptr, 10);
    if (id != 0 && name == std::to_string(id)) ids.insert(static_cast<BackupId>(id));
  }
  return ids;
}

Status InUse(const std::string& path) {
  return {Code::kIoError,
          "the backup store " + path + " is in use by another process, expected nobody to write"};
}

Result<Descriptor> LockToWrite(const std::string& path) {
  const fs::path file = fs::path(path) / kLock;
  std::error_code ignored;
  if (!fs::exists(file, ignored)) (void)Descriptor::CreateFile(file);
  GL_ASSIGN_OR_RETURN(Descriptor lock, Descriptor::OpenToRead(file));
  GL_ASSIGN_OR_RETURN(const bool is_ours, lock.TryLock(/*exclusive=*/true));
  if (!is_ours) return InUse(path);
  return lock;
}

/// None where RocksDB has not made their directory yet.
Result<std::set<BackupId>> IdsOfMetas(const std::string& path) {
  const fs::path metas = fs::path(path) / kMetas;
  GL_ASSIGN_OR_RETURN(const bool is_there, IsThere(metas));
  return is_there ? IdsIn(metas) : std::set<BackupId>();
}

Status NotWhole(const std::string& name, const std::string& found, const std::string& expected) {
  return {Code::kCorruption, "file " + name + " " + found + ", expected " + expected};
}

}  // namespace

std::string BackupStore::DescriptionOf(BackupId id) const {
  return path_ + "/" + kDescriptions + "/" + std::to_string(id);
}

Result<std::unique_ptr<BackupStore>> BackupStore::OpenToWrite(const std::string& path) {
  const std::string absolute = path.empty() ? path : Absolute(path);
  GL_ASSIGN_OR_RETURN(const bool is_there, LookForStore(absolute));
  std::error_code error;
  if (!is_there) fs::create_directories(fs::path(absolute) / kDescriptions, error);
  if (error) {
    return Status(Code::kIoError, "the backup store " + absolute + " can't be made (" +
                                      error.message() + "), expected a place to write to");
  }
  if (!is_there) GL_RETURN_IF_ERROR(SyncDirectory(fs::path(absolute).parent_path()));
  GL_ASSIGN_OR_RETURN(Descriptor lock, LockToWrite(absolute));
  std::unique_ptr<BackupStore> store(new BackupStore(absolute, std::move(lock)));
  GL_RETURN_IF_ERROR(store->RemoveUnfinished());
  GL_RETURN_IF_ERROR(store->Load());
  return store;
}

Result<std::unique_ptr<BackupStore>> BackupStore::OpenToRead(const std::string& path) {
  const std::string absolute = path.empty() ? path : Absolute(path);
  GL_ASSIGN_OR_RETURN(const bool is_there, LookForStore(absolute));
  if (!is_there) {
    std::error_code ignored;
    return Invalid("the directory " + Quoted(path),
                   fs::exists(absolute, ignored) ? "empty" : "missing", "that of a backup store");
  }
  Descriptor lock;
  bool missing = false;  // then nobody writes, who would have made it
  auto opened = Descriptor::OpenToRead(fs::path(absolute) / kLock, &missing);
  if (!opened && !missing) return std::move(opened).error();
  if (opened) lock = *std::move(opened);
  if (lock.valid()) {
    GL_ASSIGN_OR_RETURN(const bool is_free, lock.TryLock(/*exclusive=*/false));
    if (!is_free) return InUse(absolute);
  }
  std::unique_ptr<BackupStore> store(new BackupStore(absolute, std::move(lock)));
  GL_RETURN_IF_ERROR(store->Load());
  return store;
}

Status BackupStore::Load() {
  backups_.clear();
  GL_ASSIGN_OR_RETURN(const auto described, IdsIn(fs::path(path_) / kDescriptions));
  GL_ASSIGN_OR_RETURN(auto all, IdsOfMetas(path_));
  GL_ASSIGN_OR_RETURN(const bool unfinished, IsThere(fs::path(path_) / kMaking));
  // One that was never finished is no backup.
  const BackupId last = described.empty() ? 0 : *described.rbegin();
  if (unfinished) std::erase_if(all, [last](BackupId id) { return id > last; });
  all.insert(described.begin(), described.end());
  for (const BackupId id : all) {
    BackupDescription& backup = backups_[id];
    auto read = ReadDescriptionOf(id);
    if (read) {
      backup = *std::move(read);
      backup.info.problem = LookAtFiles(backup);
    } else {
      backup.info.problem = std::move(read).error();
    }
    backup.info.id = id;
  }
  return {};
}

Status BackupStore::CheckIsOf(const std::string& identity, const std::string& or_else) const {
  for (const auto& [id, backup] : backups_) {
    const std::string& found = backup.info.identity;
    if (found.empty() || found == identity) continue;
    return Invalid("the backup store " + path_, "that of the ledger " + found,
                   std::string("that of ").append(identity).append(", ").append(or_else));
  }
  return {};
}

Result<BackupDescription> BackupStore::ReadDescriptionOf(BackupId id) const {
  const std::string path = DescriptionOf(id);
  GL_ASSIGN_OR_RETURN(const bool is_there, IsThere(path));
  if (!is_there) {
    return NotWhole(std::string(kDescriptions) + "/" + std::to_string(id), "is missing",
                    "the description of the backup");
  }
  GL_ASSIGN_OR_RETURN(const std::string text, ReadSmallFile(path));
  return ReadDescription(text, id);
}

Status BackupStore::LookAtFiles(const BackupDescription& description) const {
  for (const BackupFile& file : description.files) {
    const fs::path path = fs::path(path_) / file.name;
    const std::string expected = std::to_string(file.proof.bytes) + " bytes";
    GL_ASSIGN_OR_RETURN(const bool is_there, IsThere(path));
    if (!is_there) return NotWhole(file.name, "is missing", expected);
    std::error_code error;
    const std::uintmax_t bytes = fs::file_size(path, error);
    if (error) return {Code::kIoError, "looking at " + path.string() + ": " + error.message()};
    if (bytes != file.proof.bytes) {
      return NotWhole(file.name, "has " + std::to_string(bytes) + " bytes", expected);
    }
  }
  return {};
}

Status BackupStore::RemoveUnfinished() {
  const fs::path making = fs::path(path_) / kMaking;
  GL_ASSIGN_OR_RETURN(const bool is_unfinished, IsThere(making));
  if (!is_unfinished) return {};
  GL_ASSIGN_OR_RETURN(const auto described, IdsIn(fs::path(path_) / kDescriptions));
  const BackupId last = described.empty() ? 0 : *described.rbegin();
  GL_ASSIGN_OR_RETURN(const auto metas, IdsOfMetas(path_));
  GL_ASSIGN_OR_RETURN(const auto engine, OpenEngine(path_));
  for (const BackupId id : metas) {
    if (id <= last) continue;
    GL_RETURN_IF_ERROR(FromRocks(engine->DeleteBackup(id), "removing what was never finished"));
  }
  GL_RETURN_IF_ERROR(FromRocks(engine->GarbageCollect(), "removing what was never finished"));
  std::error_code error;
  fs::remove(making, error);
  if (!error) return {};
  return {Code::kIoError, "removing " + making.string() + ": " + error.message()};
}

Result<std::vector<BackupId>> BackupStore::DeleteAllBut(std::size_t keep) {
  std::vector<BackupId> deleted;
  std::size_t whole = 0;
  auto oldest = backups_.rbegin();
  for (; oldest != backups_.rend() && whole < keep; ++oldest)
    whole += oldest->second.info.problem.ok();
  if (oldest == backups_.rend()) return deleted;
  GL_ASSIGN_OR_RETURN(const auto engine, OpenEngine(path_));
  for (auto at = backups_.begin(); at != oldest.base(); at = backups_.erase(at)) {
    const rocksdb::Status removed = engine->DeleteBackup(at->first);
    if (!removed.IsNotFound()) {
      GL_RETURN_IF_ERROR(FromRocks(removed, "deleting backup " + std::to_string(at->first)));
    }
    std::error_code error;
    fs::remove(DescriptionOf(at->first), error);
    if (error) return Status(Code::kIoError, "deleting a description: " + error.message());
    deleted.push_back(at->first);
  }
  GL_RETURN_IF_ERROR(SyncDirectory(fs::path(path_) / kDescriptions));
  return deleted;
}

Result<bool> BackupStore::CopyFiles(const BackupDescription& backup, const std::string& to,
                                    const StageProgress& progress) const {
  std::uint64_t done = 0;
  const BytesProgress tell = [&](std::uint64_t bytes) {
    done += bytes;
    return !progress || progress("copying", done, backup.info.bytes);
  };
  for (const BackupFile& file : backup.files) {
    bool missing = false;
    const auto from = Descriptor::OpenToRead(fs::path(path_) / file.name, &missing);
    if (missing) return NotWhole(file.name, "is missing", "it as it was written");
    if (!from) return from.error();
    const bool is_meta = file.name.starts_with(kMetas);  // not of the ledger
    GL_ASSIGN_OR_RETURN(const auto copied,
                        is_meta ? ReadThrough(*from, tell)
                                : CopyInto(*from, fs::path(to) / NameInLedger(file.name), tell));
    if (!copied) return false;
    if (*copied != file.proof) {
      return NotWhole(file.name,
                      "is damaged: its checksum is " + copied->hash + " over " +
                          std::to_string(copied->bytes) + " bytes",
                      file.proof.hash + " over " + std::to_string(file.proof.bytes));
    }
  }
  return true;
}

Result<BackupStore::OpenedBackup> BackupStore::Read(BackupId id) const {
  GL_ASSIGN_OR_RETURN(const auto engine, OpenEngineToRead(path_));
  rocksdb::BackupInfo info;
  const std::string what = "reading backup " + std::to_string(id);
  GL_RETURN_IF_ERROR(FromRocks(engine->GetBackupInfo(id, &info, true), what));
  OpenedBackup backup;
  backup.env = info.env_for_open;
  GL_ASSIGN_OR_RETURN(backup.store,
                      Store::OpenCopy(info.name_for_open, backup.env.get(), /*read_only=*/true));
  return backup;
}

}  // namespace grantledger
