// The rule about cached state: whatever was cached, and however long ago, a fold is what it would
// be with an empty cache.
#include <gtest/gtest.h>

#include "ledger/cohort_sizes.h"
#include "tests/codec/bytes.h"
#include "tests/ledger/compaction_fixture.h"
#include "tests/model/random.h"

namespace grantledger {
namespace {

constexpr std::uint64_t kOrganization = 1;
constexpr std::uint64_t kProduct = 1;
constexpr std::uint64_t kIdKey = 1;  // of no matter to folds

class CachedFoldTest : public CompactionFixture {
 protected:
  /// Some writes: bulk changes for the most part, so that cached folds fall behind.
  void Write(model::Random& random) {
    for (std::size_t left = 1 + random.Below(12); left > 0; --left) {
      if (random.Percent(15)) {
        Join(++joined_);
      } else if (random.Percent(10)) {
        Replace();
      } else {
        SetStatus(random.Percent(50) ? GrantStatus::kActive : GrantStatus::kDisabled);
      }
    }
  }

  /// Deletes the distribution and makes another.
  void Replace() {
    const auto found =
        ledger_->Read(Call{.caller = kManagement}, GetGrantRequest{distribution_, {}});
    Do(kManagement, DeleteGrantRequest{distribution_, found.value().grant.Version(), {}});
    distribution_ = Do(kManagement, GrantRequest(Token(), license_, organization_)).grant_arn;
  }

  void SetStatus(GrantStatus status) {
    CreateGrantVersionRequest request;
    request.client_token = Token();
    request.grant_arn = distribution_;
    request.status = status;
    Do(kManagement, std::move(request));
  }

  std::string Token() { return "token-" + std::to_string(++tokens_); }

  void Compact(std::uint64_t records) {
    ledger_->SetRetention(KeepRecords{records});
    const auto report = ledger_->Compact();
    ASSERT_TRUE(report.has_value()) << report.error().message();
  }

  /// Compares every fold of the product at an LSN with what an empty cache gives.
  void ExpectSameFolds(const Rows& rows, FoldCache& shared, Lsn lsn) {
    FoldCache none;
    const IdCodec ids(kIdKey);
    View cached(rows, ids, shared, lsn, Time());
    View fresh(rows, ids, none, lsn, Time());
    const auto visit = [&](const CohortSize& cohort) -> Status {
      GL_ASSIGN_OR_RETURN(const auto expected,
                          fresh.Cohort(kOrganization, kProduct, cohort.path, cohort.epoch));
      GL_ASSIGN_OR_RETURN(const auto found,
                          cached.Cohort(kOrganization, kProduct, cohort.path, cohort.epoch));
      EXPECT_EQ(found->grants(), expected->grants()) << "at LSN " << lsn;
      EXPECT_EQ(found->last_lsn(), expected->last_lsn()) << "at LSN " << lsn;
      ++compared_;
      return {};
    };
    const Status walked = WalkCohortSizes(fresh, kOrganization, Path(), visit);
    EXPECT_TRUE(walked.ok()) << walked.message();
    const auto expected = fresh.Distributions(kOrganization, kProduct);
    const auto found = cached.Distributions(kOrganization, kProduct);
    ASSERT_TRUE(expected.has_value()) << expected.error().message();
    ASSERT_TRUE(found.has_value()) << found.error().message();
    ASSERT_EQ((*found)->distributions().size(), (*expected)->distributions().size());
    for (std::size_t i = 0; i < (*found)->distributions().size(); ++i) {
      EXPECT_EQ((*found)->distributions()[i].version, (*expected)->distributions()[i].version);
      EXPECT_EQ((*found)->distributions()[i].deleted_at,
                (*expected)->distributions()[i].deleted_at);
    }
  }

  std::uint64_t compared_ = 0;

 private:
  int joined_ = 0;
  int tokens_ = 0;
};

TEST_F(CachedFoldTest, IsNeverGoneOnWithWhereEventsAreDropped) {
  const std::uint64_t seed = FreshSeed();
  SCOPED_TRACE("GRANTLEDGER_SEED=" + std::to_string(seed));
  model::Random random(seed);
  FoldCache shared;
  Open();
  Distribute();
  Options read_only;
  read_only.read_only = true;
  constexpr int kStages = 30;
  for (int stage = 0; stage < kStages && !HasFailure(); ++stage) {
    Write(random);
    if (random.Percent(60)) Compact(random.Below(8));
    const Lsn horizon = ledger_->Horizon();
    const Lsn last = ledger_->LastLsn();
    ledger_.reset();
    {
      const auto store = Store::Open(directory_, read_only, nullptr);
      ASSERT_TRUE(store.has_value()) << store.error().message();
      // The latest, or none, so that what is cached is of many ages.
      if (random.Percent(50)) ExpectSameFolds(**store, shared, last);
      if (random.Percent(50)) {
        ExpectSameFolds(**store, shared, horizon + random.Below(last - horizon + 1));
      }
    }
    Open();
  }
  EXPECT_GT(compared_, 0U);
}

}  // namespace
}  // namespace grantledger
