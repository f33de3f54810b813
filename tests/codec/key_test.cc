// The one encoding rule: what is written is read again, and sorts as it should.
#include "codec/key.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <vector>

#include "tests/codec/bytes.h"

namespace grantledger {
namespace {

constexpr std::uint64_t kMaxUint = std::numeric_limits<std::uint64_t>::max();
constexpr std::uint64_t kMaxAccount = 999'999'999'999;

/// Every power of two, one less and one more, sorted: numbers of 0 to 8 bytes.
std::vector<std::uint64_t> EdgeNumbers() {
  std::vector<std::uint64_t> numbers = {0, kMaxUint};
  for (int bit = 0; bit < 64; ++bit) {
    const std::uint64_t power = std::uint64_t{1} << bit;
    numbers.insert(numbers.end(), {power - 1, power, power + 1});
  }
  std::ranges::sort(numbers);
  numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
  return numbers;
}

Path PathOf(const std::vector<std::uint64_t>& steps) {
  Path path;
  for (const std::uint64_t step : steps) path = ChildPath(path, step);
  return path;
}

std::string PlaceKey(const Path& path) { return KeyWriter('p').PlacePath(path).Uint(7).key(); }

TEST(KeyTest, ABareKeyIsItsTag) {
  EXPECT_EQ(KeyWriter('x').key(), "x");
  KeyReader in("x");
  EXPECT_EQ(in.Tag(), 'x');
  EXPECT_TRUE(in.AtEnd());
}

TEST(KeyTest, UintsAreReadAgainAndKeepTheirOrder) {
  std::string before;
  for (const std::uint64_t number : EdgeNumbers()) {
    const std::string key = KeyWriter('n').Uint(number).key();
    KeyReader in(key);
    EXPECT_EQ(in.Tag(), 'n');
    EXPECT_EQ(in.Uint(), number);
    EXPECT_TRUE(in.AtEnd());
    EXPECT_LT(before, key) << number;
    before = key;
  }
}

TEST(KeyTest, UintsHaveTheSizeOfTheirDigits) {
  EXPECT_EQ(ToHex(KeyWriter('n').Uint(0).key()), "6e00");
  for (std::size_t bytes = 1; bytes <= 8; ++bytes) {
    const std::uint64_t most = kMaxUint >> (64 - 8 * bytes);
    EXPECT_EQ(KeyWriter('n').Uint(most).key().size(), 2 + bytes);
    EXPECT_EQ(KeyWriter('n').Uint(most - most / 2).key().size(), 2 + bytes);
  }
}

TEST(KeyTest, NoUintIsAPrefixOfAnother) {
  const std::vector<std::uint64_t> numbers = EdgeNumbers();
  for (const std::uint64_t a : numbers) {
    const std::string prefix = KeyWriter('n').Uint(a).key();
    for (const std::uint64_t b : numbers) {
      EXPECT_EQ(KeyWriter('n').Uint(b).key().starts_with(prefix), a == b) << a << " " << b;
    }
  }
}

TEST(KeyTest, RefusesUintsThatAreNotInTheirShortestForm) {
  for (const char* hex : {"0100", "020001", "09010203040506070809", "ff", "03 0102", ""}) {
    const std::string bytes = FromHex(hex);
    KeyReader in(bytes);
    EXPECT_EQ(in.Uint(), 0U) << hex;
    EXPECT_FALSE(in.ok()) << hex;
  }
}

TEST(KeyTest, AccountsAreReadAgainAndKeepTheirOrder) {
  std::vector<std::uint64_t> accounts = EdgeNumbers();
  std::erase_if(accounts, [](std::uint64_t account) { return account > kMaxAccount; });
  accounts.push_back(kMaxAccount);
  std::string before;
  for (const std::uint64_t account : accounts) {
    const std::string key = KeyWriter('a').Account(AccountId(account)).key();
    EXPECT_EQ(key.size(), 6U);
    EXPECT_LT(before, key);
    before = key;
    KeyReader in(key);
    EXPECT_EQ(in.Tag(), 'a');
    EXPECT_EQ(in.Account(), AccountId(account));
    EXPECT_TRUE(in.AtEnd());
  }
}

TEST(KeyTest, RefusesAccountsOfMoreThanTwelveDigits) {
  const std::string beyond = FromHex("e8d4a51000");  // 10^12
  KeyReader in(beyond);
  EXPECT_EQ(in.Account(), AccountId());
  EXPECT_FALSE(in.ok());
}

TEST(KeyTest, LsnsSortNewestFirst) {
  std::string before;
  std::vector<std::uint64_t> numbers = EdgeNumbers();
  for (auto lsn = numbers.rbegin(); lsn != numbers.rend(); ++lsn) {
    const std::string key = KeyWriter('s').NewestFirst(*lsn).key();
    EXPECT_EQ(key.size(), 9U);
    EXPECT_LT(before, key);
    before = key;
    KeyReader in(key);
    EXPECT_EQ(in.Tag(), 's');
    EXPECT_EQ(in.NewestFirst(), *lsn);
    EXPECT_TRUE(in.AtEnd());
  }
}

TEST(KeyTest, TextIsReadAgain) {
  for (const std::string text : {"", "a", "o-0123456789", "\xff\xfe", "ö", "two words"}) {
    const std::string key = KeyWriter('t').Text(text).Uint(9).key();
    KeyReader in(key);
    EXPECT_EQ(in.Tag(), 't');
    EXPECT_EQ(in.Text(), text);
    EXPECT_EQ(in.Uint(), 9U);
    EXPECT_TRUE(in.AtEnd());
  }
  KeyReader open("text without an end");
  EXPECT_EQ(open.Text(), "");
  EXPECT_FALSE(open.ok());
}

TEST(KeyTest, ATextThatBeginsAnotherSortsFirst) {
  EXPECT_LT(KeyWriter('t').Text("ab").Uint(9).key(), KeyWriter('t').Text("abc").Uint(1).key());
  EXPECT_FALSE(KeyWriter('t').Text("abc").key().starts_with(KeyWriter('t').Text("ab").key()));
}

TEST(KeyTest, PathsAreReadAgain) {
  for (const std::uint64_t step : EdgeNumbers()) {
    if (step == 0) continue;
    const Path path = PathOf({1, step, 2});
    const std::string key = PlaceKey(path);
    KeyReader in(key);
    EXPECT_EQ(in.Tag(), 'p');
    EXPECT_EQ(in.PlacePath(), path);
    EXPECT_EQ(in.Uint(), 7U);
    EXPECT_TRUE(in.AtEnd());
  }
}

TEST(KeyTest, PathsKnowTheirDepthAndWhatTheyCover) {
  EXPECT_EQ(Depth(Path()), 0);
  EXPECT_EQ(Depth(PathOf({1})), 1);
  EXPECT_EQ(Depth(PathOf({300, 1, kMaxUint, 65536, 1})), 5);
  const Path parent = PathOf({1, 256});
  EXPECT_TRUE(Covers(Path(), parent));
  EXPECT_TRUE(Covers(Path(), Path()));
  EXPECT_TRUE(Covers(parent, parent));
  EXPECT_TRUE(Covers(parent, ChildPath(parent, 1)));
  EXPECT_FALSE(Covers(parent, PathOf({1})));
  EXPECT_FALSE(Covers(parent, PathOf({1, 257})));
  // Steps of other sizes never look like each other's beginnings.
  for (const std::uint64_t a : EdgeNumbers()) {
    for (const std::uint64_t b : EdgeNumbers()) {
      if (a != 0 && b != 0) {
        EXPECT_EQ(Covers(PathOf({a}), PathOf({b, 1})), a == b);
      }
    }
  }
}

/// Places of a tree whose steps cross the sizes of integers, five deep in part.
std::vector<Path> Places() {
  std::vector<Path> places = {Path()};
  for (const std::uint64_t a : {1ULL, 2ULL, 255ULL, 256ULL, 65535ULL, 65536ULL}) {
    places.push_back(PathOf({a}));
    for (const std::uint64_t b : {1ULL, 255ULL, 256ULL}) {
      places.push_back(PathOf({a, b}));
      places.push_back(PathOf({a, b, 1}));
      places.push_back(PathOf({a, b, 1, 256, 3}));
    }
  }
  return places;
}

TEST(KeyTest, ASubtreeIsOneRangeOfKeys) {
  std::vector<Path> places = Places();
  std::ranges::sort(places, {}, PlaceKey);
  for (const Path& principal : places) {
    const std::string prefix = KeyWriter('p').PathPrefix(principal).key();
    const std::string end = PrefixEnd(prefix);
    int changes = 0;
    bool before = false;
    for (const Path& place : places) {
      const std::string key = PlaceKey(place);
      const bool inside = Covers(principal, place);
      EXPECT_EQ(key.starts_with(prefix), inside);
      EXPECT_EQ(prefix <= key && key < end, inside);
      changes += inside != before ? 1 : 0;
      before = inside;
    }
    EXPECT_LE(changes, 2) << "of " << ToHex(principal);
  }
}

TEST(KeyTest, APlaceSortsBeforeAllThatIsNestedInIt) {
  for (const Path& place : Places()) {
    EXPECT_LT(PlaceKey(place), PlaceKey(ChildPath(place, 1)));
    EXPECT_FALSE(PlaceKey(ChildPath(place, 1)).starts_with(KeyWriter('p').PlacePath(place).key()));
  }
}

TEST(KeyTest, PrefixEndIsTheFirstKeyBehind) {
  EXPECT_EQ(PrefixEnd("a"), "b");
  EXPECT_EQ(PrefixEnd("ab"), "ac");
  EXPECT_EQ(PrefixEnd("a\xff"), "b");
  EXPECT_EQ(PrefixEnd("\x7f"), "\x80");
  EXPECT_EQ(PrefixEnd("\xff\xff"), "");
  EXPECT_EQ(PrefixEnd(""), "");
}

TEST(KeyTest, AfterAMissingPartEverythingIsEmpty) {
  KeyReader in("");
  EXPECT_TRUE(in.ok());
  EXPECT_TRUE(in.AtEnd());
  EXPECT_EQ(in.Tag(), '\0');
  EXPECT_FALSE(in.ok());
  EXPECT_FALSE(in.AtEnd());
  EXPECT_EQ(in.Uint(), 0U);
  EXPECT_EQ(in.Account(), AccountId());
  EXPECT_EQ(in.NewestFirst(), 0U);
  EXPECT_EQ(in.PlacePath(), Path());
  EXPECT_EQ(in.Text(), "");
}

TEST(KeyTest, AMissingPartIsNotTakenFromWhatFollows) {
  KeyReader in("\x02\x01");  // two digits announced, one there
  EXPECT_EQ(in.Uint(), 0U);
  EXPECT_EQ(in.Text(), "");
  EXPECT_FALSE(in.ok());
}

TEST(KeyTest, GarbageNeverCrashesAndWhatIsReadIsWrittenTheSame) {
  const std::uint64_t seed = FreshSeed();
  SCOPED_TRACE("GRANTLEDGER_SEED=" + std::to_string(seed));
  model::Random random(seed);
  for (int round = 0; round < 20'000; ++round) {
    std::string bytes = RandomBytes(&random, random.Below(24));
    // Small numbers, so that some are keys.
    for (char& byte : bytes) {
      if (random.Percent(70)) byte = static_cast<char>(byte & 3);
    }
    KeyReader in(bytes);
    const char tag = in.Tag();
    const std::uint64_t number = in.Uint();
    const Path path = in.PlacePath();
    const AccountId account = in.Account();
    const Lsn lsn = in.NewestFirst();
    if (!in.AtEnd()) continue;
    KeyWriter out(tag);
    out.Uint(number).PlacePath(path).Account(account).NewestFirst(lsn);
    EXPECT_EQ(ToHex(out.key()), ToHex(bytes));
  }
}

}  // namespace
}  // namespace grantledger
