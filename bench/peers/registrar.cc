#include "bench/peers/registrar.h"

#include <algorithm>
#include <cmath>

#include "bench/reporter.h"
#include "bench/timing.h"

namespace grantledger::bench {
namespace {

constexpr double kMicros = 1e6;

void Report(std::vector<double>& seconds, benchmark::State& state) {
  constexpr std::size_t kEnoughForThousandths = 1'000;
  if (seconds.empty()) return;
  std::ranges::sort(seconds);
  const auto at = [&seconds](double share) {
    const auto last = static_cast<double>(seconds.size() - 1);
    return kMicros * seconds[static_cast<std::size_t>(std::lround(share * last))];
  };
  state.counters["p50_us"] = at(0.5);
  state.counters["p99_us"] = at(0.99);
  if (seconds.size() >= kEnoughForThousandths) state.counters["p999_us"] = at(0.999);
  state.counters["max_us"] = at(1);
}

}  // namespace

void Latencies::Add(const std::vector<double>& seconds, benchmark::State& state) {
  const std::scoped_lock lock(mutex_);
  seconds_.insert(seconds_.end(), seconds.begin(), seconds.end());
  if (++threads_ < state.threads()) return;
  Report(seconds_, state);  // counters of the threads are added up, and the others have none
  seconds_.clear();
  threads_ = 0;
}

void Repeat(benchmark::State& state, double seconds, Latencies& latencies,
            const std::function<void()>& operation) {
  constexpr double kWarmUp = 0.3;  // of a repetition
  for (double warm = 0; warm < kWarmUp * seconds;) warm += Seconds(operation);
  std::vector<double> times;
  for ([[maybe_unused]] const auto once : state) times.push_back(Seconds(operation));
  latencies.Add(times, state);
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

void Registrar::AddBulk(std::string_view what, BulkChange change, std::size_t eager_changes) {
  const std::size_t changes = kind_.eager ? eager_changes : sizes_.bulk_changes;
  const auto spent = std::make_shared<double>(0);  // by all repetitions
  const auto last = std::make_shared<double>(0);
  const auto body = [=, change = std::move(change)](benchmark::State& state, Field& field) {
    if (*spent + *last * static_cast<double>(changes) > Field::kMostSeconds) {
      throw TakesTooLong("all repetitions would take more than 5 min");
    }
    (void)field.ForReads();
    std::vector<double> times;
    for ([[maybe_unused]] const auto once : state) {
      *last = change(field);
      *spent += *last;
      times.push_back(*last);
      state.SetIterationTime(*last);
    }
    Latencies().Add(times, state);
    state.SetItemsProcessed(state.iterations() *
                            static_cast<std::int64_t>(field.accounts().size()));
  };
  Add(what, body)->UseManualTime()->Iterations(static_cast<std::int64_t>(changes));
}

void Registrar::AddOperation(std::string_view what, Operation operation, int threads) {
  const auto body = [operation = std::move(operation), seeds = seeds_, seconds = sizes_.seconds,
                     latencies = std::make_shared<Latencies>()](benchmark::State& state,
                                                                Field& field) {
    (void)field.ForReads();
    const std::unique_ptr<Session> session = field.store().NewSession();
    std::mt19937_64 random(++*seeds);
    Operation own = operation;
    Repeat(state, seconds, *latencies, [&] { own(*session, field, random); });
    state.SetItemsProcessed(state.iterations());
  };
  Add(what, body)->UseRealTime()->MinTime(sizes_.seconds)->Threads(threads);
}

AccountId DrawAccount(const Field& field, std::mt19937_64& random) {
  return field.accounts()[random() % field.accounts().size()];
}

}  // namespace grantledger::bench
