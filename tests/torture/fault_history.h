// One history under faults: a ledger that is written to, read, folded and opened again while calls
// of the machine fail, beside the model. Run in a process of its own, whose end is an outcome, too.
#ifndef GRANTLEDGER_TESTS_TORTURE_FAULT_HISTORY_H_
#define GRANTLEDGER_TESTS_TORTURE_FAULT_HISTORY_H_

#include <cstdint>
#include <string>

#include "tests/torture/fault_control.h"

namespace grantledger::torture {

struct FaultRun {
  std::uint64_t seed = 0;
  std::string directory;  ///< Of the ledger; its parent is there.
  std::string trace;      ///< A file outside of it: what was asked and answered, as JSON Lines.
  FaultPlan plan;
};

/// Runs the history of the seed. The faults end halfway; from there on everything must succeed
/// again. The last line of the trace is {"Calls", "Failed"} (and "Paths", where they are noted), or
/// {"Outcome", "Text"} where something is wrong. Gives the status to exit with.
int RunHistory(const FaultRun& run);

/// Opens what a run left, without faults, and compares it with the model: all that was answered is
/// there, and every read is right. Prints what is wrong; gives the status to exit with.
int VerifyHistory(const FaultRun& run);

}  // namespace grantledger::torture

#endif  // GRANTLEDGER_TESTS_TORTURE_FAULT_HISTORY_H_
