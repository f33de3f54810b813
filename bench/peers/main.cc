// grantledger-peers: measures the ledger beside what people would use instead.
#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <mutex>
#include <optional>
#include <stdexcept>

#include <benchmark/benchmark.h>
#include <CLI/CLI.hpp>

#include "bench/machine.h"
#include "bench/peers/comparison.h"
#include "bench/peers/conformance.h"
#include "bench/peers/ledger_store.h"
#include "bench/peers/workloads.h"
#include "bench/reporter.h"

namespace grantledger::bench {
namespace {

constexpr std::size_t kSmallCache = std::size_t{8} << 20;
constexpr std::uint64_t kSeeds = 3;
constexpr std::size_t kWrites = 40;
const std::vector<std::size_t> kQuickAccounts = {1'000, 10'000};
const std::vector<std::size_t> kAllAccounts = {1'000, 10'000, 100'000, 1'000'000};

struct Arguments {
  bool quick = false;
  std::string directory;
  std::string durability = "buffered";
  std::size_t cache_mib = 256;
  std::vector<std::size_t> accounts;
  std::vector<std::string> stores;
  std::string markdown;
  std::optional<int> repetitions;
  std::optional<double> seconds;
};

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
                 "One repetition of an operation that is done over and over; else 0.5, quick 0.05")
      ->check(CLI::Range(1e-6, 1e6))
      ->type_name("S");
  app.add_option("--markdown", arguments.markdown, "Writes the tables there, too")
      ->type_name("FILE");
}

std::vector<StoreKind> Chosen(const Arguments& arguments, Durability durability,
                              std::size_t cache_bytes) {
  std::vector<StoreKind> all = StoreKinds(durability, cache_bytes);
  if (arguments.stores.empty()) return all;
  std::vector<StoreKind> chosen;
  for (const std::string& id : arguments.stores) {
    const auto kind = std::ranges::find(all, id, &StoreKind::id);
    if (kind == all.end()) {
      throw std::runtime_error("--stores names '" + id +
                               "', expected grantledger, sqlite, postgresql, lmdb or rocksdb");
    }
    chosen.push_back(*kind);
  }
  return chosen;
}

/// Against the ledger, which the tests hold against the model, as they hold the peers.
void CheckAnswers(const std::vector<StoreKind>& kinds, Scratch& scratch) {
  for (const StoreKind& kind : kinds) {
    std::fprintf(stderr, "  %s: checking its answers\n", kind.id.c_str());
    for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
      const auto store = kind.make(scratch.NewPath());
      LedgerStore ledger(scratch.NewPath(),
                         {.durability = Durability::kBuffered, .cache_bytes = kSmallCache});
      CheckConformance(*store, ledger, seed, kWrites);
    }
  }
}

/// One after the other, so that one is open at a time: the next closes the one before.
class Fields {
 public:
  explicit Fields(Scratch& scratch) : scratch_(scratch) {}

  Field& Get(const StoreKind& kind, std::size_t accounts) {
    const std::scoped_lock lock(mutex_);
    if (field_ == nullptr || field_->kind().id != kind.id ||
        field_->accounts().size() != accounts) {
      field_.reset();
      field_ = std::make_unique<Field>(kind, scratch_, accounts);
    }
    return *field_;
  }

 private:
  Scratch& scratch_;
  std::mutex mutex_;
  std::unique_ptr<Field> field_;
};

void InitializeBenchmark(const CLI::App& app, char* program) {
  std::vector<std::string> rest = app.remaining();
  std::vector<char*> flags = {program};
  for (std::string& flag : rest) flags.push_back(flag.data());
  int count = static_cast<int>(flags.size());
  flags.push_back(nullptr);
  benchmark::Initialize(&count, flags.data());
  if (benchmark::ReportUnrecognizedArguments(count, flags.data())) {
    throw std::runtime_error("an option is unknown; --help tells of all");
  }
}

int Measure(const Arguments& arguments) {
  const Durability durability =
      arguments.durability == "synced" ? Durability::kSynced : Durability::kBuffered;
  const std::vector<StoreKind> kinds = Chosen(arguments, durability, arguments.cache_mib << 20);
  std::vector<std::size_t> accounts = arguments.accounts;
  if (accounts.empty()) accounts = arguments.quick ? kQuickAccounts : kAllAccounts;
  WorkloadSizes sizes;
  if (arguments.quick) sizes = {.repetitions = 3, .seconds = 0.05, .bulk_changes = 10};
  if (arguments.repetitions) sizes.repetitions = *arguments.repetitions;
  if (arguments.seconds) sizes.seconds = *arguments.seconds;
  Scratch scratch(arguments.directory);
  CheckAnswers(kinds, scratch);
  Reporter reporter;
  {
    Fields fields(scratch);
    for (const std::size_t size : accounts) {
      for (const StoreKind& kind : kinds) {
        RegisterWorkloads(kind, size, sizes,
                          [&fields, kind, size]() -> Field& { return fields.Get(kind, size); });
      }
    }
    benchmark::RunSpecifiedBenchmarks(&reporter);
    benchmark::ClearRegisteredBenchmarks();
  }
  const std::string tables = Compare(reporter, kinds, accounts);
  std::cout << "\n" << tables;
  for (const auto& [name, value] : DescribeMachine()) {
    std::cout << "  " << name << ": " << value << "\n";
  }
  if (!arguments.markdown.empty()) {
    std::ofstream file(arguments.markdown);
    file << tables;
    file.close();
    if (!file) throw std::runtime_error("cannot write " + arguments.markdown);
  }
  return reporter.failed() ? 1 : 0;
}

}  // namespace
}  // namespace grantledger::bench

int main(int argc, char** argv) {
  CLI::App app("Measures the ledger and what people would use instead, at the same work.",
               "grantledger-peers");
  grantledger::bench::Arguments arguments;
  grantledger::bench::AddOptions(app, arguments);
  try {
    app.parse(argc, argv);
    grantledger::bench::InitializeBenchmark(app, argv[0]);
    return grantledger::bench::Measure(arguments);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  } catch (const std::exception& error) {
    std::cerr << "grantledger-peers: " << error.what() << "\n";
    return 1;
  }
}
