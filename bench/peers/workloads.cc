#include "bench/peers/workloads.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <random>
#include <thread>

#include <benchmark/benchmark.h>

#include "bench/must.h"
#include "bench/timing.h"

namespace grantledger::bench {
namespace {

constexpr std::size_t kPage = 100;
/// What an account holds that comes or goes.
constexpr std::size_t kManyGrants = 100;
/// An organization that is not too large for an eager store to give each account so many.
constexpr std::size_t kMostWithMany = 1'000;
constexpr double kMicros = 1e6;

using Body = std::function<void(benchmark::State&, Field&)>;
using Operation = std::function<void(Session&, Field&, std::mt19937_64&)>;

AccountId Draw(const Field& field, std::mt19937_64& random) {
  return field.accounts()[random() % field.accounts().size()];
}

/// How long operations took, one by one.
class Latencies {
 public:
  void Add(double seconds) { seconds_.push_back(seconds); }
  void Report(benchmark::State& state) {
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

 private:
  /// Of the threads of one benchmark.
  static benchmark::Counter Average(double value) {
    return {value, benchmark::Counter::kAvgThreads};
  }
  std::vector<double> seconds_;
};

class Registrar {
 public:
  Registrar(const StoreKind& kind, std::size_t accounts, const WorkloadSizes& sizes,
            const FieldOf& field)
      : kind_(kind), accounts_(accounts), sizes_(sizes), field_(field) {}

  benchmark::internal::Benchmark* Add(const std::string& what, Body body) {
    const std::string name = WorkloadName(what, accounts_, kind_);
    const auto guarded = [field = field_, body = std::move(body)](benchmark::State& state) {
      try {
        body(state, field());
      } catch (const std::exception& error) {
        state.SkipWithError(error.what());
      }
    };
    return benchmark::RegisterBenchmark(name.c_str(), guarded)->Repetitions(sizes_.repetitions);
  }

  /// Each change by itself. An eager store does few, since each goes over all accounts.
  void AddBulk(const std::string& what, const Body& body) {
    const std::size_t changes = kind_.eager ? 2 : sizes_.bulk_changes;
    Add(what, body)->UseManualTime()->Iterations(static_cast<std::int64_t>(changes));
  }

