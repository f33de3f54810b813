// What the measurements were made with.
#ifndef GRANTLEDGER_BENCH_MACHINE_H_
#define GRANTLEDGER_BENCH_MACHINE_H_

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace grantledger::bench {

/// Name and value: CPU, cores, memory, kernel, load, RocksDB, compiler, build.
std::vector<std::pair<std::string, std::string>> DescribeMachine();

/// The resident memory of a process, in bytes, its part of what it shares; 0 where it is unknown.
std::uint64_t MemoryOf(pid_t process);

}  // namespace grantledger::bench

#endif  // GRANTLEDGER_BENCH_MACHINE_H_
