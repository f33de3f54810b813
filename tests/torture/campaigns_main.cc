#include <algorithm>
#include <filesystem>
#include <iostream>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "tests/torture/campaign.h"
#include "tests/torture/processes.h"
#include "tests/torture/scratch.h"

namespace grantledger::torture {
namespace {

constexpr int kExitFound = 1;
constexpr int kExitUsage = 2;

struct Arguments {
  std::vector<std::string> campaigns = {};  ///< Empty: all.
  std::uint64_t seed = std::random_device()();
  double minutes = 0;
  std::uint64_t trials = 0;
  std::uint64_t parts = 1;
  std::uint64_t part = 1;
  std::string directory = std::filesystem::temp_directory_path().string();
};

void Print(const Campaign& campaign, const Settings& settings, const Tally& tally) {
  std::cout << "\n"
            << campaign.name << ", --seed " << settings.seed << ": " << tally.trials << " trials\n";
  for (const auto& [outcome, times] : tally.outcomes) {
    std::cout << "  " << times << "  " << outcome << "\n";
  }
  std::cout << "  " << tally.failures.size() << "  that must not be\n";
  for (const std::string& failure : tally.failures) std::cout << "FAILED: " << failure << "\n";
  if (tally.failures.empty()) std::cout << "passed\n";
  std::cout << std::flush;
}

/// Whether nothing was seen that must not be.
bool RunCampaign(const Campaign& campaign, const Arguments& arguments) {
  const Scratch scratch(arguments.directory);
  Settings settings;
  settings.seed = arguments.seed;
  settings.trials = arguments.trials;
  settings.parts = arguments.parts;
  settings.part = arguments.part;
  settings.time = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::duration<double, std::ratio<60>>(arguments.minutes));
  settings.directory = scratch.path();
  std::cout << campaign.name << ": --seed " << settings.seed << std::endl;
  const Tally tally = campaign.run(settings);
  Print(campaign, settings, tally);
  return tally.failures.empty();
}

int RunChosen(const Arguments& arguments) {
  bool clean = true;
  for (const Campaign& campaign : Campaigns()) {
    const bool chosen =
        arguments.campaigns.empty() ||
        std::ranges::find(arguments.campaigns, campaign.name) != arguments.campaigns.end();
    if (chosen) clean = RunCampaign(campaign, arguments) && clean;
  }
  return clean ? 0 : kExitFound;
}

}  // namespace

int CampaignsMain(int argc, char** argv) {
  Arguments arguments;
  CLI::App app("Looks for faults in the engine under load, crashes, faults and damage.",
               "ledger_torture");
  std::vector<std::string> names;
  std::string footer = "Campaigns:\n";
  for (const Campaign& campaign : Campaigns()) {
    names.emplace_back(campaign.name);
    footer += "  " + std::string(campaign.name) + ": " + std::string(campaign.about) + "\n";
  }
  footer += "Builds of their own: ./dev torture threads, ./dev torture fuzz.\n";
  app.footer(footer);
  app.add_option("campaign", arguments.campaigns, "which; all, if left out")
      ->check(CLI::IsMember(names));
  auto* seed = app.add_option("--seed", arguments.seed, "replays a run; drawn, if left out");
  auto* minutes = app.add_option("--minutes", arguments.minutes, "for how long, each campaign")
                      ->check(CLI::PositiveNumber);
  app.add_option("--trials", arguments.trials, "how many, each campaign; 1,000 without --minutes")
      ->check(CLI::Range(std::uint64_t{1}, std::numeric_limits<std::uint64_t>::max()));
  auto* parts = app.add_option("--parts", arguments.parts,
                               "of faults, fault-pairs: cuts what a seed has into so many parts")
                    ->needs(seed)
                    ->check(CLI::PositiveNumber);
  app.add_option("--part", arguments.part, "which of them, from 1")->needs(parts);
  app.add_option("--dir", arguments.directory, "where files are kept meanwhile")
      ->check(CLI::ExistingDirectory);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kExitUsage;
  }
  if (arguments.part < 1 || arguments.part > arguments.parts) {
    std::cerr << "--part: " << arguments.part << ", expected one from 1 to " << arguments.parts
              << "\n";
    return kExitUsage;
  }
  constexpr std::uint64_t kTrials = 1'000;
  if (minutes->empty() && arguments.trials == 0) arguments.trials = kTrials;
  return RunChosen(arguments);
}

}  // namespace grantledger::torture