  void AddOperation(const std::string& what, const Operation& operation, int threads = 1) {
    const auto body = [operation](benchmark::State& state, Field& field) {
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

 private:
  const StoreKind& kind_;
  std::size_t accounts_;
  const WorkloadSizes& sizes_;
  const FieldOf& field_;
};

// ---- bulk

/// Create and activate, until every account reads ACTIVE.
void FanOut(benchmark::State& state, Field& field) {
  Latencies latencies;
  for ([[maybe_unused]] const auto once : state) {
    const double seconds = Seconds([&] { (void)field.Activate(); });
    latencies.Add(seconds);
    state.SetIterationTime(seconds);
  }
  latencies.Report(state);
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(field.accounts().size()));
}

void Toggle(benchmark::State& state, Field& field) {
  const Distribution distribution = field.ForReads().seldom_disabled;
  bool active = true;
  Latencies latencies;
  for ([[maybe_unused]] const auto once : state) {
    active = !active;
    const double seconds = Seconds([&] {
      field.session().SetAll(distribution, active ? GrantStatus::kActive : GrantStatus::kDisabled,
                             Conflict::kReplace);
    });
    latencies.Add(seconds);
    state.SetIterationTime(seconds);
  }
  latencies.Report(state);
}

/// What the distributions since the joining take on disk, versions and indexes included.
void Bytes(benchmark::State& state, Field& field) {
  field.store().Settle();
  const auto grants = field.distributions() * field.accounts().size();
  for ([[maybe_unused]] const auto once : state) {
  }
  state.counters["bytes_per_grant"] =
      static_cast<double>(field.Bytes()) / static_cast<double>(std::max<std::size_t>(grants, 1));
}

// ---- one account

void SetOne(Session& session, Field& field, std::mt19937_64& random) {
  const GrantStatus status = random() % 2 == 0 ? GrantStatus::kActive : GrantStatus::kDisabled;
  (void)session.SetOne(Draw(field, random), field.ForReads().seldom_disabled, status);
}

/// Joining, or leaving, of one account that holds many grants then; the other goes untimed.
Body ComeAndGo(bool joining) {
  return [joining](benchmark::State& state, Field& field) {
    field.ActivateUpTo(kManyGrants);
    Latencies latencies;
    for ([[maybe_unused]] const auto once : state) {
      const AccountId account = field.NewAccount();
      const double join = Seconds([&] { field.session().Join(std::span(&account, 1)); });
      const double leave = Seconds([&] { field.session().Leave(account); });
      latencies.Add(joining ? join : leave);
      state.SetIterationTime(joining ? join : leave);
    }
    latencies.Report(state);
  };
}

// ---- reads

/// Of Zipf's distribution with the exponent 1: rank k as often as 1/k.
AccountId DrawZipf(const Field& field, std::mt19937_64& random) {
  const auto accounts = static_cast<double>(field.accounts().size());
  const double share = std::uniform_real_distribution<double>(0, 1)(random);
  const auto rank = static_cast<std::size_t>(std::pow(accounts, share)) - 1;
  return field.accounts()[std::min(rank, field.accounts().size() - 1)];
}

void CheckZipf(Session& session, Field& field, std::mt19937_64& random) {
  benchmark::DoNotOptimize(session.Check(DrawZipf(field, random), field.ForReads().product));
}

void GetThen(Session& session, Field& field, std::mt19937_64& random) {
  const auto& readable = field.ForReads();
  const StoreMoment moment = readable.moments[random() % readable.moments.size()];
  Check(session.GetAt(moment, Draw(field, random), readable.rarely_disabled).has_value(),
        "an account had no grant");
}

void CheckOne(Session& session, Field& field, std::mt19937_64& random) {
  benchmark::DoNotOptimize(session.Check(Draw(field, random), field.ForReads().product));
}

void GetOne(Session& session, Field& field, std::mt19937_64& random) {
  const auto grant = session.Get(Draw(field, random), field.ForReads().rarely_disabled);
  Check(grant.has_value(), "an account has no grant");
}

void ListOfOne(Session& session, Field& field, std::mt19937_64& random) {
  Check(session.ListOf(Draw(field, random)).size() >= 2, "an account lacks a grant");
}

void CountAll(Session& session, Field& field, std::mt19937_64& /*random*/) {
  Check(!session.Count(field.ForReads().rarely_disabled).empty(), "nothing is counted");
}

void HistoryOfOne(Session& session, Field& field, std::mt19937_64& random) {
  const auto versions = session.History(Draw(field, random), field.ForReads().rarely_disabled);
  Check(versions.size() >= 2, "a version is missing");
}

Operation FirstPage(std::optional<GrantStatus> status, bool rarely) {
  return [=](Session& session, Field& field, std::mt19937_64& /*random*/) {
    const auto& readable = field.ForReads();
    const Distribution of = rarely ? readable.rarely_disabled : readable.seldom_disabled;
    Check(!session.List(of, status, {}, kPage).grants.empty(), "a page is empty");
  };
}

/// 95 checks, 4 lists, 1 write.
void OneOfAMixedDay(Session& session, Field& field, std::mt19937_64& random) {
  constexpr std::uint64_t kChecks = 95;
  constexpr std::uint64_t kChecksAndLists = 99;
  const std::uint64_t kind = random() % 100;
  if (kind < kChecks) return CheckOne(session, field, random);
  if (kind < kChecksAndLists) return ListOfOne(session, field, random);
  SetOne(session, field, random);
}

/// Writes until it is destroyed, in a thread and a session of its own.
class WriterBeside {
 public:
  explicit WriterBeside(Field& field) : session_(field.store().NewSession()) {
    thread_ = std::thread([this, &field] {
      std::mt19937_64 random(1);
      try {
        while (!stop_) SetOne(*session_, field, random);
      } catch (const std::exception& error) {
        error_ = error.what();
      }
    });
  }
  /// Throws where a write failed.
  void Stop() {
    stop_ = true;
    thread_.join();
    Check(error_.empty(), error_);
  }
  ~WriterBeside() {
    stop_ = true;
    if (thread_.joinable()) thread_.join();
  }
  WriterBeside(const WriterBeside&) = delete;
  WriterBeside& operator=(const WriterBeside&) = delete;

