#include "bench/peers/arguments.h"

#include <algorithm>
#include <stdexcept>

#include <benchmark/benchmark.h>

namespace grantledger::bench {
namespace {

const std::vector<std::size_t> kQuickAccounts = {1'000, 10'000};
const std::vector<std::size_t> kAllAccounts = {1'000, 10'000, 100'000, 1'000'000};
constexpr std::size_t kSynced = 10'000;

}  // namespace

std::vector<std::size_t> Arguments::Accounts() const {
  if (accounts.empty()) return quick ? kQuickAccounts : kAllAccounts;
  std::vector<std::size_t> sorted = accounts;
  std::ranges::sort(sorted);
  return sorted;
}

std::size_t Arguments::SyncedAccounts() const {
  const auto all = Accounts();
  return std::ranges::find(all, kSynced) != all.end() ? kSynced : all.front();
}

WorkloadSizes Arguments::Sizes() const {
  WorkloadSizes sizes;
  if (quick)
    sizes = {.repetitions = 3, .seconds = 0.02, .bulk_changes = 10, .most_with_many = 1'000};
  if (repetitions) sizes.repetitions = *repetitions;
  if (seconds) sizes.seconds = *seconds;
  return sizes;
}

std::vector<StoreKind> Arguments::Kinds(Durability of) const {
  std::vector<StoreKind> all = StoreKinds(of, CacheBytes());
  if (stores.empty()) return all;
  for (const std::string& id : stores) {
    if (std::ranges::find(all, id, &StoreKind::id) != all.end()) continue;
    throw std::runtime_error("--stores names '" + id +
                             "', expected grantledger, sqlite, postgresql, lmdb or rocksdb");
  }
  std::erase_if(all, [this](const StoreKind& kind) {
    return std::ranges::find(stores, kind.id) == stores.end();
  });
  return all;
}

void AddOptions(CLI::App& app, Arguments& arguments) {
  app.allow_extras();
  app.footer(
      "\nOther flags are Google Benchmark's: --benchmark_filter=REGEX, --benchmark_out=FILE, …");
  app.add_flag("--quick", arguments.quick, "1,000 and 10,000 accounts, short repetitions");
  app.add_option("--dir", arguments.directory,
                 "Where a scratch directory is made; else the system's for temporary files")
      ->type_name("DIR");
  app.add_option("--durability", arguments.durability,
                 "buffered: writes survive the end of the process; synced: power loss")
      ->check(CLI::IsMember({"buffered", "synced"}))
      ->capture_default_str()
      ->type_name("MODE");
  app.add_option("--cache", arguments.cache_mib, "Memory for each store's cache, in MiB")
      ->check(CLI::Range(8, 1 << 20))
      ->capture_default_str()
      ->type_name("MIB");
  app.add_option("--accounts", arguments.accounts, "Sizes of the organization")
      ->check(CLI::Range(100, 100'000'000))
      ->delimiter(',')
      ->type_name("N,...");
  app.add_option("--stores", arguments.stores,
                 "Of grantledger, sqlite, postgresql, lmdb and rocksdb; else all")
      ->delimiter(',')
      ->type_name("ID,...");
  app.add_option("--repetitions", arguments.repetitions, "Of each measurement; else 5, quick 3")
      ->check(CLI::Range(1, 1000))
      ->type_name("N");
  app.add_option("--seconds", arguments.seconds,
                 "One repetition of an operation that is done over and over; else 0.3, quick 0.02")
      ->check(CLI::Range(1e-6, 1e6))
      ->type_name("S");
  app.add_option("--out", arguments.out,
                 "A directory for peers.json, Google Benchmark's, and peers.md, the tables")
      ->type_name("DIR");
}

void InitializeBenchmark(const CLI::App& app, const Arguments& arguments, char* program) {
  std::vector<std::string> rest = app.remaining();
  if (!arguments.out.empty()) {
    rest.push_back("--benchmark_out=" + arguments.out + "/peers.json");
    rest.emplace_back("--benchmark_out_format=json");
  }
  std::vector<char*> flags = {program};
  for (std::string& flag : rest) flags.push_back(flag.data());
  int count = static_cast<int>(flags.size());
  flags.push_back(nullptr);
  benchmark::Initialize(&count, flags.data());
  if (benchmark::ReportUnrecognizedArguments(count, flags.data())) {
    throw std::runtime_error("an option is unknown; --help tells of all");
  }
}

}  // namespace grantledger::bench
