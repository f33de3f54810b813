// Ids: each decodes to what it was made of, and a forged one to nothing.
#include "codec/id.h"

#include <gtest/gtest.h>
#include <xxhash.h>

#include <set>
#include <string>
#include <unordered_set>
#include <vector>

#include "tests/codec/bytes.h"

namespace grantledger {
namespace {

constexpr std::uint64_t kIdKey = 0x0123456789abcdef;
constexpr std::uint64_t kMaxOrdinal = (1ULL << 40) - 1;

// Stored inside ids.
static_assert(static_cast<int>(IdKind::kGrant) == 1);
static_assert(static_cast<int>(IdKind::kLicense) == 2);

void ExpectSame(const IdCodec& ids, IdKind kind, std::uint64_t ordinal, AccountId account) {
  const auto decoded = ids.Decode(ids.Encode(kind, ordinal, account));
  ASSERT_TRUE(decoded) << ordinal << " " << account.value();
  EXPECT_EQ(decoded->kind, kind);
  EXPECT_EQ(decoded->ordinal, ordinal);
  EXPECT_EQ(decoded->account, account);
}

TEST(IdTest, EdgesAreReadAgain) {
  const IdCodec ids(kIdKey);
  for (const IdKind kind : {IdKind::kGrant, IdKind::kLicense}) {
    for (const std::uint64_t account : {0ULL, 1ULL, 111122223333ULL, 999999999999ULL}) {
      ExpectSame(ids, kind, 0, AccountId(account));
      ExpectSame(ids, kind, kMaxOrdinal, AccountId(account));
      for (int bit = 0; bit < 40; ++bit) {
        ExpectSame(ids, kind, 1ULL << bit, AccountId(account));
        ExpectSame(ids, kind, (1ULL << bit) - 1, AccountId(account));
      }
    }
  }
}

TEST(IdTest, IsABijection) {
  const std::uint64_t seed = FreshSeed();
  SCOPED_TRACE("GRANTLEDGER_SEED=" + std::to_string(seed));
  model::Random random(seed);
  const IdCodec ids(random.Next());
  for (int round = 0; round < 50'000; ++round) {
    ExpectSame(ids, random.Percent(50) ? IdKind::kGrant : IdKind::kLicense,
               random.Next() & kMaxOrdinal, AccountId(random.Next() % 1'000'000'000'000));
  }
}

TEST(IdTest, NoTwoRecordsShareAShortId) {
  constexpr Lsn kRecords = 300'000;  // of six random characters, some twenty would be there twice
  const IdCodec ids(kIdKey);
  for (const std::size_t length : {8U, 10U, 12U}) {
    std::unordered_set<std::string> seen;
    for (Lsn lsn = 1; lsn <= kRecords; ++lsn) {
      const std::string id = ids.ShortId(ShortIdKind::kRoot, lsn, length);
      ASSERT_EQ(id.size(), length);
      ASSERT_EQ(id.find_first_not_of("0123456789abcdefghijklmnopqrstuvwxyz"), std::string::npos);
      ASSERT_TRUE(seen.insert(id).second) << id << " of LSN " << lsn;
    }
  }
}

TEST(IdTest, ShortIdsAreOneForEachRecordUpToTheLargest) {
  const std::uint64_t seed = FreshSeed();
  SCOPED_TRACE("GRANTLEDGER_SEED=" + std::to_string(seed));
  model::Random random(seed);
  const IdCodec ids(random.Next());
  std::unordered_set<std::string> seen;
  std::set<Lsn> lsns{1, kMaxOrdinal};
  while (lsns.size() < 20'000) lsns.insert(random.Next() & kMaxOrdinal);
  for (const Lsn lsn : lsns) {
    EXPECT_TRUE(seen.insert(ids.ShortId(ShortIdKind::kUnit, lsn, 8)).second) << lsn;
  }
}

/// They are stored, and applying a log elsewhere does not draw them again; but a replica of the
/// same ledger decides the same.
TEST(IdTest, ShortIdsAreFrozen) {
  const IdCodec ids(kIdKey);
  EXPECT_EQ(ids.ShortId(ShortIdKind::kOrganization, 2, 10), "472ltp5xn7");
  EXPECT_EQ(ids.ShortId(ShortIdKind::kRoot, 2, 8), "xgyi1ric");
  EXPECT_EQ(ids.ShortId(ShortIdKind::kHandshake, 7, 12), "8cy71zf3s2vp");
  EXPECT_EQ(ids.DrawAccount(7, 0).ToString(), "184155985964");
  EXPECT_NE(ids.DrawAccount(7, 1), ids.DrawAccount(7, 0));
}

TEST(IdTest, NeighboursHaveNothingInCommon) {
  const IdCodec ids(kIdKey);
  std::set<ResourceId> seen;
  std::set<std::uint64_t> halves;
  for (std::uint64_t ordinal = 1; ordinal <= 100; ++ordinal) {
    for (std::uint64_t account = 0; account < 100; ++account) {
      const ResourceId id = ids.Encode(IdKind::kGrant, ordinal, AccountId(account));
      EXPECT_TRUE(seen.insert(id).second);
      halves.insert(id.high);
      halves.insert(id.low);
    }
  }
  EXPECT_EQ(halves.size(), 2 * seen.size());
}

TEST(IdTest, EveryFlippedBitIsNoticed) {
  const IdCodec ids(kIdKey);
  for (std::uint64_t ordinal = 1; ordinal <= 100; ++ordinal) {
    const ResourceId id = ids.Encode(IdKind::kGrant, ordinal, AccountId(ordinal * 1'000'003));
    for (int bit = 0; bit < 64; ++bit) {
      EXPECT_FALSE(ids.Decode({id.high ^ 1ULL << bit, id.low})) << ordinal << ", bit " << bit;
      EXPECT_FALSE(ids.Decode({id.high, id.low ^ 1ULL << bit})) << ordinal << ", bit " << bit;
    }
  }
}

TEST(IdTest, MadeUpIdsAreRefused) {
  const IdCodec ids(kIdKey);
  EXPECT_FALSE(ids.Decode({0, 0}));
  EXPECT_FALSE(ids.Decode({~0ULL, ~0ULL}));
  const std::uint64_t seed = FreshSeed();
  SCOPED_TRACE("GRANTLEDGER_SEED=" + std::to_string(seed));
  model::Random random(seed);
  for (int round = 0; round < 100'000; ++round) {
    const std::uint64_t high = random.Next();
    EXPECT_FALSE(ids.Decode({high, random.Next()}));
  }
}

std::uint64_t Hash(std::uint64_t number, std::uint64_t seed) {
  return XXH3_64bits_withSeed(&number, sizeof(number), seed);
}

/// The bijection as docs/FORMAT.md draws it.
ResourceId Mixed(std::uint64_t high, std::uint64_t low) {
  for (std::uint64_t round = 1; round <= 4; ++round) {
    const std::uint64_t mixed = high ^ Hash(low, Hash(round, kIdKey));
    high = low;
    low = mixed;
  }
  return {high, low};
}

TEST(IdTest, EveryBitThatIsSpareOrNoKindIsChecked) {
  const IdCodec ids(kIdKey);
  constexpr std::uint64_t kHigh = 7ULL << 24 | 1ULL << 16;  // grant 7
  constexpr std::uint64_t kLow = 444455556666ULL << 24;
  EXPECT_EQ(Mixed(kHigh, kLow), ids.Encode(IdKind::kGrant, 7, AccountId(444455556666)));
  ASSERT_TRUE(ids.Decode(Mixed(kHigh, kLow)));
  for (int bit = 0; bit < 16; ++bit) EXPECT_FALSE(ids.Decode(Mixed(kHigh | 1ULL << bit, kLow)));
  for (int bit = 0; bit < 24; ++bit) EXPECT_FALSE(ids.Decode(Mixed(kHigh, kLow | 1ULL << bit)));
  for (std::uint64_t kind = 0; kind < 256; ++kind) {
    EXPECT_EQ(ids.Decode(Mixed(7ULL << 24 | kind << 16, kLow)).has_value(), kind >= 1 && kind <= 3);
  }
  EXPECT_TRUE(ids.Decode(Mixed(kHigh, 999'999'999'999ULL << 24)));
  EXPECT_FALSE(ids.Decode(Mixed(kHigh, 1'000'000'000'000ULL << 24)));
  EXPECT_FALSE(ids.Decode(Mixed(kHigh, ((1ULL << 40) - 1) << 24)));
}

TEST(IdTest, AnIdOfAnotherLedgerIsRefused) {
  const IdCodec ours(kIdKey);
  const IdCodec theirs(kIdKey + 1);
  for (std::uint64_t ordinal = 1; ordinal <= 1000; ++ordinal) {
    EXPECT_FALSE(ours.Decode(theirs.Encode(IdKind::kGrant, ordinal, AccountId())));
  }
}

TEST(IdTest, KindsWithTheSameNumbersDiffer) {
  const IdCodec ids(kIdKey);
  EXPECT_NE(ids.Encode(IdKind::kGrant, 1, AccountId()),
            ids.Encode(IdKind::kLicense, 1, AccountId()));
}

}  // namespace
}  // namespace grantledger
