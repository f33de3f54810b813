// ARNs and the ids in them: good ones are read and written the same, bad ones are none.
#include "codec/arn.h"

#include <gtest/gtest.h>

#include <vector>

#include "tests/codec/bytes.h"

namespace grantledger {
namespace {

constexpr AccountId kGrantee(111122223333);
constexpr ResourceId kId{0x0123456789abcdef, 0xfedcba9876543210};
const std::string kGrantArn =
    "arn:aws:license-manager::111122223333:grant:g-0123456789abcdeffedcba9876543210";
const std::string kLicenseArn =
    "arn:aws:license-manager::111122223333:license:l-0123456789abcdeffedcba9876543210";

TEST(ArnTest, GrantsAndLicensesAreWrittenAndReadAgain) {
  EXPECT_EQ(GrantArnOf(kGrantee, kId), kGrantArn);
  EXPECT_EQ(LicenseArnOf(kGrantee, kId), kLicenseArn);
  const auto grant = ParseGrantArn(kGrantArn);
  ASSERT_TRUE(grant);
  EXPECT_EQ(grant->account, kGrantee);
  EXPECT_EQ(grant->id, kId);
  const auto license = ParseLicenseArn(kLicenseArn);
  ASSERT_TRUE(license);
  EXPECT_EQ(license->account, kGrantee);
  EXPECT_EQ(license->id, kId);
}

TEST(ArnTest, LeadingZerosStay) {
  const std::string arn = GrantArnOf(AccountId(42), {0, 1});
  EXPECT_EQ(arn, "arn:aws:license-manager::000000000042:grant:g-00000000000000000000000000000001");
  const auto read = ParseGrantArn(arn);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->account, AccountId(42));
  EXPECT_EQ(read->id, (ResourceId{0, 1}));
}

TEST(ArnTest, OneKindIsNotTheOther) {
  EXPECT_FALSE(ParseGrantArn(kLicenseArn));
  EXPECT_FALSE(ParseLicenseArn(kGrantArn));
  EXPECT_FALSE(ParsePrincipalArn(kGrantArn));
}

TEST(ArnTest, EveryCutOrLongerArnIsRefused) {
  for (std::size_t size = 0; size < kGrantArn.size(); ++size) {
    EXPECT_FALSE(ParseGrantArn(std::string_view(kGrantArn).substr(0, size)));
  }
  EXPECT_FALSE(ParseGrantArn(kGrantArn + "0"));
  EXPECT_FALSE(ParseGrantArn(" " + kGrantArn));
  EXPECT_FALSE(ParseGrantArn(kGrantArn + std::string(1, '\0')));
}

TEST(ArnTest, BadGrantArnsAreRefused) {
  for (const char* arn : {
           "arn:aws:license-manager::11112222333:grant:g-0123456789abcdeffedcba9876543210",
           "arn:aws:license-manager::1111222233334:grant:g-0123456789abcdeffedcba987654321",
           "arn:aws:license-manager::000000000000:grant:g-0123456789abcdeffedcba9876543210",
           "arn:aws:license-manager::11112222333x:grant:g-0123456789abcdeffedcba9876543210",
           "arn:aws:license-manager::111122223333:grant:g-0123456789ABCDEFFEDCBA9876543210",
           "arn:aws:license-manager::111122223333:grant:g-0123456789abcdefgedcba9876543210",
           "arn:aws:license-manager:us-east-1:111122223333:grant:g-0123456789abcdeffedcba987654321",
           "arn:aws-cn:license-manager::111122223333:grant:g-0123456789abcdeffedcba9876543210",
           "arn:aws:license-manager::111122223333:grant:l-0123456789abcdeffedcba9876543210",
           "ARN:AWS:LICENSE-MANAGER::111122223333:GRANT:G-0123456789abcdeffedcba9876543210",
       }) {
    EXPECT_FALSE(ParseGrantArn(arn)) << arn;
  }
}

TEST(ArnTest, AccountPrincipals) {
  const std::string arn = AccountPrincipalArn(kGrantee);
  EXPECT_EQ(arn, "arn:aws:iam::111122223333:root");
  const auto read = ParsePrincipalArn(arn);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->account, kGrantee);
  EXPECT_EQ(read->organization_id, "");
  EXPECT_EQ(read->unit_id, "");
}

TEST(ArnTest, OrganizationPrincipals) {
  const auto read =
      ParsePrincipalArn("arn:aws:organizations::111122223333:organization/o-abcdefghi0");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->account, kGrantee);
  EXPECT_EQ(read->organization_id, "o-abcdefghi0");
  EXPECT_EQ(read->unit_id, "");
}

TEST(ArnTest, UnitPrincipals) {
  const auto read =
      ParsePrincipalArn("arn:aws:organizations::111122223333:ou/o-abcdefghi0/ou-ab12-cdefgh34");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->account, kGrantee);
  EXPECT_EQ(read->organization_id, "o-abcdefghi0");
  EXPECT_EQ(read->unit_id, "ou-ab12-cdefgh34");
}

