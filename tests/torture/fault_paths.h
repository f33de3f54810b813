// Where a call of the C library comes from, for the shared object fault_preload. Nothing here
// allocates; all but BeginPaths may be called by any thread.
#ifndef GRANTLEDGER_TESTS_TORTURE_FAULT_PATHS_H_
#define GRANTLEDGER_TESTS_TORTURE_FAULT_PATHS_H_

#include <cstddef>
#include <cstdint>

namespace grantledger::torture {

/// Looks where the code of this process is, and forgets what was noted. Before the others.
void BeginPaths();

/// A number for the functions that are being called (FaultPlan::path), the same in every process
/// of these programs. Never 0.
std::uint64_t PathHere();

/// Whether a function of RocksDB is among them. `caller`: the innermost, which is looked at first.
bool IsBelowRocks(const void* caller);

void NotePath(std::uint64_t path);

/// Writes the first `most` paths that were noted, and gives how many these are.
std::size_t NotedPaths(std::uint64_t* paths, std::size_t most);

}  // namespace grantledger::torture

#endif  // GRANTLEDGER_TESTS_TORTURE_FAULT_PATHS_H_
