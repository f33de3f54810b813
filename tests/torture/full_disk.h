// The campaign `full-disk`: a disk that is full for a while, under a process that goes on.
//
// A history of writes, compactions, merges, checkpoints and reopenings is done over a file system
// on which, again and again, there is room for little or nothing, as others fill it, and then for
// all again, as somebody frees it. A trial is one such time: what is answered stays, what is told
// to be stored nowhere is stored nowhere, reads are right, no call waits for room, and after it
// writes go on without the ledger being opened anew.
#ifndef GRANTLEDGER_TESTS_TORTURE_FULL_DISK_H_
#define GRANTLEDGER_TESTS_TORTURE_FULL_DISK_H_

#include "tests/torture/campaign.h"

namespace grantledger::torture {

Tally RunFullDisk(const Settings& settings);

}  // namespace grantledger::torture

#endif  // GRANTLEDGER_TESTS_TORTURE_FULL_DISK_H_
