// Lists: every member grant of a distribution, against a bare RocksDB iterator over the `member`
// rows that they are derived from; and a page of 100 with a filter by a status that ten accounts
// have, against one without a filter.
#include "bench/must.h"
#include "bench/workbench.h"

namespace grantledger::bench {
namespace {

constexpr std::uint32_t kBigPage = 50'000;
constexpr std::uint32_t kSmallPage = 100;

/// Lists all pages; the number of grants, the distribution's own included.
std::size_t ListAll(Activated& on) {
  ListDistributedGrantsRequest request;
  request.paging.max_results = kBigPage;
  std::size_t grants = 0;
  do {
    GrantPage page = Must(on.company.ledger().Read(on.company.Management(), request));
    grants += page.grants.size();
    request.paging.next_token = std::move(page.next_token);
  } while (!request.paging.next_token.empty());
  return grants;
}

void List(benchmark::State& state, Activated& on) {
  const std::size_t expected = on.company.accounts().size() + 1;
  Check(ListAll(on) == expected, "the list has not one grant for each account");  // warms up
  for ([[maybe_unused]] const auto once : state) benchmark::DoNotOptimize(ListAll(on));
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(expected));
}

void BareScan(benchmark::State& state, Activated& on) {
  const std::uint64_t rows = on.bare->ScanMembers();  // warms up
  Check(rows > on.company.accounts().size(), "`member` has not one row for each account");
  for ([[maybe_unused]] const auto once : state) benchmark::DoNotOptimize(on.bare->ScanMembers());
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(rows));
}

void ReadPage(benchmark::State& state, Activated& on, std::vector<Filter> filters,
              std::size_t expected) {
  ListDistributedGrantsRequest request;
  request.filters = std::move(filters);
  request.paging.max_results = kSmallPage;
  const auto read = [&] {
    return Must(on.company.ledger().Read(on.company.Management(), request)).grants.size();
  };
  Check(read() == expected, "the page has another number of grants than expected");
  for ([[maybe_unused]] const auto once : state) benchmark::DoNotOptimize(read());
}

}  // namespace

void RegisterList(Workbench& bench) {
  Register(bench, "ListAll", [&bench](benchmark::State& state) { List(state, bench.Large()); })
      ->UseRealTime()
      ->MinTime(bench.sizes().seconds)
      ->Unit(benchmark::kMillisecond);
  Register(bench, "ListAll/bare",
           [&bench](benchmark::State& state) { BareScan(state, bench.Large()); })
      ->UseRealTime()
      ->MinTime(bench.sizes().seconds)
      ->Unit(benchmark::kMillisecond);
  const auto page = [&bench](const std::string& name, const std::vector<Filter>& filters,
                             std::size_t expected) {
    Register(bench, name,
             [&bench, filters, expected](benchmark::State& state) {
               ReadPage(state, bench.Large(), filters, expected);
             })
        ->UseRealTime()
        ->MinTime(bench.sizes().seconds)
        ->Unit(benchmark::kMicrosecond);
  };
  page("Page", {}, kSmallPage);
  page("Page/rare_status", {{"GrantStatus", {"REJECTED"}}}, kRejected);
}

}  // namespace grantledger::bench
