// grantledger-bench: measures the ledger side by side with what it is built on, in one run.
#include <fstream>
#include <iostream>
#include <stdexcept>
#include <vector>

#include <benchmark/benchmark.h>

#include "bench/config.h"
#include "bench/reporter.h"
#include "bench/scratch.h"
#include "bench/summary.h"
#include "bench/workbench.h"

namespace grantledger::bench {
namespace {

constexpr int kExitFailed = 1;
constexpr int kExitUsage = 2;

/// Gives Google Benchmark its flags. False: some are unknown; they are named on stderr.
bool InitializeBenchmark(char* program, const Config& config) {
  std::vector<std::string> rest = config.rest;
  std::vector<char*> arguments = {program};
  for (std::string& argument : rest) arguments.push_back(argument.data());
  int count = static_cast<int>(arguments.size());
  arguments.push_back(nullptr);
  benchmark::Initialize(&count, arguments.data());
  return !benchmark::ReportUnrecognizedArguments(count, arguments.data());
}

void WriteFile(const std::string& path, const std::string& text) {
  std::ofstream file(path);
  file << text;
  file.close();
  if (!file) throw std::runtime_error("cannot write " + path);
}

int Measure(const Config& config) {
  Scratch scratch(config.directory);
  Reporter reporter;
  {
    Workbench bench(config, scratch);
    RegisterJoin(bench);
    // Reads come first: the others fill the large ledger with grants.
    RegisterList(bench);
    RegisterEntitlement(bench);
    RegisterDistribution(bench);
    RegisterActivation(bench);
    RegisterWriters(bench);
    RegisterCompaction(bench);
    benchmark::RunSpecifiedBenchmarks(&reporter);
    benchmark::ClearRegisteredBenchmarks();  // closes what they hold, before its files go
  }
  const std::vector<Line> lines = Summarize(reporter, config);
  std::cout << ToText(lines, config);
  if (!config.markdown.empty()) WriteFile(config.markdown, ToMarkdown(lines, config));
  return reporter.failed() ? kExitFailed : 0;
}

int Main(int argc, char** argv) {
  const Config config = ReadFlags(std::vector<std::string>(argv + 1, argv + argc));
  if (config.help) {
    std::cout << Usage();
    return 0;
  }
  if (!InitializeBenchmark(argv[0], config)) {
    std::cerr << "\n" << Usage();
    return kExitUsage;
  }
  return Measure(config);
}

}  // namespace
}  // namespace grantledger::bench

int main(int argc, char** argv) {
  try {
    return grantledger::bench::Main(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << "grantledger-bench: " << error.what() << "\n";
    return 1;
  }
}
