// The keys of every row: their order, and the ranges that are read whole.
#include "codec/keys.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <set>
#include <utility>
#include <vector>

#include "tests/codec/bytes.h"

namespace grantledger {
namespace {

constexpr AccountId kAccount(111122223333);

// Numbers around the edges of their encoded sizes.
const std::vector<std::uint64_t> kNumbers = {1, 2, 255, 256, 65535, 65536, 1ULL << 32, 1ULL << 63};

TEST(KeysTest, FamiliesHaveTheirStoredNames) {
  EXPECT_EQ(FamilyName(Family::kLog), "log");
  EXPECT_EQ(FamilyName(Family::kState), "state");
  EXPECT_EQ(FamilyName(Family::kMember), "member");
  EXPECT_EQ(FamilyName(Family::kIndex), "index");
  EXPECT_EQ(FamilyName(Family::kActivation), "activation");
  EXPECT_EQ(FamilyName(Family::kBase), "base");
  EXPECT_EQ(kFamilyCount, 6);
}

TEST(KeysTest, TheTagsOfAFamilyDiffer) {
  const std::vector<std::string> state = {CountersKey(),
                                          OrganizationKey(1),
                                          OrganizationIdKey("o-1"),
                                          UnitKey(1, Path()),
                                          UnitIdKey("r-1"),
                                          UnitNameKey(1, Path(), "n"),
                                          ProductKey(1),
                                          ProductNameKey("a", "b"),
                                          LicenseKey(1),
                                          LicenseVersionKey(1, 1),
                                          LicenseOfIssuerKey(kAccount, 1),
                                          GrantKey(1),
                                          AccountKey(kAccount),
                                          TokenKey(kAccount, 1, "t"),
                                          HandshakeKey("h-1"),
                                          InvitationKey(kAccount, 1),
                                          BeneficiaryKey(kAccount)};
  const std::vector<std::string> member = {MemberKey(1, Path(), 1, kAccount),
                                           PassedKey(1, Path(), 1, kAccount),
                                           CohortKey(1, Path(), 1), CohortSizeKey(1, Path(), 1, 1)};
  const std::vector<std::string> index = {ProductHeadKey(1, 1),
                                          DistributionEventKey(1, 1, 1, 1),
                                          OwnEventKey(kAccount, 1, 1, 1),
                                          ExceptionKey(1, 1, Path(), 1, kAccount),
                                          GrantOfLicenseKey(1, 1),
                                          GrantOfGrantorKey(kAccount, 1),
                                          GrantBelowKey(1, 1)};
  const std::vector<std::string> activation = {MarkKey(), FoldedCellKey(kAccount, 1),
                                               FoldedDistributionsKey(1, 1)};
  const std::vector<std::string> base = {
      MarkKey(),      FoldedCellKey(kAccount, 1),    FoldedCohortKey(1, 1, Path(), 1),
      HorizonKey(),   BaseDistributionsKey(1, 1, 1), EntryEventsKey(1, 1),
      KeptTokenKey(1)};
  for (const auto* family : {&state, &member, &index, &activation, &base}) {
    std::set<char> tags;
    for (const std::string& key : *family) tags.insert(key[0]);
    EXPECT_EQ(tags.size(), family->size());
  }
}

TEST(KeysTest, WhatIsFoldedOfAProductStandsTogether) {
  std::set<std::string> keys = {FoldedDistributionsKey(1, 2), FoldedCohortKey(1, 2, Path(), 9),
                                GrantCountsKey(1, 2, 3)};
  std::set<char> tags;
  const std::size_t tag_at = FoldedDistributionsKey(1, 2).size() - 1;
  for (const std::string& key : keys) tags.insert(key[tag_at]);
  EXPECT_EQ(tags.size(), keys.size());
  for (const std::uint64_t product : {1, 3}) {
    keys.insert({FoldedDistributionsKey(1, product), FoldedCohortKey(1, product, Path(), 9),
                 GrantCountsKey(1, product, 3)});
  }
  std::vector<std::uint64_t> products;
  for (const std::string& key : keys) {
    KeyReader in(key);
    in.Tag();
    EXPECT_EQ(in.Uint(), 1U);
    products.push_back(in.Uint());
  }
  EXPECT_EQ(products, (std::vector<std::uint64_t>{1, 1, 1, 2, 2, 2, 3, 3, 3}));
}

TEST(KeysTest, LogKeysAreEightBytesInOrder) {
  std::string before;
  for (const Lsn lsn : kNumbers) {
    const std::string key = LogKey(lsn);
    EXPECT_EQ(key.size(), 8U);
    EXPECT_EQ(ReadLogKey(key), lsn);
    EXPECT_LT(before, key);
    before = key;
  }
  EXPECT_EQ(ReadLogKey(LogKey(0)), 0U);
  EXPECT_EQ(ReadLogKey(LogKey(~Lsn{0})), ~Lsn{0});
}

TEST(KeysTest, NumbersInKeysSortAsNumbers) {
  using Make = std::function<std::string(std::uint64_t)>;
  const std::vector<Make> makers = {OrganizationKey,
                                    ProductKey,
                                    LicenseKey,
                                    GrantKey,
                                    [](auto n) { return LicenseVersionKey(7, n); },
                                    [](auto n) { return LicenseOfIssuerKey(kAccount, n); },
                                    [](auto n) { return InvitationKey(kAccount, n); },
                                    [](auto n) { return ProductHeadKey(7, n); },
                                    [](auto n) { return DistributionEventKey(7, 7, n, 1); },
                                    [](auto n) { return DistributionEventKey(7, 7, 7, n); },
                                    [](auto n) { return OwnEventKey(kAccount, 7, n, 1); },
                                    [](auto n) { return OwnEventKey(kAccount, 7, 7, n); },
                                    [](auto n) { return MemberKey(7, Path(), n, kAccount); },
                                    [](auto n) { return ExceptionKey(7, 7, Path(), n, kAccount); },
                                    [](auto n) { return GrantOfLicenseKey(7, n); },
                                    [](auto n) { return GrantOfGrantorKey(kAccount, n); },
                                    [](auto n) { return GrantBelowKey(7, n); }};
  for (const Make& make : makers) {
    for (std::size_t i = 1; i < kNumbers.size(); ++i) {
      EXPECT_LT(make(kNumbers[i - 1]), make(kNumbers[i]));
    }
  }
}

TEST(KeysTest, PrefixesBeginTheirKeysAndNoOthers) {
  const auto check = [](const std::string& prefix, const std::string& inside,
                        const std::string& outside) {
    EXPECT_TRUE(inside.starts_with(prefix)) << ToHex(prefix);
    EXPECT_FALSE(outside.starts_with(prefix)) << ToHex(prefix);
  };
  // 1 and 256 (0x01 and 0x0100) begin with the same digit, but not with the same length.
  const AccountId other(kAccount.value() + 1);
  const Path ou = ChildPath(Path(), 1);
  const Path sibling = ChildPath(Path(), 256);
  check(LicensesOfIssuerPrefix(kAccount), LicenseOfIssuerKey(kAccount, 1),
        LicenseOfIssuerKey(other, 1));
  check(MembersPrefix(1, Path()), MemberKey(1, ou, 1, kAccount), MemberKey(256, ou, 1, kAccount));
  check(MembersPrefix(1, ou), MemberKey(1, ChildPath(ou, 2), 1, kAccount),
        MemberKey(1, sibling, 1, kAccount));
  check(MembersOfPlacePrefix(1, ou), MemberKey(1, ou, 5, kAccount),
        MemberKey(1, ChildPath(ou, 2), 5, kAccount));
  check(CohortSizePrefix(1, ou, 1), CohortSizeKey(1, ou, 1, 9), CohortSizeKey(1, ou, 256, 9));
  check(PassedPrefix(1, ou), PassedKey(1, ChildPath(ou, 2), 1, kAccount),
        PassedKey(1, sibling, 1, kAccount));
  check(PassedOfPlacePrefix(1, ou), PassedKey(1, ou, 5, kAccount),
        PassedKey(1, ChildPath(ou, 2), 5, kAccount));
  check(CohortsPrefix(1, ou), CohortKey(1, ChildPath(ou, 2), 1), CohortKey(1, sibling, 1));
  check(ProductHeadPrefix(1), ProductHeadKey(1, 9), ProductHeadKey(256, 9));
  check(DistributionEventsPrefix(1, 1), DistributionEventKey(1, 1, 9, 9),
        DistributionEventKey(1, 256, 9, 9));
  check(AllOwnEventsPrefix(), OwnEventKey(kAccount, 1, 9, 9), ExceptionKey(1, 1, ou, 9, kAccount));
  check(OwnEventsPrefix(kAccount, 1), OwnEventKey(kAccount, 1, 9, 9),
        OwnEventKey(kAccount, 256, 9, 9));
  check(ExceptionsPrefix(1, 0, Path()), ExceptionKey(1, 0, ou, 9, kAccount),
        ExceptionKey(1, 1, ou, 9, kAccount));
  check(ExceptionsPrefix(1, 1, ou), ExceptionKey(1, 1, ou, 9, kAccount),
        ExceptionKey(1, 1, sibling, 9, kAccount));
  check(GrantsOfLicensePrefix(1), GrantOfLicenseKey(1, 9), GrantOfLicenseKey(256, 9));
  check(GrantsOfGrantorPrefix(kAccount), GrantOfGrantorKey(kAccount, 9),
        GrantOfGrantorKey(other, 9));
  check(GrantsBelowPrefix(1), GrantBelowKey(1, 9), GrantBelowKey(256, 9));
}

TEST(KeysTest, TheSizeOfACohortAtAMomentIsTheFirstFromItsKeyOn) {
  // Counted at the LSNs 10, 20 and 30: at 25 the one of 20 holds.
  const std::vector<std::string> rows = {CohortSizeKey(1, Path(), 5, 30),
                                         CohortSizeKey(1, Path(), 5, 20),
                                         CohortSizeKey(1, Path(), 5, 10)};
  EXPECT_TRUE(std::ranges::is_sorted(rows));
  EXPECT_EQ(*std::ranges::lower_bound(rows, CohortSizeKey(1, Path(), 5, 25)), rows[1]);
  EXPECT_EQ(*std::ranges::lower_bound(rows, CohortSizeKey(1, Path(), 5, 20)), rows[1]);
  EXPECT_EQ(std::ranges::lower_bound(rows, CohortSizeKey(1, Path(), 5, 9)), rows.end());
}

std::vector<Position> Positions() {
  std::vector<Position> positions;
  const Path ou = ChildPath(Path(), 1);
  for (const Path& path :
       {Path(), ou, ChildPath(ou, 255), ChildPath(ou, 256), ChildPath(Path(), 256)}) {
    for (const Epoch epoch : {0ULL, 1ULL, 255ULL, 256ULL, 1ULL << 40}) {
      for (const std::uint64_t account : {1ULL, 256ULL, 111122223333ULL, 999999999999ULL}) {
        positions.push_back({path, epoch, AccountId(account)});
      }
    }
  }
  return positions;
}

std::string Member(const Position& at) { return MemberKey(3, at.path, at.epoch, at.account); }
std::string Exception(const Position& at) {
  return ExceptionKey(3, 300, at.path, at.epoch, at.account);
}

TEST(KeysTest, PositionsAreReadAgainFromBothFamilies) {
  for (const Position& at : Positions()) {
    const std::string member = Member(at).substr(MembersPrefix(3, Path()).size());
    const std::string exception = Exception(at).substr(ExceptionsPrefix(3, 300, Path()).size());
    EXPECT_EQ(member, exception);
    const auto read = ReadPosition(member);
    ASSERT_TRUE(read);
    EXPECT_EQ(*read, at);
  }
}

TEST(KeysTest, MembersAndExceptionsHaveTheSameOrder) {
  const std::vector<Position> positions = Positions();
  for (const Position& a : positions) {
    for (const Position& b : positions) {
      EXPECT_EQ(Member(a) < Member(b), Exception(a) < Exception(b));
      // Within a place: by epoch, then by account.
      if (a.path == b.path) {
        EXPECT_EQ(Member(a) < Member(b),
                  std::pair(a.epoch, a.account) < std::pair(b.epoch, b.account));
      }
    }
  }
}

TEST(KeysTest, RefusesWhatIsNoPosition) {
  const std::string good =
      Member({ChildPath(Path(), 1), 5, kAccount}).substr(MembersPrefix(3, Path()).size());
  ASSERT_TRUE(ReadPosition(good));
  for (std::size_t size = 0; size < good.size(); ++size) {
    const auto cut = ReadPosition(good.substr(0, size));
    ASSERT_FALSE(cut) << size;
    EXPECT_EQ(cut.error().code(), Code::kCorruption);
  }
  EXPECT_FALSE(ReadPosition(good + '\0'));
}

TEST(KeysTest, GarbageNeverCrashes) {
  const std::uint64_t seed = FreshSeed();
  SCOPED_TRACE("GRANTLEDGER_SEED=" + std::to_string(seed));
  model::Random random(seed);
  for (int round = 0; round < 20'000; ++round) {
    const std::string bytes = RandomBytes(&random, random.Below(32));
    (void)ReadLogKey(bytes);
    const auto read = ReadPosition(bytes);
    if (!read) continue;
    EXPECT_EQ(Member(*read).substr(MembersPrefix(3, Path()).size()), bytes);
  }
}

}  // namespace
}  // namespace grantledger
