// One run of the campaign `faults` (see faults.h): a history under faults in a process of its own,
// and a process that looks at what it left.
#ifndef GRANTLEDGER_TESTS_TORTURE_FAULT_RUN_H_
#define GRANTLEDGER_TESTS_TORTURE_FAULT_RUN_H_

#include <cstdint>
#include <string>
#include <vector>

#include "tests/torture/fault_control.h"

namespace grantledger::torture {

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

/// By this program (see processes.h), and the shared object beside it that makes calls fail.
/// `scratch`: a directory, which is emptied first. Replays a run, too.
FaultOutcome RunFault(const std::string& scratch, std::uint64_t history, const FaultPlan& plan);

/// The arguments by which a run is done again.
std::string ReplayLine(const FaultOutcome& outcome);

}  // namespace grantledger::torture

#endif  // GRANTLEDGER_TESTS_TORTURE_FAULT_RUN_H_
