// What a store keeps of each backup beside RocksDB's own files: where it ends, and what each of its
// files is. docs/FORMAT.md draws it.
#ifndef GRANTLEDGER_LEDGER_BACKUP_DESCRIPTION_H_
#define GRANTLEDGER_LEDGER_BACKUP_DESCRIPTION_H_

#include <string>
#include <string_view>
#include <vector>

#include <grantledger/backup.h>

#include "ledger/file_io.h"

namespace grantledger {

/// A file of a backup, by its path in the store.
struct BackupFile {
  std::string name = {};
  FileProof proof = {};
};

struct BackupDescription {
  BackupInfo info = {};
  std::string last_record = {};  ///< As in HistoryEnd.
  std::vector<BackupFile> files = {};
};

std::string WriteDescription(const BackupDescription& description);
/// Errors: Corruption (it does not prove itself, or is not of `id`), InvalidArgument (a newer
/// format).
Result<BackupDescription> ReadDescription(std::string_view text, BackupId id);

}  // namespace grantledger

#endif  // GRANTLEDGER_LEDGER_BACKUP_DESCRIPTION_H_
