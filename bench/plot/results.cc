#include "bench/plot/results.h"

#include <cmath>
#include <fstream>
#include <optional>
#include <stdexcept>
#include <utility>

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

/// A median, or the only repetition.
bool IsResult(const Json& run) {
  if (run.at("run_type") == "aggregate") return run.at("aggregate_name") == "median";
  return run.value("repetitions", 1) == 1;
}

void Add(const Json& run, Results& results) {
  const auto name = ParseName(run.at("run_name").get<std::string>());
  if (!name) return;
  Series& series = results[name->workload][name->store];
  if (run.value("error_occurred", false)) {
    const bool smaller = series.stopped_at == 0 || name->accounts < series.stopped_at;
    if (smaller) series.stopped_at = name->accounts;
  } else if (IsResult(run)) {
    series.points[name->accounts] = ValueOf(run);
  }
}

}  // namespace

Results ReadResults(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw std::runtime_error("cannot read " + path);
  try {
    Results results;
    const Json all = Json::parse(file);
    for (const Json& run : all.at("benchmarks")) Add(run, results);
    if (results.empty()) throw std::runtime_error(path + " has no results of stores");
    return results;
  } catch (const Json::exception& error) {
    throw std::runtime_error(path + " is not what grantledger-peers writes: " + error.what());
  }
}

double GrowthOf(const Series& series) {
  const auto count = static_cast<double>(series.points.size());
  double x = 0;
  double y = 0;
  for (const auto& [accounts, value] : series.points) {
    x += std::log(static_cast<double>(accounts)) / count;
    y += std::log(value) / count;
  }
  double products = 0;
  double squares = 0;
  for (const auto& [accounts, value] : series.points) {
    const double dx = std::log(static_cast<double>(accounts)) - x;
    products += dx * (std::log(value) - y);
    squares += dx * dx;
  }
  return products / squares;
}

}  // namespace grantledger::bench
