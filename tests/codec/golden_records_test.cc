// The bytes of every kind of record, with a value in every field.
#include <gtest/gtest.h>

#include "codec/frame.h"
#include "codec/schema/record_generated.h"
#include "tests/codec/golden.h"
#include "tests/codec/golden_records.h"
#include "tests/codec/golden_values.h"

namespace grantledger {
namespace {

// The numbers of the kinds are stored, in records and in the keys of client tokens.
static_assert(static_cast<int>(fb::Body::NONE) == 0);
static_assert(static_cast<int>(fb::Body::Genesis) == 1);
static_assert(static_cast<int>(fb::Body::LicenseCreated) == 2);
static_assert(static_cast<int>(fb::Body::LicenseVersioned) == 3);
static_assert(static_cast<int>(fb::Body::LicenseDeleted) == 4);
static_assert(static_cast<int>(fb::Body::GrantCreated) == 5);
static_assert(static_cast<int>(fb::Body::GrantVersioned) == 6);
static_assert(static_cast<int>(fb::Body::GrantAccepted) == 7);
static_assert(static_cast<int>(fb::Body::GrantRejected) == 8);
static_assert(static_cast<int>(fb::Body::GrantDeleted) == 9);
static_assert(static_cast<int>(fb::Body::SettingsUpdated) == 10);
static_assert(static_cast<int>(fb::Body::OrganizationCreated) == 11);
static_assert(static_cast<int>(fb::Body::UnitCreated) == 12);
static_assert(static_cast<int>(fb::Body::UnitDeleted) == 13);
static_assert(static_cast<int>(fb::Body::AccountCreated) == 14);
static_assert(static_cast<int>(fb::Body::AccountInvited) == 15);
static_assert(static_cast<int>(fb::Body::HandshakeAccepted) == 16);
static_assert(static_cast<int>(fb::Body::AccountMoved) == 17);
static_assert(static_cast<int>(fb::Body::AccountRemoved) == 18);
static_assert(static_cast<int>(fb::Body::AccountLeft) == 19);
static_assert(static_cast<int>(fb::Body::DelegateRegistered) == 20);
static_assert(static_cast<int>(fb::Body::DelegateDeregistered) == 21);
static_assert(static_cast<int>(fb::Body::MAX) == 21, "a new kind needs its golden bytes");

template <typename Fact>
Written Record(std::string_view name, Fact fact, bool token = false) {
  fb::RecordT record;
  record.lsn = 1000;
  record.time_ms = 1'767'323'045'678;
  record.caller = 111122223333;
  if (token) {
    record.token = std::make_unique<fb::TokenT>();
    record.token->text = "token-1";
    record.token->input_high = 0x0123456789abcdef;
    record.token->input_low = 0xfedcba9876543210;
  }
  record.body.Set(std::move(fact));
  return {name, Pack(record, kIdentifier)};
}

std::vector<std::unique_ptr<fb::CascadedT>> Cascade() {
  std::vector<std::unique_ptr<fb::CascadedT>> cascade;
  for (const std::uint64_t grant : {8ULL, 9ULL}) {
    cascade.push_back(std::make_unique<fb::CascadedT>());
    cascade.back()->grant = grant;
    cascade.back()->parent = grant - 1;
    cascade.back()->parent_rejected = grant == 8;
  }
  return cascade;
}

std::vector<Written> LicenseRecords() {
  std::vector<Written> all;
  fb::GenesisT genesis;
  genesis.id_key = 0x0123456789abcdef;
  all.push_back(Record("Genesis", genesis));
  fb::LicenseCreatedT created;
  created.license = 256;
  created.product = 3;
  created.product_sku = "sku-1";
  created.beneficiary = "beneficiary";
  created.terms = GoldenTerms();
  all.push_back(Record("LicenseCreated", std::move(created), true));
  fb::LicenseVersionedT versioned;
  versioned.license = 256;
  versioned.version = 2;
  versioned.status = 3;
  versioned.terms = GoldenTerms();
  all.push_back(Record("LicenseVersioned", std::move(versioned), true));
  fb::LicenseDeletedT deleted;
  deleted.license = 256;
  deleted.version = 3;
  all.push_back(Record("LicenseDeleted", deleted));
  return all;
}

std::vector<Written> GrantRecords() {
  std::vector<Written> all;
  fb::GrantCreatedT created;
  created.grant = 7;
  created.license = 256;
  created.product = 3;
  created.parent = 6;
  created.name = "grant";
  created.operations = {1, 2, 6};
  created.home_region = "us-east-1";
  created.principal_arn = "arn:aws:organizations::111122223333:ou/o-abcdefghi0/ou-ab12-cdefgh34";
  created.grantee = 444455556666;
  created.organization = 1;
  created.path = GoldenPath();
  created.status = 8;
  all.push_back(Record("GrantCreated", created, true));
  fb::GrantVersionedT versioned;
  versioned.grant = 7;
  versioned.account = 444455556666;
  versioned.version = 2;
  versioned.result = 3;
  versioned.name = "renamed";
  versioned.has_name = true;
  versioned.operations = {2, 6};
  versioned.has_status = true;
  versioned.status = 3;
  versioned.reason = "reason";
  versioned.behavior = 2;
  all.push_back(Record("GrantVersioned", versioned, true));
  fb::GrantAcceptedT accepted;
  accepted.grant = 7;
  accepted.account = 444455556666;
  accepted.version = 2;
  all.push_back(Record("GrantAccepted", accepted));
  fb::GrantRejectedT rejected;
  rejected.grant = 7;
  rejected.account = 444455556666;
  rejected.version = 2;
  rejected.cascade = Cascade();
  all.push_back(Record("GrantRejected", std::move(rejected)));
  fb::GrantDeletedT deleted;
  deleted.grant = 7;
  deleted.version = 2;
  deleted.reason = "reason";
  deleted.cascade = Cascade();
  all.push_back(Record("GrantDeleted", std::move(deleted)));
  return all;
}

std::vector<Written> PlaceRecords() {
  std::vector<Written> all;
  fb::SettingsUpdatedT settings;
  settings.organization = 1;
  settings.has_integration = true;
  settings.enable_integration = true;
  all.push_back(Record("SettingsUpdated", settings));
  fb::OrganizationCreatedT organization;
  organization.organization = 1;
  organization.id = "o-abcdefghi0";
  organization.root_id = "r-ab12";
  organization.feature_set = 1;
  all.push_back(Record("OrganizationCreated", organization));
  fb::UnitCreatedT unit;
  unit.organization = 1;
  unit.path = GoldenPath();
  unit.id = "ou-ab12-cdefgh34";
  unit.name = "unit";
  unit.parent_id = "ou-ab12-parent00";
  all.push_back(Record("UnitCreated", unit));
  fb::UnitDeletedT unit_deleted;
  unit_deleted.id = "ou-ab12-cdefgh34";
  all.push_back(Record("UnitDeleted", unit_deleted));
  return all;
}

std::vector<Written> AccountRecords() {
  std::vector<Written> all;
  fb::AccountCreatedT created;
  created.organization = 1;
  created.account = 444455556666;
  created.name = "member";
  created.email = "member@example.com";
  all.push_back(Record("AccountCreated", created));
  fb::AccountInvitedT invited;
  invited.organization = 1;
  invited.account = 444455556666;
  invited.handshake_id = "h-abcdefgh1234";
  invited.notes = "notes";
  invited.expires_ms = 1'768'619'045'678;
  all.push_back(Record("AccountInvited", invited));
  fb::HandshakeAcceptedT accepted;
  accepted.handshake_id = "h-abcdefgh1234";
  all.push_back(Record("HandshakeAccepted", accepted));
  fb::AccountMovedT moved;
  moved.account = 444455556666;
  moved.path = GoldenPath();
  all.push_back(Record("AccountMoved", moved));
  fb::AccountRemovedT removed;
  removed.account = 444455556666;
  all.push_back(Record("AccountRemoved", removed));
  fb::AccountLeftT left;
  left.account = 444455556666;
  all.push_back(Record("AccountLeft", left));
  fb::DelegateRegisteredT registered;
  registered.organization = 1;
  registered.account = 444455556666;
  all.push_back(Record("DelegateRegistered", registered));
  fb::DelegateDeregisteredT deregistered;
  deregistered.organization = 1;
  deregistered.account = 444455556666;
  all.push_back(Record("DelegateDeregistered", deregistered));
  return all;
}

std::vector<Written> AllRecords() {
  std::vector<Written> all;
  for (auto make : {LicenseRecords, GrantRecords, PlaceRecords, AccountRecords}) {
    for (Written& written : make()) all.push_back(std::move(written));
  }
  return all;
}

TEST(GoldenRecordsTest, EveryKindIsWrittenAsItWas) { ExpectGolden(kGoldenRecords, AllRecords()); }

TEST(GoldenRecordsTest, EveryKindIsThere) {
  int body = 1;
  for (const Written& written : AllRecords()) {
    EXPECT_EQ(written.name, fb::EnumNameBody(static_cast<fb::Body>(body++)));
  }
  EXPECT_EQ(body, static_cast<int>(fb::Body::MAX) + 1);
}

TEST(GoldenRecordsTest, WhatWasWrittenIsRead) {
  for (const Golden& golden : kGoldenRecords) {
    ExpectReadAgain<fb::RecordT>(kGoldenRecords, golden.name, kIdentifier);
    const auto record = Unpack<fb::RecordT>(FromHex(golden.hex), kIdentifier);
    ASSERT_TRUE(record);
    EXPECT_EQ(record->lsn, 1000U);
    EXPECT_EQ(record->time_ms, 1'767'323'045'678);
    EXPECT_EQ(record->caller, 111122223333U);
    EXPECT_EQ(fb::EnumNameBody(record->body.type), golden.name);
  }
}

TEST(GoldenRecordsTest, AFrameOfTheLog) {
  const auto moved = FromHex(GoldenOf(kGoldenRecords, "AccountMoved"));
  EXPECT_EQ(ToHex(FrameRecord(1000, moved)).substr(0, 18), "019e7cf17ffcc2539c");
}

}  // namespace
}  // namespace grantledger
