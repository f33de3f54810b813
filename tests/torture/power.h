// The campaign `power`: disks as power loss leaves them, at moments of a ledger's life.
//
// A history of writes is done over a file system that is recorded (tests/torture/disk.h says what
// is taken for durable), with compactions, retention, checkpoints, closing and reopening. Then, for
// many moments of it, the disk is rebuilt with what was not synced dropped, torn or garbage, and
// the ledger is opened on that. A trial is one such disk. A part of them is opened over a recorded
// file system again, and power is lost once more.
#ifndef GRANTLEDGER_TESTS_TORTURE_POWER_H_
#define GRANTLEDGER_TESTS_TORTURE_POWER_H_

#include "tests/torture/campaign.h"

namespace grantledger::torture {

Tally RunPower(const Settings& settings);

}  // namespace grantledger::torture

#endif  // GRANTLEDGER_TESTS_TORTURE_POWER_H_
