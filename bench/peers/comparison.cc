#include "bench/peers/comparison.h"

#include <algorithm>

#include "bench/goal.h"
#include "bench/peers/workloads.h"

namespace grantledger::bench {
namespace {

std::optional<Measured> Of(const Reporter& from, const std::string& what, std::size_t accounts,
                           const StoreKind& kind) {
  const std::string name = WorkloadName(what, accounts, kind);
  return what == "Bytes" ? from.Of(name, "bytes_per_grant") : from.Time(name);
}

std::string Row(const Reporter& from, const Workload& workload, const std::vector<StoreKind>& kinds,
                std::size_t accounts) {
  std::string row = "| " + workload.text;
  std::optional<double> ours;
  std::optional<double> best;
  for (const StoreKind& kind : kinds) {
    const auto measured = Of(from, workload.what, accounts, kind);
    if (!measured) {
      row += " | -";
      continue;
    }
    row += " | " +
           (workload.what == "Bytes" ? Number(measured->value, "") : Duration(measured->value));
    std::optional<double>& side = &kind == &kinds.front() ? ours : best;
    side = side ? std::min(*side, measured->value) : measured->value;
  }
  return row + " | " + (ours && best ? Number(*best / *ours, "") : "-") + " |\n";
}

}  // namespace

std::string Compare(const Reporter& from, const std::vector<StoreKind>& kinds,
                    const std::vector<std::size_t>& accounts) {
  std::string text;
  for (const std::size_t size : accounts) {
    text += "### " + Count(size) + " accounts\n\n| what";
    std::string line = "| ---";
    for (const StoreKind& kind : kinds) {
      text += " | " + kind.id;
      line += " | ---";
    }
    text += " | best other / " + kinds.front().id + " |\n" + line + " | --- |\n";
    for (const Workload& workload : Workloads()) text += Row(from, workload, kinds, size);
    text += "\n";
  }
  return text;
}

}  // namespace grantledger::bench
