#include "tests/torture/histories.h"

#include <iostream>
#include <regex>
#include <string>
#include <utility>

#include <CLI/CLI.hpp>

#include "tests/model/history.h"
#include "tests/model/random.h"
#include "tests/torture/processes.h"

namespace grantledger::torture {

Tally RunHistories(const Settings& settings) {
  const model::EngineFactory new_engine = model::NewEnginesIn(settings.directory);
  model::Counters counters;
  Tally tally;
  Budget budget(settings);
  while (tally.failures.empty() && budget.Take()) {
    const std::uint64_t history = model::MixSeeds(settings.seed, tally.trials++);
    auto failure = model::RunWholeHistory(history, &counters, new_engine);
    if (failure) tally.failures.push_back(std::move(*failure));
  }
  tally.outcomes["operations"] = counters.HistoryOperations();
  tally.outcomes["reads that check the state between them"] = counters.checked_reads;
  tally.outcomes["of these, as of the past"] = counters.past_reads;
  for (const auto& [operation, answers] : counters.operations) {
    tally.outcomes[operation + ": done"] = answers.succeeded;
    tally.outcomes[operation + ": refused"] = answers.refused;
  }
  return tally;
}

int HistoryMain(int argc, char** argv) {
  std::uint64_t seed = 0;
  std::string chosen;
  CLI::App app("One history of the campaign histories again.", "ledger_torture history");
  app.add_option("--seed", seed, "of the history, as a failure tells it")->required();
  app.add_option("--steps", chosen, "those to take, 0-17,20 say; all, if left out")
      ->check([](const std::string& text) {
        const bool fits =
            std::regex_match(text, std::regex("[0-9]+(-[0-9]+)?(,[0-9]+(-[0-9]+)?)*"));
        return fits ? "" : text + ": expected numbers and ranges, 0-17,20 say";
      });
  CLI11_PARSE(app, argc, argv);
  const model::Steps steps =
      chosen.empty() ? model::FirstSteps(model::kStepsOfAHistory) : model::ParseSteps(chosen);
  const auto failure = model::RunHistory(seed, steps, nullptr);
  std::cout << (failure ? model::Explain(seed, steps, *failure) : "agrees\n");
  return failure ? 1 : 0;
}

}  // namespace grantledger::torture
