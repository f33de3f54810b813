// Random histories until stopped:  model_soak [--seed N] [--operations N]
// One history again:               model_soak --history SEED [--steps 0-17,20]
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <limits>
#include <map>
#include <random>
#include <string>

#include "history.h"

namespace grantledger::model {
namespace {

using Flags = std::map<std::string, std::string>;

constexpr std::uint64_t kAllSteps = 900;

int Replay(const Flags& flags) {
  const std::uint64_t seed = std::stoull(flags.at("--history"));
  const auto chosen = flags.find("--steps");
  const Steps steps = chosen == flags.end() ? FirstSteps(kAllSteps) : ParseSteps(chosen->second);
  Counters counters;
  const auto failure = RunHistory(seed, steps, &counters);
  std::cout << (failure ? Explain(seed, steps, *failure) : "agrees\n" + counters.ToString());
  return failure ? 1 : 0;
}

int Soak(const Flags& flags) {
  std::uint64_t seed = std::random_device()();
  std::uint64_t operations = std::numeric_limits<std::uint64_t>::max();
  if (flags.count("--seed") != 0) seed = std::stoull(flags.at("--seed"));
  if (flags.count("--operations") != 0) operations = std::stoull(flags.at("--operations"));
  std::cout << "--seed " << seed << std::endl;
  Counters counters;
  const auto failure = RunHistories(seed, operations, true, &counters);
  std::cout << counters.ToString() << failure.value_or("all agree\n");
  return failure ? 1 : 0;
}

int Main(int argc, char** argv) {
  Flags flags;
  for (int i = 1; i + 1 < argc; i += 2) flags[argv[i]] = argv[i + 1];
  return flags.count("--history") != 0 ? Replay(flags) : Soak(flags);
}

}  // namespace
}  // namespace grantledger::model

int main(int argc, char** argv) {
  try {
    return grantledger::model::Main(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << error.what() << "\n";
    return 2;
  }
}
