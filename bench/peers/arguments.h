// The command line of grantledger-peers.
#ifndef GRANTLEDGER_BENCH_PEERS_ARGUMENTS_H_
#define GRANTLEDGER_BENCH_PEERS_ARGUMENTS_H_

#include <CLI/CLI.hpp>

#include <string>
#include <vector>

#include "bench/peers/workloads.h"

namespace grantledger::bench {

struct Arguments {
  bool quick = false;
  std::string directory;
  std::string durability = "buffered";
  std::size_t cache_mib = 256;
  std::vector<std::size_t> accounts;
  std::vector<std::string> stores;
  std::string out;
  std::optional<int> repetitions;
  std::optional<double> seconds;

  // What follows from them.
  [[nodiscard]] std::size_t CacheBytes() const { return cache_mib << 20; }
  /// Ascending.
  [[nodiscard]] std::vector<std::size_t> Accounts() const;
  /// Of which synced writes are measured, too.
  [[nodiscard]] std::size_t SyncedAccounts() const;
  [[nodiscard]] WorkloadSizes Sizes() const;
  /// Throws std::runtime_error where --stores names one that there is not.
  [[nodiscard]] std::vector<StoreKind> Kinds(Durability durability) const;
  [[nodiscard]] Durability MainDurability() const {
    return durability == "synced" ? Durability::kSynced : Durability::kBuffered;
  }
};

void AddOptions(CLI::App& app, Arguments& arguments);

/// Gives Google Benchmark the flags that the options left, and has it write its JSON to the
/// directory for results. Throws std::runtime_error where it does not know one.
void InitializeBenchmark(const CLI::App& app, const Arguments& arguments, char* program);

}  // namespace grantledger::bench

#endif  // GRANTLEDGER_BENCH_PEERS_ARGUMENTS_H_
