// Registrar: gives workloads of one field to Google Benchmark.
#ifndef GRANTLEDGER_BENCH_PEERS_REGISTRAR_H_
#define GRANTLEDGER_BENCH_PEERS_REGISTRAR_H_

#include <functional>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <benchmark/benchmark.h>

#include "bench/peers/workloads.h"

namespace grantledger::bench {

/// How long operations took, one by one.
class Latencies {
 public:
  void Add(double seconds) { seconds_.push_back(seconds); }
  /// Sets the counters p50_us, p99_us, p999_us and max_us: averages of the threads.
  void Report(benchmark::State& state);

 private:
  std::vector<double> seconds_;
};

using Body = std::function<void(benchmark::State&, Field&)>;
using Operation = std::function<void(Session&, Field&, std::mt19937_64&)>;
/// Seconds that it took.
using BulkChange = std::function<double(Field&)>;

class Registrar {
 public:
  /// The kind and the sizes are copied.
  Registrar(StoreKind kind, std::size_t accounts, const WorkloadSizes& sizes, FieldOf field)
      : kind_(std::move(kind)), accounts_(accounts), sizes_(sizes), field_(std::move(field)) {}

  [[nodiscard]] std::size_t accounts() const { return accounts_; }
  [[nodiscard]] const WorkloadSizes& sizes() const { return sizes_; }

  /// What throws ends the repetition with an error; TakesTooLong with one that is none of ours.
  benchmark::internal::Benchmark* Add(std::string_view what, Body body);
  /// Each change by itself. An eager store does few, since each goes over all accounts, and no
  /// repetition is begun with which all of them would take longer than Field::kMostSeconds.
  void AddBulk(std::string_view what, BulkChange change);
  /// Over and over, for as long as the sizes say, each thread in a session of its own.
  void AddOperation(std::string_view what, Operation operation, int threads = 1);

 private:
  StoreKind kind_;
  std::size_t accounts_;
  WorkloadSizes sizes_;
  FieldOf field_;
};

AccountId DrawAccount(const Field& field, std::mt19937_64& random);

// By what they do; RegisterWorkloads knows their order.
void RegisterReads(Registrar& to);
void RegisterWrites(Registrar& to);
void RegisterBulk(Registrar& to);
void RegisterSizes(Registrar& to);
/// Turns an account's own grant on or off.
void SetOne(Session& session, Field& field, std::mt19937_64& random);
void CheckOne(Session& session, Field& field, std::mt19937_64& random);
void ListOfOne(Session& session, Field& field, std::mt19937_64& random);

}  // namespace grantledger::bench

#endif  // GRANTLEDGER_BENCH_PEERS_REGISTRAR_H_
