// The campaign `feed`: tens of thousands of bulk changes in a steady feed, beside background
// compaction with a retention of some hundred records, and reads that come back to a cell after
// thousands of changes.
#ifndef GRANTLEDGER_TESTS_TORTURE_FEED_H_
#define GRANTLEDGER_TESTS_TORTURE_FEED_H_

#include "tests/torture/campaign.h"

namespace grantledger::torture {

/// Each trial is on a new ledger with options of its own, and has the seed of the run plus its
/// number. The first violation ends the run.
Tally RunFeed(const Settings& settings);

}  // namespace grantledger::torture

#endif  // GRANTLEDGER_TESTS_TORTURE_FEED_H_
