#include "bench/peers/comparison.h"

#include <algorithm>
#include <cstdio>
#include <functional>
#include <map>
#include <set>

#include "bench/goal.h"
#include "bench/growth.h"
#include "bench/peers/workloads.h"

namespace grantledger::bench {
namespace {

std::optional<Measured> Of(const Comparison& in, const Workload& workload, std::size_t accounts,
                           const StoreKind& kind) {
  const std::string name = WorkloadName(workload.what, accounts, kind);
  if (!workload.counter.empty()) return in.from.Of(name, workload.counter);
  return in.from.Time(name);
}

std::string Show(const Workload& workload, double value) {
  return workload.counter.empty() ? Duration(value) : Number(value, "");
}

bool WasStopped(const Comparison& in, const Workload& workload, std::size_t accounts,
                const StoreKind& kind) {
  return !in.from.Stopped(WorkloadName(workload.what, accounts, kind)).empty();
}

/// The least of the stores but the first, and who has it.
struct Best {
  double value = 0;
  std::string id;
};
std::optional<Best> BestOther(const Comparison& in, const Workload& workload,
                              std::size_t accounts) {
  std::optional<Best> best;
  for (std::size_t i = 1; i < in.kinds.size(); ++i) {
    const auto measured = Of(in, workload, accounts, in.kinds[i]);
    if (measured && (!best || measured->value < best->value)) {
      best = {measured->value, in.kinds[i].id};
    }
  }
  return best;
}

/// How many times less the first store takes than the best other.
std::optional<double> Advantage(const Comparison& in, const Workload& workload,
                                std::size_t accounts) {
  if (workload.kind == WorkloadKind::kRate) return std::nullopt;
  const auto ours = Of(in, workload, accounts, in.kinds.front());
  const auto best = BestOther(in, workload, accounts);
  if (!ours || !best || ours->value <= 0) return std::nullopt;
  return best->value / ours->value;
}

std::string Heading(const std::vector<std::string>& columns) {
  std::string names = "|";
  std::string line = "|";
  for (const std::string& column : columns) {
    names += " " + column + " |";
    line += " --- |";
  }
  return names + "\n" + line + "\n";
}

std::string StoreRow(const Comparison& in, const Workload& workload, std::size_t accounts) {
  std::string row = "| " + workload.text;
  double spread = 0;
  bool any = false;
  std::vector<StoreKind> kinds = in.kinds;
  kinds.push_back(BareKind());
  for (const StoreKind& kind : kinds) {
    const auto measured = Of(in, workload, accounts, kind);
    any = any || measured;
    if (measured) spread = std::max(spread, measured->spread);
    const bool stopped = !measured && WasStopped(in, workload, accounts, kind);
    row += " | " + (measured ? Show(workload, measured->value) : stopped ? "stopped" : "-");
  }
  if (!any) return {};
  const auto advantage = Advantage(in, workload, accounts);
  constexpr double kPercent = 100;
  return row + " | " + (advantage ? Number(*advantage, "") : "-") + " | " +
         Number(kPercent * spread, " %") + " |\n";
}

std::string GrowthCell(const Comparison& in, const Workload& workload, const StoreKind& kind) {
  std::map<std::uint64_t, double> costs;
  for (const std::size_t accounts : in.accounts) {
    const auto measured = Of(in, workload, accounts, kind);
    if (measured) costs[accounts] = measured->value;
  }
  const auto growth = GrowthOf(costs);
  if (!growth) return "-";
  constexpr std::size_t kText = 32;
  char text[kText];
  (void)std::snprintf(text, sizeof(text), "%.2f", *growth);
  return text;
}

std::vector<std::string> Names(const Comparison& in, const std::string& first) {
  std::vector<std::string> names = {first};
  for (const StoreKind& kind : in.kinds) names.push_back(kind.id);
  return names;
}

/// Percentiles are medians of the repetitions; the longest is the longest of all.
std::string LatencyCell(const Comparison& in, const Workload& workload, std::size_t accounts,
                        const StoreKind& kind) {
  const std::string name = WorkloadName(workload.what, accounts, kind);
  constexpr double kMicro = 1e-6;
  const auto longest = in.from.Largest(name, "max_us");
  if (!longest) return "-";
  std::string cell;
  for (const char* counter : {"p50_us", "p99_us", "p999_us"}) {
    const auto measured = in.from.Of(name, counter);
    cell += (measured ? Duration(kMicro * measured->value) : "-") + ", ";
  }
  return cell + Duration(kMicro * *longest);
}

/// The largest size at which the first store was measured; 0: at none.
std::size_t LargestOf(const Comparison& in, const Workload& workload) {
  for (auto accounts = in.accounts.rbegin(); accounts != in.accounts.rend(); ++accounts) {
    if (Of(in, workload, *accounts, in.kinds.front())) return *accounts;
  }
  return 0;
}

// ---- goals

struct Ratio {
  double value = 0;
  std::string where;
};

/// Of the workloads of one kind, at every size.
std::vector<Ratio> RatiosOf(
    const Comparison& in, WorkloadKind kind,
    const std::function<std::optional<double>(const Workload&, std::size_t)>& ratio) {
  std::vector<Ratio> ratios;
  for (const Workload& workload : Workloads()) {
    if (workload.kind != kind) continue;
    for (const std::size_t accounts : in.accounts) {
      const auto found = ratio(workload, accounts);
      if (!found) continue;
      ratios.push_back({*found, workload.what + ", " + Count(accounts) + " accounts"});
    }
  }
  return ratios;
}

/// The goal is to hold of the least.
std::string GoalRow(const std::string& what, const std::vector<Ratio>& ratios, const Goal& goal) {
  if (ratios.empty()) return "| " + what + " | not measured | - | - | " + goal.Text() + " | |\n";
  const Ratio& worst = *std::ranges::min_element(ratios, {}, &Ratio::value);
  const auto met =
      std::ranges::count_if(ratios, [&goal](const Ratio& one) { return goal.Holds(one.value); });
  return "| " + what + " | " + worst.where + " | " + Number(worst.value, "") + " | " +
         std::to_string(met) + " of " + std::to_string(ratios.size()) + " | " + goal.Text() +
         " | " + goal.Verdict(worst.value) + " |\n";
}

std::vector<Ratio> FanOutGoal(const Comparison& in) {
  constexpr std::size_t kSize = 100'000;
  const Workload& fan_out = Workloads().front();
  const auto found = Advantage(in, fan_out, kSize);
  if (!found) return {};
  return {{*found, "best peer: " + BestOther(in, fan_out, kSize)->id}};
}

/// How much of the bare store's speed the first store has.
std::optional<double> ShareOfBare(const Comparison& in, const Workload& workload,
                                  std::size_t accounts) {
  const auto ours = Of(in, workload, accounts, in.kinds.front());
  const auto bare = Of(in, workload, accounts, BareKind());
  if (!ours || !bare) return std::nullopt;
  return bare->value / ours->value;
}

std::vector<Ratio> BytesGoal(const Comparison& in) {
  return RatiosOf(in, WorkloadKind::kCounter,
                  [&in](const Workload& workload, std::size_t accounts) -> std::optional<double> {
                    if (workload.what != "BytesPerGrant") return std::nullopt;
                    return Advantage(in, workload, accounts);
                  });
}

}  // namespace

std::string CompareStores(const Comparison& comparison) {
  std::string text;
  for (const std::size_t accounts : comparison.accounts) {
    std::vector<std::string> columns = Names(comparison, "what");
    columns.insert(columns.end(),
                   {"bare RocksDB", "best other / " + comparison.kinds.front().id, "spread"});
    text += "### " + Count(accounts) + " accounts\n\n" + Heading(columns);
    std::set<std::string> reasons;
    for (const Workload& workload : Workloads()) {
      text += StoreRow(comparison, workload, accounts);
      for (const StoreKind& kind : comparison.kinds) {
        const std::string why =
            comparison.from.Stopped(WorkloadName(workload.what, accounts, kind));
        if (!why.empty()) reasons.insert(kind.id + ": " + why);
      }
    }
    for (const std::string& reason : reasons) text += "\nStopped: " + reason + "\n";
    text += "\n";
  }
  return text;
}

std::string CompareGrowth(const Comparison& comparison) {
  if (comparison.accounts.size() < 2) return {};
  std::string text = "### Growth with the accounts\n\n" + Heading(Names(comparison, "exponent of"));
  for (const Workload& workload : Workloads()) {
    std::string row;
    bool any = false;
    for (const StoreKind& kind : comparison.kinds) {
      const std::string cell = GrowthCell(comparison, workload, kind);
      any = any || cell != "-";
      row += " | " + cell;
    }
    if (any) text += "| " + workload.text + row + " |\n";
  }
  return text + "\n";
}

std::string CompareLatencies(const Comparison& comparison) {
  std::vector<std::string> columns = Names(comparison, "what");
  columns.insert(columns.begin() + 1, "accounts");
  std::string text = "### Latencies: 50th, 99th, 99.9th percentile, longest\n\n" + Heading(columns);
  for (const Workload& workload : Workloads()) {
    const std::size_t accounts = LargestOf(comparison, workload);
    if (!workload.counter.empty() || accounts == 0) continue;
    std::string row;
    bool any = false;
    for (const StoreKind& kind : comparison.kinds) {
      const std::string cell = LatencyCell(comparison, workload, accounts, kind);
      any = any || cell != "-";
      row += " | " + cell;
    }
    if (any) text += "| " + workload.text + " | " + Count(accounts) + row + " |\n";
  }
  return text + "\n";
}

std::string CompareGoals(const Comparison& comparison) {
  const auto advantage = [&comparison](const Workload& workload, std::size_t accounts) {
    return Advantage(comparison, workload, accounts);
  };
  const auto bare = [&comparison](const Workload& workload, std::size_t accounts) {
    return ShareOfBare(comparison, workload, accounts);
  };
  return "### Goals\n\n" +
         Heading({"how many times the best peer", "worst", "times", "goal holds in", "goal", ""}) +
         GoalRow("fan-out at 100,000 accounts", FanOutGoal(comparison), {false, 10'000, ""}) +
         GoalRow("every read", RatiosOf(comparison, WorkloadKind::kRead, advantage),
                 {false, 1.5, ""}) +
         GoalRow("single writes, not synced", RatiosOf(comparison, WorkloadKind::kWrite, advantage),
                 {false, 1, ""}) +
         GoalRow("single writes, synced",
                 RatiosOf(comparison, WorkloadKind::kSyncedWrite, advantage), {false, 1, ""}) +
         GoalRow("reads, as a share of bare RocksDB's speed",
                 RatiosOf(comparison, WorkloadKind::kRead, bare), {false, 0.5, ""}) +
         GoalRow("bytes on disk a member grant", BytesGoal(comparison), {false, 20, ""}) + "\n";
}

}  // namespace grantledger::bench
