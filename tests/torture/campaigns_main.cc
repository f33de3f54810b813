// Runs one campaign:  torture-campaigns feed [--seed N] [--minutes M] [--rounds N] [--verbose 1]
#include <cstdint>
#include <exception>
#include <functional>
#include <iostream>
#include <map>
#include <random>
#include <string>

#include "feed.h"

namespace grantledger::torture {
namespace {

int Main(int argc, char** argv) {
  static const std::map<std::string, std::function<Report(const Settings&)>> campaigns = {
      {"feed", RunFeed}};
  const auto campaign = campaigns.find(argc > 1 ? argv[1] : "");
  if (campaign == campaigns.end()) {
    std::cerr << "torture-campaigns takes one of:";
    for (const auto& [name, run] : campaigns) std::cerr << " " << name;
    std::cerr << "\n";
    return 2;
  }
  std::map<std::string, std::string> flags;
  for (int i = 2; i + 1 < argc; i += 2) flags[argv[i]] = argv[i + 1];
  const auto flag = [&](const char* name, const std::string& otherwise) {
    return flags.contains(name) ? flags.at(name) : otherwise;
  };
  constexpr double kMillisPerMinute = 60'000;
  Settings settings;
  settings.seed = std::stoull(flag("--seed", std::to_string(std::random_device()())));
  settings.budget = std::chrono::milliseconds(
      static_cast<std::int64_t>(std::stod(flag("--minutes", "1")) * kMillisPerMinute));
  settings.rounds = std::stoull(flag("--rounds", "0"));
  settings.verbose = flags.contains("--verbose");
  settings.keep_in = flag("--keep-in", "");
  std::cout << campaign->first << " --seed " << settings.seed << std::endl;
  const Report report = campaign->second(settings);
  std::cout << report.ToString();
  return report.ok() ? 0 : 1;
}

}  // namespace
}  // namespace grantledger::torture

int main(int argc, char** argv) {
  try {
    return grantledger::torture::Main(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << error.what() << "\n";
    return 2;
  }
}
