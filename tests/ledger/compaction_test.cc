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
struct ReportedRows {
  std::uint64_t cells = 0;
  std::uint64_t cohorts = 0;
  std::uint64_t distributions = 0;
  std::uint64_t counts = 0;
  std::uint64_t collected = 0;
};

void ExpectReport(const CompactionReport& report, Lsn from, Lsn to, const ReportedRows& rows) {
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

/// Folds the ledger in `directory`, which nobody has open, in steps that are so small.
Heard CompactInSteps(const std::string& directory, const TailLimits& limits) {
  const auto store = Store::Open(directory, Options(), nullptr).value();
  const auto genesis = GetRecord(*store, 0).value();
  const auto counters = GetTable<fb::CountersT>(*store, Family::kState, CountersKey()).value();
  const IdCodec ids(genesis->body.AsGenesis()->id_key);
  FoldCache cache;
  const Options options;
  Retention retention(options);
  const std::atomic<Lsn> last = counters->lsn;
  const WritersTurn turn = [](const RowChange& /*change*/) {
    return Status(Code::kInvalidState, "nothing is dropped here");
  };
  Heard heard;
  Compaction compaction(*store, ids, cache, options, last, retention, turn, limits);
  EXPECT_TRUE(compaction.Run([&heard](std::uint64_t done, std::uint64_t all) {
    if (heard.empty() || heard.back().first != done) heard.emplace_back(done, all);
    return true;
  }));
  return heard;
}

TEST_F(CompactionTest, ProgressIsToldStepByStepHowManyRecordsAreFolded) {
  TellStory();
  ledger_.reset();
  EXPECT_EQ(CompactInSteps(directory_, {.records = 4}), (Heard{{0, 9}, {4, 9}, {8, 9}}));
}

TEST_F(CompactionTest, AStepEndsAfterSoManyProductsWhoseDistributionsChange) {
  Distribute();  // at LSN 5
  CreateLicenseRequest another = LicenseRequest("another");
  another.product_sku = "sku-2";
  const auto license = Do(kManagement, std::move(another)).license_arn;
  Do(kManagement, GrantRequest("of-another", license, organization_));  // at LSN 7
  Join(1);
  ledger_.reset();
  EXPECT_EQ(CompactInSteps(directory_, {.products = 1}), (Heard{{0, 8}, {5, 8}, {7, 8}}));
}

/// Accounts of two cohorts. Many do what others do, once or thrice.
class AlikeCellsTest : public CompactionTest {
 protected:
  void Set(AccountId caller, const std::string& grant_arn, GrantStatus status,
           const std::string& reason = {}) {
    CreateGrantVersionRequest request;
    request.client_token = "token-" + std::to_string(ledger_->LastLsn());
    request.grant_arn = grant_arn;
    request.status = status;
    request.status_reason = reason;
    Do(caller, std::move(request));
  }
  void SetOwn(int number, GrantStatus status, const std::string& reason = {}) {
    Set(AccountOf(number), *ledger_->MemberGrantArn(distribution_, AccountOf(number)), status,
        reason);
  }

  void TellStory() {
    Distribute();
    for (int number = 1; number <= 3; ++number) Join(number);
    Set(kManagement, distribution_, GrantStatus::kActive);
    for (int number = 4; number <= 8; ++number) Join(number);
    const auto unit = Do(kManagement, CreateOrganizationalUnitRequest{root_, "unit"});
    Do(kManagement,
       MoveAccountRequest{AccountOf(8).ToString(), root_, unit.organizational_unit.id});
    for (int number = 1; number <= 8; ++number) Accept(number);
    for (int number = 1; number <= 8; ++number) SetOwn(number, GrantStatus::kActive);
    for (const int number : {2, 3, 5, 6}) SetOwn(number, GrantStatus::kDisabled, "not now");
    SetOwn(7, GrantStatus::kDisabled, "never");
    for (const int number : {3, 6}) SetOwn(number, GrantStatus::kActive);
  }
};

TEST_F(AlikeCellsTest, HaveTheRowsThatEachWouldHaveByItself) {
  TellStory();
  ledger_.reset();
  const std::string one_by_one = directory_ + "-one-by-one";
  const std::string by_ten = directory_ + "-by-ten";
  for (const std::string& copy : {one_by_one, by_ten}) {
    std::filesystem::copy(directory_, copy, std::filesystem::copy_options::recursive);
  }
  CompactInSteps(one_by_one, {.records = 1});
  CompactInSteps(by_ten, {.records = 10});
  Open();
  EXPECT_EQ(Compact().cells, 9U);  // the management account's, too
  const RowsByKey at_once = FoldedRows();
  EXPECT_EQ(FoldedRowsIn(one_by_one), at_once);
  EXPECT_EQ(FoldedRowsIn(by_ten), at_once);
  std::filesystem::remove_all(one_by_one);
  std::filesystem::remove_all(by_ten);
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
