// The tables of ./dev bench peers, from made-up results.
#include "bench/peers/comparison.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "bench/growth.h"
#include "bench/peers/workloads.h"

namespace grantledger::bench {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class ComparisonTest : public testing::Test {
 protected:
  using Run = benchmark::BenchmarkReporter::Run;
  using Counters = std::map<std::string, double>;

  static StoreKind Kind(const std::string& id) {
    return {.id = id, .eager = id != "ours", .durability = {}, .make = {}};
  }

  static Run RunOf(const std::string& what, std::size_t accounts, const std::string& store) {
    Run run;
    run.run_name.function_name = WorkloadName(what, accounts, Kind(store));
    run.run_type = Run::RT_Iteration;
    run.repetitions = 3;  // so that it is not printed
    run.iterations = 1;
    run.time_unit = benchmark::kSecond;
    return run;
  }

  /// One repetition after the other.
  void Took(const std::string& what, std::size_t accounts, const std::string& store,
            const std::vector<double>& seconds, const Counters& counters = {}) {
    for (const double one : seconds) {
      Run run = RunOf(what, accounts, store);
      run.real_accumulated_time = one;
      for (const auto& [name, value] : counters) run.counters[name] = value;
      reporter_.ReportRuns({run});
    }
  }
  void Failed(const std::string& what, std::size_t accounts, const std::string& store,
              const std::string& why) {
    Run run = RunOf(what, accounts, store);
    run.error_occurred = true;
    run.error_message = why;
    testing::internal::CaptureStdout();
    reporter_.ReportRuns({run});
    (void)testing::internal::GetCapturedStdout();
  }

  Comparison All(std::vector<std::size_t> accounts) {
    return {reporter_, {Kind("ours"), Kind("lmdb"), Kind("sqlite")}, std::move(accounts)};
  }

  Reporter reporter_;
};

TEST_F(ComparisonTest, ShowsMediansTheBestOtherAndTheLargestSpread) {
  Took("Check", 1000, "ours", {2e-6, 1e-6, 9e-6});
  Took("Check", 1000, "lmdb", {3e-6, 3e-6, 3e-6});
  Took("Check", 1000, "sqlite", {8e-6, 8e-6, 8e-6});
  Took("Check", 1000, "bare", {5e-7});
  EXPECT_THAT(CompareStores(All({1000})),
              HasSubstr("| check an entitlement | 2.00 µs | 3.00 µs | 8.00 µs | 0.50 µs | 1.50 | "
                        "109 % |\n"));
}

TEST_F(ComparisonTest, SaysWhatWasStoppedAndWhatFailed) {
  Took("FanOut", 1000, "ours", {1e-3});
  Failed("FanOut", 1000, "lmdb", std::string(Reporter::kStopped) + "it takes 7 min");
  EXPECT_FALSE(reporter_.failed());
  Failed("FanOut", 1000, "sqlite", "the disk is full");
  EXPECT_TRUE(reporter_.failed());
  EXPECT_THAT(CompareStores(All({1000})), AllOf(HasSubstr(" | 1.00 ms | stopped | - | - | - | "),
                                                HasSubstr("Stopped: lmdb: it takes 7 min\n")));
}

TEST_F(ComparisonTest, GoalsAreHeldAgainstTheWorstAndCountTheOthers) {
  for (const std::size_t accounts : {1000, 100'000}) {
    Took("Check", accounts, "ours", {1e-6});
    Took("Check", accounts, "lmdb", {accounts == 1000 ? 1.4e-6 : 1.6e-6});
    Took("Check", accounts, "sqlite", {1e-3});
    Took("BytesPerGrant", accounts, "ours", {1}, {{"bytes", 2}});
    Took("BytesPerGrant", accounts, "lmdb", {1}, {{"bytes", accounts == 1000 ? 30 : 50}});
  }
  Took("FanOut", 100'000, "ours", {1e-4});
  Took("FanOut", 100'000, "lmdb", {2});
  const std::string goals = CompareGoals(All({1000, 100'000}));
  EXPECT_THAT(goals, HasSubstr("| every read | Check, 1,000 accounts | 1.40 | 1 of 2 | ≥ 1.5 | "
                               "NOT MET |"));
  EXPECT_THAT(goals, HasSubstr("| BytesPerGrant, 1,000 accounts | 15.0 | 1 of 2 | ≥ 20 | NOT MET"));
  EXPECT_THAT(goals, HasSubstr("| best peer: lmdb | 20000 | 1 of 1 | ≥ 10000 | met |"));
  EXPECT_THAT(goals, HasSubstr("| single writes, synced | not measured |"));
}

TEST_F(ComparisonTest, WhatAWriterDidBesideIsShownAndNotCompared) {
  for (const std::string store : {"ours", "lmdb"}) {
    Took("Check/beside_writer", 1000, store, {2e-6}, {{"writes_per_s", 30'000}});
  }
  EXPECT_THAT(
      CompareStores(All({1000})),
      HasSubstr("| - changes a second by that writer | 30000 | 30000 | - | - | - | 0.00 %"));
}

TEST_F(ComparisonTest, LatenciesAreOfTheLargestSizeThatWasMeasured) {
  const Counters small = {{"p50_us", 1}, {"p99_us", 2}, {"p999_us", 3}, {"max_us", 4}};
  Took("Check", 1000, "ours", {1e-6}, small);
  Took("Check", 10'000, "ours", {1e-6},
       {{"p50_us", 10}, {"p99_us", 20}, {"p999_us", 30}, {"max_us", 40}});
  Took("Check", 10'000, "ours", {1e-6},
       {{"p50_us", 12}, {"p99_us", 20}, {"p999_us", 30}, {"max_us", 90}});
  Took("Join", 1000, "ours", {1e-6}, {{"p50_us", 1}, {"p99_us", 2}, {"max_us", 4}});
  const std::string latencies = CompareLatencies(All({1000, 10'000}));
  EXPECT_THAT(latencies, HasSubstr("| check an entitlement | 10,000 | 11.0 µs, 20.0 µs, 30.0 µs, "
                                   "90.0 µs | - | - |"));
  EXPECT_THAT(latencies, HasSubstr("| 1,000 | 1.00 µs, 2.00 µs, -, 4.00 µs | - | - |"));
  EXPECT_THAT(latencies, Not(HasSubstr("check an entitlement | 1,000")));
}

TEST_F(ComparisonTest, GrowthIsTheSlopeOfTheLogarithms) {
  const std::map<std::uint64_t, double> square = {{10, 1e-6}, {100, 1e-4}, {1000, 1e-2}};
  EXPECT_NEAR(GrowthOf(square).value_or(0), 2, 1e-9);
  // Not all on one line: the least squares of 0, 1 and 3 at 1, 2 and 3 have the slope 1.5.
  const std::map<std::uint64_t, double> bent = {{10, 1}, {100, 10}, {1000, 1000}};
  EXPECT_NEAR(GrowthOf(bent).value_or(0), 1.5, 1e-9);
  const std::map<std::uint64_t, double> one = {{10, 1}, {100, 0}};
  EXPECT_EQ(GrowthOf(one), std::nullopt);
  Took("Check", 1000, "ours", {1e-6});
  EXPECT_EQ(CompareGrowth(All({1000})), "");
  Took("Check", 100'000, "ours", {1e-5});
  EXPECT_THAT(CompareGrowth(All({1000, 100'000})),
              HasSubstr("| check an entitlement | 0.50 | - | - |"));
}

}  // namespace
}  // namespace grantledger::bench
