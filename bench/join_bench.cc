// Joining: CreateAccount for every account of an organization, in batches of 1,000 through
// Ledger::Apply, buffered, into a new ledger. What is on disk is measured after Ledger::Settle.
#include <filesystem>

#include "bench/must.h"
#include "bench/synthetic.h"
#include "bench/workbench.h"

namespace grantledger::bench {
namespace {

void Join(benchmark::State& state, Workbench& bench) {
  const auto accounts = DrawAccounts(bench.sizes().large);
  for ([[maybe_unused]] const auto once : state) {
    const std::string directory = bench.scratch().NewPath();
    {
      Company company(directory, CompanyShape());
      state.SetIterationTime(Seconds([&] { company.Join(accounts, false); }));
      Must(company.ledger().Settle());
      const auto bytes = static_cast<double>(BytesIn(directory));
      state.counters["bytes_per_account"] = bytes / static_cast<double>(accounts.size());
    }
    std::filesystem::remove_all(directory);
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(accounts.size()));
}

}  // namespace

void RegisterJoin(Workbench& bench) {
  Register(bench, "Join", [&bench](benchmark::State& state) { Join(state, bench); })
      ->Iterations(1)
      ->Repetitions(bench.sizes().join_repetitions)
      ->UseManualTime()
      ->Unit(benchmark::kSecond);
}

}  // namespace grantledger::bench
