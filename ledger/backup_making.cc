// How a backup is added to a store.
#include <algorithm>
#include <exception>
#include <filesystem>
#include <utility>

#include <rocksdb/sst_file_reader.h>

#include "ledger/backup_layout.h"
#include "ledger/backup_store.h"
#include "ledger/directory.h"
#include "ledger/errors.h"
#include "ledger/machine_files.h"
#include "ledger/macros.h"
#include "ledger/staged_directory.h"

namespace grantledger {
namespace {

namespace fs = std::filesystem;

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
  if (const auto entries = EntriesOf(directory.string())) {
    for (const fs::path& entry : *entries) {
      std::error_code unknown;
      const std::uintmax_t size = fs::file_size(entry, unknown);
      if (!unknown) bytes += size;
    }
  }
  return std::max<std::uint64_t>(bytes, 1);
}

}  // namespace

Result<BackupInfo> BackupStore::Add(const std::string& copy, Lsn least, Time now,
                                    const StageProgress& progress) {
  GL_ASSIGN_OR_RETURN(const auto ledger, Store::OpenCopy(copy, nullptr, /*read_only=*/false));
  GL_ASSIGN_OR_RETURN(const HistoryEnd end, EndOf(*ledger));
  GL_RETURN_IF_ERROR(CheckReaches(end, least));
  GL_RETURN_IF_ERROR(CheckIsOf(end.identity, "or an empty directory"));
  const fs::path making = fs::path(path_) / kMaking;
  GL_RETURN_IF_ERROR(ReplaceFile(making, ""));
  GL_RETURN_IF_ERROR(TakeNumbers());
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

/// RocksDB gives the number behind those of the metas that it finds: where that of the last backup
/// is gone, another backup would take its place, and nobody would hear that it was damaged.
Status BackupStore::TakeNumbers() const {
  if (backups_.empty()) return {};
  const fs::path last = fs::path(path_) / kMetas / std::to_string(backups_.rbegin()->first);
  GL_ASSIGN_OR_RETURN(const bool is_there, IsThere(last));
  if (is_there) return {};
  std::error_code error;
  fs::create_directories(last.parent_path(), error);
  if (error) return {Code::kIoError, "making a directory in " + path_ + ": " + error.message()};
  return ReplaceFile(last, "");
}

Result<FileProof> BackupStore::ProveNewFile(const std::string& name) const {
  const fs::path path = fs::path(path_) / name;
  if (path.extension() == ".sst") {
    rocksdb::SstFileReader reader(MachineOptions());
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
  GL_ASSIGN_OR_RETURN(const auto engine, OpenEngineToRead(path_));
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

Result<BackupInfo> AddBackup(const std::string& directory, const std::string& store,
                             const BackupOptions& options, Time now,
                             const std::function<Result<Lsn>(const std::string& to)>& take) {
  // So that nothing is copied for what is refused.
  GL_RETURN_IF_ERROR(CheckAreApart("the backup store", store, directory));
  {
    const auto room = LookForStore(store.empty() ? store : Absolute(store));
    if (!room.has_value()) return room.error();
  }
  std::error_code ignored;
  fs::path original = fs::canonical(directory, ignored);
  if (ignored) original = directory;
  auto copy = StagedDirectory::Beside(original.string(), "backup");
  if (!copy) {
    if (const auto made = BackupStore::OpenToWrite(store); !made) return made.error();
    copy = StagedDirectory::Beside(Absolute(store) + "/copy", "backup");
  }
  if (!copy) return std::move(copy).error();
  GL_ASSIGN_OR_RETURN(const Lsn least, take((*copy)->path()));
  GL_ASSIGN_OR_RETURN(const auto opened, BackupStore::OpenToWrite(store));
  GL_ASSIGN_OR_RETURN(const BackupInfo made,
                      opened->Add((*copy)->path(), least, now, options.progress));
  if (options.keep != 0) {
    GL_ASSIGN_OR_RETURN([[maybe_unused]] const auto deleted, opened->DeleteAllBut(options.keep));
  }
  return made;
}

}  // namespace grantledger
