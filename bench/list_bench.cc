// Lists: every member grant of a distribution, against a bare RocksDB iterator over the `member`
// rows that they are derived from; and a page of 100 with a filter by a status that ten accounts
// have, against one without a filter.
#include "bench/must.h"
#include "bench/workbench.h"

namespace grantledger::bench {
namespace {

constexpr std::uint32_t kBigPage = 50'000;
constexpr std::uint32_t kSmallPage = 100;

ListDistributedGrantsRequest Page(const Activated& on, std::uint32_t size) {
  ListDistributedGrantsRequest request;
  request.filters = {{"LicenseArn", {on.license_arn}}};
  request.paging.max_results = size;
  return request;
}

/// Lists all pages; the number of grants, the distribution's own included.
std::size_t ListAll(Activated& on) {
  ListDistributedGrantsRequest request = Page(on, kBigPage);
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

void ReadPage(benchmark::State& state, Activated& on, const ListDistributedGrantsRequest& request,
              std::size_t expected) {
  const auto read = [&] {
    return Must(on.company.ledger().Read(on.company.Management(), request)).grants.size();
  };
  Check(read() == expected, "the page has not " + std::to_string(expected) + " grants");
  for ([[maybe_unused]] const auto once : state) benchmark::DoNotOptimize(read());
}

}  // namespace

void RegisterList(Workbench& bench) {
  Register(bench, "ListAll", [&bench](benchmark::State& state) { List(state, bench.Large()); })
      ->MinTime(bench.sizes().seconds)
      ->Unit(benchmark::kMillisecond);
  Register(bench, "ListAll/bare",
           [&bench](benchmark::State& state) { BareScan(state, bench.Large()); })
      ->MinTime(bench.sizes().seconds)
      ->Unit(benchmark::kMillisecond);
  Register(bench, "Page",
           [&bench](benchmark::State& state) {
             ReadPage(state, bench.Large(), Page(bench.Large(), kSmallPage), kSmallPage);
           })
      ->MinTime(bench.sizes().seconds)
      ->Unit(benchmark::kMicrosecond);
  Register(bench, "Page/rare_status",
           [&bench](benchmark::State& state) {
             auto request = Page(bench.Large(), kSmallPage);
             request.filters.push_back({"GrantStatus", {"REJECTED"}});
             ReadPage(state, bench.Large(), request, kRejected);
           })
      ->MinTime(bench.sizes().seconds)
      ->Unit(benchmark::kMicrosecond);
}

}  // namespace grantledger::bench
