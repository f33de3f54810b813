#include "ledger/backup_store.h"

#include <algorithm>
#include <exception>
#include <filesystem>
#include <set>
#include <utility>

#include <rocksdb/sst_file_reader.h>
#include <rocksdb/utilities/backup_engine.h>

#include "ledger/errors.h"
#include "ledger/macros.h"
#include "ledger/new_directory.h"
#include "ledger/staged_directory.h"

namespace grantledger {
namespace {

namespace fs = std::filesystem;

constexpr const char* kDescriptions = "backups";
constexpr const char* kMetas = "meta";  // RocksDB's descriptions
constexpr const char* kShared = "shared_checksum";
/// Is there while a backup is made.
constexpr const char* kMaking = "MAKING";
constexpr const char* kLock = "LOCK";
constexpr std::uint64_t kToldBytes = std::uint64_t{1} << 20;

rocksdb::BackupEngineOptions EngineOptions(const std::string& path) {
  rocksdb::BackupEngineOptions options(path);
  options.share_table_files = true;
  options.share_files_with_checksum = true;
  options.sync = true;
  options.callback_trigger_interval_size = kToldBytes;
  return options;
}

Result<std::unique_ptr<rocksdb::BackupEngine>> OpenEngine(const std::string& path) {
  rocksdb::BackupEngine* opened = nullptr;
  const rocksdb::Status status =
      rocksdb::BackupEngine::Open(EngineOptions(path), rocksdb::Env::Default(), &opened);
  GL_RETURN_IF_ERROR(FromRocks(status, "opening the backup store " + path));
  return std::unique_ptr<rocksdb::BackupEngine>(opened);
}

/// The ids by which files in a directory are named.
std::set<BackupId> IdsIn(const fs::path& directory) {
  std::set<BackupId> ids;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(directory, ignored)) {
    const std::string name = entry.path().filename().string();
    const unsigned long id = std::strtoul(name.c_str(), nullptr, 10);
    if (id != 0 && name == std::to_string(id)) ids.insert(static_cast<BackupId>(id));
  }
  return ids;
}

std::string Absolute(const std::string& path) {
  fs::path absolute = fs::absolute(path).lexically_normal();
  if (!absolute.has_filename()) absolute = absolute.parent_path();
  return absolute.string();
}

/// Whether there is a store, or room for one. True: it is there.
Result<bool> LookForStore(const std::string& path) {
  constexpr const char* kExpected = "that of a backup store";
  if (path.empty()) return Invalid("the backup store", "\"\"", "a directory");
  std::error_code error;
  if (IsBackupStore(path)) return true;
  if (fs::exists(fs::path(path) / "CURRENT", error)) {
    return Invalid("the directory " + Quoted(path), "that of a ledger", kExpected);
  }
  GL_RETURN_IF_ERROR(NewDirectory::CheckIsNew("the directory of the backup store", path));
  return false;
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
  if (!lock.TryLock(/*exclusive=*/true)) return InUse(path);
  return lock;
}

/// The name of a file in the database: "shared_checksum/000012_sABC_345.sst" is 000012.sst.
std::string NameInLedger(const std::string& name) {
  const fs::path file(name);
  const std::string plain = file.filename().string();
  if (!name.starts_with(kShared)) return plain;
  return plain.substr(0, plain.find('_')) + file.extension().string();
}

Status NotWhole(const std::string& name, const std::string& found, const std::string& expected) {
  return {Code::kCorruption, "file " + name + " " + found + ", expected " + expected};
}

}  // namespace

bool IsBackupStore(const std::string& path) {
  std::error_code ignored;
  return fs::is_directory(fs::path(path) / kDescriptions, ignored) &&
         !fs::exists(fs::path(path) / "CURRENT", ignored);
}

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
  if (lock.valid() && !lock.TryLock(/*exclusive=*/false)) return InUse(absolute);
  std::unique_ptr<BackupStore> store(new BackupStore(absolute, std::move(lock)));
  GL_RETURN_IF_ERROR(store->Load());
  return store;
}

