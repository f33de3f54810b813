// The campaign `faults`: every nth call of each kind fails, once or from then on, in a history that
// runs in a process of its own; then the ledger is opened without faults and compared with the
// model. Kinds of which there are thousands fail once for each path that they come from. Which of a
// kind's errors a call fails with goes round.
//
// The campaign `fault-pairs`: a call fails, and one of another kind soon after it, in what is done
// about the first. Of these there are too many: they are drawn.
#ifndef GRANTLEDGER_TESTS_TORTURE_FAULTS_H_
#define GRANTLEDGER_TESTS_TORTURE_FAULTS_H_

#include "tests/torture/campaign.h"

namespace grantledger::torture {

Tally RunFaultsCampaign(const Settings& settings);
Tally RunFaultPairsCampaign(const Settings& settings);

}  // namespace grantledger::torture

#endif  // GRANTLEDGER_TESTS_TORTURE_FAULTS_H_
