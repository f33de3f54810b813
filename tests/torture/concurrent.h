// The campaign `concurrent`: writers, readers of the latest as-of point and of past ones, lists
// whose pages are fetched while others write, background compaction and compactions that are
// stopped, retention, holds, read-only ledgers beside, all at once. Every answer is one that the
// naive model gives at some as-of point between call and return; a page, at that of its list.
#ifndef GRANTLEDGER_TESTS_TORTURE_CONCURRENT_H_
#define GRANTLEDGER_TESTS_TORTURE_CONCURRENT_H_

#include "tests/torture/campaign.h"

namespace grantledger::torture {

/// Each trial is on a new ledger with options of its own, and has the seed of the run plus its
/// number. Threads are not the same each time: a trial that fails leaves a history in the directory
/// for temporary files, which ReplayHistory checks again. The first violation ends the run.
Tally RunConcurrent(const Settings& settings);

}  // namespace grantledger::torture

#endif  // GRANTLEDGER_TESTS_TORTURE_CONCURRENT_H_
