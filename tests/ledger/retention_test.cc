// History behind a horizon: what is refused, what still answers, what is gone, and who holds it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ledger/retention.h"
#include "ledger/store.h"
#include "ledger/tables.h"
#include "tests/ledger/ledger_fixture.h"

namespace grantledger {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using testing::HasSubstr;

constexpr AccountId kHolder(222222222222);

/// A license (LSN 1), a direct grant of it (2) and three more versions of that (3 to 5), an hour
/// apart each.
class RetentionTest : public LedgerFixture {
 protected:
  RetentionTest() {
    options_.background_compaction = false;
    options_.clock = [this] { return now_; };
  }

  void TellStory() {
    Open();
    license_ = DoAt(1, kVendor, LicenseRequest("license")).license_arn;
    grant_ =
        DoAt(2, kVendor, GrantRequest("grant", license_, AccountArn(kHolder.value()))).grant_arn;
    DoAt(3, kHolder, AcceptGrantRequest{grant_});
    SetStatus(4, "activate", GrantStatus::kActive);
    SetStatus(5, "disable", GrantStatus::kDisabled);
  }

  void SetStatus(int hour, const std::string& token, GrantStatus status) {
    CreateGrantVersionRequest request;
    request.client_token = token;
    request.grant_arn = grant_;
    request.status = status;
    DoAt(hour, kHolder, std::move(request));
  }

  static Time At(int hour) { return Time(hours(24 * 365 * 50 + hour)); }

  template <typename Request>
  typename Request::Response DoAt(int hour, AccountId caller, Request request) {
    now_ = At(hour);
    return Do(caller, std::move(request));
  }

  template <typename Request>
  auto Read(const Request& request, std::optional<Moment> as_of = {}) {
    return ledger_->Read(Call{.caller = kHolder, .time = {}, .as_of = as_of}, request);
  }

  CompactionReport Drop(RetentionPolicy policy) {
    ledger_->SetRetention(policy);
    auto report = ledger_->Compact();
    if (!report) throw std::runtime_error(report.error().message());
    return *report;
  }

  template <typename Answer>
  static void ExpectRefused(const Answer& answer, const std::string& field) {
    ASSERT_FALSE(answer.has_value());
    EXPECT_EQ(answer.error().code(), Code::kInvalidArgument);
    EXPECT_THAT(answer.error().message(), HasSubstr(field));
    EXPECT_THAT(answer.error().message(), HasSubstr("horizon"));
  }

  /// The LSNs that the log has, the first record included.
  std::vector<Lsn> Records() {
    ledger_.reset();
    const auto store = Store::Open(directory_, options_, nullptr);
    std::vector<Lsn> lsns;
    for (RowIterator rows = (*store)->Scan(Family::kLog, ""); rows.Valid(); rows.Next()) {
      lsns.push_back(ReadLogKey(rows.key()));
    }
    return lsns;
  }

