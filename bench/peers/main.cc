// grantledger-peers: measures the ledger beside what people would use instead.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <stdexcept>

#include <benchmark/benchmark.h>

#include "bench/machine.h"
#include "bench/peers/arguments.h"
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

/// Against the ledger, which the tests hold against the model, as they hold the peers.
void CheckAnswers(const StoreKind& kind, Scratch& scratch) {
  std::fprintf(stderr, "  %s: checking its answers\n", kind.id.c_str());
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    const auto store = kind.make(scratch.NewPath());
    LedgerStore ledger(scratch.NewPath(),
                       {.durability = Durability::kBuffered, .cache_bytes = kSmallCache});
    CheckConformance(*store, ledger, seed, kWrites);
  }
}

/// Those whose answers are right. The others are told of.
std::vector<StoreKind> RightOnes(std::vector<StoreKind> kinds, Scratch& scratch) {
  std::erase_if(kinds, [&scratch](const StoreKind& kind) {
    try {
      CheckAnswers(kind, scratch);
      return false;
    } catch (const std::exception& error) {
      std::cerr << "grantledger-peers: " << kind.id
                << " is not measured, since it answers wrongly: " << error.what() << "\n";
      return true;
    }
  });
  return kinds;
}

/// What the stores say of themselves, opened to the durability.
std::string SettingsOf(const std::vector<StoreKind>& kinds, Scratch& scratch) {
  std::string settings;
  for (const StoreKind& kind : kinds) {
    const auto store = kind.make(scratch.NewPath());
    settings += "- " + store->Name() + ":";
    for (const std::string& setting : store->Settings()) settings += " " + setting + ";";
    settings.back() = '\n';
  }
  return settings;
}

void RegisterAll(const Arguments& arguments, const std::vector<StoreKind>& kinds,
                 const std::vector<StoreKind>& synced, Fields& fields) {
  const WorkloadSizes sizes = arguments.Sizes();
  for (const std::size_t accounts : arguments.Accounts()) {
    for (const StoreKind& kind : kinds) {
      const FieldOf field = [&fields, kind, accounts]() -> Field& {
        return fields.Get(kind, accounts);
      };
      RegisterWorkloads(kind, accounts, sizes, field);
      if (!kind.eager) {
        RegisterBare(kind.durability, accounts, sizes, arguments.CacheBytes(), field);
      }
    }
  }
  const std::size_t accounts = arguments.SyncedAccounts();
  for (const StoreKind& kind : synced) {
    RegisterSyncedWrites(kind, accounts, sizes, [&fields, kind, accounts]() -> Field& {
      return fields.Get(kind, accounts);
    });
  }
}

std::string Tables(const Comparison& comparison, const std::string& settings) {
  std::string text = CompareStores(comparison) + CompareGrowth(comparison) +
                     CompareLatencies(comparison) + CompareGoals(comparison) + "### Settings\n\n" +
                     settings;
  for (const auto& [name, value] : DescribeMachine()) text += "- " + name + ": " + value + "\n";
  return text;
}

void WriteTables(const std::string& directory, const std::string& tables) {
  const std::string path = directory + "/peers.md";
  std::ofstream file(path);
  file << tables;
  file.close();
  if (!file) throw std::runtime_error("cannot write " + path);
}

int Measure(const Arguments& arguments) {
  Scratch scratch(arguments.directory);
  const std::vector<StoreKind> all = arguments.Kinds(arguments.MainDurability());
  const std::vector<StoreKind> kinds = RightOnes(all, scratch);
  if (kinds.empty()) throw std::runtime_error("there is nothing to measure");
  std::vector<StoreKind> synced = arguments.Kinds(Durability::kSynced);
  std::erase_if(synced, [&kinds](const StoreKind& kind) {
    return std::ranges::find(kinds, kind.id, &StoreKind::id) == kinds.end();
  });
  const std::string settings = SettingsOf(kinds, scratch) + "\nFor what is synced:\n\n" +
                               SettingsOf(synced, scratch) + "\nThe machine:\n\n";
  Reporter reporter;
  {
    Fields fields(scratch);
    RegisterAll(arguments, kinds, synced, fields);
    benchmark::RunSpecifiedBenchmarks(&reporter);
    benchmark::ClearRegisteredBenchmarks();  // closes what they hold, before its files go
  }
  const std::string tables = Tables({reporter, kinds, arguments.Accounts()}, settings);
  std::cout << "\n" << tables;
  if (!arguments.out.empty()) WriteTables(arguments.out, tables);
  return reporter.failed() || kinds.size() < all.size() ? 1 : 0;
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
    if (!arguments.out.empty()) std::filesystem::create_directories(arguments.out);
    grantledger::bench::InitializeBenchmark(app, arguments, argv[0]);
    return grantledger::bench::Measure(arguments);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  } catch (const std::exception& error) {
    std::cerr << "grantledger-peers: " << error.what() << "\n";
    return 1;
  }
}
