// What is left of a store whose list of files (CURRENT, the manifest) is lost.
#ifndef GRANTLEDGER_LEDGER_SALVAGE_H_
#define GRANTLEDGER_LEDGER_SALVAGE_H_

#include <optional>
#include <string>

#include <grantledger/status.h>

#include "ledger/anchor.h"

namespace grantledger {

/// Whether there are files of a store (IDENTITY, and one with rows), but the list of them (CURRENT,
/// or the manifest that it names) is missing.
/// IoError where that can't be told.
Result<bool> LacksFileList(const std::string& directory);
/// Whether a table file in the directory says that it is of a ledger, whatever is listed.
Result<bool> HoldsFamilies(const std::string& directory);

/// What was taken.
enum class Salvaged {
  kAll,      ///< Every row.
  kRecords,  ///< Of the table files, the rows of `log` alone.
};

/// Where history was dropped, and what can be salvaged is not all: Corruption, in a sentence.
Status CantBeListed(const std::string& directory);

/// Makes a store in `to`, which is empty, of the files in `from`, to which nothing is written.
/// `claim`: what the anchor claims; nullopt: nobody knows.
///
/// Where the manifest that is claimed is there, CURRENT alone is made anew. Else the rows of `log`,
/// which are written once, are taken from every table file, as far as it can be read; then the
/// write-ahead logs are read as after a crash. What follows from the log is not taken. Where
/// history was dropped, so that it can't be derived again, all files are listed anew instead, which
/// RocksDB can do where few are there, and which is right where they are those that are claimed, no
/// more and no less.
///
/// Errors: IoError, Corruption (which files are needed can't be told).
Result<Salvaged> Salvage(const std::string& from, const std::string& to,
                         const std::optional<AnchorClaim>& claim);

/// The same, of the rows of `log` alone, whatever is listed: where a table file of it is missing or
/// damaged, RocksDB may read none of the others. REQUIRES: history was not dropped.
Result<Salvaged> SalvageRecords(const std::string& from, const std::string& to);

}  // namespace grantledger

#endif  // GRANTLEDGER_LEDGER_SALVAGE_H_
