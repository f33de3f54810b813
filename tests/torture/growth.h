// The campaign `growth`: millions of writes with a retention on one ledger, of which everything
// that it takes is measured and stays flat: memory, files, file descriptors, threads, bytes on
// disk.
#ifndef GRANTLEDGER_TESTS_TORTURE_GROWTH_H_
#define GRANTLEDGER_TESTS_TORTURE_GROWTH_H_

#include "tests/torture/campaign.h"

namespace grantledger::torture {

/// A trial is 10,000 writes on the ledger that the ones before left. What it takes is compared from
/// 100 trials on, a million writes; fewer say no more than that the ledger is sound in the end.
Tally RunGrowth(const Settings& settings);

}  // namespace grantledger::torture

#endif  // GRANTLEDGER_TESTS_TORTURE_GROWTH_H_
