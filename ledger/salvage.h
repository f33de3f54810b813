// What is left of a store whose list of files (CURRENT, the manifest) is lost.
#ifndef GRANTLEDGER_LEDGER_SALVAGE_H_
#define GRANTLEDGER_LEDGER_SALVAGE_H_

#include <string>

#include <grantledger/status.h>

namespace grantledger {

/// Whether there are files of a store (IDENTITY, and one with rows), but the list of them (CURRENT,
/// or the manifest that it names) is missing.
/// IoError where that can't be told.
Result<bool> LacksFileList(const std::string& directory);
/// Whether a table file in the directory says that it is of a ledger, whatever is listed.
Result<bool> HoldsFamilies(const std::string& directory);

/// Makes a store in `to`, which is empty, of the files in `from`, to which nothing is written.
///
/// The rows of `log`, which are written once, are taken from every table file, as far as it can be
/// read; then the write-ahead logs are read as after a crash. What follows from the log is not
/// taken. Where history was dropped, so that it can't be derived again, all files are listed anew
/// instead, which RocksDB can do where few are there.
///
/// Errors: IoError, Corruption.
Status Salvage(const std::string& from, const std::string& to);

}  // namespace grantledger

#endif  // GRANTLEDGER_LEDGER_SALVAGE_H_
