#include "tools/command_line.h"

#include <gtest/gtest.h>

#include <array>
#include <vector>

namespace grantledger::tools {
namespace {

std::string Unknown(const std::vector<const char*>& arguments) {
  constexpr std::array<std::string_view, 3> kOptions = {"help", "db", "read-only"};
  return UnknownOption(arguments, kOptions);
}

TEST(CommandLineTest, TellsWhatWasProbablyMeant) {
  EXPECT_EQ(Unknown({"--dbb", "x"}), "there is no option --dbb, did you mean --db?");
  EXPECT_EQ(Unknown({"--db", "x", "--readonly"}),
            "there is no option --readonly, did you mean --read-only?");
  EXPECT_EQ(Unknown({"--bdb=x"}), "there is no option --bdb, did you mean --db?");
  EXPECT_EQ(Unknown({"-db", "x"}), "there is no option -db, did you mean --db?");
  EXPECT_EQ(Unknown({"--verbose"}),
            "there is no option --verbose, expected one of --help, --db, --read-only");
}

TEST(CommandLineTest, TakesWhatIsNoMistake) {
  EXPECT_EQ(Unknown({}), "");
  EXPECT_EQ(Unknown({"-h", "--db", "x", "--db=x", "--read-only", "file", "-"}), "");
  EXPECT_EQ(Unknown({"--db", "x", "--", "--file"}), "");
}

TEST(CommandLineTest, ANegativeValueIsNoOption) { EXPECT_EQ(Unknown({"--db", "-1"}), ""); }

TEST(CommandLineTest, ReadsCounts) {
  std::uint64_t count = 0;
  EXPECT_TRUE(ReadCount("18446744073709551615", &count));
  EXPECT_EQ(count, 18446744073709551615U);
  EXPECT_TRUE(ReadCount("010", &count));
  EXPECT_EQ(count, 10U);
  for (const char* text :
       {"", "-1", "+1", " 1", "1 ", "1.5", "1e3", "0x2", "abc", "1_000", "18446744073709551616"}) {
    EXPECT_FALSE(ReadCount(text, &count)) << text;
  }
}

TEST(CommandLineTest, ReadsDurations) {
  std::chrono::milliseconds duration{};
  const auto read = [&](std::string_view text) {
    EXPECT_EQ(ReadDuration(text, "a time", &duration), "") << text;
    return duration;
  };
  EXPECT_EQ(read("90d"), std::chrono::days(90));
  EXPECT_EQ(read("010d"), std::chrono::days(10));
  EXPECT_EQ(read("12h"), std::chrono::hours(12));
  EXPECT_EQ(read("30min"), std::chrono::minutes(30));
  EXPECT_EQ(read("0s"), std::chrono::seconds(0));
  EXPECT_EQ(read("106751991167d"), std::chrono::days(106751991167));
  for (const char* text : {"", "d", "1", "-1d", "1.5d", "0x1d", "1 d", "1w", "1D", "1ms", "d1",
                           "99999999999999999999w"}) {
    EXPECT_EQ(ReadDuration(text, "a time", &duration), "a time") << text;
  }
  for (const char* text : {"106751991168d", "9223372036854775807d", "99999999999999999999d"}) {
    EXPECT_EQ(ReadDuration(text, "a time", &duration), "106751991167d at most: it is too large");
  }
  EXPECT_EQ(read("9223372036854775s"), std::chrono::seconds(9223372036854775));
  EXPECT_EQ(ReadDuration("9223372036854776s", "a time", &duration),
            "9223372036854775s at most: it is too large");
}

}  // namespace
}  // namespace grantledger::tools
