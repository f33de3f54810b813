// The campaign `faults`: every nth call of each kind fails, once or from then on, in a history that
// runs in a process of its own; then the ledger is opened without faults and compared with the
// model. Kinds of which there are thousands fail once for each path that they come from. Which of a
// kind's errors a call fails with goes round.
//
// The campaign `fault-pairs`: a call fails, and one of another kind soon after it, in what is done
// about the first. Of these there are too many: they are drawn.
#ifndef GRANTLEDGER_TESTS_TORTURE_FAULTS_H_
#define GRANTLEDGER_TESTS_TORTURE_FAULTS_H_

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "tests/torture/campaign.h"
#include "tests/torture/fault_control.h"
#include "tests/torture/fault_run.h"

namespace grantledger::torture {

struct FaultsOptions {
  FaultPrograms programs;
  std::string directory;  ///< A scratch directory, which is there.
  std::uint64_t seed = 1;
  std::uint64_t histories = 12;
  std::chrono::milliseconds budget{0};  ///< 0: there is no such bound.
  std::uint64_t trials = 0;             ///< Runs at most; 0: until every call failed.
  std::vector<FaultKind> kinds = {};    ///< Empty: all.
  bool pairs = false;                   ///< Of calls, drawn; else single calls.
  int jobs = 2;
};

/// How often each outcome came, by the kind of call that failed, of a pair the first.
using FaultsTable = std::map<FaultKind, std::map<std::string, std::uint64_t>>;

struct FaultsReport {
  FaultsTable table;
  std::uint64_t runs = 0;
  std::uint64_t planned = 0;  ///< All there are in the histories.
  std::vector<FaultOutcome> failures;
};

/// `on_failure` is called with each run that is not right.
FaultsReport RunFaults(const FaultsOptions& options,
                       const std::function<void(const FaultOutcome&)>& on_failure);

/// The campaigns, with the programs beside this one.
Tally RunFaultsCampaign(const Settings& settings);
Tally RunFaultPairsCampaign(const Settings& settings);

}  // namespace grantledger::torture

#endif  // GRANTLEDGER_TESTS_TORTURE_FAULTS_H_