Status BackupStore::Load() {
  backups_.clear();
  const std::set<BackupId> described = IdsIn(fs::path(path_) / kDescriptions);
  std::set<BackupId> all = IdsIn(fs::path(path_) / kMetas);
  std::error_code ignored;
  const bool unfinished = fs::exists(fs::path(path_) / kMaking, ignored);
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

Result<BackupDescription> BackupStore::ReadDescriptionOf(BackupId id) const {
  const std::string path = DescriptionOf(id);
  std::error_code ignored;
  if (!fs::exists(path, ignored)) {
    return NotWhole(std::string(kDescriptions) + "/" + std::to_string(id), "is missing",
                    "the description of the backup");
  }
  GL_ASSIGN_OR_RETURN(const std::string text, ReadSmallFile(path));
  return ReadDescription(text, id);
}

Status BackupStore::LookAtFiles(const BackupDescription& description) const {
  for (const BackupFile& file : description.files) {
    std::error_code error;
    const std::uintmax_t bytes = fs::file_size(fs::path(path_) / file.name, error);
    const std::string expected = std::to_string(file.proof.bytes) + " bytes";
    if (error) return NotWhole(file.name, "is missing (" + error.message() + ")", expected);
    if (bytes != file.proof.bytes) {
      return NotWhole(file.name, "has " + std::to_string(bytes) + " bytes", expected);
    }
  }
  return {};
}

Status BackupStore::RemoveUnfinished() {
  const fs::path making = fs::path(path_) / kMaking;
  std::error_code error;
  if (!fs::exists(making, error)) return {};
  const std::set<BackupId> described = IdsIn(fs::path(path_) / kDescriptions);
  const BackupId last = described.empty() ? 0 : *described.rbegin();
  GL_ASSIGN_OR_RETURN(const auto engine, OpenEngine(path_));
  for (const BackupId id : IdsIn(fs::path(path_) / kMetas)) {
    if (id <= last) continue;
    GL_RETURN_IF_ERROR(FromRocks(engine->DeleteBackup(id), "removing what was never finished"));
  }
  GL_RETURN_IF_ERROR(FromRocks(engine->GarbageCollect(), "removing what was never finished"));
  fs::remove(making, error);
  if (!error) return {};
  return {Code::kIoError, "removing " + making.string() + ": " + error.message()};
}

namespace {

/// Counts what is copied, in a thread of RocksDB's.
class CopyWatch {
 public:
  CopyWatch(const StageProgress& progress, std::uint64_t all, rocksdb::BackupEngine& engine)
      : progress_(progress), all_(all), engine_(engine) {}

  void Hear() noexcept {
    done_ += kToldBytes;
    if (!progress_ || stopped_) return;
    try {
      stopped_ = !progress_("copying", std::min(done_, all_), all_);
    } catch (...) {
      thrown_ = std::current_exception();
      stopped_ = true;
    }
    if (stopped_) engine_.StopBackup();
  }
  /// Whether it was stopped. Throws what `progress` threw. When the copying ended.
  bool End() {
    if (thrown_) std::rethrow_exception(thrown_);
    if (progress_ && !stopped_) stopped_ = !progress_("copying", all_, all_);
    return stopped_;
  }

 private:
  const StageProgress& progress_;
  std::uint64_t all_;
  rocksdb::BackupEngine& engine_;
  std::uint64_t done_ = 0;
  bool stopped_ = false;
  std::exception_ptr thrown_;
};

std::uint64_t BytesIn(const fs::path& directory) {
  std::uint64_t bytes = 0;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(directory, ignored)) {
    const std::uintmax_t size = entry.file_size(ignored);
    if (!ignored) bytes += size;
  }
  return std::max<std::uint64_t>(bytes, 1);
}

}  // namespace

Result<BackupInfo> BackupStore::Add(const std::string& copy, Time now,
                                    const StageProgress& progress) {
  GL_ASSIGN_OR_RETURN(const auto ledger, Store::OpenCopy(copy, nullptr, /*read_only=*/false));
  GL_ASSIGN_OR_RETURN(const HistoryEnd end, EndOf(*ledger));
  for (const auto& [id, backup] : backups_) {
    const std::string& identity = backup.info.identity;
    if (identity.empty() || identity == end.identity) continue;
    return Invalid("the backup store " + path_, "that of the ledger " + identity,
                   "that of " + end.identity + ", or an empty directory");
  }
  const fs::path making = fs::path(path_) / kMaking;
  GL_RETURN_IF_ERROR(ReplaceFile(making, ""));
  GL_ASSIGN_OR_RETURN(const auto engine, OpenEngine(path_));
  CopyWatch watch(progress, BytesIn(copy), *engine);
  rocksdb::CreateBackupOptions options;
  options.progress_callback = [&watch] { watch.Hear(); };
  rocksdb::BackupID id = 0;
  const rocksdb::Status copied =
      engine->CreateNewBackupWithMetadata(options, ledger->db(), "", &id);
  Status made = watch.End()
                    ? Status(Code::kInvalidState, "the backup was stopped; nothing of it is left")
                    : FromRocks(copied, "copying into the backup store " + path_);
  if (made.ok()) made = Describe(end, now, id);
  std::error_code ignored;
  if (!made.ok()) {
    if (copied.ok()) (void)engine->DeleteBackup(id);
    (void)engine->GarbageCollect();
    backups_.erase(id);
    fs::remove(DescriptionOf(id), ignored);
  }
  fs::remove(making, ignored);
  if (!made.ok()) return made;
  return backups_.at(id).info;
}

Result<FileProof> BackupStore::ProveNewFile(const std::string& name) const {
  const fs::path path = fs::path(path_) / name;
  if (path.extension() == ".sst") {
    rocksdb::SstFileReader reader{rocksdb::Options()};
    rocksdb::Status proven = reader.Open(path.string());
    if (proven.ok()) proven = reader.VerifyChecksum();
    if (!proven.ok()) {
      return Status(Code::kCorruption, "the ledger's file " + NameInLedger(name) +
                                           " is damaged, expected it as it was written (" +
                                           proven.ToString() + ")");
    }
  }
  GL_ASSIGN_OR_RETURN(const Descriptor file, Descriptor::OpenToRead(path));
  GL_ASSIGN_OR_RETURN(const auto proof, ReadThrough(file, {}));
  return proof.value_or(FileProof());  // nobody stopped it
}

