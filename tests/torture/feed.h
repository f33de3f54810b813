// The campaign `feed`: tens of thousands of bulk changes in a steady feed, beside background
// compaction with a retention of some hundred records, and reads that come back to a cell after
// thousands of changes.
#ifndef GRANTLEDGER_TESTS_TORTURE_FEED_H_
#define GRANTLEDGER_TESTS_TORTURE_FEED_H_

#include "report.h"

namespace grantledger::torture {

/// Round after round, each on a new ledger with options of its own, until the first violation.
Report RunFeed(const Settings& settings);

}  // namespace grantledger::torture

#endif  // GRANTLEDGER_TESTS_TORTURE_FEED_H_
