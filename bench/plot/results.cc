#include "bench/plot/results.h"

#include <algorithm>
#include <cstddef>
#include <fstream>
#include <optional>
#include <stdexcept>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

namespace grantledger::bench {
namespace {

using Json = nlohmann::json;

struct Name {
  std::string workload;
  std::uint64_t accounts = 0;
  std::string store;
};

/// Of "FanOut/accounts:1000/store:lmdb/…"; nullopt: of another kind.
std::optional<Name> ParseName(const std::string& text) {
  const std::string accounts = "/accounts:";
  const std::string store = "/store:";
  const std::size_t first = text.find(accounts);
  const std::size_t second = text.find(store);
  if (first == std::string::npos || second == std::string::npos) return std::nullopt;
  const std::size_t begin = second + store.size();
  return Name{text.substr(0, first), std::stoull(text.substr(first + accounts.size())),
              text.substr(begin, text.find('/', begin) - begin)};
}

double SecondsOf(const Json& run) {
  static const std::map<std::string, double> kUnits = {
      {"ns", 1e-9}, {"us", 1e-6}, {"ms", 1e-3}, {"s", 1}};
  return run.at("real_time").get<double>() * kUnits.at(run.at("time_unit").get<std::string>());
}

double ValueOf(const Json& run) {
  for (const char* counter : {"bytes", "megabytes"}) {
    if (run.contains(counter)) return run.at(counter).get<double>();
  }
  return SecondsOf(run);
}

/// What was found in the repetitions, by accounts.
using Repetitions = std::map<std::uint64_t, std::vector<double>>;
using AllRepetitions = std::map<std::string, std::map<std::string, Repetitions>>;

double MedianOf(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::ranges::nth_element(values, middle);
  if (values.size() % 2 == 1) return *middle;
  return (*std::max_element(values.begin(), middle) + *middle) / 2;
}

/// Whether it was not made since it would take too long.
bool WasStopped(const Json& run) { return run.value("error_message", "").starts_with("stopped: "); }

void Add(const Json& run, AllRepetitions& repetitions, Results& results) {
  const auto name = ParseName(run.at("run_name").get<std::string>());
  if (!name || run.at("run_type") == "aggregate") return;
  if (!run.value("error_occurred", false)) {
    repetitions[name->workload][name->store][name->accounts].push_back(ValueOf(run));
  } else if (WasStopped(run)) {
    Series& series = results[name->workload][name->store];
    const bool smaller = series.stopped_at == 0 || name->accounts < series.stopped_at;
    if (smaller) series.stopped_at = name->accounts;
  }
}

Results ReadAll(const Json& all) {
  AllRepetitions repetitions;
  Results results;
  for (const Json& run : all.at("benchmarks")) Add(run, repetitions, results);
  for (const auto& [workload, stores] : repetitions) {
    for (const auto& [store, sizes] : stores) {
      for (const auto& [accounts, values] : sizes) {
        results[workload][store].points[accounts] = MedianOf(values);
      }
    }
  }
  return results;
}

}  // namespace

Results ReadResults(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw std::runtime_error("cannot read " + path);
  try {
    Results results = ReadAll(Json::parse(file));
    if (results.empty()) throw std::runtime_error(path + " has no results of stores");
    return results;
  } catch (const Json::exception& error) {
    throw std::runtime_error(path + " is not what grantledger-peers writes: " + error.what());
  }
}

}  // namespace grantledger::bench