 private:
  std::unique_ptr<Session> session_;
  std::atomic<bool> stop_ = false;
  std::string error_;
  std::thread thread_;
};

void CheckBesideWriter(benchmark::State& state, Field& field) {
  const std::unique_ptr<Session> session = field.store().NewSession();
  (void)field.ForReads();
  std::mt19937_64 random;
  Latencies latencies;
  WriterBeside writer(field);
  for ([[maybe_unused]] const auto once : state) {
    latencies.Add(Seconds([&] { CheckOne(*session, field, random); }));
  }
  writer.Stop();
  latencies.Report(state);
}

}  // namespace

std::string WorkloadName(const std::string& what, std::size_t accounts, const StoreKind& kind) {
  return what + "/accounts:" + std::to_string(accounts) + "/store:" + kind.id;
}

std::vector<Workload> Workloads() {
  return {{"FanOut", "distribute and activate, until every account is ACTIVE"},
          {"Toggle", "bulk change of all accounts"},
          {"SetOne/writers:1", "an account changes its own, 1 writer"},
          {"SetOne/writers:4", "the same, 4 writers"},
          {"SetOne/writers:16", "the same, 16 writers"},
          {"Join", "an account joins, and holds 100 grants"},
          {"Leave", "an account that holds 100 grants leaves"},
          {"Check", "check an entitlement"},
          {"Check/zipf", "the same, accounts by Zipf"},
          {"Check/beside_writer", "the same, beside a writer"},
          {"MixedDay", "95 checks, 4 lists of an account, 1 write"},
          {"Get", "read one member grant"},
          {"ListOf", "list an account's grants"},
          {"Page/all", "page of 100"},
          {"Page/1_in_100", "page by a status that 1 in 100 has"},
          {"Page/1_in_100000", "page by a status that 1 in 100,000 has"},
          {"Count", "count by status"},
          {"History", "history of one grant"},
          {"GetAt", "one member grant as it was"},
          {"Bytes", "bytes on disk a member grant"}};
}

void RegisterWorkloads(const StoreKind& kind, std::size_t accounts, const WorkloadSizes& sizes,
                       const FieldOf& field) {
  Registrar to(kind, accounts, sizes, field);
  to.AddOperation("Check", CheckOne);
  to.AddOperation("Check/zipf", CheckZipf);
  to.AddOperation("Get", GetOne);
  to.AddOperation("ListOf", ListOfOne);
  to.AddOperation("Count", CountAll);
  to.AddOperation("History", HistoryOfOne);
  to.AddOperation("GetAt", GetThen);
  to.AddOperation("Page/all", FirstPage(std::nullopt, true));
  to.AddOperation("Page/1_in_100", FirstPage(GrantStatus::kDisabled, false));
  to.AddOperation("Page/1_in_100000", FirstPage(GrantStatus::kDisabled, true));
  // Reads come first: what follows writes.
  to.Add("Check/beside_writer", CheckBesideWriter)->UseRealTime()->MinTime(sizes.seconds);
  to.AddOperation("MixedDay", OneOfAMixedDay);
  for (const int threads : {1, 4, 16}) {
    to.AddOperation("SetOne/writers:" + std::to_string(threads), SetOne, threads);
  }
  to.AddBulk("Toggle", Toggle);
  to.AddBulk("FanOut", FanOut);
  if (accounts <= kMostWithMany) {
    constexpr std::int64_t kArrivalsTimed = 50;
    to.Add("Join", ComeAndGo(true))->UseManualTime()->Iterations(kArrivalsTimed);
    to.Add("Leave", ComeAndGo(false))->UseManualTime()->Iterations(kArrivalsTimed);
  }
  to.Add("Bytes", Bytes)->Repetitions(1)->Iterations(1);
}

}  // namespace grantledger::bench
