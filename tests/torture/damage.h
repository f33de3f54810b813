// The campaign `damage`: one file of a ledger is altered, cut, lost, or replaced by an older one.
// Every answer is right, Corruption, or a refusal; verify tells of all damage that shows; what
// repair makes is sound.
#ifndef GRANTLEDGER_TESTS_TORTURE_DAMAGE_H_
#define GRANTLEDGER_TESTS_TORTURE_DAMAGE_H_

#include "tests/torture/campaign.h"

namespace grantledger::torture {

/// A trial is one damage. A hundred of them are of the same ledgers, and have one seed, that of the
/// run plus a number; the failure tells which. What a failed one was about is kept, as it was
/// damaged, beside the run's directory.
Tally RunDamage(const Settings& settings);

}  // namespace grantledger::torture

#endif  // GRANTLEDGER_TESTS_TORTURE_DAMAGE_H_
