// History behind a horizon: what is refused, what still answers, what is gone, and who holds it.
#include "ledger/retention.h"

#include "tests/ledger/hearing.h"
#include "tests/ledger/retention_fixture.h"

namespace grantledger {
namespace {

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

TEST_F(RetentionTest, APolicyOfLessThanNothingIsNotTaken) {
  TellStory();
  const auto hearing = std::make_shared<Hearing>();
  options_.logger = hearing;
  Open();
  EXPECT_EQ(Drop(KeepFrom{Lsn{2}}).horizon, 2U);
  EXPECT_EQ(Drop(KeepFor{milliseconds(-1)}).horizon, 2U);
  EXPECT_THAT(hearing->told(),
              Contains(HasSubstr("the policy stays: SetRetention is KeepFor -1 ms, "
                                 "expected at least 0")));
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
    ASSERT_TRUE(retention.NoteToken(lsn));
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

/// What is dropped in a writer's turn, from rows that writers change, may fail: nothing of it is
/// left, and the writers go on.
TEST_F(RetentionTest, ARowThatCantBeReadIsNotDroppedFromAndWritesGoOn) {
  Open();
  const CreateLicenseRequest license = LicenseRequest("license");
  license_ = DoAt(1, kVendor, license).license_arn;
  CreateLicenseVersionRequest version;
  version.client_token = "version";
  version.license_arn = license_;
  version.terms = license.terms;
  version.status = LicenseStatus::kDeactivated;
  DoAt(2, kVendor, version);
  ledger_.reset();
  std::string sound;
  const auto put = [this](const std::string& value) {
    const auto store = Store::Open(directory_, options_, nullptr);
    const auto row =
        (*store)->db()->Put({}, (*store)->handle(Family::kState), LicenseKey(1), value);
    EXPECT_TRUE(row.ok());
  };
  {
    const auto store = Store::Open(directory_, options_, nullptr);
    const auto handle = (*store)->handle(Family::kState);
    ASSERT_TRUE((*store)->db()->Get({}, handle, LicenseKey(1), &sound).ok());
  }
  put("damaged");
  Open();
  ledger_->SetRetention(KeepRecords{0});
  const auto failed = ledger_->Compact();
  ASSERT_FALSE(failed.has_value());
  EXPECT_EQ(failed.error().code(), Code::kCorruption);
  DoAt(3, kManagement, CreateOrganizationRequest{});
  EXPECT_EQ(ledger_->LastLsn(), 3U);
  EXPECT_TRUE(ledger_->Health().writes.ok());
  ledger_.reset();
  put(sound);
  Open();
  Drop(KeepRecords{0});
  const auto kept = ledger_->Read({.caller = kVendor}, ListLicenseVersionsRequest{license_, {}});
  ASSERT_EQ(kept->licenses.size(), 1U);
  EXPECT_EQ(kept->licenses.front().version, "2");
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

/// Reads a list of two pages, and moves the horizon beyond all there was when the clock is asked
/// for the `nth` time meanwhile: when the read begins, and when its token is made.
TEST_F(RetentionTest, APageTokenIsGoodAlsoWhereTheHorizonMovesWhileThePageIsRead) {
  constexpr int kOff = -1;
  int asked = kOff;
  int move_at = 0;
  int hour = 6;
  options_.clock = [&] {
    if (asked != kOff && ++asked == move_at) {
      asked = kOff;
      SetStatus(hour, "again-" + std::to_string(hour), GrantStatus::kActive);
      Drop(KeepRecords{0});
    }
    return now_;
  };
  TellStory();
  DoAt(hour, kVendor, GrantRequest("second", license_, AccountArn(kHolder.value())));
  const auto expect_second_page = [&](auto request, const char* name) {
    request.paging.max_results = 1;
    for (move_at = 1; move_at <= 2; ++move_at) {
      now_ = At(hour += 2);  // nothing is held any longer
      asked = 0;
      const auto first = Read(request);
      asked = kOff;
      ASSERT_TRUE(first.has_value()) << name << ": " << first.error().message();
      if (first->next_token.empty()) continue;  // the others are gone by then
      auto rest = request;
      rest.paging.next_token = first->next_token;
      const auto second = Read(rest);
      EXPECT_TRUE(second.has_value()) << name << " " << move_at << ": " << second.error().message();
    }
  };
  expect_second_page(ListReceivedGrantsRequest{}, "ListReceivedGrants");
  expect_second_page(ListGrantVersionsRequest{grant_, {}}, "ListGrantVersions");
  expect_second_page(WatchGrantsRequest{}, "WatchGrants");
}

}  // namespace
}  // namespace grantledger
