// Workbench: what the benchmarks of one run share, and how one is registered.
#ifndef GRANTLEDGER_BENCH_WORKBENCH_H_
#define GRANTLEDGER_BENCH_WORKBENCH_H_

#include <cstddef>
#include <exception>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include <benchmark/benchmark.h>

#include "bench/bare_rocks.h"
#include "bench/config.h"
#include "bench/fixture.h"
#include "bench/scratch.h"
#include "bench/timing.h"

namespace grantledger::bench {

/// How often an act is done before it is measured, and while it is.
inline constexpr int kWarmUp = 20;
inline constexpr int kIterations = 200;

/// A company with one license distributed to every account and activated for all of them; then ten
/// accounts rejected theirs. For the benchmarks that read. Settled.
struct Activated {
  Company& company;
  std::string license_arn;
  std::string sku;
  GrantResponse distribution;
  std::unique_ptr<BareRocks> bare;
};

/// How many accounts of an Activated have another status than the rest, REJECTED.
inline constexpr std::size_t kRejected = 10;

/// What reads after many bulk events are compared with: reads after so many.
inline constexpr std::size_t kFewEvents = 10;

/// Used by one thread at a time.
class Workbench {
 public:
  Workbench(const Config& config, Scratch& scratch) : config_(config), scratch_(scratch) {}

  [[nodiscard]] const Config& config() const { return config_; }
  [[nodiscard]] const Sizes& sizes() const { return config_.sizes; }
  [[nodiscard]] Scratch& scratch() { return scratch_; }

  /// The company of this size, built when it is asked for first. Buffered.
  Company& CompanyOf(std::size_t accounts);
  /// The company of `sizes().large` accounts. Its benchmarks run before any that write to it.
  Activated& Large();

 private:
  const Config& config_;
  Scratch& scratch_;
  std::map<std::size_t, std::unique_ptr<Company>> companies_;
  std::unique_ptr<Activated> large_;
};

/// Registers a benchmark under `name`, which the summary looks for. An exception of `body` is an
/// error of the benchmark, with its message. The caller chooses UseManualTime with
/// Iterations, or UseRealTime with MinTime.
template <typename Body>
benchmark::internal::Benchmark* Register(Workbench& bench, const std::string& name, Body body) {
  const auto guarded = [body = std::move(body)](benchmark::State& state) {
    try {
      body(state);
    } catch (const std::exception& error) {
      state.SkipWithError(error.what());
    }
  };
  return benchmark::RegisterBenchmark(name.c_str(), guarded)
      ->Repetitions(bench.sizes().repetitions);
}

/// "name/accounts:1000".
std::string Sized(const std::string& name, std::size_t accounts);
/// "name/events:1000".
std::string After(const std::string& name, std::size_t events);

// One for each file of benchmarks; in the order in which they run.
void RegisterJoin(Workbench& bench);
void RegisterList(Workbench& bench);
void RegisterEntitlement(Workbench& bench);
void RegisterDistribution(Workbench& bench);
void RegisterActivation(Workbench& bench);
void RegisterWriters(Workbench& bench);
void RegisterCompaction(Workbench& bench);

}  // namespace grantledger::bench

#endif  // GRANTLEDGER_BENCH_WORKBENCH_H_
