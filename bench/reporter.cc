#include "bench/reporter.h"

#include <algorithm>
#include <cmath>

namespace grantledger::bench {
namespace {

Measured MedianOf(std::vector<double> values) {
  std::ranges::sort(values);
  const std::size_t middle = values.size() / 2;
  const double median =
      values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
  double sum = 0;
  for (const double value : values) sum += value;
  const double mean = sum / static_cast<double>(values.size());
  double squares = 0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  const double degrees = std::max(1.0, static_cast<double>(values.size()) - 1);
  return {median, mean == 0 ? 0 : std::sqrt(squares / degrees) / mean};
}

bool IsWorthPrinting(const benchmark::BenchmarkReporter::Run& run) {
  return run.error_occurred || run.repetitions == 1 || run.aggregate_name == "median" ||
         run.aggregate_name == "cv";
}

}  // namespace

void Reporter::ReportRuns(const std::vector<Run>& runs) {
  std::vector<Run> printed;
  for (const Run& run : runs) {
    if (run.error_occurred) {
      NoteError(run);
    } else if (run.run_type == Run::RT_Iteration) {
      Keep(run);
    }
    if (IsWorthPrinting(run)) printed.push_back(run);
  }
  if (!printed.empty()) ConsoleReporter::ReportRuns(printed);
}

void Reporter::NoteError(const Run& run) {
  const std::string_view begin = kStopped;
  if (run.error_message.starts_with(begin)) {
    stopped_[run.run_name.function_name] = run.error_message.substr(begin.size());
  } else {
    failed_ = true;
  }
}

std::string Reporter::Stopped(std::string_view name) const {
  const auto found = stopped_.find(name);
  return found == stopped_.end() ? std::string() : found->second;
}

void Reporter::Keep(const Run& run) {
  auto& counters = values_[run.run_name.function_name];
  const double units = benchmark::GetTimeUnitMultiplier(run.time_unit);
  counters["seconds"].push_back(run.GetAdjustedRealTime() / units);
  for (const auto& [name, counter] : run.counters) counters[name].push_back(counter.value);
}

const std::vector<double>* Reporter::Find(std::string_view name, std::string_view counter) const {
  const auto benchmark = values_.find(name);
  if (benchmark == values_.end()) return nullptr;
  const auto values = benchmark->second.find(counter);
  return values == benchmark->second.end() ? nullptr : &values->second;
}

std::optional<Measured> Reporter::Of(std::string_view name, std::string_view counter) const {
  const auto* values = Find(name, counter);
  if (values == nullptr) return std::nullopt;
  return MedianOf(*values);
}

std::optional<double> Reporter::Largest(std::string_view name, std::string_view counter) const {
  const auto* values = Find(name, counter);
  if (values == nullptr) return std::nullopt;
  return *std::ranges::max_element(*values);
}

}  // namespace grantledger::bench
