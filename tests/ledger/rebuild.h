// The log is the ledger, all else can be rebuilt from it: the check of that sentence.
#ifndef GRANTLEDGER_TESTS_LEDGER_REBUILD_H_
#define GRANTLEDGER_TESTS_LEDGER_REBUILD_H_

#include <string>

namespace grantledger {

/// Replays the log of the ledger in `directory` (which nobody has open) into a new one in `scratch`
/// folds both to the end, and compares every row of every family, byte by byte. Empty: all are the
/// same; else what differs.
std::string CompareWithRebuilt(const std::string& directory, const std::string& scratch);

}  // namespace grantledger

#endif  // GRANTLEDGER_TESTS_LEDGER_REBUILD_H_
