// Workloads: what every store is asked to do, and measured at.
#ifndef GRANTLEDGER_BENCH_PEERS_WORKLOADS_H_
#define GRANTLEDGER_BENCH_PEERS_WORKLOADS_H_

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "bench/peers/field.h"

namespace grantledger::bench {

/// Makes the field when it is asked for first, and gives the same again. Thread-safe.
using FieldOf = std::function<Field&()>;

struct WorkloadSizes {
  int repetitions = 5;
  double seconds = 0.3;           ///< One repetition of an operation that is done over and over.
  std::size_t bulk_changes = 20;  ///< Of a store that is not eager, in one repetition.
  /// An organization that is not too large for an eager store to give each account 100 grants.
  std::size_t most_with_many = 10'000;
};

/// "FanOut/accounts:1000/store:lmdb"
std::string WorkloadName(std::string_view what, std::size_t accounts, const StoreKind& kind);

/// What is compared of a workload, and what is to hold of it.
enum class WorkloadKind {
  kBulk,         ///< Seconds of a change that concerns all accounts.
  kRead,         ///< Seconds of a read.
  kWrite,        ///< Seconds of a change that concerns one account.
  kSyncedWrite,  ///< The same, on disk when it returns. Of one size of organization.
  kMixed,        ///< Seconds of one operation of a mix.
  kCounter,      ///< A number that is better small.
  kRate,         ///< What went on beside, a second: for the reader to know, not compared.
};

struct Workload {
  std::string what;
  std::string text;
  WorkloadKind kind = WorkloadKind::kRead;
  std::string counter = {};  ///< Of kCounter and kRate: its name, at the benchmark `what`.
};
/// All there are, as tables show them.
const std::vector<Workload>& Workloads();

/// Registers with Google Benchmark all but the synced writes, for one field. Latencies are
/// counters: p50_us, p99_us, p999_us and max_us.
void RegisterWorkloads(const StoreKind& kind, std::size_t accounts, const WorkloadSizes& sizes,
                       const FieldOf& field);
/// The synced writes alone. REQUIRES: the kind's stores are opened synced.
void RegisterSyncedWrites(const StoreKind& kind, std::size_t accounts, const WorkloadSizes& sizes,
                          const FieldOf& field);

/// What the ledger moves for the same, moved by RocksDB itself: `field` is one of the ledger's.
StoreKind BareKind();
void RegisterBare(Durability durability, std::size_t accounts, const WorkloadSizes& sizes,
                  std::size_t cache_bytes, const FieldOf& field);

}  // namespace grantledger::bench

#endif  // GRANTLEDGER_BENCH_PEERS_WORKLOADS_H_
