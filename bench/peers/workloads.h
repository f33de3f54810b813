// Workloads: what every store is asked to do, and measured at.
#ifndef GRANTLEDGER_BENCH_PEERS_WORKLOADS_H_
#define GRANTLEDGER_BENCH_PEERS_WORKLOADS_H_

#include <functional>
#include <memory>
#include <string>

#include "bench/peers/field.h"

namespace grantledger::bench {

/// Makes the field when it is asked for first, and gives the same again. Thread-safe.
using FieldOf = std::function<Field&()>;

struct WorkloadSizes {
  int repetitions = 5;
  double seconds = 0.5;           ///< One repetition of an operation that is done over and over.
  std::size_t bulk_changes = 20;  ///< Of a store that is not eager, in one repetition.
};

/// "FanOut/accounts:1000/store:lmdb"
std::string WorkloadName(const std::string& what, std::size_t accounts, const StoreKind& kind);

/// What there is, and what it does, in the order in which they run.
struct Workload {
  std::string what;
  std::string text;
};
std::vector<Workload> Workloads();

/// Registers all with Google Benchmark, for one field. Latencies are counters: p50_us, p99_us,
/// p999_us and max_us.
void RegisterWorkloads(const StoreKind& kind, std::size_t accounts, const WorkloadSizes& sizes,
                       const FieldOf& field);

}  // namespace grantledger::bench

#endif  // GRANTLEDGER_BENCH_PEERS_WORKLOADS_H_
