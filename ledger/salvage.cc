#include "ledger/salvage.h"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <rocksdb/options.h>
#include <rocksdb/sst_file_reader.h>
#include <rocksdb/write_batch.h>

#include "ledger/claimed_files.h"
#include "ledger/directory.h"
#include "ledger/errors.h"
#include "ledger/file_io.h"
#include "ledger/file_names.h"
#include "ledger/info_log.h"
#include "ledger/machine_files.h"
#include "ledger/macros.h"
#include "ledger/store.h"
#include "ledger/tuning.h"
#include "ledger/wal_files.h"

namespace grantledger {
namespace {

namespace fs = std::filesystem;

/// The family of a table file; empty: it can't be read.
std::string FamilyOf(const fs::path& file) {
  rocksdb::SstFileReader reader(MachineOptions());
  return reader.Open(file.string()).ok() ? reader.GetTableProperties()->column_family_name : "";
}

/// The number in the name of a file of a kind: TableNumber, WalNumber.
using NumberOf = std::optional<std::uint64_t> (*)(std::string_view name);

/// The files of a kind, by their numbers.
Result<std::vector<fs::path>> FilesIn(const std::string& directory, NumberOf number_of) {
  GL_ASSIGN_OR_RETURN(std::vector<fs::path> files, EntriesOf(directory));
  std::error_code ignored;
  std::erase_if(files, [&](const fs::path& file) {
    return !number_of(file.filename().string()) || !fs::is_regular_file(file, ignored);
  });
  return files;
}

/// Whether one of the kind is there that is not empty.
Result<bool> HasFiles(const std::string& directory, NumberOf number_of) {
  GL_ASSIGN_OR_RETURN(const std::vector<fs::path> files, FilesIn(directory, number_of));
  return std::ranges::any_of(files, [](const fs::path& file) {
    std::error_code gone;
    const std::uintmax_t size = fs::file_size(file, gone);
    return !gone && size > 0;
  });
}

/// The name in CURRENT; empty: there is none.
Result<std::string> ManifestOf(const std::string& directory) {
  const std::string path = directory + "/CURRENT";
  GL_ASSIGN_OR_RETURN(const bool is_there, IsThere(path));
  if (!is_there) return std::string();
  // A writer may put another in its place meanwhile, but there is always one.
  GL_ASSIGN_OR_RETURN(const std::string current, ReadSmallFile(path));
  return current.substr(0, current.find('\n'));
}

}  // namespace

Result<bool> HoldsFamilies(const std::string& directory) {
  GL_ASSIGN_OR_RETURN(const std::vector<fs::path> files, FilesIn(directory, TableNumber));
  return std::ranges::any_of(
      files, [](const fs::path& file) { return FamilyOf(file) == FamilyName(Family::kLog); });
}

Result<bool> LacksFileList(const std::string& directory) {
  GL_ASSIGN_OR_RETURN(std::string manifest, ManifestOf(directory));
  while (!manifest.empty()) {
    GL_ASSIGN_OR_RETURN(const bool is_there, IsThere(fs::path(directory) / manifest));
    if (is_there) return false;
    // Unless a writer beside us has begun the next one meanwhile.
    GL_ASSIGN_OR_RETURN(std::string next, ManifestOf(directory));
    if (next == manifest) break;
    manifest = std::move(next);
  }
  GL_ASSIGN_OR_RETURN(const bool has_identity, IsThere(fs::path(directory) / "IDENTITY"));
  if (!has_identity) return false;
  GL_ASSIGN_OR_RETURN(const bool has_tables, HasFiles(directory, TableNumber));
  if (has_tables) return true;
  return HasFiles(directory, WalNumber);
}

namespace {

/// RocksDB moves a write-ahead log away when it is done with it, and writes to no table file: a
/// link serves as well as a copy.
Status LinkOrCopy(const fs::path& file, const fs::path& to) {
  std::error_code error;
  fs::create_hard_link(file, to, error);
  if (error) fs::copy_file(file, to, error);
  if (!error) return {};
  return {Code::kIoError,
          "copying " + file.string() + " to " + to.string() + ": " + error.message()};
}

Options OptionsToWrite() {
  Options options;
  options.cache_bytes = std::size_t{8} << 20;
  return options;
}

/// Goes to the first record behind `lsn` that can be read, over a block that can't.
void SeekBehindDamage(rocksdb::Iterator& rows, Lsn lsn) {
  constexpr Lsn kMostInABlock = 20'000;
  for (Lsn next = lsn + 1; next <= lsn + kMostInABlock; ++next) {
    rows.Seek(LogKey(next));
    if (rows.Valid() || rows.status().ok()) return;
  }
}

/// Puts what can be read of a file of `log`.
Status PutRecords(const fs::path& file, Store& to) {
  constexpr int kBatch = 10'000;
  rocksdb::SstFileReader reader(MachineOptions());
  if (!reader.Open(file.string()).ok()) return {};  // nothing can be
  const std::unique_ptr<rocksdb::Iterator> rows(reader.NewIterator(rocksdb::ReadOptions()));
  rocksdb::WriteBatch batch;
  const auto write = [&] {
    const rocksdb::Status written = to.db()->Write(rocksdb::WriteOptions(), &batch);
    batch.Clear();
    return FromRocks(written, "writing records of " + file.string());
  };
  Lsn last = 0;
  for (rows->SeekToFirst(); rows->Valid();) {
    batch.Put(to.handle(Family::kLog), rows->key(), rows->value());
    if (batch.Count() >= kBatch) GL_RETURN_IF_ERROR(write());
    if (rows->key().size() == sizeof(Lsn)) last = ReadLogKey(rows->key().ToStringView());
    rows->Next();
    if (!rows->Valid() && !rows->status().ok()) SeekBehindDamage(*rows, last);
  }
  return write();
}

/// The families have the numbers that those of every ledger have, so that a new store can read the
/// write-ahead logs: under numbers behind its own, and in their order.
Status AdoptWals(const std::string& from, const std::string& to) {
  constexpr std::uint64_t kBehind = 1'000'000;
  GL_ASSIGN_OR_RETURN(const std::vector<fs::path> wals, FilesIn(from, WalNumber));
  for (const fs::path& wal : wals) {
    const std::uint64_t number = kBehind + WalNumber(wal.filename().string()).value_or(0);
    GL_RETURN_IF_ERROR(LinkOrCopy(wal, fs::path(to) / WalName(number)));
  }
  return {};
}

Status TakeFiles(const std::vector<fs::path>& files, const std::string& to) {
  for (const fs::path& file : files) {
    GL_RETURN_IF_ERROR(LinkOrCopy(file, fs::path(to) / file.filename()));
  }
  return {};
}

/// All of the files, of which only CURRENT is made anew. The manifest is copied, up to its end.
Status NameManifest(const std::string& from, const std::string& to, const std::string& manifest) {
  for (const NumberOf number_of : {TableNumber, WalNumber}) {
    GL_ASSIGN_OR_RETURN(const std::vector<fs::path> files, FilesIn(from, number_of));
    GL_RETURN_IF_ERROR(TakeFiles(files, to));
  }
  std::error_code error;
  fs::copy_file(fs::path(from) / manifest, fs::path(to) / manifest, error);
  if (error) return {Code::kIoError, "copying " + manifest + ": " + error.message()};
  const rocksdb::Status named = rocksdb::WriteStringToFile(MachineEnv(), manifest + "\n",
                                                           to + "/CURRENT", /*should_sync=*/false);
  return FromRocks(named, "writing " + to + "/CURRENT");
}

/// Table files and all write-ahead logs under a new list.
Status ListAnew(const std::string& from, const std::vector<fs::path>& tables,
                const std::string& to) {
  GL_RETURN_IF_ERROR(TakeFiles(tables, to));
  GL_ASSIGN_OR_RETURN(const std::vector<fs::path> logs, FilesIn(from, WalNumber));
  GL_RETURN_IF_ERROR(TakeFiles(logs, to));
  const Options options = OptionsToWrite();
  const rocksdb::DBOptions database =
      DatabaseOptions(options, nullptr, std::make_shared<LedgerLog>(options, to));
  const rocksdb::Status listed =
      rocksdb::RepairDB(to, database, Descriptors(MakeCache(options.cache_bytes)));
  GL_RETURN_IF_ERROR(FromRocks(listed, "making a new list of the files in " + from));
  // Families without a file are in no list; opening makes them.
  rocksdb::DB* opened = nullptr;
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  const rocksdb::Status made = rocksdb::DB::Open(
      database, to, Descriptors(MakeCache(options.cache_bytes)), &handles, &opened);
  GL_RETURN_IF_ERROR(FromRocks(made, "making the families that have no file"));
  for (auto* handle : handles) (void)opened->DestroyColumnFamilyHandle(handle);
  const std::unique_ptr<rocksdb::DB> closed(opened);
  return {};
}

}  // namespace

Status CantBeListed(const std::string& directory) {
  return {
      Code::kCorruption,
      "the ledger in " + directory +
          " dropped its history, and the list of its files is damaged: which of them are needed "
          "can't be told, expected those that its file ANCHOR claims, of every family"};
}

namespace {

/// Those of the tables that are needed. One that was merged into another would bring back what was
/// dropped; without one that is gone, rows are missing; and of a family that has none, RocksDB
/// would not read what is in the write-ahead log.
Result<std::vector<fs::path>> NeededTables(const std::string& directory,
                                           std::vector<fs::path> tables,
                                           const std::optional<AnchorClaim>& claim) {
  const auto needed = claim ? FindTables(directory, claim->tables, MachineEnv()) : std::nullopt;
  if (!needed) return CantBeListed(directory);
  std::erase_if(tables, [&](const auto& file) { return !needed->contains(file.filename()); });
  std::set<std::string> families;
  for (const fs::path& file : tables) families.insert(FamilyOf(file));
  for (int i = 0; i < kFamilyCount; ++i) {
    if (!families.contains(std::string(FamilyName(static_cast<Family>(i))))) {
      return CantBeListed(directory);
    }
  }
  return tables;
}

}  // namespace

Result<Salvaged> Salvage(const std::string& from, const std::string& to,
                         const std::optional<AnchorClaim>& claim) {
  GL_RETURN_IF_ERROR(CheckPermission(from, /*writes=*/false));
  if (claim && HasClaimedManifest(from, *claim, MachineEnv())) {
    GL_RETURN_IF_ERROR(NameManifest(from, to, ManifestName(claim->manifest.number)));
    return Salvaged::kAll;
  }
  GL_ASSIGN_OR_RETURN(const std::vector<fs::path> tables, FilesIn(from, TableNumber));
  const bool was_dropped = std::ranges::any_of(
      tables, [](const auto& file) { return FamilyOf(file) == FamilyName(Family::kBase); });
  if (was_dropped) {
    GL_ASSIGN_OR_RETURN(const auto needed, NeededTables(from, tables, claim));
    GL_RETURN_IF_ERROR(ListAnew(from, needed, to));
    return Salvaged::kAll;
  }
  return SalvageRecords(from, to);
}

Result<Salvaged> SalvageRecords(const std::string& from, const std::string& to) {
  GL_ASSIGN_OR_RETURN(const std::vector<fs::path> tables, FilesIn(from, TableNumber));
  GL_ASSIGN_OR_RETURN(auto store, Store::Open(to, OptionsToWrite(), nullptr));
  for (const fs::path& file : tables) {
    if (FamilyOf(file) == FamilyName(Family::kLog)) {
      GL_RETURN_IF_ERROR(PutRecords(file, *store));
    }
  }
  GL_RETURN_IF_ERROR(store->Settle());
  store.reset();
  // What it claims to hold is nothing, and will be more.
  std::error_code gone;
  fs::remove(fs::path(to) / "ANCHOR", gone);
  if (gone) {
    return Status(Code::kIoError, "removing the file ANCHOR of " + to + ": " + gone.message());
  }
  GL_RETURN_IF_ERROR(AdoptWals(from, to));
  return tables.empty() ? Salvaged::kAll : Salvaged::kRecords;
}

}  // namespace grantledger
