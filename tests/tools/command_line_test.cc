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

}  // namespace
}  // namespace grantledger::tools
