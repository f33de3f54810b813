#include "tests/torture/faults.h"

#include <algorithm>
#include <atomic>
#include <iostream>
#include <mutex>
#include <set>
#include <stdexcept>
#include <thread>
#include <tuple>
#include <utility>

#include "tests/model/random.h"
#include "tests/torture/fault_kinds.h"

namespace grantledger::torture {
namespace {

struct FaultsSetup {
  const Settings& settings;
  std::uint64_t histories = 12;
  bool pairs = false;  ///< Of calls, drawn; else single calls.
  int jobs = 4;        ///< Runs at once; each waits for the disk more than half of its time.
};

struct Planned {
  std::uint64_t history = 0;
  FaultPlan plan;
};

/// A call fails once, and from then on. EINTR never comes for ever.
void PlanCall(std::uint64_t history, const FaultPlan& call, std::vector<Planned>& all) {
  all.push_back({history, call});
  if (call.error == EINTR) return;
  all.push_back({history, call});
  all.back().plan.onwards = true;
}

/// Every call of a kind in a history; or every path that none of the histories before has.
void PlanKind(const FaultKindShape& shape, const FaultOutcome& counted,
              std::set<std::uint64_t>& known_paths, std::vector<Planned>& all) {
  FaultPlan plan;
  plan.kind = shape.kind;
  std::uint64_t round = counted.history;
  const auto next_error = [&] { return shape.errors[round++ % shape.errors.size()]; };
  if (shape.by_path) {
    plan.nth = 1;
    for (const std::uint64_t path : counted.paths) {
      if (!known_paths.insert(path).second) continue;
      plan.path = path;
      plan.error = next_error();
      PlanCall(counted.history, plan, all);
    }
    return;
  }
  for (plan.nth = 1; plan.nth <= counted.calls; ++plan.nth) {
    plan.error = next_error();
    plan.is_short = shape.kind == FaultKind::kWrite && plan.nth % 2 == 0;
    PlanCall(counted.history, plan, all);
  }
}

struct Counting {
  const FaultKindShape* shape;
  FaultOutcome counted;
};

/// A call that fails, and one of another kind soon after it: in what is done about the first.
Planned DrawPair(const std::vector<const Counting*>& counted, model::Random& random) {
  constexpr std::uint64_t kSoon = 8;
  constexpr std::uint64_t kLater = 60;
  const Counting& first = *counted[random.Below(counted.size())];
  const Counting& second = *counted[random.Below(counted.size())];
  const auto draw_error = [&](const FaultKindShape& shape, bool onwards) {
    const int error = shape.errors[random.Below(shape.errors.size())];
    return onwards && error == EINTR ? EIO : error;
  };
  FaultPlan plan;
  plan.kind = first.shape->kind;
  plan.nth = 1 + random.Below(first.counted.calls);
  plan.onwards = random.Below(2) == 0;
  plan.error = draw_error(*first.shape, plan.onwards);
  plan.is_short = plan.kind == FaultKind::kWrite && random.Below(2) == 0;
  plan.second.kind = second.shape->kind;
  plan.second.nth = 1 + random.Below(random.Below(3) == 0 ? kLater : kSoon);
  plan.second.onwards = random.Below(2) == 0;
  plan.second.error = draw_error(*second.shape, plan.second.onwards);
  return {first.counted.history, plan};
}

/// A sample of the pairs.
void PlanPairs(const std::vector<Counting>& counted, std::uint64_t seed,
               std::vector<Planned>& all) {
  constexpr std::uint64_t kPairsOfHistory = 10'000;
  std::map<std::uint64_t, std::vector<const Counting*>> histories;
  for (const Counting& counting : counted) {
    if (counting.shape->by_path || counting.counted.calls == 0) continue;
    histories[counting.counted.history].push_back(&counting);
  }
  model::Random random(seed);
  for (const auto& [history, kinds] : histories) {
    for (std::uint64_t i = 0; i < kPairsOfHistory; ++i) {
      const Planned pair = DrawPair(kinds, random);
      if (pair.plan.kind != pair.plan.second.kind) all.push_back(pair);
    }
  }
}

/// Counts the calls of each history, by running it without faults.
std::vector<Counting> CountCalls(const FaultsSetup& setup) {
  std::vector<Counting> all;
  for (std::uint64_t i = 0; i < setup.histories; ++i) {
    for (const FaultKindShape& shape : FaultKinds()) {
      all.push_back({&shape, {}});
      all.back().counted.history = model::MixSeeds(setup.settings.seed, i) % 1'000'000;
    }
  }
  std::atomic<std::size_t> next = 0;
  std::vector<std::thread> threads;
  for (int job = 0; job < setup.jobs; ++job) {
    threads.emplace_back([&, job] {
      const std::string scratch = setup.settings.directory + "/count-" + std::to_string(job);
      for (std::size_t i = next++; i < all.size(); i = next++) {
        FaultPlan plan;
        plan.kind = all[i].shape->kind;
        plan.notes_paths = all[i].shape->by_path;
        all[i].counted = RunFault(scratch, all[i].counted.history, plan);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const Counting& counting : all) {
    if (!counting.counted.is_wrong) continue;
    throw std::runtime_error("without faults: " + counting.counted.outcome + ": " +
                             ReplayLine(counting.counted) + "\n" + counting.counted.text);
  }
  return all;
}

std::vector<Planned> PlanAll(const FaultsSetup& setup) {
  std::vector<Planned> all;
  std::map<FaultKind, std::set<std::uint64_t>> known_paths;
  const std::vector<Counting> counted = CountCalls(setup);
  if (setup.pairs) {
    PlanPairs(counted, setup.settings.seed, all);
    return all;
  }
  for (const Counting& counting : counted) {
    PlanKind(*counting.shape, counting.counted, known_paths[counting.shape->kind], all);
  }
  return all;
}

/// One of every kind after another, each kind in an order of its own: what was done when time is up
/// is a sample of all.
std::vector<Planned> Shuffled(std::vector<Planned> all, std::uint64_t seed) {
  std::ranges::sort(all, {}, [](const Planned& run) {
    const SecondFault& second = run.plan.second;
    return std::tuple(run.plan.kind, run.history, run.plan.path, run.plan.nth, run.plan.onwards,
                      second.kind, second.nth, second.onwards);
  });
  model::Random random(seed);
  std::map<FaultKind, std::vector<Planned>> kinds;
  for (std::size_t i = all.size(); i > 1; --i) std::swap(all[i - 1], all[random.Below(i)]);
  for (Planned& run : all) kinds[run.plan.kind].push_back(run);
  std::vector<Planned> ordered;
  while (ordered.size() < all.size()) {
    for (auto& [kind, runs] : kinds) {
      if (runs.empty()) continue;
      ordered.push_back(runs.back());
      runs.pop_back();
    }
  }
  return ordered;
}

/// A number that a run has in whatever order it is planned.
std::uint64_t NumberOf(const Planned& run) {
  const FaultPlan& plan = run.plan;
  std::uint64_t number = run.history;
  for (const std::uint64_t each :
       {static_cast<std::uint64_t>(plan.kind), plan.path, plan.nth, std::uint64_t{plan.onwards},
        static_cast<std::uint64_t>(plan.second.kind), plan.second.nth}) {
    number = model::MixSeeds(number, each);
  }
  return number;
}

Tally RunPlanned(const FaultsSetup& setup, const std::vector<Planned>& all) {
  constexpr std::size_t kMostText = 1'500;
  Tally tally;
  const std::string fails = setup.pairs ? " and another fail: " : " fails: ";
  const auto add = [&](const FaultOutcome& run) {
    ++tally.outcomes[KindName(run.plan.kind) + fails + run.outcome];
    if (!run.is_wrong) return;
    const std::string replay = run.outcome + ": " + ReplayLine(run);
    std::cout << replay << std::endl;
    tally.failures.push_back(replay + "\n" + run.text.substr(0, kMostText));
  };
  std::mutex mutex;
  Budget budget(setup.settings, all.size());
  std::vector<std::thread> threads;
  for (int job = 0; job < setup.jobs; ++job) {
    threads.emplace_back([&, job] {
      const std::string scratch = setup.settings.directory + "/job-" + std::to_string(job);
      std::unique_lock lock(mutex);
      while (budget.Take()) {
        const Planned& planned = all[budget.taken() - 1];
        lock.unlock();
        const FaultOutcome run = RunFault(scratch, planned.history, planned.plan);
        lock.lock();
        add(run);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  tally.trials = budget.taken();
  return tally;
}

Tally RunCampaign(const Settings& settings, bool pairs) {
  constexpr std::uint64_t kMany = 1'000;
  FaultsSetup setup{.settings = settings};
  setup.pairs = pairs;
  if (settings.trials != 0 && settings.trials < kMany) setup.histories = 1;
  std::vector<Planned> all = PlanAll(setup);
  const std::size_t in_all = all.size();
  std::erase_if(
      all, [&](const Planned& run) { return NumberOf(run) % settings.parts != settings.part - 1; });
  Tally tally = RunPlanned(setup, Shuffled(std::move(all), settings.seed));
  if (!pairs) tally.outcomes["calls that can fail, in all"] = in_all;
  return tally;
}

}  // namespace

Tally RunFaultsCampaign(const Settings& settings) { return RunCampaign(settings, false); }
Tally RunFaultPairsCampaign(const Settings& settings) { return RunCampaign(settings, true); }

}  // namespace grantledger::torture