TEST(ArnTest, BadPrincipalsAreRefused) {
  for (const char* arn : {
           "",
           "111122223333",
           "arn:aws:iam::111122223333:",
           "arn:aws:iam::111122223333:user/somebody",
           "arn:aws:iam::111122223333:root/",
           "arn:aws:iam::000000000000:root",
           "arn:aws:organizations::111122223333:organization/",
           "arn:aws:organizations::111122223333:organization/o-short",
           "arn:aws:organizations::111122223333:organization/o-abcdefghi0/",
           "arn:aws:organizations::111122223333:organization/o-ABCDEFGHI0",
           "arn:aws:organizations::111122223333:ou/o-abcdefghi0",
           "arn:aws:organizations::111122223333:ou/o-abcdefghi0/",
           "arn:aws:organizations::111122223333:ou/o-abcdefghi0/r-ab12",
           "arn:aws:organizations::111122223333:ou/ou-ab12-cdefgh34",
           "arn:aws:organizations::11112222333:organization/o-abcdefghi0",
       }) {
    EXPECT_FALSE(ParsePrincipalArn(arn)) << arn;
  }
}

TEST(ArnTest, IdsHaveTheLengthsOfTheirPatterns) {
  const auto of = [](std::size_t size) { return std::string(size, 'a'); };
  EXPECT_FALSE(IsOrganizationId("o-" + of(9)));
  EXPECT_TRUE(IsOrganizationId("o-" + of(10)));
  EXPECT_TRUE(IsOrganizationId("o-" + of(32)));
  EXPECT_FALSE(IsOrganizationId("o-" + of(33)));
  EXPECT_FALSE(IsRootId("r-" + of(3)));
  EXPECT_TRUE(IsRootId("r-" + of(4)));
  EXPECT_TRUE(IsRootId("r-" + of(32)));
  EXPECT_FALSE(IsRootId("r-" + of(33)));
  EXPECT_FALSE(IsUnitId("ou-" + of(3) + "-" + of(8)));
  EXPECT_FALSE(IsUnitId("ou-" + of(4) + "-" + of(7)));
  EXPECT_TRUE(IsUnitId("ou-" + of(4) + "-" + of(8)));
  EXPECT_TRUE(IsUnitId("ou-" + of(32) + "-" + of(32)));
  EXPECT_FALSE(IsUnitId("ou-" + of(33) + "-" + of(32)));
  EXPECT_FALSE(IsUnitId("ou-" + of(32) + "-" + of(33)));
  EXPECT_FALSE(IsUnitId("ou-" + of(12)));
  EXPECT_FALSE(IsUnitId("ou-" + of(4) + "-" + of(8) + "-" + of(8)));
  EXPECT_FALSE(IsHandshakeId("h-" + of(7)));
  EXPECT_TRUE(IsHandshakeId("h-" + of(8)));
  EXPECT_TRUE(IsHandshakeId("h-" + of(32)));
  EXPECT_FALSE(IsHandshakeId("h-" + of(33)));
  for (const char* id : {"", "o-", "r-", "ou-", "ou--", "h-", "o-ABCDEFGHIJ", "o-abcdefghi-",
                         "o-abcdefghi\xc3\xb6"}) {
    EXPECT_FALSE(IsOrganizationId(id) || IsRootId(id) || IsUnitId(id) || IsHandshakeId(id)) << id;
  }
}

TEST(ArnTest, TheGeneralForm) {
  EXPECT_TRUE(IsArn(kGrantArn));
  EXPECT_TRUE(IsArn(AccountPrincipalArn(kGrantee)));
  EXPECT_TRUE(IsArn("arn:aws:a:b:c:d"));
  EXPECT_TRUE(IsArn("arn:aws-cn:a:b:c:d"));
  EXPECT_TRUE(IsArn("arn:aws:a:b:c:" + std::string(2048 - 14, 'd')));
  EXPECT_FALSE(IsArn("arn:aws:a:b:c:" + std::string(2049 - 14, 'd')));
  for (const char* arn : {"", "arn", "arn:aws:a:b:c", "arn:aws:a:b:c:", "arn:aws:a:b:c:d e",
                          "arn:aws:a:b:c:\x7f", "arn:aws:a:b:c:\xc3\xb6", "urn:aws:a:b:c:d"}) {
    EXPECT_FALSE(IsArn(arn)) << arn;
  }
  EXPECT_FALSE(IsArn(std::string("arn:aws:a:b:c:d\0e", 17)));
}

TEST(ArnTest, GarbageNeverCrashesAndWhatIsReadIsWrittenTheSame) {
  const std::uint64_t seed = FreshSeed();
  SCOPED_TRACE("GRANTLEDGER_SEED=" + std::to_string(seed));
  model::Random random(seed);
  const std::vector<std::string> starts = {
      "", kGrantArn, kLicenseArn, AccountPrincipalArn(kGrantee),
      "arn:aws:organizations::111122223333:ou/o-abcdefghi0/ou-ab12-cdefgh34"};
  for (int round = 0; round < 20'000; ++round) {
    std::string text = random.Pick(starts);
    if (text.empty()) text = RandomBytes(&random, random.Below(100));
    for (std::size_t spoilt = random.Below(3); spoilt > 0 && !text.empty(); --spoilt) {
      text[random.Below(text.size())] = static_cast<char>(random.Next() & 0xff);
    }
    (void)IsArn(text);
    if (const auto read = ParseGrantArn(text)) {
      EXPECT_EQ(GrantArnOf(read->account, read->id), text);
    }
    if (const auto read = ParseLicenseArn(text)) {
      EXPECT_EQ(LicenseArnOf(read->account, read->id), text);
    }
    const auto principal = ParsePrincipalArn(text);
    if (principal && principal->organization_id.empty()) {
      EXPECT_EQ(AccountPrincipalArn(principal->account), text);
    }
  }
}

}  // namespace
}  // namespace grantledger
