#include "ledger/store_copy.h"

#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <map>
#include <random>
#include <set>

#include <xxhash.h>

#include "ledger/caught.h"
#include "ledger/directory.h"
#include "ledger/errors.h"
#include "ledger/file_io.h"
#include "ledger/file_names.h"
#include "ledger/machine_files.h"
#include "ledger/opening.h"
#include "ledger/staged_directory.h"
#include "ledger/tables.h"

namespace grantledger {
namespace {

namespace fs = std::filesystem;

/// A file that is kept from being lost, whoever deletes its name.
struct Held {
  Descriptor file;
  bool linked = false;
};

/// Something is there, which is no regular file: it is never read from.
bool IsOdd(const fs::path& path) {
  struct stat found {};
  return ::stat(path.c_str(), &found) == 0 && !S_ISREG(found.st_mode);
}

/// By a link, if the file system makes one here; else its descriptor is kept, to be copied from.
/// Nullopt: there is no such file any more. Corruption: it is none, but a pipe, say.
Result<std::optional<Held>> Hold(const fs::path& from, const fs::path& to, bool may_link) {
  std::error_code error;
  if (IsOdd(from)) return Status(Code::kCorruption, from.string() + " is no regular file");
  if (may_link) fs::create_hard_link(from, to, error);
  if (may_link && !error) return std::optional<Held>(Held{Descriptor(), /*linked=*/true});
  bool missing = false;
  auto opened = Descriptor::OpenToRead(from, &missing);
  if (opened) return std::optional<Held>(Held{*std::move(opened), /*linked=*/false});
  if (missing) return std::optional<Held>();
  return std::move(opened).error();
}

Status Copy(const Descriptor& from, const fs::path& to, std::uint64_t limit) {
  const auto copied = CopyInto(from, to, {}, limit);
  return copied ? Status() : copied.error();
}

Status TakeFile(const rocksdb::LiveFileStorageInfo& file, const std::string& to) {
  const fs::path from = fs::path(file.directory) / file.relative_filename;
  const fs::path target = fs::path(to) / file.relative_filename;
  if (!file.replacement_contents.empty()) return WriteFile(target, file.replacement_contents);
  // A write-ahead log is opened again by whoever recovers the copy: never one that is shared.
  const bool may_link = file.file_type == rocksdb::kTableFile;
  GL_ASSIGN_OR_RETURN(const auto held, Hold(from, target, may_link));
  if (!held) return FileError("opening", from);
  if (held->linked) return {};
  // Copies stop at the size that was told: what is written since is not in the list of files.
  return Copy(held->file, target, file.size);
}

/// Of all in a store, while it lives.
class FilesHeld {
 public:
  explicit FilesHeld(Store& store) : store_(store) {}
  ~FilesHeld() {
    try {
      if (hold_) (void)store_.LetFilesGo(*hold_);
    } catch (...) {
      (void)Caught();
    }
  }
  FilesHeld(const FilesHeld&) = delete;
  FilesHeld& operator=(const FilesHeld&) = delete;
  Status Begin() {
    GL_ASSIGN_OR_RETURN(hold_, store_.HoldFiles());
    return {};
  }
  Status End() {
    const Store::FilesHold hold = *hold_;
    hold_.reset();
    return store_.LetFilesGo(hold);
  }

