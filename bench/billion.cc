// grantledger-billion: builds one ledger with a billion active member grants, and measures it.
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <optional>
#include <random>
#include <stdexcept>
#include <string>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "bench/billion_report.h"
#include "bench/must.h"
#include "bench/scratch.h"
#include "bench/timing.h"
#include "tools/progress.h"

namespace grantledger::bench {
namespace {

namespace fs = std::filesystem;
using tools::Progress;

constexpr const char* kDescription =
    "Builds one ledger of many organizations, grants every license to its whole organization,\n"
    "activates all of them in bulk, compacts, counts the active member grants, and measures reads.";

constexpr const char* kHelp = R"(
As it is started without options, there are 1,000,000,000 active member grants. Each organization
has a management account beside its accounts; that issues the licenses and gives the grants, and
so holds none. Products are shared: every organization bought one license of each. The ledger has a
cache of 512 MiB, and is compacted beside the writing.

A page is one of ListReceivedGrantsForOrganization, of a random license of a random organization,
at a random place: a NextToken was read beforehand. CheckEntitlement is asked by random accounts
about random products. Both are done first after the ledger was opened anew, and then again, in
another order: warm. The goals are about the latter.

Exit status: 0 measured, whether goals are met or not; else it failed, or a member grant is not ACTIVE.
)";

struct Arguments {
  EstateShape shape;
  std::size_t pages = 10'000;
  std::size_t entitlements = 100'000;
  std::string directory;
  bool existing = false;
};

void AddOptions(CLI::App& app, Arguments& arguments) {
  constexpr std::size_t kMost = 1'000'000;
  const auto number = [&app](const char* name, std::size_t& value, const char* what) {
    app.add_option(name, value, what)
        ->check(CLI::Range(std::size_t{1}, kMost))
        ->type_name("N")
        ->capture_default_str();
  };
  app.footer(kHelp);
  number("--organizations", arguments.shape.organizations, "How many organizations");
  number("--accounts", arguments.shape.accounts, "Accounts of each organization");
  number("--licenses", arguments.shape.licenses, "Licenses of each organization");
  number("--pages", arguments.pages, "Pages to measure");
  number("--entitlements", arguments.entitlements, "Entitlements to measure");
  app.add_option("--directory", arguments.directory,
                 "New directory for the ledger, which stays there; left out: one of the system's "
                 "for temporary files, which is removed")
      ->type_name("DIR");
  app.add_flag("--existing", arguments.existing,
               "Build nothing: measure what an earlier run with the same numbers left in DIR");
}

/// Shows how far a part of the work is, and at its end how long it took.
class Part {
 public:
  Part(std::string what, std::uint64_t total, std::string unit)
      : what_(std::move(what)),
        progress_(isatty(STDERR_FILENO) != 0 ? stderr : nullptr, total, std::move(unit)) {
    fmt::print(stderr, "{}\n", what_);
  }

  void Update(std::uint64_t done) { progress_.Update(done); }

  /// Does it; its seconds.
  template <typename Act>
  double Run(const Act& act) {
    const double seconds = bench::Seconds(act);
    progress_.Clear();
    fmt::print(stderr, "  {:.1f} s\n", seconds);
    return seconds;
  }