Status BackupStore::Describe(const HistoryEnd& end, Time now, BackupId id) {
  rocksdb::BackupEngineReadOnly* opened = nullptr;
  GL_RETURN_IF_ERROR(FromRocks(
      rocksdb::BackupEngineReadOnly::Open(EngineOptions(path_), rocksdb::Env::Default(), &opened),
      "opening the backup store " + path_));
  const std::unique_ptr<rocksdb::BackupEngineReadOnly> engine(opened);
  rocksdb::BackupInfo files;
  GL_RETURN_IF_ERROR(FromRocks(engine->GetBackupInfo(id, &files, /*include_file_details=*/true),
                               "looking at the new backup"));
  std::map<std::string, FileProof> known;
  for (const auto& [older, backup] : backups_) {
    for (const BackupFile& file : backup.files) known.emplace(file.name, file.proof);
  }
  BackupDescription description;
  description.last_record = end.last_record;
  BackupInfo& info = description.info;
  info = {id, now, end.identity, end.last_lsn, end.last_time, end.horizon, 0, 0, {}};
  std::vector<std::string> names = {std::string(kMetas) + "/" + std::to_string(id)};
  for (const auto& file : files.file_details) names.push_back(file.relative_filename);
  std::ranges::sort(names);
  for (const std::string& name : names) {
    BackupFile file{name, {}};
    const auto found = known.find(name);
    if (found != known.end()) {
      file.proof = found->second;
    } else {
      GL_ASSIGN_OR_RETURN(file.proof, ProveNewFile(name));
      info.new_bytes += file.proof.bytes;
    }
    info.bytes += file.proof.bytes;
    description.files.push_back(std::move(file));
  }
  GL_RETURN_IF_ERROR(ReplaceFile(DescriptionOf(id), WriteDescription(description)));
  backups_.insert_or_assign(id, std::move(description));
  return {};
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
  rocksdb::BackupEngineReadOnly* opened = nullptr;
  GL_RETURN_IF_ERROR(FromRocks(
      rocksdb::BackupEngineReadOnly::Open(EngineOptions(path_), rocksdb::Env::Default(), &opened),
      "opening the backup store " + path_));
  const std::unique_ptr<rocksdb::BackupEngineReadOnly> engine(opened);
  rocksdb::BackupInfo info;
  const std::string what = "reading backup " + std::to_string(id);
  GL_RETURN_IF_ERROR(FromRocks(engine->GetBackupInfo(id, &info, true), what));
  OpenedBackup backup;
  backup.env = info.env_for_open;
  GL_ASSIGN_OR_RETURN(backup.store,
                      Store::OpenCopy(info.name_for_open, backup.env.get(), /*read_only=*/true));
  return backup;
}

namespace {

/// Neither may hold the other.
Status CheckAreApart(const std::string& ledger, const std::string& store) {
  std::error_code ignored;
  const fs::path a = fs::weakly_canonical(ledger, ignored);
  const fs::path b = fs::weakly_canonical(store, ignored);
  const auto [end_a, end_b] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
  if (end_a != a.end() && end_b != b.end()) return {};
  return Invalid("the backup store", Quoted(store),
                 "a directory that is not in that of the ledger, nor holds it");
}

}  // namespace

Result<BackupInfo> AddBackup(const std::string& directory, const std::string& store,
                             const BackupOptions& options, Time now,
                             const std::function<Status(const std::string& to)>& take) {
  // So that nothing is copied for what is refused.
  GL_RETURN_IF_ERROR(CheckAreApart(directory, store));
  {
    const auto room = LookForStore(store.empty() ? store : Absolute(store));
    if (!room.has_value()) return room.error();
  }
  std::error_code ignored;
  fs::path original = fs::canonical(directory, ignored);
  if (ignored) original = directory;
  auto copy = StagedDirectory::Beside(original.string(), "backup");
  if (!copy) {
    GL_RETURN_IF_ERROR(BackupStore::OpenToWrite(store).has_value() ? Status() : copy.error());
    copy = StagedDirectory::Beside(Absolute(store) + "/copy", "backup");
  }
  if (!copy) return std::move(copy).error();
  GL_RETURN_IF_ERROR(take((*copy)->path()));
  GL_ASSIGN_OR_RETURN(const auto opened, BackupStore::OpenToWrite(store));
  GL_ASSIGN_OR_RETURN(const BackupInfo made, opened->Add((*copy)->path(), now, options.progress));
  if (options.keep != 0) {
    GL_ASSIGN_OR_RETURN([[maybe_unused]] const auto deleted, opened->DeleteAllBut(options.keep));
  }
  return made;
}

}  // namespace grantledger
