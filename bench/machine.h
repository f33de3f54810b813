// What the measurements were made with.
#ifndef GRANTLEDGER_BENCH_MACHINE_H_
#define GRANTLEDGER_BENCH_MACHINE_H_

#include <string>
#include <utility>
#include <vector>

namespace grantledger::bench {

/// Name and value: CPU, cores, memory, kernel, load, RocksDB, compiler, build.
std::vector<std::pair<std::string, std::string>> DescribeMachine();

}  // namespace grantledger::bench

#endif  // GRANTLEDGER_BENCH_MACHINE_H_
