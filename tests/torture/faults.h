// The campaign `faults`: every nth call of each kind fails, once or from then on, in a history that
// runs in a process of its own; then the ledger is opened without faults and compared with the
// model. Kinds of which there are thousands fail once for each path that they come from. Which of a
// kind's errors a call fails with goes round.
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

namespace grantledger::torture {

struct FaultsOptions {
  std::string program;    ///< torture_faults, which runs one history (see RunHistory).
  std::string preload;    ///< The shared object that makes calls fail.
  std::string directory;  ///< A scratch directory, which is there.
  std::uint64_t seed = 1;
  std::uint64_t histories = 12;
  std::chrono::milliseconds budget{0};  ///< 0: there is no such bound.
  std::uint64_t trials = 0;             ///< Runs at most; 0: until every call failed.
  std::vector<FaultKind> kinds = {};    ///< Empty: all.
  int jobs = 2;
  std::chrono::milliseconds patience{60'000};  ///< With one run: then it hangs.
};

/// One run, and what came of it.
struct FaultOutcome {
  std::uint64_t history = 0;
  FaultPlan plan;
  std::string outcome;  ///< "right", or what is wrong; or, out of memory, how RocksDB ended.
  bool is_wrong = false;
  std::string text;
  std::uint64_t calls = 0;
  std::uint64_t failed = 0;
  std::vector<std::uint64_t> paths = {};  ///< Where they were noted.
};

/// How often each outcome came, by kind of call.
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

/// Does one run again.
FaultOutcome RunFault(const FaultsOptions& options, std::uint64_t history, const FaultPlan& plan);

/// The campaign, with the programs beside this one.
Tally RunFaultsCampaign(const Settings& settings);

/// The arguments by which a run is done again.
std::string ReplayLine(const FaultOutcome& outcome);

}  // namespace grantledger::torture

#endif  // GRANTLEDGER_TESTS_TORTURE_FAULTS_H_