  Time now_ = At(0);
  std::string license_;
  std::string grant_;
};

TEST_F(RetentionTest, EverythingIsKeptUnlessSomethingElseIsSaid) {
  TellStory();
  const auto report = ledger_->Compact();
  ASSERT_TRUE(report.has_value());
  EXPECT_EQ(report->horizon, 0U);
  EXPECT_EQ(report->dropped_records, 0U);
  EXPECT_EQ(ledger_->Horizon(), 0U);
  EXPECT_TRUE(Read(WatchGrantsRequest{}, Moment(Lsn{0})).has_value());
  EXPECT_THAT(Records(), testing::ElementsAre(0, 1, 2, 3, 4, 5));
}

TEST_F(RetentionTest, KeepRecordsCountsBackFromTheLastRecord) {
  TellStory();
  EXPECT_EQ(Drop(KeepRecords{2}).horizon, 3U);
  EXPECT_EQ(Drop(KeepRecords{7}).horizon, 3U) << "the horizon never goes back";
  EXPECT_EQ(Drop(KeepRecords{0}).horizon, 5U);
}

TEST_F(RetentionTest, KeepForCountsBackFromTheTimeOfTheLastRecord) {
  TellStory();
  EXPECT_EQ(Drop(KeepFor{hours(2) + minutes(1)}).horizon, 2U);
  EXPECT_EQ(Drop(KeepFor{hours(2)}).horizon, 3U);
  EXPECT_EQ(Drop(KeepFor{hours(0)}).horizon, 5U);
}

TEST_F(RetentionTest, KeepFromNamesAMoment) {
  TellStory();
  EXPECT_EQ(Drop(KeepFrom{Lsn{1}}).horizon, 1U);
  EXPECT_EQ(Drop(KeepFrom{At(3) + minutes(30)}).horizon, 3U);
  EXPECT_EQ(Drop(KeepFrom{Lsn{99}}).horizon, 5U) << "not beyond the last record";
}

TEST_F(RetentionTest, ReadsBeforeTheHorizonAreRefusedAndNameIt) {
  TellStory();
  Drop(KeepFrom{Lsn{3}});
  const GetGrantRequest get{grant_, {}};
  ExpectRefused(Read(get, Moment(Lsn{2})), "AsOf is LSN 2, expected a moment that is kept");
  ExpectRefused(Read(get, Moment(At(3) - minutes(1))), "AsOf is 20");
  EXPECT_THAT(Read(get, Moment(Lsn{2})).error().message(), HasSubstr("LSN 3"));
  ExpectRefused(Read(WatchGrantsRequest{Lsn{3}, {}}), "FromLsn is 3");
  ExpectRefused(Read(ListGrantChangesRequest{3, {}}), "Lsn is 3");
  ExpectRefused(ledger_->Hold(Lsn{2}), "LSN 2");
}

TEST_F(RetentionTest, ReadsAtTheHorizonAndBehindItAnswerAsBefore) {
  TellStory();
  const GetGrantRequest get{grant_, {}};
  std::vector<Grant> before;
  for (Lsn lsn = 3; lsn <= 5; ++lsn) before.push_back(Read(get, Moment(lsn))->grant);
  const auto events = Read(WatchGrantsRequest{Lsn{4}, {}})->events;
  Drop(KeepFrom{Lsn{3}});
  Open();
  EXPECT_EQ(ledger_->Horizon(), 3U);
  for (Lsn lsn = 3; lsn <= 5; ++lsn) {
    const auto answer = Read(get, Moment(lsn));
    ASSERT_TRUE(answer.has_value()) << answer.error().message();
    EXPECT_EQ(answer->grant.state->status, before[lsn - 3].state->status);
    EXPECT_EQ(answer->grant.state->version, before[lsn - 3].state->version);
  }
  EXPECT_TRUE(Read(get, Moment(At(3))).has_value());
  const auto kept = Read(WatchGrantsRequest{})->events;
  ASSERT_EQ(kept.size(), events.size());
  EXPECT_EQ(kept.front().lsn, 4U);
}

TEST_F(RetentionTest, TheVersionAtTheHorizonTellsWhereItCameFrom) {
  TellStory();
  Drop(KeepFrom{Lsn{4}});
  const auto versions = Read(ListGrantVersionsRequest{grant_, {}})->versions;
  ASSERT_EQ(versions.size(), 2U);
  EXPECT_EQ(versions[0].lsn, 4U);
  EXPECT_EQ(versions[0].time, At(4));
  EXPECT_EQ(versions[0].operation, "CreateGrantVersion");
  EXPECT_EQ(versions[0].caller, kHolder);
  EXPECT_EQ(versions[0].grant.Version(), "3");
  const auto gone = Read(GetGrantRequest{grant_, "2"});
  ASSERT_FALSE(gone.has_value());
  EXPECT_EQ(gone.error().code(), Code::kNotFound);
  EXPECT_THAT(gone.error().message(), HasSubstr("still keeps 3 to 4"));
}

TEST_F(RetentionTest, RecordsOfClientTokensStayAsLongAsTheTokensMayBeUsed) {
  TellStory();
  Drop(KeepRecords{0});
  EXPECT_THAT(Records(), testing::ElementsAre(0, 1, 2, 4, 5)) << "AcceptGrant has no ClientToken";
  Open();
  now_ = At(24);
  const auto again = Do(kVendor, GrantRequest("grant", license_, AccountArn(kHolder.value())));
  EXPECT_EQ(again.grant_arn, grant_);
  EXPECT_EQ(ledger_->LastLsn(), 5U);
  DoAt(28, kVendor, LicenseRequest("another"));
  Drop(KeepRecords{0});
  EXPECT_THAT(Records(), testing::ElementsAre(0, 5, 6)) << "the others are 24 hours old";
}

TEST_F(RetentionTest, AHeldMomentIsKept) {
  TellStory();
  auto hold = ledger_->Hold(Lsn{2});
  ASSERT_TRUE(hold.has_value()) << hold.error().message();
  EXPECT_EQ((*hold)->lsn(), 2U);
  EXPECT_EQ(Drop(KeepRecords{0}).horizon, 2U);
  EXPECT_TRUE(Read(GetGrantRequest{grant_, {}}, Moment(Lsn{2})).has_value());
  hold->reset();
  EXPECT_EQ(Drop(KeepRecords{0}).horizon, 5U);
}

TEST_F(RetentionTest, AHoldEndsAtItsLimit) {
  TellStory();
  const auto hold = ledger_->Hold(Lsn{2});
  ASSERT_TRUE(hold.has_value()) << hold.error().message();
  now_ += options_.max_hold - minutes(1);
  EXPECT_EQ(Drop(KeepRecords{0}).horizon, 2U);
  now_ += minutes(1);
  EXPECT_EQ(Drop(KeepRecords{0}).horizon, 5U);
}

TEST_F(RetentionTest, APageTokenHoldsWhatItsNextPagesNeed) {
  TellStory();
  WatchGrantsRequest watch{Lsn{2}, {.max_results = 1, .next_token = {}}};
  auto page = Read(watch);
  ASSERT_TRUE(page.has_value()) << page.error().message();
  ASSERT_FALSE(page->next_token.empty());
  EXPECT_EQ(Drop(KeepRecords{0}).horizon, 2U) << "before record 3, which is the next";
  watch.paging.next_token = page->next_token;
  page = Read(watch);
  ASSERT_TRUE(page.has_value()) << page.error().message();
  EXPECT_EQ(page->events.front().lsn, 3U);

  now_ += options_.max_hold;
  Drop(KeepRecords{0});
  watch.paging.next_token = page->next_token;
  ExpectRefused(Read(watch), "NextToken");
}

TEST_F(RetentionTest, PageAfterPageHoldsNoLongerThanTheFirst) {
  TellStory();
  WatchGrantsRequest watch{Lsn{2}, {.max_results = 1, .next_token = {}}};
  auto page = Read(watch);
  ASSERT_TRUE(page.has_value()) << page.error().message();
  now_ += options_.max_hold / 2;
  watch.paging.next_token = page->next_token;
  page = Read(watch);
  ASSERT_TRUE(page.has_value()) << page.error().message();
  ASSERT_FALSE(page->next_token.empty());
  EXPECT_EQ(Drop(KeepRecords{0}).horizon, 2U);
  now_ += options_.max_hold / 2;
  EXPECT_EQ(Drop(KeepRecords{0}).horizon, 5U) << "an hour after the first page";
  watch.paging.next_token = page->next_token;
  ExpectRefused(Read(watch), "NextToken");
}

TEST_F(RetentionTest, FirstPagesHoldNoLongerThanThePolicyWantsThemGone) {
  TellStory();
  // A new list every ten minutes, as of the earliest moment that there is.
  const WatchGrantsRequest watch{{}, {.max_results = 1, .next_token = {}}};
  const Time begin = now_;
  while (Drop(KeepRecords{0}).horizon == 0) {
    ASSERT_LT(now_ - begin, 3 * options_.max_hold) << "held back for ever";
    const auto page = Read(watch, Moment(std::max(ledger_->Horizon(), Lsn{3})));
    ASSERT_TRUE(page.has_value()) << page.error().message();
    ASSERT_FALSE(page->next_token.empty());
    now_ += minutes(10);
  }
  EXPECT_LE(now_ - begin, options_.max_hold);
  EXPECT_EQ(ledger_->Horizon(), 5U);
}

TEST_F(RetentionTest, TokensOfEveryMomentTakeLittleMemory) {
  Retention retention(options_);
  for (Lsn lsn = 1; lsn <= 100'000; ++lsn) {
    now_ += std::chrono::milliseconds(100);
    retention.NoteToken(lsn);
  }
  EXPECT_LE(retention.tokens_kept(), 70U);
}

TEST_F(RetentionTest, LicenseVersionsBehindTheHorizonGo) {
  TellStory();
  CreateLicenseVersionRequest version;
  version.client_token = "second";
  version.license_arn = license_;
  version.source_version = "1";
  version.status = LicenseStatus::kDeactivated;
  version.terms = LicenseRequest("").terms;
  DoAt(6, kVendor, version);
  const Call vendor{.caller = kVendor, .time = {}, .as_of = {}};
  EXPECT_EQ(ledger_->Read(vendor, ListLicenseVersionsRequest{license_, {}})->licenses.size(), 2U);
  Drop(KeepRecords{0});
  const auto kept = ledger_->Read(vendor, ListLicenseVersionsRequest{license_, {}})->licenses;
  ASSERT_EQ(kept.size(), 1U);
  EXPECT_EQ(kept.front().version, "2");
  EXPECT_FALSE(ledger_->Read(vendor, GetLicenseRequest{license_, "1"}).has_value());
}

/// An organization with a license that is granted to all of it and activated; an account, and two
/// OUs between which it moves.
class RetentionOfStaysTest : public RetentionTest {
 protected:
  RetentionOfStaysTest() {
    Open();
    const auto organization = Do(kManagement, CreateOrganizationRequest{}).organization;
    Do(kManagement, UpdateServiceSettingsRequest{.enable_integration = true});
    const Call management{.caller = kManagement, .time = {}, .as_of = {}};
    place_ = ledger_->Read(management, ListRootsRequest{})->roots.front().id;
    for (const std::string name : {"a", "b"}) {
      const CreateOrganizationalUnitRequest request{.parent_id = place_, .name = name};
      units_.push_back(Do(kManagement, request).organizational_unit.id);
    }
    Do(kManagement, CreateAccountRequest{.email = "holder@example.com",
                                         .account_name = "Holder",
                                         .account_id = kHolder.ToString()});
    license_ = Do(kManagement, LicenseRequest("license")).license_arn;
    distribution_ = Do(kManagement, GrantRequest("grant", license_, organization.arn)).grant_arn;
    Activate();
    grant_ = *ledger_->MemberGrantArn(distribution_, kHolder);
  }

