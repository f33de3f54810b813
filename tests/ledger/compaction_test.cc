// Ledger::Compact: what it reports, whom it tells, where it stops, and who may call it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>
#include <vector>

#include "ledger/compaction.h"
#include "tests/ledger/compaction_fixture.h"

namespace grantledger {
namespace {

/// What a compaction wrote and removed, in the order of CompactionReport.
struct Rows {
  std::uint64_t cells = 0;
  std::uint64_t cohorts = 0;
  std::uint64_t distributions = 0;
  std::uint64_t counts = 0;
  std::uint64_t collected = 0;
};

void ExpectReport(const CompactionReport& report, Lsn from, Lsn to, const Rows& rows) {
  EXPECT_EQ(report.from_lsn, from);
  EXPECT_EQ(report.to_lsn, to);
  EXPECT_EQ(report.records, to - from);
  EXPECT_EQ(report.cells, rows.cells);
  EXPECT_EQ(report.cohorts, rows.cohorts);
  EXPECT_EQ(report.distributions, rows.distributions);
  EXPECT_EQ(report.counts, rows.counts);
  EXPECT_EQ(report.collected, rows.collected);
}

class CompactionTest : public CompactionFixture {
 protected:
  void SetUp() override { Open(); }

  CompactionReport Compact(const CompactionProgress& progress = {}) {
    const auto report = ledger_->Compact(progress);
    if (!report) throw std::runtime_error(report.error().message());
    return *report;
  }

  /// LSN 1 to 9: three accounts join, and one of them accepts what it was given.
  void TellStory() {
    Distribute();
    for (int number = 1; number <= 3; ++number) Join(number);
    Accept(1);
  }

  /// LSN 10 to 12: account 2 moves into a unit, where it stands as if it had entered there.
  void MoveIntoAUnit() {
    const auto unit = Do(kManagement, CreateOrganizationalUnitRequest{root_, "unit"});
    Do(kManagement,
       MoveAccountRequest{AccountOf(2).ToString(), root_, unit.organizational_unit.id});
    Join(4);
  }
};

TEST_F(CompactionTest, ReportsEveryRowOfASmallStory) {
  TellStory();
  // Unlike their cohorts: the management account, which gave the distribution, and account 1. The
  // cohorts: who entered the root before the distribution, and who did after it.
  ExpectReport(Compact(), 0, 9,
               {.cells = 2, .cohorts = 2, .distributions = 1, .counts = 1, .collected = 0});
  EXPECT_EQ(FoldedRows().size(), 2U + 2 + 1 + 1 + 1);  // and the mark
}

TEST_F(CompactionTest, ASecondOneFindsNothingToFold) {
  TellStory();
  Compact();
  const RowsByKey before = FoldedRows();
  Open();
  ExpectReport(Compact(), 9, 9, {});
  EXPECT_EQ(FoldedRows(), before);
}

TEST_F(CompactionTest, FoldsTheTailAloneAndCollectsWhatItsCohortSays) {
  TellStory();
  Compact();
  MoveIntoAUnit();
  // Account 2 did something alone, so it has a row until the mark moves; then its new cohort, the
  // one row of a new place, says the same. Account 4 came into a cohort that is known.
  ExpectReport(Compact(), 9, 12,
               {.cells = 1, .cohorts = 1, .distributions = 0, .counts = 1, .collected = 1});
  EXPECT_EQ(FoldedRows().size(), 2U + 3 + 1 + 1 + 1);
}

TEST_F(CompactionTest, ABulkChangeFoldsItsProductAnew) {
  TellStory();
  MoveIntoAUnit();
  Compact();
  CreateGrantVersionRequest activation;
  activation.client_token = "activation";
  activation.grant_arn = distribution_;
  activation.status = GrantStatus::kActive;
  Do(kManagement, std::move(activation));
  // The cells of the two that are unlike their cohorts; account 2 is as the others of its unit.
  ExpectReport(Compact(), 12, 13,
               {.cells = 2, .cohorts = 3, .distributions = 1, .counts = 1, .collected = 0});
}

using Heard = std::vector<std::pair<std::uint64_t, std::uint64_t>>;

TEST_F(CompactionTest, ProgressIsToldStepByStepHowManyRecordsAreFolded) {
  TellStory();
  ledger_.reset();
  const auto store = Store::Open(directory_, options_, nullptr);
  ASSERT_TRUE(store.has_value()) << store.error().message();
  const auto genesis = GetRecord(**store, 0);
  const IdCodec ids(genesis->body.AsGenesis()->id_key);
  FoldCache cache;
  const std::atomic<Lsn> last = 9;
  Heard heard;
  constexpr TailLimits kFourRecords{.records = 4};
  Retention retention(options_);
  const WritersTurn turn = [](const RowChange& /*change*/) {
    return Status(Code::kInvalidState, "nothing is dropped here");
  };
  Compaction compaction(**store, ids, cache, options_, last, retention, turn, kFourRecords);
  ASSERT_TRUE(compaction.Run([&heard](std::uint64_t done, std::uint64_t all) {
    if (heard.empty() || heard.back().first != done) heard.emplace_back(done, all);
    return true;
  }));
  EXPECT_EQ(heard, (Heard{{0, 9}, {4, 9}, {8, 9}}));
}

/// A story whose tail is folded again and again, each time from the same files.
class StoppedCompactionTest : public CompactionTest {
 protected:
  void SetUp() override {
    CompactionTest::SetUp();
    TellStory();
    Compact();
    MoveIntoAUnit();
    ledger_.reset();
    std::filesystem::rename(directory_, original_);
  }
  void TearDown() override { std::filesystem::remove_all(original_); }

  void BeginAgain() {
    ledger_.reset();
    std::filesystem::remove_all(directory_);
    std::filesystem::copy(original_, directory_, std::filesystem::copy_options::recursive);
    Open();
  }

  /// Folds until progress was told of `most` batches, and says of how many it was.
  std::size_t CompactBatches(std::size_t most) {
    std::size_t told = 0;
    const auto report = Compact([&](std::uint64_t, std::uint64_t) { return ++told < most; });
    EXPECT_EQ(report.records, report.to_lsn - report.from_lsn);
    return told;
  }

  std::string original_ = directory_ + "-original";
};

TEST_F(StoppedCompactionTest, TheNextOneGoesOnAndEndsWithTheSameRows) {
  BeginAgain();
  const std::size_t batches = CompactBatches(1000);
  const RowsByKey whole = FoldedRows();
  ASSERT_EQ(batches, 6U);  // accounts, cohorts, counts, the mark, what is collected, the mark
  for (std::size_t stop = 1; stop <= batches; ++stop) {
    SCOPED_TRACE("stopped after batch " + std::to_string(stop));
    BeginAgain();
    EXPECT_EQ(CompactBatches(stop), stop);
    ledger_.reset();
    EXPECT_EQ(FoldedTo(), stop < batches ? 9U : 12U);
    Open();
    EXPECT_EQ(Compact().to_lsn, 12U);
    EXPECT_EQ(FoldedRows(), whole);
  }
}

TEST_F(CompactionTest, ALedgerThatIsOpenReadOnlyRefusesIt) {
  TellStory();
  options_.read_only = true;
  Open();
  const auto refused = ledger_->Compact();
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code(), Code::kInvalidState) << refused.error().message();
  EXPECT_TRUE(FoldedRows().empty());
}

}  // namespace
}  // namespace grantledger
