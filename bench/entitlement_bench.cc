// CheckEntitlement by random accounts of a large organization, each for itself, against a bare
// RocksDB Get of the same account's row in the same ledger: the one row that any check must read.
#include <random>

#include "bench/must.h"
#include "bench/synthetic.h"
#include "bench/workbench.h"

namespace grantledger::bench {
namespace {

/// Random accounts, drawn beforehand: the same ones for both sides, with their 12 digits.
std::vector<AccountId> Draw(const Company& company) {
  constexpr std::size_t kDrawn = 1 << 16;
  std::mt19937_64 random(7);
  std::vector<AccountId> drawn;
  for (std::size_t i = 0; i < kDrawn; ++i) {
    drawn.push_back(company.accounts()[random() % company.accounts().size()]);
  }
  return drawn;
}

/// Reads every account once, so that both caches hold all that is read after.
template <typename Read>
void Measure(benchmark::State& state, Activated& on, Read read) {
  const std::vector<AccountId> drawn = Draw(on.company);
  for (const AccountId account : drawn) benchmark::DoNotOptimize(read(account));
  std::size_t i = 0;
  for ([[maybe_unused]] const auto once : state) {
    benchmark::DoNotOptimize(read(drawn[i]));
    i = (i + 1) % drawn.size();
  }
}

void Entitlement(benchmark::State& state, Activated& on) {
  std::size_t entitled = 0;
  Measure(state, on, [&](AccountId account) {
    const CheckEntitlementRequest request{
        .account_id = account.ToString(), .product_sku = on.sku, .issuer_name = kIssuerName};
    const auto response =
        Must(on.company.ledger().Read(Call{account, std::nullopt, std::nullopt}, request));
    entitled += response.entitled ? 1 : 0;
    return response.entitled;
  });
  Check(entitled > 0, "nobody is entitled");
}

void BareGet(benchmark::State& state, Activated& on) {
  Measure(state, on, [&](AccountId account) {
    const std::size_t bytes = on.bare->GetAccount(account);
    Check(bytes > 0, "the account's row is missing");
    return bytes;
  });
}

}  // namespace

void RegisterEntitlement(Workbench& bench) {
  Register(bench, "CheckEntitlement",
           [&bench](benchmark::State& state) { Entitlement(state, bench.Large()); })
      ->UseRealTime()
      ->MinTime(bench.sizes().seconds)
      ->Unit(benchmark::kMicrosecond);
  Register(bench, "CheckEntitlement/bare",
           [&bench](benchmark::State& state) { BareGet(state, bench.Large()); })
      ->UseRealTime()
      ->MinTime(bench.sizes().seconds)
      ->Unit(benchmark::kMicrosecond);
}

}  // namespace grantledger::bench
