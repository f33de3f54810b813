// BackupStore: a directory of backups, by RocksDB's backup engine, with a description of each.
#ifndef GRANTLEDGER_LEDGER_BACKUP_STORE_H_
#define GRANTLEDGER_LEDGER_BACKUP_STORE_H_

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "ledger/backup_description.h"
#include "ledger/store_copy.h"

namespace grantledger {

/// Whether a directory is that of a backup store.
bool IsBackupStore(const std::string& path);

/// One that is open; locked for as long as the object lives. Used by one thread.
class BackupStore {
 public:
  /// Makes it where there is nothing: the directory is empty, or not there though its parent is.
  /// Removes what a backup left that was never finished.
  /// Errors: InvalidArgument (something else is there), IoError (also: in use).
  static Result<std::unique_ptr<BackupStore>> OpenToWrite(const std::string& path);
  /// Errors: InvalidArgument (there is none), IoError.
  static Result<std::unique_ptr<BackupStore>> OpenToRead(const std::string& path);

  [[nodiscard]] const std::string& path() const { return path_; }
  /// By id. Of one that is not whole, as far as can be told without reading its files, `problem`
  /// says why.
  [[nodiscard]] const std::map<BackupId, BackupDescription>& backups() const { return backups_; }

  /// InvalidArgument: it holds backups of another ledger than that of `identity`; `or_else` ends
  /// what was expected. One that is not whole tells, too, as far as its description can be read; a
  /// store of which none can be read is anybody's.
  [[nodiscard]] Status CheckIsOf(const std::string& identity, const std::string& or_else) const;
  /// Adds a backup of a ledger that was copied, as its directory is now. Nobody has that open.
  /// `now`: when it is made. IoError: the copy ends before `least`.
  Result<BackupInfo> Add(const std::string& copy, Lsn least, Time now,
                         const StageProgress& progress);
  /// See DeleteBackups.
  Result<std::vector<BackupId>> DeleteAllBut(std::size_t keep);

  /// Copies the files of a backup into a directory under the names that RocksDB gives them, and
  /// proves each. False: it was stopped. Errors: Corruption, IoError.
  Result<bool> CopyFiles(const BackupDescription& backup, const std::string& to,
                         const StageProgress& progress) const;
  /// The ledger in a backup, to read, without copying it. Its files prove themselves as they are
  /// read. The environment is needed as long as the store is open.
  struct OpenedBackup {
    std::shared_ptr<rocksdb::Env> env;
    std::unique_ptr<Store> store;
  };
  [[nodiscard]] Result<OpenedBackup> Read(BackupId id) const;

 private:
  BackupStore(std::string path, Descriptor lock) : path_(std::move(path)), lock_(std::move(lock)) {}
  Status Load();
  Status RemoveUnfinished();
  [[nodiscard]] Status TakeNumbers() const;
  [[nodiscard]] Result<BackupDescription> ReadDescriptionOf(BackupId id) const;
  [[nodiscard]] Status LookAtFiles(const BackupDescription& description) const;
  [[nodiscard]] std::string DescriptionOf(BackupId id) const;
  Status Describe(const HistoryEnd& end, Time now, BackupId id);
  Result<FileProof> ProveNewFile(const std::string& name) const;

  std::string path_;
  Descriptor lock_;
  std::map<BackupId, BackupDescription> backups_;
};

/// Adds a backup of a ledger that `take` copies into an empty directory, and deletes old ones. It
/// gives a record that the copy has. The
/// copy is made beside `directory`, the ledger's, so that its files can be linked; in the store
/// where this process may not write there.
Result<BackupInfo> AddBackup(const std::string& directory, const std::string& store,
                             const BackupOptions& options, Time now,
                             const std::function<Result<Lsn>(const std::string& to)>& take);

}  // namespace grantledger

#endif  // GRANTLEDGER_LEDGER_BACKUP_STORE_H_