 private:
  std::string what_;
  Progress progress_;
};

/// What an operator gives to a ledger of 10,000 organizations; the rest is as it is by itself.
constexpr std::size_t kCacheBytes = std::size_t{512} << 20;

/// Buffered while it is written, with compaction beside it; when it is settled, all is in files
/// that are synced.
std::unique_ptr<Ledger> CreateEstate(const std::string& directory) {
  return Must(
      Ledger::Open(directory, {.durability = Durability::kBuffered, .cache_bytes = kCacheBytes}));
}

std::unique_ptr<Ledger> OpenEstate(const std::string& directory) {
  return Must(Ledger::Open(directory, {.durability = Durability::kBuffered,
                                       .create_if_missing = false,
                                       .cache_bytes = kCacheBytes,
                                       .background_compaction = false}));
}

BuildTimes Build(const std::string& directory, const EstateShape& shape) {
  const auto ledger = CreateEstate(directory);
  BuildTimes times;
  const std::clock_t start = std::clock();
  Part writing("writing the organizations", shape.organizations, "organizations");
  times.writing = writing.Run(
      [&] { BuildEstate(*ledger, shape, [&](std::size_t done) { writing.Update(done); }); });
  Part compacting("compacting what is left", 0, "records");
  times.compacting = compacting.Run([&] {
    (void)Must(ledger->Compact([&](std::uint64_t done, std::uint64_t /*all*/) {
      compacting.Update(done);
      return true;
    }));
  });
  times.merging = Part("merging files", 0, "").Run([&] { Must(ledger->Settle()); });
  times.processor = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
  return times;
}

EstateCount CountAll(const Ledger& ledger, const EstateShape& shape) {
  EstateReader reader(ledger, shape);
  EstateCount count;
  Part counting("counting member grants", shape.organizations, "organizations");
  counting.Run([&] {
    for (std::size_t i = 0; i < shape.organizations; ++i) {
      reader.CountOrganization(i, &count);
      counting.Update(i + 1);
    }
  });
  return count;
}

template <typename Read>
std::vector<Read> DrawAll(const std::string& what, std::size_t number,
                          const std::function<Read()>& draw) {
  std::vector<Read> reads;
  reads.reserve(number);
  Part drawing("drawing " + what, number, what);
  drawing.Run([&] {
    while (reads.size() < number) {
      reads.push_back(draw());
      drawing.Update(reads.size());
    }
  });
  return reads;
}

template <typename Read>
std::vector<double> MeasureAll(const Ledger& ledger, std::vector<Read>& reads) {
  std::mt19937_64 random(reads.size());
  std::ranges::shuffle(reads, random);
  std::vector<double> times;
  times.reserve(reads.size());
  for (const Read& read : reads) times.push_back(Measure(ledger, read));
  return times;
}

template <typename Read>
ReadTimes MeasureTwice(const std::string& directory, const std::string& what,
                       std::vector<Read> reads) {
  const auto ledger = OpenEstate(directory);
  ReadTimes times;
  Part("reading " + what, 0, "").Run([&] {
    times.first = MeasureAll(*ledger, reads);
    times.warm = MeasureAll(*ledger, reads);
  });
  return times;
}

/// The most memory that the process ever had, in bytes.
std::uint64_t MostResident() {
  constexpr std::uint64_t kKilobyte = 1024;
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;) {
    std::uint64_t kilobytes = 0;
    if (word == "VmHWM:" && status >> kilobytes) return kilobytes * kKilobyte;
  }
  throw std::runtime_error("the system does not tell how much memory the process had");
}

void CountAndMeasure(const std::string& directory, const Arguments& arguments, Findings* findings) {
  std::vector<PageRead> pages;
  std::vector<EntitlementRead> entitlements;
  {
    const auto ledger = OpenEstate(directory);
    findings->records = ledger->LastLsn();
    findings->count = CountAll(*ledger, arguments.shape);
    CheckCount(findings->count, arguments.shape);
    EstateReader reader(*ledger, arguments.shape);
    pages = DrawAll<PageRead>("pages", arguments.pages, [&] { return reader.DrawPage(); });
    entitlements = DrawAll<EntitlementRead>("entitlements", arguments.entitlements,
                                            [&] { return reader.DrawEntitlement(); });
  }
  findings->pages = MeasureTwice(directory, "pages", std::move(pages));
  findings->entitlements = MeasureTwice(directory, "entitlements", std::move(entitlements));
}

/// A new directory for the ledger, or the one that has it.
void PrepareDirectory(const Arguments& arguments) {
  const std::string& directory = arguments.directory;
  if (arguments.existing && directory.empty()) {
    throw std::runtime_error("--existing needs --directory: where is the ledger?");
  }
  if (arguments.existing && !fs::is_directory(directory)) {
    throw std::runtime_error(directory + " is no directory; expected one with a ledger");
  }
  if (arguments.existing || directory.empty()) return;
  std::error_code error;
  fs::create_directories(directory, error);
  if (error) throw std::runtime_error("cannot make " + directory + ": " + error.message());
  if (!fs::is_empty(directory)) {
    throw std::runtime_error(directory + " is not empty; expected a new directory (or --existing)");
  }
}

int Run(const Arguments& arguments) {
  PrepareDirectory(arguments);
  std::optional<Scratch> scratch;
  if (arguments.directory.empty()) scratch.emplace("");
  const std::string directory = scratch ? scratch->NewPath() : arguments.directory;
  Findings findings;
  findings.shape = arguments.shape;
  if (!arguments.existing) findings.built = Build(directory, arguments.shape);
  findings.disk_bytes = BytesIn(directory);
  CountAndMeasure(directory, arguments, &findings);
  findings.resident_bytes = MostResident();
  fmt::print("{}", ToText(findings));
  return 0;
}

}  // namespace
}  // namespace grantledger::bench

int main(int argc, char** argv) {
  grantledger::bench::Arguments arguments;
  CLI::App app(grantledger::bench::kDescription, "grantledger-billion");
  grantledger::bench::AddOptions(app, arguments);
  CLI11_PARSE(app, argc, argv);
  try {
    return grantledger::bench::Run(arguments);
  } catch (const std::exception& error) {
    fmt::print(stderr, "grantledger-billion: {}\n", error.what());
    return 1;
  }
}
