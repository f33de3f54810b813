#include "bench/peers/registrar.h"

#include <algorithm>
#include <cmath>

#include "bench/reporter.h"
#include "bench/timing.h"

namespace grantledger::bench {
namespace {

constexpr double kMicros = 1e6;
/// From so many accounts on an eager store makes one bulk change in a repetition, and not two.
constexpr std::size_t kLarge = 100'000;

/// Of the threads of one benchmark.
benchmark::Counter Average(double value) { return {value, benchmark::Counter::kAvgThreads}; }

}  // namespace

void Latencies::Report(benchmark::State& state) {
  if (seconds_.empty()) return;
  std::ranges::sort(seconds_);
  const auto at = [this](double share) {
    const auto last = static_cast<double>(seconds_.size() - 1);
    return kMicros * seconds_[static_cast<std::size_t>(std::lround(share * last))];
  };
  state.counters["p50_us"] = Average(at(0.5));
  state.counters["p99_us"] = Average(at(0.99));
  state.counters["p999_us"] = Average(at(0.999));
  state.counters["max_us"] = Average(at(1));
}

benchmark::internal::Benchmark* Registrar::Add(std::string_view what, Body body) {
  const std::string name = WorkloadName(what, accounts_, kind_);
  const auto guarded = [field = field_, body = std::move(body)](benchmark::State& state) {
    try {
      body(state, field());
    } catch (const TakesTooLong& error) {
      state.SkipWithError((std::string(Reporter::kStopped) + error.what()).c_str());
    } catch (const std::exception& error) {
      state.SkipWithError(error.what());
    }
  };
  return benchmark::RegisterBenchmark(name.c_str(), guarded)->Repetitions(sizes_.repetitions);
}

void Registrar::AddBulk(std::string_view what, BulkChange change) {
  const std::size_t eagerly = accounts_ < kLarge ? 2 : 1;
  const std::size_t changes = kind_.eager ? eagerly : sizes_.bulk_changes;
  const auto spent = std::make_shared<double>(0);  // by all repetitions
  const auto last = std::make_shared<double>(0);
  const auto body = [=, change = std::move(change)](benchmark::State& state, Field& field) {
    if (*spent + *last * static_cast<double>(changes) > Field::kMostSeconds) {
      throw TakesTooLong("all repetitions would take more than 5 min");
    }
    (void)field.ForReads();
    Latencies latencies;
    for ([[maybe_unused]] const auto once : state) {
      *last = change(field);
      *spent += *last;
      latencies.Add(*last);
      state.SetIterationTime(*last);
    }
    latencies.Report(state);
    state.SetItemsProcessed(state.iterations() *
                            static_cast<std::int64_t>(field.accounts().size()));
  };
  Add(what, body)->UseManualTime()->Iterations(static_cast<std::int64_t>(changes));
}

void Registrar::AddOperation(std::string_view what, Operation operation, int threads) {
  const auto body = [operation = std::move(operation)](benchmark::State& state, Field& field) {
    (void)field.ForReads();
    const std::unique_ptr<Session> session = field.store().NewSession();
    std::mt19937_64 random(static_cast<std::uint64_t>(state.thread_index()) + 1);
    Latencies latencies;
    for ([[maybe_unused]] const auto once : state) {
      latencies.Add(Seconds([&] { operation(*session, field, random); }));
    }
    latencies.Report(state);
    state.SetItemsProcessed(state.iterations());
  };
  Add(what, body)->UseRealTime()->MinTime(sizes_.seconds)->Threads(threads);
}

AccountId DrawAccount(const Field& field, std::mt19937_64& random) {
  return field.accounts()[random() % field.accounts().size()];
}

}  // namespace grantledger::bench
