// The bytes of every kind of key, of numbers, of ids and of frames. docs/FORMAT.md explains these
// very examples.
#include <gtest/gtest.h>

#include "codec/arn.h"
#include "codec/frame.h"
#include "codec/id.h"
#include "codec/keys.h"
#include "tests/codec/golden.h"

namespace grantledger {
namespace {

constexpr AccountId kVendor(111122223333);
constexpr AccountId kMember(444455556666);

/// The second unit that was created in the 300th of the root.
Path Place() { return ChildPath(ChildPath(Path(), 300), 2); }

void Expect(const std::string& key, std::string_view hex) {
  EXPECT_EQ(ToHex(key), ToHex(FromHex(hex)));
}

TEST(GoldenKeysTest, Log) {
  Expect(LogKey(0), "0000000000000000");
  Expect(LogKey(1000), "00000000000003e8");
}

TEST(GoldenKeysTest, State) {
  Expect(CountersKey(), "63");
  Expect(OrganizationKey(1), "6f 0101");
  Expect(OrganizationIdKey("o-abcdefghi0"), "4f 6f2d61626364656667686930 00");
  Expect(UnitKey(1, Path()), "75 0101 00");
  Expect(UnitKey(1, Place()), "75 0101 02012c 0102 00");
  Expect(UnitIdKey("ou-ab12-cdefgh34"), "55 6f752d616231322d6364656667683334 00");
  Expect(UnitNameKey(1, Place(), "dev"), "6e 0101 02012c 0102 00 646576 00");
  Expect(ProductKey(3), "70 0103");
  Expect(ProductNameKey("AWS/Marketplace", "sku-1"),
         "50 4157532f4d61726b6574706c616365 00 736b752d31 00");
  Expect(LicenseKey(256), "6c 020100");
  Expect(LicenseVersionKey(256, 2), "76 020100 0102");
  Expect(LicenseOfIssuerKey(kVendor, 256), "4c 19df6690e5 020100");
  Expect(GrantKey(7), "67 0107");
  Expect(AccountKey(kMember), "61 677b9d963a");
  Expect(TokenKey(kVendor, 5, "token-1"), "74 19df6690e5 0105 746f6b656e2d31 00");
  Expect(HandshakeKey("h-abcdefgh1234"), "68 682d616263646566676831323334 00");
  Expect(InvitationKey(kMember, 1), "69 677b9d963a 0101");
  Expect(BeneficiaryKey(kMember), "62 677b9d963a");
}

TEST(GoldenKeysTest, Member) {
  Expect(MemberKey(1, Path(), 0, kMember), "6d 0101 00 00 677b9d963a");
  Expect(MemberKey(1, Place(), 1000, kMember), "6d 0101 02012c 0102 00 0203e8 677b9d963a");
  Expect(PassedKey(1, Place(), 1000, kMember), "70 0101 02012c 0102 00 0203e8 677b9d963a");
  Expect(CohortKey(1, Place(), 1000), "63 0101 02012c 0102 00 0203e8");
  Expect(CohortSizeKey(1, Place(), 1000, 1002), "73 0101 02012c 0102 00 0203e8 fffffffffffffc15");
}

TEST(GoldenKeysTest, Index) {
  Expect(ProductHeadKey(1, 3), "68 0101 0103");
  Expect(DistributionEventKey(1, 3, 1000, 7), "64 0101 0103 0203e8 0107");
  Expect(OwnEventKey(kMember, 3, 1001, 7), "6f 677b9d963a 0103 0203e9 0107");
  Expect(ExceptionKey(1, 3, Place(), 1000, kMember),
         "78 0101 0103 02012c 0102 00 0203e8 677b9d963a");
  Expect(ExceptionKey(1, 0, Place(), 1000, kMember), "78 0101 00 02012c 0102 00 0203e8 677b9d963a");
  Expect(GrantOfLicenseKey(256, 7), "6c 020100 0107");
  Expect(GrantOfGrantorKey(kVendor, 7), "67 19df6690e5 0107");
  Expect(GrantBelowKey(7, 9), "62 0107 0109");
}

TEST(GoldenKeysTest, Activation) {
  Expect(MarkKey(), "77");
  Expect(FoldedDistributionsKey(1, 3), "70 0101 0103 64");
  Expect(FoldedCohortKey(1, 3, Place(), 1000), "70 0101 0103 63 02012c 0102 00 0203e8");
  Expect(FoldedCellKey(kMember, 3), "61 677b9d963a 0103");
  Expect(GrantCountsKey(1, 3, 7), "70 0101 0103 6e 0107");
}

TEST(GoldenKeysTest, Base) {
  Expect(HorizonKey(), "68");
  Expect(BaseDistributionsKey(1, 3, 1002), "64 0101 0103 fffffffffffffc15");
  Expect(EntryEventsKey(1, 3), "65 0101 0103");
  Expect(KeptTokenKey(1000), "74 0203e8");
}

TEST(GoldenKeysTest, Ids) {
  const IdCodec ids(0x0123456789abcdef);
  EXPECT_EQ(GrantArnOf(kVendor, ids.Encode(IdKind::kGrant, 7, AccountId())),
            "arn:aws:license-manager::111122223333:grant:g-6902dcf8d432e21679be56c5ce172626");
  EXPECT_EQ(GrantArnOf(kVendor, ids.Encode(IdKind::kGrant, 7, kMember)),
            "arn:aws:license-manager::111122223333:grant:g-b1e0824b15fc3f67acd6a41079db2572");
  EXPECT_EQ(LicenseArnOf(kVendor, ids.Encode(IdKind::kLicense, 256, AccountId())),
            "arn:aws:license-manager::111122223333:license:l-dacf1526e80bf458f74a8a81b3b38508");
}

TEST(GoldenKeysTest, Frames) {
  Expect(FrameRecord(1000, "payload"), "01 cf2fae05db2855fd 7061796c6f6164");
  Expect(FrameRecord(1000, ""), "01 ed77d055094898f7");
  // The number 1 under the key of o-abcdefghi0, and no payload at all under a grantor's grant.
  Expect(FrameRow(OrganizationIdKey("o-abcdefghi0"), FromHex("0101")), "317d0a47 0101");
  Expect(FrameRow(GrantOfGrantorKey(kVendor, 7), ""), "f1e56643");
  // A member since LSN 1002, and the key of a unit under its id.
  Expect(FrameRow(MemberKey(1, Place(), 1000, kMember), FromHex("0203ea")), "0be65b72 0203ea");
  Expect(FrameRow(UnitIdKey("ou-ab12-cdefgh34"), UnitKey(1, Place())),
         "27f56da3 75 0101 02012c 0102 00");
}

}  // namespace
}  // namespace grantledger
