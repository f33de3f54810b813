// LedgerHistory: the backups and the ledger that tell of one history, and how a moment of it is
// made again.
#ifndef GRANTLEDGER_INSPECT_HISTORY_H_
#define GRANTLEDGER_INSPECT_HISTORY_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <grantledger/backup.h>

#include "inspect/opened.h"
#include "ledger/backup_store.h"

namespace grantledger {

/// Whose log can be read: a backup, or a ledger in a directory.
struct HistorySource {
  std::optional<BackupId> backup = {};  ///< Nullopt: the ledger.
  HistoryEnd end = {};
  Time known_to = {};  ///< Up to when it knows what happened.
  /// Opened when it is read first.
  BackupStore::OpenedBackup opened_backup = {};
  OpenedStore opened_ledger = {};
};

/// How a ledger that ends at an LSN is made.
struct RestorePlan {
  Lsn to = 0;
  std::optional<BackupId> base = {};  ///< What is copied; nullopt: nothing.
  Lsn from = 0;                       ///< Where that ends.
  HistorySource* records = nullptr;   ///< Whose records are applied on top; null: none are.
};

/// Used by one thread. The store is kept.
class LedgerHistory {
 public:
  /// That which the backup ends. `store` null: there are no backups.
  static Result<LedgerHistory> OfBackup(const BackupStore& store, BackupId head);
  /// That of a ledger in a directory; backups before it that are of it, too. `store` null: none.
  static Result<LedgerHistory> OfLedger(const BackupStore* store, const std::string& directory);

  /// The LSN of a moment. Errors: InvalidArgument (beyond the end, or nobody has it).
  Result<Lsn> Find(const Moment& moment);
  /// Errors: InvalidArgument (it can't be made; what can is told).
  Result<RestorePlan> Plan(Lsn to);
  /// The rows of a source. Good as long as this object.
  Result<const Rows*> Open(HistorySource& source);
  [[nodiscard]] const HistoryEnd& end() const { return sources_.front()->end; }

 private:
  explicit LedgerHistory(const BackupStore* store) : store_(store) {}
  Status AddBackups(BackupId up_to);
  Result<bool> IsOf(const BackupDescription& backup);
  /// What can be restored: "LSN 0 to 20, 30".
  [[nodiscard]] std::string Possible() const;
  [[nodiscard]] std::string NameOf(const HistorySource& source) const;

  const BackupStore* store_;
  std::string directory_;  // of the ledger
  /// From where it ends back; each proven to be of it.
  std::vector<std::unique_ptr<HistorySource>> sources_;
  /// That are whole, and can't be proven to be of it.
  std::vector<const BackupInfo*> others_;
};

}  // namespace grantledger

#endif  // GRANTLEDGER_INSPECT_HISTORY_H_