  /// A distribution event: who enters behind it enters another cohort.
  void Activate() {
    CreateGrantVersionRequest request;
    request.client_token = "activate-" + std::to_string(++activations_);
    request.grant_arn = distribution_;
    request.status = GrantStatus::kActive;
    Do(kManagement, std::move(request));
  }

  void Move() {
    const std::string& next = units_[place_ == units_[0] ? 1 : 0];
    Do(kManagement, MoveAccountRequest{kHolder.ToString(), place_, next});
    place_ = next;
  }

  std::map<GrantStatus, std::uint64_t> Count() {
    const Call management{.caller = kManagement, .time = {}, .as_of = {}};
    return ledger_->Read(management, CountGrantsRequest{distribution_})->counts;
  }

  std::size_t Stays() {
    ledger_.reset();
    const auto store = Store::Open(directory_, options_, nullptr);
    return GetTable<fb::AccountT>(**store, Family::kState, AccountKey(kHolder))
        .value()
        ->stays.size();
  }

  std::string distribution_;
  std::string place_;
  std::vector<std::string> units_;
  int activations_ = 0;
};

TEST_F(RetentionOfStaysTest, StaysThatAreNoGrantsHomeGo) {
  constexpr std::size_t kMoves = 40;
  for (std::size_t i = 0; i < kMoves; ++i) {
    Move();
    if (i % 3 == 0) Activate();
  }
  const auto before = Read(GetGrantRequest{grant_, {}})->grant;
  const auto counts = Count();
  const auto report = Drop(KeepRecords{0});
  EXPECT_GE(report.dropped_records, kMoves - 1);
  EXPECT_EQ(Stays(), 2U) << "the first, where the grant is listed, and that in which it stands";
  Open();
  const auto after = Read(GetGrantRequest{grant_, {}})->grant;
  EXPECT_EQ(after.Version(), before.Version());
  EXPECT_EQ(after.state->status, GrantStatus::kActive);
  EXPECT_EQ(Count(), counts);
  const auto versions = Read(ListGrantVersionsRequest{grant_, {}})->versions;
  ASSERT_EQ(versions.size(), 1U);
  EXPECT_EQ(versions.front().operation, "CreateGrantVersion");
}

TEST_F(RetentionOfStaysTest, PositionsWhoseStaysAreGoneAreNotCountedAgain) {
  for (int round = 0; round < 5; ++round) {
    for (int i = 0; i < 4; ++i) Move();
    Drop(KeepRecords{0});
    EXPECT_EQ(Count(), (std::map<GrantStatus, std::uint64_t>{{GrantStatus::kActive, 1}}));
    Activate();
    ASSERT_TRUE(ledger_->Compact().has_value());
    EXPECT_EQ(Count(), (std::map<GrantStatus, std::uint64_t>{{GrantStatus::kActive, 1}}));
  }
  EXPECT_EQ(Stays(), 2U);
}

TEST_F(RetentionTest, AReadOnlyLedgerKnowsTheHorizon) {
  TellStory();
  Drop(KeepFrom{Lsn{3}});
  ledger_.reset();
  options_.read_only = true;
  Open();
  EXPECT_EQ(ledger_->Horizon(), 3U);
  ExpectRefused(Read(GetGrantRequest{grant_, {}}, Moment(Lsn{2})), "AsOf");
  EXPECT_TRUE(Read(GetGrantRequest{grant_, {}}, Moment(Lsn{3})).has_value());
}

}  // namespace
}  // namespace grantledger
