// Keys and payloads as people read them.
#include "codec/row_shapes.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "codec/frame.h"
#include "codec/schema/record_generated.h"
#include "codec/schema/state_generated.h"
#include "codec/tables.h"

namespace grantledger {
namespace {

constexpr AccountId kSomebody(123456789012);

/// "kind name=value …"; "?" where the key is of no kind.
std::string Decoded(Family family, std::string_view key) {
  const auto decoded = DecodeKey(family, key);
  if (!decoded) return "?";
  std::string text = decoded->shape->name;
  for (const DecodedPart& part : decoded->parts) {
    text += std::string(" ") + part.name + "=" + part.value;
  }
  return text;
}

TEST(RowShapesTest, EveryKeyIsDecoded) {
  const Path path = ChildPath(ChildPath(Path(), 1), 300);
  const std::map<std::string, std::pair<Family, std::string>> keys = {
      {"record lsn=258", {Family::kLog, LogKey(258)}},
      {"counters", {Family::kState, CountersKey()}},
      {"organization organization=7", {Family::kState, OrganizationKey(7)}},
      {"organization by id id=o-abc", {Family::kState, OrganizationIdKey("o-abc")}},
      {"unit organization=7 path=1/300", {Family::kState, UnitKey(7, path)}},
      {"unit organization=7 path=/", {Family::kState, UnitKey(7, Path())}},
      {"unit by id id=ou-x", {Family::kState, UnitIdKey("ou-x")}},
      {"unit by name organization=7 path=/ name=Test",
       {Family::kState, UnitNameKey(7, Path(), "Test")}},
      {"product product=256", {Family::kState, ProductKey(256)}},
      {"product by name issuer=Example sku=a b",
       {Family::kState, ProductNameKey("Example", "a b")}},
      {"license license=1", {Family::kState, LicenseKey(1)}},
      {"license version license=1 version=2", {Family::kState, LicenseVersionKey(1, 2)}},
      {"license of an issuer issuer=123456789012 license=1",
       {Family::kState, LicenseOfIssuerKey(kSomebody, 1)}},
      {"grant grant=65536", {Family::kState, GrantKey(65536)}},
      {"account account=123456789012", {Family::kState, AccountKey(kSomebody)}},
      {"client token caller=123456789012 operation=5 token=t",
       {Family::kState, TokenKey(kSomebody, 5, "t")}},
      {"handshake id=h-1", {Family::kState, HandshakeKey("h-1")}},
      {"invitation account=123456789012 organization=7",
       {Family::kState, InvitationKey(kSomebody, 7)}},
      {"beneficiary account=123456789012", {Family::kState, BeneficiaryKey(kSomebody)}},
      {"position organization=7 path=1/300 epoch=9 account=123456789012",
       {Family::kMember, MemberKey(7, path, 9, kSomebody)}},
      {"passed position organization=7 path=/ epoch=0 account=123456789012",
       {Family::kMember, PassedKey(7, Path(), 0, kSomebody)}},
      {"cohort organization=7 path=/ epoch=9", {Family::kMember, CohortKey(7, Path(), 9)}},
      {"size of a cohort organization=7 path=/ epoch=9 lsn=12",
       {Family::kMember, CohortSizeKey(7, Path(), 9, 12)}},
      {"head of a product organization=7 product=3", {Family::kIndex, ProductHeadKey(7, 3)}},
      {"event of a distribution organization=7 product=3 lsn=9 grant=4",
       {Family::kIndex, DistributionEventKey(7, 3, 9, 4)}},
      {"own event account=123456789012 product=3 lsn=9 grant=4",
       {Family::kIndex, OwnEventKey(kSomebody, 3, 9, 4)}},
      {"exception organization=7 product=0 path=/ epoch=9 account=123456789012",
       {Family::kIndex, ExceptionKey(7, 0, Path(), 9, kSomebody)}},
      {"grant of a license license=1 grant=4", {Family::kIndex, GrantOfLicenseKey(1, 4)}},
      {"grant of a grantor grantor=123456789012 grant=4",
       {Family::kIndex, GrantOfGrantorKey(kSomebody, 4)}},
      {"grant below another parent=4 grant=5", {Family::kIndex, GrantBelowKey(4, 5)}},
      {"mark", {Family::kActivation, MarkKey()}},
      {"folded cell account=123456789012 product=3",
       {Family::kActivation, FoldedCellKey(kSomebody, 3)}},
      {"folded cohort organization=7 product=3 path=1/300 epoch=9",
       {Family::kBase, FoldedCohortKey(7, 3, path, 9)}},
      {"folded distributions organization=7 product=3",
       {Family::kActivation, FoldedDistributionsKey(7, 3)}},
      {"counts organization=7 product=3 grant=4", {Family::kActivation, GrantCountsKey(7, 3, 4)}},
      {"distributions at the horizon organization=7 product=3 lsn=9",
       {Family::kBase, BaseDistributionsKey(7, 3, 9)}},
      {"horizon", {Family::kBase, HorizonKey()}},
      {"events before entries organization=7 product=3", {Family::kBase, EntryEventsKey(7, 3)}},
      {"kept client token lsn=9", {Family::kBase, KeptTokenKey(9)}},
  };
  std::set<std::pair<Family, std::string>> kinds;
  for (const auto& [expected, key] : keys) {
    EXPECT_EQ(Decoded(key.first, key.second), expected);
    const auto decoded = DecodeKey(key.first, key.second);
    if (decoded) kinds.emplace(key.first, decoded->shape->name);
    // Neither a part of it nor more than it is a key.
    EXPECT_NE(Decoded(key.first, key.second + "x"), expected);
    EXPECT_NE(Decoded(key.first, key.second.substr(0, key.second.size() - 1)), expected);
  }
  // The mark and folded cells are of two families, of which one each is above; all else is there.
  EXPECT_EQ(kinds.size() + 3, RowShapes().size());
}

TEST(RowShapesTest, WhatIsNoKeyIsOfNoKind) {
  for (const std::string_view key : {"", "z", "o", "o\x02\x01", "a12"}) {
    EXPECT_EQ(Decoded(Family::kState, key), "?") << key.size() << " bytes";
  }
  EXPECT_EQ(Decoded(Family::kLog, "1234567"), "?");
}

TEST(RowShapesTest, PayloadsAreJson) {
  fb::OrganizationT organization;
  organization.ordinal = 7;
  organization.id = "o-\"quoted\"\n";
  organization.linked.push_back(std::make_unique<fb::SwitchedT>());
  organization.linked.back()->lsn = 3;
  organization.linked.back()->on = true;
  const RowShape& shape = *DecodeKey(Family::kState, OrganizationKey(7))->shape;
  EXPECT_EQ(DecodePayload(shape, Pack(organization)),
            R"({"ordinal":7,"id":"o-\"quoted\"\u000a","linked":[{"lsn":3,"on":true}]})");
  EXPECT_EQ(DecodePayload(shape, "garbage"), std::nullopt);
}

TEST(RowShapesTest, ABodyOfNoKindIsNotShown) {
  flatbuffers::FlatBufferBuilder builder;
  const auto body = fb::CreateAccountLeft(builder);
  fb::RecordBuilder record(builder);
  record.add_body(body.Union());
  builder.Finish(record.Finish(), fb::RecordIdentifier());
  const std::string payload(reinterpret_cast<const char*>(builder.GetBufferPointer()),
                            builder.GetSize());
  const RowShape& shape = *DecodeKey(Family::kLog, LogKey(5))->shape;
  EXPECT_EQ(DecodePayload(shape, payload), std::nullopt);
}

TEST(RowShapesTest, ARecordTellsItsFactByName) {
  fb::RecordT record;
  record.lsn = 5;
  record.caller = 123456789012;
  fb::AccountMovedT fact;
  fact.account = 222222222222;
  fact.path = {1, 1};
  record.body.Set(std::move(fact));
  const RowShape& shape = *DecodeKey(Family::kLog, LogKey(5))->shape;
  EXPECT_EQ(DecodePayload(shape, Pack(record, fb::RecordIdentifier())),
            R"({"lsn":5,"caller":123456789012,"body_type":"AccountMoved",)"
            R"("body":{"account":222222222222,"path":[1,1]}})");
}

TEST(RowShapesTest, NumbersTextsAndNothing) {
  const RowShape& number = *DecodeKey(Family::kState, OrganizationIdKey("o-1"))->shape;
  EXPECT_EQ(DecodePayload(number, KeyWriter('x').Uint(300).key().substr(1)), "300");
  EXPECT_EQ(DecodePayload(number, ""), std::nullopt);
  const RowShape& text = *DecodeKey(Family::kState, InvitationKey(kSomebody, 1))->shape;
  EXPECT_EQ(DecodePayload(text, "h-1"), "\"h-1\"");
  const RowShape& unit = *DecodeKey(Family::kState, UnitIdKey("ou-1"))->shape;
  EXPECT_EQ(DecodePayload(unit, UnitKey(7, ChildPath(Path(), 2))),
            R"({"organization":7,"path":"2"})");
  const RowShape& nothing = *DecodeKey(Family::kIndex, GrantOfLicenseKey(1, 4))->shape;
  EXPECT_EQ(DecodePayload(nothing, ""), "");
  EXPECT_EQ(DecodePayload(nothing, "x"), std::nullopt);
}

}  // namespace
}  // namespace grantledger
