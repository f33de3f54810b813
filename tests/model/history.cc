#include "history.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <iostream>
#include <numeric>
#include <sstream>
#include <utility>

#include "history_run.h"

namespace grantledger::model {

namespace {

constexpr auto kShrinkingTime = std::chrono::seconds(60);

Steps Without(const Steps& steps, std::size_t begin, std::size_t size) {
  Steps rest = steps;
  const auto from = rest.begin() + static_cast<std::ptrdiff_t>(begin);
  const auto count = std::min(size, steps.size() - begin);
  rest.erase(from, from + static_cast<std::ptrdiff_t>(count));
  return rest;
}

void CutAfter(Steps& steps, std::uint64_t failed_step) {
  steps.erase(std::upper_bound(steps.begin(), steps.end(), failed_step), steps.end());
}

}  // namespace

std::uint64_t Counters::HistoryOperations() const {
  std::uint64_t sum = 0;
  for (const auto& [name, answers] : operations) sum += answers.succeeded + answers.refused;
  return sum;
}

std::string Counters::ToString() const {
  std::ostringstream text;
  text << histories << " histories, " << HistoryOperations() << " operations, " << checked_reads
       << " reads of checks, " << past_reads << " of them as of the past\n";
  for (const auto& [name, answers] : operations) {
    text << "  " << name << ": " << answers.succeeded << " succeeded, " << answers.refused
         << " refused\n";
  }
  return text.str();
}

Steps FirstSteps(std::uint64_t count) {
  Steps steps(count);
  std::iota(steps.begin(), steps.end(), std::uint64_t{0});
  return steps;
}

std::string FormatSteps(const Steps& steps) {
  std::ostringstream text;
  for (std::size_t i = 0; i < steps.size();) {
    std::size_t last = i;
    while (last + 1 < steps.size() && steps[last + 1] == steps[last] + 1) ++last;
    if (i != 0) text << ",";
    text << steps[i];
    if (last != i) text << "-" << steps[last];
    i = last + 1;
  }
  return text.str();
}

Steps ParseSteps(const std::string& text) {
  Steps steps;
  std::istringstream ranges(text);
  for (std::string range; std::getline(ranges, range, ',');) {
    const std::size_t dash = range.find('-');
    const std::uint64_t first = std::stoull(range);
    const std::uint64_t last =
        dash == std::string::npos ? first : std::stoull(range.substr(dash + 1));
    for (std::uint64_t step = first; step <= last; ++step) steps.push_back(step);
  }
  return steps;
}

std::optional<Failure> RunHistory(std::uint64_t seed, const Steps& steps, Counters* counters,
                                  const EngineFactory& new_engine) {
  HistoryRun run(seed, counters, new_engine);
  if (counters != nullptr) ++counters->histories;
  for (const std::uint64_t step : steps) {
    if (auto mismatch = run.Step(step)) {
      return Failure{std::move(*mismatch), step, std::move(run.requests())};
    }
  }
  if (auto mismatch = run.Finish()) {
    return Failure{std::move(*mismatch), steps.empty() ? 0 : steps.back(),
                   std::move(run.requests())};
  }
  return std::nullopt;
}

std::pair<Steps, Failure> Shrink(std::uint64_t seed, Steps steps, Failure failure,
                                 const EngineFactory& new_engine) {
  const auto deadline = std::chrono::steady_clock::now() + kShrinkingTime;
  CutAfter(steps, failure.failed_step);
  std::size_t chunk = std::max<std::size_t>(steps.size() / 2, 1);
  while (true) {
    bool smaller = false;
    for (std::size_t begin = 0; begin < steps.size();) {
      if (std::chrono::steady_clock::now() > deadline) return {steps, std::move(failure)};
      Steps fewer = Without(steps, begin, chunk);
      if (auto still = RunHistory(seed, fewer, nullptr, new_engine)) {
        CutAfter(fewer, still->failed_step);
        steps = std::move(fewer);
        failure = std::move(*still);
        smaller = true;
      } else {
        begin += chunk;
      }
    }
    if (chunk == 1 && !smaller) return {steps, std::move(failure)};
    chunk = std::max<std::size_t>(chunk / 2, 1);
  }
}

std::string Explain(std::uint64_t seed, const Steps& steps, const Failure& failure) {
  std::ostringstream text;
  text << "the engine and the model differ; seed " << seed << ", shrunk to " << steps.size()
       << " steps, whose requests are:\n";
  for (const Json& request : failure.requests) text << request.dump() << "\n";
  text << failure.mismatch.ToString() << "replay with: ledger_torture history --seed " << seed
       << " --steps " << FormatSteps(steps) << "\n";
  return text.str();
}

std::optional<std::string> RunWholeHistory(std::uint64_t seed, Counters* counters,
                                           const EngineFactory& new_engine) {
  const Steps steps = FirstSteps(kStepsOfAHistory);
  auto failure = RunHistory(seed, steps, counters, new_engine);
  if (!failure) return std::nullopt;
  std::cerr << "history " << seed << " fails, shrinking it\n" << std::flush;
  const auto [fewer, smallest] = Shrink(seed, steps, std::move(*failure), new_engine);
  return Explain(seed, fewer, smallest);
}

}  // namespace grantledger::model
