// The workload: whoever does it again gets the same answers, and a wrong one is found.
#include "tests/torture/workload.h"

#include <gtest/gtest.h>

#include "tests/codec/bytes.h"
#include "tests/ledger/ledger_fixture.h"
#include "tools/json_api.h"

namespace grantledger::torture {
namespace {

class WorkloadTest : public LedgerFixture {
 protected:
  WorkloadTest() { options_ = TrialOptions(); }
};

TEST_F(WorkloadTest, HasTheSameAnswersOnEachCopy) {
  const std::uint64_t seed = FreshSeed();
  SCOPED_TRACE("GRANTLEDGER_SEED=" + std::to_string(seed));
  const Workload workload(seed, 80, directory_ + "/workload");
  workload.CopyEmpty(directory_ + "/again");
  auto ledger = Ledger::Open(directory_ + "/again", options_);
  ASSERT_TRUE(ledger.has_value()) << ledger.error().message();
  Lsn lsn = 0;
  for (const Workload::Step& step : workload.steps()) {
    EXPECT_EQ(tools::JsonApi(**ledger).Execute(step.request), step.answer);
    EXPECT_EQ((*ledger)->LastLsn(), ++lsn);
    if (lsn % 16 != 0) continue;
    EXPECT_EQ(FindWrongAnswer(**ledger, workload, model::Random(seed + lsn), 20), std::nullopt);
  }
}

TEST_F(WorkloadTest, FindsAWrongAnswer) {
  const Workload one(1, 60, directory_ + "/one");
  const Workload other(2, 60, directory_ + "/other");
  one.CopyEmpty(directory_ + "/again");
  auto ledger = Ledger::Open(directory_ + "/again", options_);
  ASSERT_TRUE(ledger.has_value());
  for (const auto& step : one.steps()) (void)tools::JsonApi(**ledger).Execute(step.request);
  EXPECT_NE(FindWrongAnswer(**ledger, other, model::Random(3), 60), std::nullopt);
}

}  // namespace
}  // namespace grantledger::torture
