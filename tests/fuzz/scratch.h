// A small ledger for targets that need one: that of tests/tools/golden/records.jsonl, an
// organization with OUs, members and grants of every kind. Its ids are the same in each process.
#ifndef GRANTLEDGER_TESTS_FUZZ_SCRATCH_H_
#define GRANTLEDGER_TESTS_FUZZ_SCRATCH_H_

#include <filesystem>
#include <string>
#include <vector>

#include <grantledger/ledger.h>

#include "tests/torture/scratch.h"

namespace grantledger::fuzz {

/// A directory in the temporary directory, removed at the end of the process.
class ScratchDirectory : public torture::Scratch {
 public:
  ScratchDirectory() : Scratch(std::filesystem::temp_directory_path().string()) {}
};

/// One record of the small ledger's log, of which the first is its Genesis.
struct SmallRecord {
  std::string subject;  ///< What the record made or named: an id, or an ARN.
  std::string payload;
};
const std::vector<SmallRecord>& SmallLog();
/// Accounts of the small ledger.
inline constexpr AccountId kManagement(111122223333);
inline constexpr AccountId kVendor(999988887777);
inline constexpr AccountId kMember(200000000003);

/// Makes an equal ledger in `directory`, which is new.
void MakeSmallLedger(const std::string& directory);

/// Ends the program, naming what was found, unless the ledger in `directory` verifies.
void CheckSound(const std::string& directory, bool deep);

/// How targets open ledgers: buffered, no background work, a clock that stands.
Options ScratchOptions();

}  // namespace grantledger::fuzz

#endif  // GRANTLEDGER_TESTS_FUZZ_SCRATCH_H_
