// The campaign `kill`: a process that writes in several threads, compacts, drops history, opens and
// closes is ended by SIGKILL at random. Whatever it was told is there when the ledger is opened
// again; what it was not told is there whole, or not.
#ifndef GRANTLEDGER_TESTS_TORTURE_KILL_H_
#define GRANTLEDGER_TESTS_TORTURE_KILL_H_

#include "tests/torture/campaign.h"

namespace grantledger::torture {

/// A trial is one kill. Some twenty of them one after another are of the same ledger, and have one
/// seed, that of the run plus a number; the failure tells which. The first violation ends the run.
Tally RunKill(const Settings& settings);

}  // namespace grantledger::torture

#endif  // GRANTLEDGER_TESTS_TORTURE_KILL_H_
