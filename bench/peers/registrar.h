// Registrar: gives workloads of one field to Google Benchmark.
#ifndef GRANTLEDGER_BENCH_PEERS_REGISTRAR_H_
#define GRANTLEDGER_BENCH_PEERS_REGISTRAR_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <benchmark/benchmark.h>

#include "bench/peers/workloads.h"

namespace grantledger::bench {

/// How long the operations of one repetition took, of all of its threads together. Thread-safe.
class Latencies {
 public:
  /// Takes what one thread measured, in seconds. The last thread sets the counters p50_us, p99_us,
  /// p999_us (of a thousand operations or more) and max_us.
  void Add(const std::vector<double>& seconds, benchmark::State& state);

 private:
  std::mutex mutex_;
  int threads_ = 0;  ///< That have added theirs.
  std::vector<double> seconds_;
};

using Body = std::function<void(benchmark::State&, Field&)>;
/// Copied for each session: what it remembers is of that session.
using Operation = std::function<void(Session&, Field&, std::mt19937_64&)>;
/// Seconds that it took.
using BulkChange = std::function<double(Field&)>;

class Registrar {
 public:
  /// The kind and the sizes are copied.
  Registrar(StoreKind kind, std::size_t accounts, const WorkloadSizes& sizes, FieldOf field)
      : kind_(std::move(kind)), accounts_(accounts), sizes_(sizes), field_(std::move(field)) {}

  [[nodiscard]] std::size_t accounts() const { return accounts_; }
  [[nodiscard]] bool eager() const { return kind_.eager; }
  [[nodiscard]] const WorkloadSizes& sizes() const { return sizes_; }

  /// What throws ends the repetition with an error; TakesTooLong with one that is none of ours.
  benchmark::internal::Benchmark* Add(std::string_view what, Body body);
  /// Each change by itself. An eager store does `eager_changes`, since each goes over all accounts,
  /// and no repetition is begun with which all of them would take longer than Field::kMostSeconds.
  void AddBulk(std::string_view what, BulkChange change, std::size_t eager_changes);
  /// Over and over, for as long as the sizes say and untimed for a while before, each thread in a
  /// session of its own, and no two repetitions with the same accounts in the same order.
  void AddOperation(std::string_view what, Operation operation, int threads = 1);

 private:
  StoreKind kind_;
  std::size_t accounts_;
  WorkloadSizes sizes_;
  FieldOf field_;
  std::shared_ptr<std::atomic<std::uint64_t>> seeds_ =
      std::make_shared<std::atomic<std::uint64_t>>(0);
};

/// Does the operation over and over for the benchmark, timed one by one, and untimed for a part of
/// `seconds` before.
void Repeat(benchmark::State& state, double seconds, Latencies& latencies,
            const std::function<void()>& operation);

AccountId DrawAccount(const Field& field, std::mt19937_64& random);

// By what they do; RegisterWorkloads knows their order.
void RegisterReads(Registrar& to);
void RegisterWrites(Registrar& to);
void RegisterBulk(Registrar& to);
void RegisterSizes(Registrar& to);
void RegisterOpening(Registrar& to);
/// Turns an account's own grant on if it is off, or off.
void SetOne(Session& session, Field& field, std::mt19937_64& random);
void CheckOne(Session& session, Field& field, std::mt19937_64& random);
void ListOfOne(Session& session, Field& field, std::mt19937_64& random);

}  // namespace grantledger::bench

#endif  // GRANTLEDGER_BENCH_PEERS_REGISTRAR_H_
