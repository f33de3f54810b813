#include "ledger/opening.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

#include <rocksdb/db.h>

#include "codec/keys.h"
#include "ledger/claimed_files.h"
#include "ledger/directory.h"
#include "ledger/errors.h"
#include "ledger/file_names.h"
#include "ledger/info_log.h"
#include "ledger/macros.h"
#include "ledger/salvage.h"
#include "ledger/tables.h"
#include "ledger/wal_files.h"

namespace grantledger {
namespace {

/// Of RocksDB, or our anchor: it is written before it gets its name.
bool IsTemporary(std::string_view file) {
  return file == "ANCHOR.dbtmp" || TemporaryNumber(file).has_value();
}

/// Ours, or RocksDB's own.
bool IsOldLog(std::string_view file) {
  constexpr std::string_view kBeginning = "LOG.old.";
  if (file == "LOG.old") return true;
  return file.starts_with(kBeginning) && FileNumber(file.substr(kBeginning.size())).has_value();
}

/// What of RocksDB may be there before there is a database: what a creation leaves that ended
/// before its last step, which is to write CURRENT.
bool IsOfCreation(std::string_view file) {
  return file == "LOCK" || file == "ANCHOR" || file == "IDENTITY" || file == "LOG" ||
         IsOldLog(file) || file == "MANIFEST-000001" || IsTemporary(file);
}

Status Because(Code code, const std::string& sentence, const rocksdb::Status& cause) {
  return {code, sentence + " (RocksDB: " + cause.ToString() + ")"};
}

Status CantBeRead(const std::string& directory, const rocksdb::Status& cause) {
  return Because(Code::kIoError,
                 "the directory " + directory + " can't be read, expected one that can", cause);
}

/// "notes.txt" and 3 more.
std::string Listed(std::vector<std::string> files) {
  std::ranges::sort(files);
  std::string listed = Quoted(files.front());
  if (files.size() > 1) listed += " and " + std::to_string(files.size() - 1) + " more";
  return listed;
}

/// The directory is there, and no database in it.
Status CheckNoLedger(const std::string& directory, const Options& options, rocksdb::Env* env) {
  std::vector<std::string> files;
  if (const auto listed = env->GetChildren(directory, &files); !listed.ok()) {
    return CantBeRead(directory, listed);
  }
  std::erase_if(files,
                [](const auto& file) { return file == "." || file == ".." || IsOfCreation(file); });
  if (!files.empty()) {
    return Invalid("the directory " + directory, "no ledger's: it holds " + Listed(files),
                   options.read_only ? "that of a ledger" : "that of a ledger, or an empty one");
  }
  if (options.create_if_missing && !options.read_only) return {};
  return Invalid("the directory " + directory, "empty", "that of a ledger");
}

Status CheckNothing(const std::string& directory, const Options& options, rocksdb::Env* env) {
  if (!options.create_if_missing || options.read_only) {
    return Invalid("the directory " + Quoted(directory), "missing", "that of a ledger");
  }
  const std::size_t end = directory.find_last_not_of('/');
  const std::size_t slash = directory.rfind('/', end);
  if (end == std::string::npos || slash == std::string::npos || slash == 0) return {};
  const std::string parent = directory.substr(0, slash);
  bool is_directory = false;
  if (env->IsDirectory(parent, &is_directory).ok() && is_directory) return {};
  return Invalid("the directory " + Quoted(parent), "missing",
                 "one to make the ledger " + Quoted(directory) + " in");
}

bool IsOurs(std::string_view family) {
  for (int i = 0; i < kFamilyCount; ++i) {
    if (family == FamilyName(static_cast<Family>(i))) return true;
  }
  return family == rocksdb::kDefaultColumnFamilyName;
}

/// A database is there. Whether it holds a ledger; false: nothing was ever written to it.
Result<bool> HoldsLedger(const std::string& directory, const rocksdb::DBOptions& options) {
  const Status another =
      Invalid("the directory " + directory, "another RocksDB database's", "that of a ledger");
  std::vector<std::string> families;
  if (!rocksdb::DB::ListColumnFamilies(options, directory, &families).ok()) return true;
  if (!std::ranges::all_of(families, IsOurs)) return another;
  if (std::ranges::find(families, FamilyName(Family::kLog)) != families.end()) return true;
  rocksdb::DB* opened = nullptr;
  if (!rocksdb::DB::OpenForReadOnly(rocksdb::Options(options, {}), directory, &opened).ok()) {
    return true;
  }
  const std::unique_ptr<rocksdb::DB> database(opened);
  if (database->GetLatestSequenceNumber() == 0) return false;
  GL_ASSIGN_OR_RETURN(const bool holds_families, HoldsFamilies(directory));
  if (holds_families) {
    return Status(Code::kCorruption, "the ledger in " + directory +
                                         " is damaged: the list of its files lacks its families, "
                                         "expected the manifest as it was written");
  }
  return another;
}

bool Says(const rocksdb::Status& status, std::string_view words) {
  return status.ToString().find(words) != std::string::npos;
}

}  // namespace

Result<std::optional<AnchorClaim>> LookAtDirectory(const std::string& directory,
                                                   const Options& options, rocksdb::Env* env) {
  const std::optional<AnchorClaim> none;
  bool is_directory = false;
  const rocksdb::Status found = env->IsDirectory(directory, &is_directory);
  if (found.IsPathNotFound() || found.IsNotFound()) {
    GL_RETURN_IF_ERROR(CheckNothing(directory, options, env));
    return none;
  }
  if (!found.ok()) return CantBeRead(directory, found);
  if (!is_directory) return Invalid(directory, "a file", "the directory of a ledger");
  GL_ASSIGN_OR_RETURN(const auto claim, ReadAnchor(directory, env));
  const bool is_made = claim && claim->state != AnchorClaim::State::kCreating;
  const rocksdb::Status current = env->FileExists(directory + "/CURRENT");
  if (!current.ok() && !current.IsNotFound()) return CantBeRead(directory, current);
  const bool has_list = current.ok();
  // What was not made to the end may be there in any part.
  const bool is_begun = claim && !is_made;
  GL_ASSIGN_OR_RETURN(const bool lacks_list, LacksFileList(directory));
  if (!is_begun && (lacks_list || (is_made && !has_list))) {
    return Status(Code::kCorruption, "the ledger in " + directory +
                                         " is damaged: the list of its files is missing, expected "
                                         "CURRENT and the manifest that it names");
  }
  if (is_begun) {
    if (options.create_if_missing && !options.read_only) return none;
    return Invalid("the directory " + directory, "one in which a ledger was not made to the end",
                   "that of a ledger");
  }
  if (!has_list) {
    GL_RETURN_IF_ERROR(CheckNoLedger(directory, options, env));
    return none;
  }
  rocksdb::DBOptions database;
  database.env = env;
  Options silent;
  silent.read_only = true;
  database.info_log = MakeInfoLog(std::make_shared<LedgerLog>(silent, directory));
  database.max_file_opening_threads = 1;
  GL_ASSIGN_OR_RETURN(const bool holds_ledger, HoldsLedger(directory, database));
  if (!claim && !holds_ledger) return none;
  if (!claim) {
    return Status(Code::kCorruption,
                  "the ledger in " + directory +
                      " is damaged: its file ANCHOR is missing, expected it: without it nobody can "
                      "tell whether records are gone; `ledger-dump repair` makes a new ledger of "
                      "what is there");
  }
  GL_RETURN_IF_ERROR(CheckFiles(directory, *claim, env));
  return claim;
}

Status RemoveCreation(const std::string& directory, rocksdb::Env* env) {
  GL_ASSIGN_OR_RETURN(const auto claim, ReadAnchor(directory, env));
  if (!claim || claim->state != AnchorClaim::State::kCreating) return {};
  std::vector<std::string> files;
  if (const auto listed = env->GetChildren(directory, &files); !listed.ok()) {
    return Because(Code::kIoError, "the directory " + directory + " can't be read", listed);
  }
  for (const std::string& file : files) {
    const bool is_rocks = IsOfCreation(file) || file == "CURRENT" || ManifestNumber(file) ||
                          WalNumber(file) || TableNumber(file);
    if (!is_rocks || file == "LOCK" || file == "ANCHOR") continue;
    std::string path = directory;
    path.append("/").append(file);
    const auto removed = env->DeleteFile(path);
    // With a log those before it may be removed (ResumableFiles).
    if (removed.ok() || removed.IsNotFound() || removed.IsPathNotFound()) continue;
    return Because(Code::kIoError, "removing " + file + " of a ledger that was not made to the end",
                   removed);
  }
  return {};
}

Result<std::optional<LogEnd>> ReadLogEnd(const Rows& rows) {
  GL_ASSIGN_OR_RETURN(const auto counters,
                      FindTable<fb::CountersT>(rows, Family::kState, CountersKey()));
  if (counters == nullptr) return std::optional<LogEnd>();
  return std::optional(LogEnd{counters->lsn, counters->checksum});
}

Status CheckEnd(const std::string& directory, const Rows& rows, const AnchorClaim& claim) {
  if (claim.state == AnchorClaim::State::kCreating) return {};
  GL_ASSIGN_OR_RETURN(const auto end, ReadLogEnd(rows));
  const std::string last = std::to_string(claim.end.lsn);
  if (!end) {
    return LessThanClaimed(directory, "it has no records, nor its identity",
                           "records up to LSN " + last);
  }
  if (end->lsn < claim.end.lsn) {
    const std::string next = std::to_string(end->lsn + 1);
    const std::string gone = next == last ? "record " + last + " is gone"
                                          : "records " + next + " to " + last + " are gone";
    return LessThanClaimed(directory, gone, "all records up to LSN " + last);
  }
  const auto checksum = ChecksumOf(rows, claim.end.lsn);
  // At or before the horizon the record may have been dropped; what else is wrong with it is told
  // by who reads it.
  if (!checksum || *checksum == claim.end.checksum) return {};
  return LessThanClaimed(directory, "its record " + last + " is of another history",
                         "the one that was written");
}

Result<std::string> WrittenVersion(const std::string& directory, rocksdb::Env* env) {
  std::string version;
  const auto read = [&](const std::string& path) -> Status {
    std::string bytes;
    GL_RETURN_IF_ERROR(FromRocks(rocksdb::ReadFileToString(env, path, &bytes), "reading " + path));
    version += bytes;
    return {};
  };
  GL_RETURN_IF_ERROR(read(directory + "/CURRENT"));
  GL_ASSIGN_OR_RETURN(auto files, ListWals(directory, 0, env));
  files.emplace(0, version.substr(0, version.find('\n')));  // the manifest
  for (const auto& [number, name] : files) {
    std::uint64_t bytes = 0;
    std::string path = directory;
    path.append("/").append(name);
    GL_RETURN_IF_ERROR(FromRocks(env->GetFileSize(path, &bytes), "looking at " + path));
    version.append(name).append(" ").append(std::to_string(bytes)).append("\n");
  }
  GL_RETURN_IF_ERROR(read(directory + "/ANCHOR"));
  return version;
}

Status ExplainOpening(const rocksdb::Status& opened, const std::string& directory,
                      const Options& options) {
  if (opened.ok()) return {};
  const std::string ledger = "the ledger in " + directory;
  if (Says(opened, "lock hold by current process")) {
    return Because(Code::kIoError, ledger + " is in use by this process, expected nobody to write",
                   opened);
  }
  if (Says(opened, "While lock file")) {
    return Because(Code::kIoError,
                   ledger +
                       " is in use by another process, expected nobody to write; open it "
                       "read-only, or end that process",
                   opened);
  }
  // Which is what it says, too, where it can't open a file at all.
  const bool is_odd = Says(opened, "Direct I/O is not supported");
  if (opened.IsInvalidArgument() && !is_odd) {
    return Because(Code::kInvalidArgument,
                   "the directory " + directory + " is no ledger's, expected that of a ledger",
                   opened);
  }
  if (IsDamage(opened)) {
    return Because(Code::kCorruption,
                   ledger + " is damaged, expected its files as they were written", opened);
  }
  if (Says(opened, std::strerror(ENOSPC)) || Says(opened, std::strerror(EDQUOT))) {
    return Because(Code::kIoError, ledger + " can't be opened, expected room on its disk", opened);
  }
  if (Says(opened, std::strerror(EMFILE)) || Says(opened, std::strerror(ENFILE))) {
    return Because(Code::kIoError,
                   ledger + " can't be opened, expected that more files may be open", opened);
  }
  return Because(Code::kIoError,
                 ledger + " can't be opened, expected a directory that this process may read" +
                     (options.read_only ? "" : " and write"),
                 opened);
}

}  // namespace grantledger
