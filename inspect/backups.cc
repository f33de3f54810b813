// Backups of ledgers that somebody else has open, or nobody; and what a store holds.
#include <filesystem>
#include <map>

#include <grantledger/backup.h>

#include "ledger/backup_store.h"
#include "ledger/errors.h"
#include "ledger/macros.h"
#include "ledger/system_time.h"

namespace grantledger {

Result<BackupInfo> BackupLedger(const std::string& directory, const std::string& store,
                                const BackupOptions& options) {
  return AddBackup(directory, store, options, SystemNow(),
                   [&directory](const std::string& to) { return TakeFilesOf(directory, to); });
}

Result<std::vector<BackupInfo>> ListBackups(const std::string& store) {
  GL_ASSIGN_OR_RETURN(const auto opened, BackupStore::OpenToRead(store));
  std::vector<BackupInfo> all;
  for (const auto& [id, backup] : opened->backups()) all.push_back(backup.info);
  return all;
}

namespace {

/// One file of a store, and which backups need it.
struct NeededFile {
  FileProof proof;
  std::vector<BackupId> needed_by;
};

std::string Listed(const std::vector<BackupId>& ids) {
  std::string text = ids.size() == 1 ? "backup " : "backups ";
  for (std::size_t i = 0; i < ids.size(); ++i) {
    text += (i == 0 ? "" : ", ") + std::to_string(ids[i]);
  }
  return text;
}

/// What is wrong with the file; ok: nothing. Nullopt: it was stopped.
Result<std::optional<Status>> ProveFile(const std::string& store, const std::string& name,
                                        const FileProof& expected, const BytesProgress& progress) {
  const auto wrong = [&](const std::string& found) {
    return std::optional(Status(Code::kCorruption, "file " + name + " " + found + ", expected " +
                                                       std::to_string(expected.bytes) +
                                                       " bytes with the checksum " +
                                                       expected.hash));
  };
  bool missing = false;
  const auto opened = Descriptor::OpenToRead(std::filesystem::path(store) / name, &missing);
  if (missing) return wrong("is missing");
  if (!opened) return wrong("can't be read (" + opened.error().message() + ")");
  const auto read = ReadThrough(*opened, progress);
  if (!read) return wrong("can't be read (" + read.error().message() + ")");
  if (!*read) return std::optional<Status>();
  if (**read == expected) return std::optional(Status());
  return wrong("has " + std::to_string((*read)->bytes) + " bytes with the checksum " +
               (*read)->hash);
}

}  // namespace

Result<StoreReport> VerifyBackups(const std::string& store, const StageProgress& progress) {
  GL_ASSIGN_OR_RETURN(const auto opened, BackupStore::OpenToRead(store));
  StoreReport report;
  std::map<std::string, NeededFile> files;
  std::map<BackupId, Status> problems;
  std::uint64_t all = 0;
  for (const auto& [id, backup] : opened->backups()) {
    if (backup.files.empty()) {  // its description says nothing
      report.findings.push_back(backup.info.problem.message());
      problems.emplace(id, backup.info.problem);
    }
    for (const BackupFile& file : backup.files) {
      const auto [at, is_new] = files.try_emplace(file.name, NeededFile{file.proof, {}});
      at->second.needed_by.push_back(id);
      if (is_new) all += file.proof.bytes;
    }
  }
  const BytesProgress tell = [&](std::uint64_t bytes) {
    report.bytes += bytes;
    return !progress || progress("reading", report.bytes, std::max(report.bytes, all));
  };
  for (const auto& [name, file] : files) {
    GL_ASSIGN_OR_RETURN(const auto found, ProveFile(opened->path(), name, file.proof, tell));
    if (!found) {
      report.stopped = true;
      return report;
    }
    ++report.files;
    if (found->ok()) continue;
    report.findings.push_back(found->message() + "; needed by " + Listed(file.needed_by));
    for (const BackupId id : file.needed_by) problems.try_emplace(id, *found);
  }
  for (const auto& [id, backup] : opened->backups()) {
    report.backups.push_back(backup.info);
    const auto problem = problems.find(id);
    report.backups.back().problem = problem == problems.end() ? Status() : problem->second;
  }
  return report;
}

Result<std::vector<BackupId>> DeleteBackups(const std::string& store, std::size_t keep) {
  if (keep == 0) return Invalid("keep", "0", "at least 1: how many backups stay");
  if (!IsBackupStore(store)) {
    return Invalid("the directory " + Quoted(store), "no backup store's", "that of one");
  }
  GL_ASSIGN_OR_RETURN(const auto opened, BackupStore::OpenToWrite(store));
  return opened->DeleteAllBut(keep);
}

}  // namespace grantledger
