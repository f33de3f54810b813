#include "tools/nearest.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace grantledger::tools {
namespace {

constexpr std::array<std::string_view, 4> kNames = {"GrantArn", "GrantName", "LicenseArn", "Id"};

TEST(NearestTest, FindsMisspeltNames) {
  EXPECT_EQ(Nearest("GrantArm", kNames), "GrantArn");
  EXPECT_EQ(Nearest("grantname", kNames), "GrantName");
  EXPECT_EQ(Nearest("LicenceArn", kNames), "LicenseArn");
  EXPECT_EQ(Nearest("LicenseARNs", kNames), "LicenseArn");
}

TEST(NearestTest, LeavesStrangeNamesAlone) {
  EXPECT_EQ(Nearest("Foo", kNames), "");
  EXPECT_EQ(Nearest("", kNames), "");
  EXPECT_EQ(Nearest("xy", kNames), "");
  EXPECT_EQ(Nearest(std::string(1'000'000, 'x'), kNames), "");
  EXPECT_EQ(Nearest("GrantArn", {}), "");
}

TEST(NearestTest, SuggestsTheNearestOrAll) {
  EXPECT_EQ(Suggest("GrantArm", kNames, "Input."), "did you mean Input.GrantArn?");
  EXPECT_EQ(Suggest("Foo", kNames), "expected one of GrantArn, GrantName, LicenseArn, Id");
  EXPECT_EQ(Suggest("Foo", std::span(kNames).first(1)), "expected GrantArn");
  EXPECT_EQ(Suggest("Foo", {}), "expected none");
}

}  // namespace
}  // namespace grantledger::tools
