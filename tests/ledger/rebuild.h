// The log is the ledger, all else can be rebuilt from it: the check of that sentence.
#ifndef GRANTLEDGER_TESTS_LEDGER_REBUILD_H_
#define GRANTLEDGER_TESTS_LEDGER_REBUILD_H_

#include <map>
#include <string>

#include <grantledger/types.h>

namespace grantledger {

/// Records of a log, framed no longer.
using Archive = std::map<Lsn, std::string>;

/// Adds the records that the ledger in `directory` has. Somebody may have it open.
void AddRecords(const std::string& directory, Archive* archive);

/// Replays the log of the ledger in `directory` (which nobody has open) into a new one in `scratch`
/// folds both to the end, and compares every row of every family, byte by byte. Empty: all are the
/// same; else what differs.
///
/// `archive` has the records that the ledger dropped. The new ledger then drops them too, in one
/// step, and its `activation` is made once from what is left.
std::string CompareWithRebuilt(const std::string& directory, const std::string& scratch,
                               Archive archive = {});

}  // namespace grantledger

#endif  // GRANTLEDGER_TESTS_LEDGER_REBUILD_H_