 private:
  Store& store_;
  std::optional<Store::FilesHold> hold_;
};

}  // namespace

Result<Lsn> TakeFiles(Store& store, const std::string& to, const AwaitWrites& await_writes,
                      const BeforeEachFile& before) {
  rocksdb::DB* db = store.db();
  GL_ASSIGN_OR_RETURN(const auto end, ReadLogEnd(store));
  FilesHeld held(store);
  GL_RETURN_IF_ERROR(held.Begin());
  rocksdb::LiveFilesStorageInfoOptions options;
  // Nothing is flushed for us: the write-ahead log is copied.
  options.wal_size_for_flush = std::numeric_limits<std::uint64_t>::max();
  std::vector<rocksdb::LiveFileStorageInfo> files;
  Status taken = FromRocks(db->GetLiveFilesStorageInfo(options, &files), "listing the files");
  for (std::size_t i = 0; i < files.size() && taken.ok(); ++i) {
    if (files[i].file_type == rocksdb::kOptionsFile) continue;  // not needed, and not written
    if (before) before();
    taken = TakeFile(files[i], to);
  }
  // A write may be in the copy whose sync fails only now.
  if (taken.ok()) taken = await_writes();
  GL_RETURN_IF_ERROR(held.End());
  GL_RETURN_IF_ERROR(taken);
  return end ? end->lsn : 0;
}

namespace {

/// The files of a directory, each held fast.
struct HeldFiles {
  std::map<std::string, Held> tables;
  std::map<std::string, Held> logs;
  std::string manifest;         ///< Its name.
  std::uint64_t list_size = 0;  ///< Of the manifest.
};

struct FileList {
  std::string manifest;
  std::uint64_t size = 0;
  ino_t inode = 0;
  bool operator==(const FileList&) const = default;
};

/// The list of files that counts now.
Result<FileList> ListOf(const fs::path& directory) {
  FileList list;
  GL_ASSIGN_OR_RETURN(list.manifest, ReadSmallFile(directory / "CURRENT"));
  while (list.manifest.ends_with('\n')) list.manifest.pop_back();
  const fs::path manifest = directory / list.manifest;
  struct stat found {};
  if (::stat(manifest.c_str(), &found) != 0) return FileError("looking at", manifest);
  list.size = static_cast<std::uint64_t>(found.st_size);
  list.inode = found.st_ino;
  return list;
}

/// The logs from the first that is needed on, as far as that is known.
Status HoldAll(const fs::path& directory, const fs::path& to, std::uint64_t first_log,
               const BeforeEachFile& before, HeldFiles& held) {
  GL_ASSIGN_OR_RETURN(const auto files, EntriesOf(directory.string()));
  for (const fs::path& file : files) {
    const std::string name = file.filename().string();
    const bool is_table = TableNumber(name).has_value();
    const auto log = WalNumber(name);
    if (!is_table && !log && name != held.manifest) continue;
    if (log && *log < first_log) continue;
    if (is_table && IsOdd(file)) continue;  // if it is listed, it will be missing
    if (before) before();
    GL_ASSIGN_OR_RETURN(auto one, Hold(file, to / name, /*may_link=*/is_table));
    // One that is gone meanwhile is needed no more, or the list of files has changed.
    if (one) (is_table ? held.tables : held.logs).insert_or_assign(name, *std::move(one));
  }
  return {};
}

void RemoveAllIn(const fs::path& directory) {
  const auto entries = EntriesOf(directory.string());
  if (!entries) return;
  for (const fs::path& entry : *entries) {
    std::error_code ignored;
    fs::remove_all(entry, ignored);
  }
}

/// All files while their list did not change: what it names is there then, and the write-ahead logs
/// have what it does not name. A writer deletes a file only when the list says that it may.
Result<HeldFiles> HoldUnchanged(const std::string& directory, const std::string& to,
                                std::uint64_t first_log, const BeforeEachFile& before) {
  constexpr int kMostTries = 1000;
  Status unlisted;
  for (int i = 0; i < kMostTries; ++i) {
    const auto list = ListOf(directory);
    unlisted = list ? Status() : list.error();
    if (!list) continue;  // while a writer begins another list, it may be neither here nor there
    HeldFiles held;
    held.manifest = list->manifest;
    held.list_size = list->size;
    GL_RETURN_IF_ERROR(HoldAll(directory, to, first_log, before, held));
    const auto now = ListOf(directory);
    unlisted = now ? Status() : now.error();
    if (held.logs.contains(held.manifest) && now && *now == *list) return held;
    RemoveAllIn(to);
  }
  GL_RETURN_IF_ERROR(unlisted);
  return Status(Code::kIoError, "the files of the ledger in " + directory +
                                    " changed while they were looked at, each of " +
                                    std::to_string(kMostTries) +
                                    " times; expected a moment in which they do not");
}

/// Removes the table files that the list does not name: they may be half written, and are shared
/// with the original, so that nobody must ever open them to write.
Status RemoveUnlisted(const std::string& copy) {
  std::set<std::string> listed;
  {
    GL_ASSIGN_OR_RETURN(const auto opened, Store::OpenCopy(copy, nullptr, /*read_only=*/true));
    std::vector<rocksdb::LiveFileMetaData> files;
    opened->db()->GetLiveFilesMetaData(&files);
    for (const auto& file : files) {
      listed.insert(file.name.substr(file.name.find_last_of('/') + 1));
    }
  }
  GL_ASSIGN_OR_RETURN(const auto files, EntriesOf(copy));
  std::error_code error;
  for (const fs::path& file : files) {
    const bool is_listed = listed.contains(file.filename().string());
    const bool is_table = TableNumber(file.filename().string()).has_value();
    if (!error && is_table && !is_listed) fs::remove(file, error);
  }
  if (!error) return {};
  return {Code::kIoError, "removing what is not listed in " + copy + ": " + error.message()};
}

}  // namespace

Result<Lsn> TakeFilesOf(const std::string& directory, const std::string& to,
                        const BeforeEachFile& before) {
  Options options;
  options.read_only = true;
  options.create_if_missing = false;
  GL_RETURN_IF_ERROR(CheckIsPath("the directory of the ledger", directory));
  GL_RETURN_IF_ERROR(CheckPermission(directory, /*writes=*/false));
  GL_ASSIGN_OR_RETURN(const auto claim, LookAtDirectory(directory, options, MachineEnv()));
  GL_ASSIGN_OR_RETURN(HeldFiles held,
                      HoldUnchanged(directory, to, claim ? claim->wal.number : 0, before));
  const fs::path target(to);
  for (const auto& [name, table] : held.tables) {
    if (table.linked) continue;
    GL_RETURN_IF_ERROR(Copy(table.file, target / name, std::numeric_limits<std::uint64_t>::max()));
  }
  GL_RETURN_IF_ERROR(
      Copy(held.logs.at(held.manifest).file, target / held.manifest, held.list_size));
  GL_RETURN_IF_ERROR(WriteFile(target / "CURRENT", held.manifest + "\n"));
  // Before the write-ahead logs come, so that none is read for nothing.
  GL_RETURN_IF_ERROR(RemoveUnlisted(to));
  for (const auto& [name, log] : held.logs) {
    if (name == held.manifest) continue;
    GL_RETURN_IF_ERROR(Copy(log.file, target / name, std::numeric_limits<std::uint64_t>::max()));
  }
  if (!claim) return 0;
  // What was claimed before is in what was copied since: else the ledger lost it.
  GL_ASSIGN_OR_RETURN(const auto taken, Store::OpenCopy(to, nullptr, /*read_only=*/true));
  GL_RETURN_IF_ERROR(CheckEnd(directory, *taken, *claim));
  return claim->end.lsn;
}

Status CheckReaches(const HistoryEnd& copy, Lsn least) {
  if (copy.last_lsn >= least) return {};
  return {Code::kIoError, "the copy ends at LSN " + std::to_string(copy.last_lsn) + ", expected " +
                              std::to_string(least) + " or a later one"};
}

std::string IdentityText(std::uint64_t id_key) {
  constexpr std::size_t kDigits = 16;
  std::array<char, kDigits + 1> text{};
  (void)std::snprintf(text.data(), text.size(), "%016llx",
                      static_cast<unsigned long long>(XXH3_64bits(&id_key, sizeof(id_key))));
  return text.data();
}

Result<std::string> ProofOfRecord(const Rows& rows, Lsn lsn) {
  GL_ASSIGN_OR_RETURN(const auto payload, rows.Get(Family::kLog, LogKey(lsn)));
  return payload ? ProofOf(*payload).hash : std::string();
}

Result<HistoryEnd> EndOf(const Rows& rows) {
  HistoryEnd end;
  GL_ASSIGN_OR_RETURN(const auto first, GetRecord(rows, 0));
  const auto* genesis = first->body.AsGenesis();
  if (genesis == nullptr) {
    return RowCorruption(Family::kLog, LogKey(0), "the ledger's identity is missing");
  }
  end.identity = IdentityText(genesis->id_key);
  GL_ASSIGN_OR_RETURN(const auto counters,
                      GetTable<fb::CountersT>(rows, Family::kState, CountersKey()));
  end.last_lsn = counters->lsn;
  end.last_time = ToTime(counters->lsn == 0 ? first->time_ms : counters->time_ms);
  GL_ASSIGN_OR_RETURN(const auto horizon,
                      FindTable<fb::HorizonT>(rows, Family::kBase, HorizonKey()));
  if (horizon != nullptr) end.horizon = horizon->lsn;
  GL_ASSIGN_OR_RETURN(end.last_record, ProofOfRecord(rows, end.last_lsn));
  return end;
}

Result<HistoryEnd> FinishCopy(const std::string& directory) {
  HistoryEnd end;
  {
    GL_ASSIGN_OR_RETURN(const auto store, Store::OpenCopy(directory, nullptr, /*read_only=*/false));
    GL_ASSIGN_OR_RETURN(end, EndOf(*store));
    GL_RETURN_IF_ERROR(MarkFork(*store));
  }
  GL_RETURN_IF_ERROR(WriteAnchorFor(directory));
  return end;
}

Status CheckIsWritten(const Store& store) {
  if (!store.read_only()) return {};
  return {
      Code::kInvalidState,
      "the ledger is open read-only, expected one open to write; BackupLedger and RestoreLedger "
      "copy one from its directory"};
}

Result<Lsn> MakeCheckpoint(Store& store, const std::string& directory,
                           const AwaitWrites& await_writes) {
  constexpr const char* kName = "the directory of the checkpoint";
  if (Status apart = CheckAreApart(kName, directory, store.db()->GetName()); !apart.ok()) {
    GL_RETURN_IF_ERROR(CheckIsNew(kName, directory));  // which says more
    return apart;
  }
  GL_ASSIGN_OR_RETURN(const auto made, StagedDirectory::For(kName, directory));
  GL_ASSIGN_OR_RETURN(const Lsn least, TakeFiles(store, made->path(), await_writes));
  GL_ASSIGN_OR_RETURN(const HistoryEnd end, FinishCopy(made->path()));
  GL_RETURN_IF_ERROR(CheckReaches(end, least));
  GL_RETURN_IF_ERROR(made->Publish());
  return end.last_lsn;
}

Status MarkFork(Store& store) {
  Batch batch(store);
  GL_ASSIGN_OR_RETURN(auto counters,
                      CopyTable<fb::CountersT>(batch, Family::kState, CountersKey()));
  std::random_device random;
  while (counters.fork == 0) counters.fork = static_cast<std::uint64_t>(random()) << 32 | random();
  PutTable(batch, Family::kState, CountersKey(), counters);
  return batch.Commit();
}

Status WriteAnchorFor(const std::string& directory) {
  GL_ASSIGN_OR_RETURN(const auto store, Store::OpenCopy(directory, nullptr, /*read_only=*/true));
  GL_ASSIGN_OR_RETURN(const auto end, ReadLogEnd(*store));
  if (!end) return RowCorruption(Family::kState, CountersKey(), "the row is missing");
  GL_ASSIGN_OR_RETURN(const auto anchor, Anchor::Open(directory, MachineEnv(), AnchorClaim()));
  GL_RETURN_IF_ERROR(anchor->ClaimManifest(*store->db()));
  return anchor->ClaimEnd(*end, AnchorClaim::State::kClosed);
}

}  // namespace grantledger
