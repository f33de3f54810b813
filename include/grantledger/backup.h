// Backups: a store that holds ledgers as they were, and what is made of it again.
//
//   auto made = ledger->Backup("/backups/grants", {.keep = 30});
//   if (!made) return Fail(made.error());
//   …
//   auto restored = grantledger::RestoreLedger("/backups/grants", "/var/lib/grants",
//                                              {.as_of = grantledger::Moment(lsn)});
//
// A store is a directory in the format of RocksDB's backup engine. Files that two backups have in
// common are stored once, so that a backup costs what is new, and each time what is in the
// write-ahead log alone. It is used by one process at a time to write, and by any number to read
// while nobody writes.
#ifndef GRANTLEDGER_BACKUP_H_
#define GRANTLEDGER_BACKUP_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <grantledger/status.h>
#include <grantledger/types.h>
#include <grantledger/verify.h>

namespace grantledger {

/// From 1 on, in the order in which they are made.
using BackupId = std::uint32_t;

struct BackupInfo {
  BackupId id = 0;
  Time made = {};               ///< By the clock.
  std::string identity = {};    ///< That of the ledger, as in LedgerOverview.
  Lsn last_lsn = 0;             ///< Where it ends.
  Time last_time = {};          ///< Of that record.
  Lsn horizon = 0;              ///< The earliest moment that it keeps; 0: all are.
  std::uint64_t bytes = 0;      ///< Of all files that it needs.
  std::uint64_t new_bytes = 0;  ///< Of these, what no backup before it had.
  /// Not ok: it is not whole, and why. Where its description is lost, nothing above but `id` is
  /// known.
  Status problem = {};
};

struct BackupOptions {
  /// So many backups that are whole are kept, the newest; older ones are deleted when the new one
  /// is there. 0: all are. Where they can't be deleted, making the backup is IoError, though it is
  /// there.
  std::size_t keep = 0;
  /// Is called with "copying" and bytes. Stopped, nothing of the backup is left.
  StageProgress progress = {};
};

/// Adds a backup of the ledger in `directory` to the store, as Ledger::Backup does of one that is
/// open: here nobody has it open, or another process has. The store is made if it is not there (its
/// parent is), or empty.
///
/// Errors: InvalidArgument (no ledger there; `store` is something else, or that of another ledger),
/// InvalidState (stopped by `progress`), IoError (also: the store is in use), Corruption (a file of
/// the ledger is damaged).
Result<BackupInfo> BackupLedger(const std::string& directory, const std::string& store,
                                const BackupOptions& options);

/// The backups of a store, the oldest first. Whether they are whole is told by what is there, and
/// how large it is; VerifyBackups reads it.
///
/// Errors: InvalidArgument (no store there), IoError.
Result<std::vector<BackupInfo>> ListBackups(const std::string& store);

struct StoreReport {
  bool stopped = false;  ///< By `progress`.
  std::vector<BackupInfo> backups = {};
  std::uint64_t files = 0;  ///< That were read.
  std::uint64_t bytes = 0;
  /// What is missing or damaged, each once: a sentence.
  std::vector<std::string> findings = {};
};
/// Reads every file of the store once, and proves it. Backups that are not whole say so.
/// Errors: as ListBackups.
Result<StoreReport> VerifyBackups(const std::string& store, const StageProgress& progress);

/// Deletes all backups that are older than the `keep` newest whole ones, and what they alone need.
/// Returns which. Errors: InvalidArgument (no store there, or `keep` is 0), IoError.
Result<std::vector<BackupId>> DeleteBackups(const std::string& store, std::size_t keep);

struct RestoreOptions {
  /// The backup, or, with `as_of`, the one whose history is meant. Nullopt: the newest.
  std::optional<BackupId> backup = {};
  /// Where the new ledger ends. Nullopt: where the backup does. A time names the last record that
  /// is not later; where that can't be known yet, it is refused.
  std::optional<Moment> as_of = {};
  /// A ledger whose log goes on where the backups end: with it `as_of` may be later than they are.
  /// Empty: none. Not where a ledger is restored.
  std::string log_directory = {};
  /// Is called with "copying" (and bytes), "applying records", "folding", and the stages of
  /// VerifyLedger.
  StageProgress progress = {};
};

struct RestoreReport {
  bool stopped = false;  ///< By `progress`: there is no new ledger.
  Lsn last_lsn = 0;      ///< Where the new ledger ends.
  Time last_time = {};
  Lsn horizon = 0;
  std::optional<BackupId> base = {};  ///< The backup that was copied; nullopt: none.
  /// Whose records were applied on top; nullopt: none were, or a ledger's.
  std::optional<BackupId> records_from = {};
  std::uint64_t applied = 0;  ///< Records.
};

/// Makes a new ledger in `directory`, which is not there (its parent is), or empty, of `from`: a
/// backup store, or a ledger that nobody or another process has open. It verifies before it is
/// there, and is durable then. Where it fails or is stopped, nothing is left of it. The ARNs and
/// answers are those of the original; from its next record on it is another history.
///
/// As of an LSN at which no backup ends, the newest one before it is restored, and the records from
/// there on are taken from the log of a later one, of `log_directory`, or of `from`; where none is
/// before it, all are, if the log is whole. In `log`, `state`, `member` and `index` the ledger is
/// then, byte for byte, what the original was. Where history was dropped, that may be impossible:
/// the refusal says what would be possible.
///
/// Errors: InvalidArgument (`from` is neither; `directory` is something else; no such backup;
/// `log_directory` is of another ledger; a moment that can't be restored), IoError, Corruption
/// (what is needed is damaged).
Result<RestoreReport> RestoreLedger(const std::string& from, const std::string& directory,
                                    const RestoreOptions& options);

}  // namespace grantledger

#endif  // GRANTLEDGER_BACKUP_H_
