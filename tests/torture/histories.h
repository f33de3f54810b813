// The campaign `histories`: random histories, one call after another, in which the engine must
// agree with the model to the letter. `./dev test` runs some in model_test.
#ifndef GRANTLEDGER_TESTS_TORTURE_HISTORIES_H_
#define GRANTLEDGER_TESTS_TORTURE_HISTORIES_H_

#include "tests/torture/campaign.h"

namespace grantledger::torture {

/// Each trial is a history, on a new ledger. The first that differs is shrunk, and ends
/// the run.
Tally RunHistories(const Settings& settings);

}  // namespace grantledger::torture

#endif  // GRANTLEDGER_TESTS_TORTURE_HISTORIES_H_
