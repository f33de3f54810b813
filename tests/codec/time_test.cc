// Times in the notation of the API.
#include <gtest/gtest.h>

#include <grantledger/types.h>

#include "tests/codec/bytes.h"

namespace grantledger {
namespace {

using std::chrono::milliseconds;

/// Milliseconds since 1970; fails where the text is no time.
std::int64_t Ms(std::string_view text) {
  const auto time = ParseTime(text);
  EXPECT_TRUE(time) << text;
  return time ? time->time_since_epoch().count() : 0;
}

TEST(TimeTest, KnownTimes) {
  EXPECT_EQ(Ms("1970-01-01T00:00:00Z"), 0);
  EXPECT_EQ(Ms("1969-12-31T23:59:59.999Z"), -1);
  EXPECT_EQ(Ms("2000-02-29T12:00:00Z"), 951'825'600'000);
  EXPECT_EQ(Ms("2026-01-02T03:04:05Z"), 1'767'323'045'000);
  EXPECT_EQ(Ms("9999-12-31T23:59:59Z"), 253'402'300'799'000);
}

TEST(TimeTest, FractionsAreCutToMilliseconds) {
  const std::int64_t whole = Ms("2026-01-02T03:04:05Z");
  EXPECT_EQ(Ms("2026-01-02T03:04:05.0Z"), whole);
  EXPECT_EQ(Ms("2026-01-02T03:04:05.1Z"), whole + 100);
  EXPECT_EQ(Ms("2026-01-02T03:04:05.12Z"), whole + 120);
  EXPECT_EQ(Ms("2026-01-02T03:04:05.123Z"), whole + 123);
  EXPECT_EQ(Ms("2026-01-02T03:04:05.123999999Z"), whole + 123);
  EXPECT_EQ(Ms("2026-01-02T03:04:05.000999Z"), whole);
  EXPECT_EQ(Ms("2026-01-02T03:04:05." + std::string(1000, '9') + "Z"), whole + 999);
}

TEST(TimeTest, OffsetsAreTakenOff) {
  EXPECT_EQ(Ms("2026-01-02T03:04:05+01:00"), Ms("2026-01-02T02:04:05Z"));
  EXPECT_EQ(Ms("2026-01-02T03:04:05-01:00"), Ms("2026-01-02T04:04:05Z"));
  EXPECT_EQ(Ms("2026-01-01T00:15:00+05:45"), Ms("2025-12-31T18:30:00Z"));
  EXPECT_EQ(Ms("2024-02-28T23:30:00-00:30"), Ms("2024-02-29T00:00:00Z"));
  EXPECT_EQ(Ms("2026-01-02T03:04:05.5+23:59"), Ms("2026-01-01T03:05:05.5Z"));
  EXPECT_EQ(Ms("2026-01-02T03:04:05+00:00"), Ms("2026-01-02T03:04:05Z"));
}

TEST(TimeTest, LeapYears) {
  EXPECT_TRUE(ParseTime("2024-02-29T00:00:00Z"));
  EXPECT_TRUE(ParseTime("2000-02-29T00:00:00Z"));
  EXPECT_FALSE(ParseTime("2026-02-29T00:00:00Z"));
  EXPECT_FALSE(ParseTime("1900-02-29T00:00:00Z"));
  EXPECT_FALSE(ParseTime("2100-02-29T00:00:00Z"));
  EXPECT_EQ(Ms("2024-03-01T00:00:00Z") - Ms("2024-02-28T00:00:00Z"), 2 * 86'400'000);
  EXPECT_EQ(Ms("2026-03-01T00:00:00Z") - Ms("2026-02-28T00:00:00Z"), 86'400'000);
}

TEST(TimeTest, BadTimesAreRefused) {
  for (const char* text : {
           "",
           "Z",
           "2026",
           "2026-01-02",
           "2026-01-02T03:04:05",
           "2026-01-02T03:04Z",
           "2026-01-02 03:04:05Z",
           "2026-01-02t03:04:05Z",
           "2026-01-02T03:04:05z",
           "2026-1-2T03:04:05Z",
           "20260102T030405Z",
           "2026-13-02T03:04:05Z",
           "2026-00-02T03:04:05Z",
           "2026-01-00T03:04:05Z",
           "2026-01-32T03:04:05Z",
           "2026-04-31T03:04:05Z",
           "2026-01-02T24:00:00Z",
           "2026-01-02T03:60:05Z",
           "2026-01-02T03:04:60Z",
           "2026-01-02T03:04:05.Z",
           "2026-01-02T03:04:05,5Z",
           "2026-01-02T03:04:05+0100",
           "2026-01-02T03:04:05+1:00",
           "2026-01-02T03:04:05+24:00",
           "2026-01-02T03:04:05+01:60",
           "2026-01-02T03:04:05+01",
           "2026-01-02T03:04:05Z ",
           " 2026-01-02T03:04:05Z",
           "2026-01-02T03:04:05ZZ",
           "2026-01-02T03:04:05.5",
           "+2026-01-02T03:04:05Z",
           "-026-01-02T03:04:05Z",
           "2026-01-02T-3:04:05Z",
           "1767323045",
           "yesterday",
       }) {
    const auto time = ParseTime(text);
    ASSERT_FALSE(time) << text;
    EXPECT_EQ(time.error().code(), Code::kInvalidArgument);
    EXPECT_NE(time.error().message().find(text), std::string::npos);
  }
}

TEST(TimeTest, AreWrittenToTheSecondOrMillisecond) {
  EXPECT_EQ(FormatTime(Time()), "1970-01-01T00:00:00Z");
  EXPECT_EQ(FormatTime(Time(milliseconds(1))), "1970-01-01T00:00:00.001Z");
  EXPECT_EQ(FormatTime(Time(milliseconds(-1))), "1969-12-31T23:59:59.999Z");
  EXPECT_EQ(FormatTime(Time(milliseconds(951'825'600'120))), "2000-02-29T12:00:00.120Z");
}

TEST(TimeTest, WhatIsWrittenIsReadAgain) {
  const std::uint64_t seed = FreshSeed();
  SCOPED_TRACE("GRANTLEDGER_SEED=" + std::to_string(seed));
  model::Random random(seed);
  // From the year 0 to the year 9999.
  constexpr std::int64_t kFirst = -62'167'219'200'000;
  constexpr std::int64_t kLast = 253'402'300'799'999;
  for (int round = 0; round < 20'000; ++round) {
    const auto after = static_cast<std::int64_t>(random.Next() % (kLast - kFirst + 1));
    const Time time{milliseconds(kFirst + after)};
    const auto read = ParseTime(FormatTime(time));
    ASSERT_TRUE(read) << FormatTime(time);
    EXPECT_EQ(*read, time);
  }
  EXPECT_EQ(Ms(FormatTime(Time(milliseconds(kFirst)))), kFirst);
  EXPECT_EQ(Ms(FormatTime(Time(milliseconds(kLast)))), kLast);
}

TEST(TimeTest, GarbageNeverCrashes) {
  const std::uint64_t seed = FreshSeed();
  SCOPED_TRACE("GRANTLEDGER_SEED=" + std::to_string(seed));
  model::Random random(seed);
  const std::string_view signs = "0123456789-:T.Z+ ";
  for (int round = 0; round < 20'000; ++round) {
    std::string text = "2026-01-02T03:04:05.678+01:00";
    for (std::size_t spoilt = random.Below(6); spoilt > 0; --spoilt) {
      text[random.Below(text.size())] = signs[random.Below(signs.size())];
    }
    if (random.Percent(20)) text.resize(random.Below(text.size()));
    if (random.Percent(20)) text = RandomBytes(&random, random.Below(40));
    if (const auto time = ParseTime(text)) (void)FormatTime(*time);
  }
}

}  // namespace
}  // namespace grantledger
