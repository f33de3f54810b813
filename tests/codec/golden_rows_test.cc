// The bytes of every table that is a row of `state` or `index`, with a value in every field.
#include <gtest/gtest.h>

#include "codec/frame.h"
#include "codec/keys.h"
#include "codec/schema/state_generated.h"
#include "tests/codec/golden.h"
#include "tests/codec/golden_rows.h"
#include "tests/codec/golden_values.h"

namespace grantledger {
namespace {

// Stored in events.
static_assert(static_cast<int>(fb::ChangeKind::None) == 0);
static_assert(static_cast<int>(fb::ChangeKind::Created) == 1);
static_assert(static_cast<int>(fb::ChangeKind::Versioned) == 2);
static_assert(static_cast<int>(fb::ChangeKind::Accepted) == 3);
static_assert(static_cast<int>(fb::ChangeKind::Rejected) == 4);
static_assert(static_cast<int>(fb::ChangeKind::Deleted) == 5);
static_assert(static_cast<int>(fb::ChangeKind::ParentRejected) == 6);
static_assert(static_cast<int>(fb::ChangeKind::ParentDeleted) == 7);
static_assert(static_cast<int>(fb::ChangeKind::MAX) == 7);

fb::CountersT Counters() {
  fb::CountersT row;
  row.lsn = 1000;
  row.time_ms = 1'767'323'045'678;
  row.grants = 7;
  row.licenses = 256;
  row.products = 3;
  row.organizations = 1;
  return row;
}

fb::OrganizationT Organization() {
  fb::OrganizationT row;
  row.ordinal = 1;
  row.id = "o-abcdefghi0";
  row.root_id = "r-ab12";
  row.management = 111122223333;
  row.feature_set = 1;
  row.created_lsn = 10;
  for (const Lsn lsn : {20ULL, 300ULL}) {
    row.linked.push_back(std::make_unique<fb::SwitchedT>());
    row.linked.back()->lsn = lsn;
    row.linked.back()->on = lsn == 20;
  }
  row.delegates.push_back(std::make_unique<fb::DelegatedT>());
  row.delegates.back()->lsn = 30;
  row.delegates.back()->account = 444455556666;
  row.last_distribution_event = 1000;
  row.last_passed = 990;
  row.last_membership = 995;
  row.last_irregular = 994;
  return row;
}

fb::UnitT Unit() {
  fb::UnitT row;
  row.organization = 1;
  row.path = GoldenPath();
  row.id = "ou-ab12-cdefgh34";
  row.name = "unit";
  row.parent_id = "ou-ab12-parent00";
  row.created_lsn = 11;
  row.deleted_lsn = 999;
  row.first_distribution = 500;
  row.last_step = 4;
  row.units = 3;
  row.accounts = 50'000;
  return row;
}

fb::CohortT Cohort() {
  fb::CohortT row;
  row.size = 12;
  row.since = 1002;
  return row;
}

fb::ProductT Product() {
  fb::ProductT row;
  row.ordinal = 3;
  row.issuer_name = "AWS/Marketplace";
  row.sku = "sku-1";
  return row;
}

fb::LicenseT License() {
  fb::LicenseT row;
  row.ordinal = 256;
  row.issuer = 111122223333;
  row.product = 3;
  row.product_sku = "sku-1";
  row.beneficiary = "beneficiary";
  row.created_lsn = 12;
  row.created_ms = 1'767'323'045'678;
  row.live_grants = 2;
  row.moments.push_back(std::make_unique<fb::LicenseMomentT>());
  row.moments.back()->lsn = 12;
  row.moments.back()->version = 1;
  row.moments.back()->status = 3;
  row.moments.back()->validity = GoldenValidity();
  return row;
}

fb::LicenseVersionT LicenseVersion() {
  fb::LicenseVersionT row;
  row.lsn = 12;
  row.terms = GoldenTerms();
  return row;
}

fb::GrantHeadT GrantHead() {
  fb::GrantHeadT row;
  row.ordinal = 7;
  row.license = 256;
  row.issuer = 111122223333;
  row.product = 3;
  row.marketplace = true;
  row.parent = 6;
  row.parent_grantor = 777788889999;
  row.grantor = 222233334444;
  row.grantee = 444455556666;
  row.organization = 1;
  row.path = GoldenPath();
  row.principal_arn = "arn:aws:iam::444455556666:root";
  row.home_region = "us-east-1";
  row.created_lsn = 1000;
  return row;
}

fb::AccountT Account() {
  fb::AccountT row;
  row.created_lsn = 1002;
  row.stays.push_back(std::make_unique<fb::StayT>());
  fb::StayT& stay = *row.stays.back();
  stay.organization = 1;
  stay.path = GoldenPath();
  stay.epoch = 1000;
  stay.from = 1002;
  stay.until = 2000;
  stay.regular = true;
  stay.covered = true;
  stay.joined_ms = 1'767'323'045'678;
  stay.method = 2;
  row.own.emplace_back(3, 1001);
  row.dropped = true;
  return row;
}

fb::TokenUseT TokenUse() {
  fb::TokenUseT row;
  row.lsn = 1000;
  return row;
}

fb::HandshakeT Handshake() {
  fb::HandshakeT row;
  row.organization = 1;
  row.account = 444455556666;
  row.notes = "notes";
  row.invited_lsn = 40;
  row.invited_ms = 1'767'323'045'678;
  row.expires_ms = 1'768'619'045'678;
  row.accepted_lsn = 50;
  return row;
}

fb::ChangeT Change() {
  fb::ChangeT row;
  row.kind = fb::ChangeKind::Versioned;
  row.name = "renamed";
  row.has_name = true;
  row.operations = {2, 6};
  row.has_status = true;
  row.status = 3;
  row.reason = "reason";
  row.behavior = 2;
  row.parent = 6;
  return row;
}

fb::ProductHeadT ProductHead() {
  fb::ProductHeadT row;
  row.created_lsn = 500;
  row.last_event = 1000;
  row.last_own = 1001;
  return row;
}

fb::MarkT Mark() {
  fb::MarkT row;
  row.lsn = 1000;
  row.swept = 900;
  return row;
}

std::unique_ptr<fb::FoldedReasonT> FoldedReason() {
  auto row = std::make_unique<fb::FoldedReasonT>();
  row->kind = 1;
  row->grant = 9;
  row->text = "reason";
  return row;
}

std::unique_ptr<fb::FoldedTextT> FoldedText() {
  auto row = std::make_unique<fb::FoldedTextT>();
  row->name = "grant";
  row->operations = {2, 6};
  return row;
}

fb::FoldedCellT FoldedCell() {
  fb::FoldedCellT row;
  row.lsn = 1000;
  row.grants.push_back(std::make_unique<fb::FoldedGrantT>());
  fb::FoldedGrantT& grant = *row.grants.back();
  grant.grant = 7;
  grant.member = true;
  grant.covered = true;
  grant.accepted = true;
  grant.status = 3;
  grant.version = 2;
  grant.reason = FoldedReason();
  grant.text = FoldedText();
  grant.behavior = 2;
  return row;
}

fb::FoldedDistributionsT FoldedDistributions() {
  fb::FoldedDistributionsT row;
  row.lsn = 1000;
  row.distributions.push_back(std::make_unique<fb::FoldedDistributionT>());
  fb::FoldedDistributionT& distribution = *row.distributions.back();
  distribution.grant = 7;
  distribution.grantor = 111122223333;
  distribution.license = 256;
  distribution.path = GoldenPath();
  distribution.deleted_at = 1000;
  distribution.version = 3;
  distribution.reason = FoldedReason();
  distribution.text = FoldedText();
  distribution.setting_active = true;
  distribution.behavior = 1;
  distribution.setting_reason = FoldedReason();
  distribution.set_at = 900;
  distribution.last_activation_gave_options = true;
  return row;
}

fb::GrantCountsT GrantCounts() {
  fb::GrantCountsT row;
  row.lsn = 1000;
  row.counts.push_back(std::make_unique<fb::StatusCountT>());
  row.counts.back()->status = 3;
  row.counts.back()->count = 50'000;
  return row;
}

std::unique_ptr<fb::OriginT> Origin() {
  auto row = std::make_unique<fb::OriginT>();
  row->time_ms = 1'767'323'045'678;
  row->caller = 111122223333;
  row->operation = 6;
  return row;
}

fb::FoldedCellT BaseCell() {
  fb::FoldedCellT row = FoldedCell();
  row.grants.back()->made_at = 990;
  row.grants.back()->origin = Origin();
  return row;
}

fb::FoldedDistributionsT BaseDistributions() {
  fb::FoldedDistributionsT row = FoldedDistributions();
  row.distributions.back()->made_at = 1000;
  row.distributions.back()->origin = Origin();
  return row;
}

fb::HorizonT Horizon() {
  fb::HorizonT row;
  row.lsn = 2000;
  row.time_ms = 1'767'323'045'678;
  row.dropped = 1500;
  return row;
}

fb::EntryEventsT EntryEvents() {
  fb::EntryEventsT row;
  row.lsns = {500, 1000};
  return row;
}

TEST(GoldenRowsTest, EveryTableIsWrittenAsItWas) {
  ExpectGolden(kGoldenRows, {
                                {"Counters", Pack(Counters())},
                                {"Organization", Pack(Organization())},
                                {"Unit", Pack(Unit())},
                                {"Cohort", Pack(Cohort())},
                                {"Product", Pack(Product())},
                                {"License", Pack(License())},
                                {"LicenseVersion", Pack(LicenseVersion())},
                                {"GrantHead", Pack(GrantHead())},
                                {"Account", Pack(Account())},
                                {"TokenUse", Pack(TokenUse())},
                                {"Handshake", Pack(Handshake())},
                                {"Change", Pack(Change())},
                                {"ProductHead", Pack(ProductHead())},
                                {"Mark", Pack(Mark())},
                                {"FoldedCell", Pack(FoldedCell())},
                                {"FoldedDistributions", Pack(FoldedDistributions())},
                                {"GrantCounts", Pack(GrantCounts())},
                                {"BaseCell", Pack(BaseCell())},
                                {"BaseDistributions", Pack(BaseDistributions())},
                                {"Horizon", Pack(Horizon())},
                                {"EntryEvents", Pack(EntryEvents())},
                            });
}

TEST(GoldenRowsTest, WhatWasWrittenIsRead) {
  ExpectReadAgain<fb::CountersT>(kGoldenRows, "Counters");
  ExpectReadAgain<fb::OrganizationT>(kGoldenRows, "Organization");
  ExpectReadAgain<fb::UnitT>(kGoldenRows, "Unit");
  ExpectReadAgain<fb::CohortT>(kGoldenRows, "Cohort");
  ExpectReadAgain<fb::ProductT>(kGoldenRows, "Product");
  ExpectReadAgain<fb::LicenseT>(kGoldenRows, "License");
  ExpectReadAgain<fb::LicenseVersionT>(kGoldenRows, "LicenseVersion");
  ExpectReadAgain<fb::GrantHeadT>(kGoldenRows, "GrantHead");
  ExpectReadAgain<fb::AccountT>(kGoldenRows, "Account");
  ExpectReadAgain<fb::TokenUseT>(kGoldenRows, "TokenUse");
  ExpectReadAgain<fb::HandshakeT>(kGoldenRows, "Handshake");
  ExpectReadAgain<fb::ChangeT>(kGoldenRows, "Change");
  ExpectReadAgain<fb::ProductHeadT>(kGoldenRows, "ProductHead");
  ExpectReadAgain<fb::MarkT>(kGoldenRows, "Mark");
  ExpectReadAgain<fb::FoldedCellT>(kGoldenRows, "FoldedCell");
  ExpectReadAgain<fb::FoldedDistributionsT>(kGoldenRows, "FoldedDistributions");
  ExpectReadAgain<fb::GrantCountsT>(kGoldenRows, "GrantCounts");
  ExpectReadAgain<fb::FoldedCellT>(kGoldenRows, "BaseCell");
  ExpectReadAgain<fb::FoldedDistributionsT>(kGoldenRows, "BaseDistributions");
  ExpectReadAgain<fb::HorizonT>(kGoldenRows, "Horizon");
  ExpectReadAgain<fb::EntryEventsT>(kGoldenRows, "EntryEvents");
}

TEST(GoldenRowsTest, AFrameOfARow) {
  EXPECT_EQ(ToHex(FrameRow(ProductHeadKey(1, 3), Pack(ProductHead()))).substr(0, 8), "d55efcfa");
}

}  // namespace
}  // namespace grantledger
