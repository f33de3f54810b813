// Random histories, in which the engine must agree with the model to the letter. They are others in
// each run.
//
// GRANTLEDGER_MODEL_SEED replays those of a run, GRANTLEDGER_MODEL_OPERATIONS says how many
// operations both halves together execute.
#include <gtest/gtest.h>

#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <random>
#include <string>

#include "history.h"
#include "history_run.h"

namespace grantledger::model {
namespace {

#ifdef GRANTLEDGER_SANITIZED
constexpr std::uint64_t kOperations = 1'000;
constexpr std::uint64_t kHalves = 1;
constexpr std::uint64_t kReopenings = 12;
#else
constexpr std::uint64_t kOperations = 40'000;
constexpr std::uint64_t kReopenings = 250;
constexpr std::uint64_t kHalves = 2;
#endif

std::uint64_t FromEnvironment(const char* name, std::uint64_t otherwise) {
  const char* value = std::getenv(name);
  return value == nullptr ? otherwise : std::stoull(value);
}

class RandomHistories : public testing::TestWithParam<std::uint64_t> {};

TEST_P(RandomHistories, AgreeWithTheModel) {
  const std::uint64_t seed = FromEnvironment("GRANTLEDGER_MODEL_SEED", std::random_device()());
  const std::uint64_t operations = FromEnvironment("GRANTLEDGER_MODEL_OPERATIONS", kOperations);
  std::cout << "GRANTLEDGER_MODEL_SEED=" << seed << "\n";
  Counters counters;
  const std::uint64_t half = MixSeeds(seed, GetParam());
  for (std::uint64_t i = 0; counters.HistoryOperations() < operations / kHalves; ++i) {
    const auto failure = RunWholeHistory(MixSeeds(half, i), &counters);
    ASSERT_FALSE(failure.has_value()) << *failure;
  }
  std::cout << counters.ToString();
}

/// At every point of a history the ledger is closed, opened again, and rebuilt from its log.
TEST(RandomHistory, AgreesWithTheModelHoweverOftenItIsReopened) {
  const std::uint64_t seed = FromEnvironment("GRANTLEDGER_MODEL_SEED", std::random_device()());
  std::cout << "GRANTLEDGER_MODEL_SEED=" << seed << "\n";
  HistoryRun run(seed, nullptr, NewEngine);
  for (std::uint64_t step = 0; step < kReopenings; ++step) {
    auto mismatch = run.Step(step);
    if (!mismatch) mismatch = run.ReopenAndCheck(step);
    ASSERT_FALSE(mismatch.has_value()) << "step " << step << ": " << mismatch->ToString();
  }
}

INSTANTIATE_TEST_SUITE_P(Halves, RandomHistories, testing::Range(std::uint64_t{0}, kHalves));

}  // namespace
}  // namespace grantledger::model
