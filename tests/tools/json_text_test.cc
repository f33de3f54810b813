#include "tools/json_text.h"

#include <gtest/gtest.h>

#include <string>

namespace grantledger::tools {
namespace {

std::string ParseRefusal(std::string_view text) {
  const Result<Json> result = ParseJson(text);
  return result ? "" : result.error().message();
}

std::string Nested(std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

TEST(JsonTextTest, ReadsWhatTheLibraryReads) {
  const std::string text =
      R"({"a":[1,-2,3.5,true,false,null,"é\u00e9\n",{"b":{}},[]],"c":18446744073709551615})";
  const Result<Json> result = ParseJson(text);
  ASSERT_TRUE(result.has_value());
  EXPECT_EQ(*result, Json::parse(text));
}

TEST(JsonTextTest, ReadsBareValues) {
  EXPECT_EQ(*ParseJson(" 7 "), Json(7));
  EXPECT_EQ(*ParseJson("\"x\"\r"), Json("x"));
}

TEST(JsonTextTest, TellsWhereTextIsNoJson) {
  EXPECT_TRUE(ParseRefusal("{\"a\":}").starts_with("not a JSON value: column 6: syntax error"))
      << ParseRefusal("{\"a\":}");
  EXPECT_NE(ParseRefusal(""), "");
  EXPECT_NE(ParseRefusal("{} {}"), "");
  EXPECT_NE(ParseRefusal("{\"a\":1,}"), "");
  EXPECT_NE(ParseRefusal("nil"), "");
  EXPECT_NE(ParseRefusal("1e999"), "");
}

TEST(JsonTextTest, RefusesBytesThatAreNotUtf8) {
  EXPECT_NE(ParseRefusal("\"\xff\""), "");
  EXPECT_NE(ParseRefusal("\"\xc3\""), "");
  EXPECT_NE(ParseRefusal("\xff"), "");
  EXPECT_NE(ParseRefusal("\"\\ud800\""), "");
}

TEST(JsonTextTest, RefusesFieldsThatStandTwice) {
  EXPECT_EQ(ParseRefusal(R"({"a":{"b":1,"b":2}})"),
            R"(not a JSON value: the field "b" stands twice in one object)");
  EXPECT_EQ(ParseRefusal(R"({"a":{"b":1},"b":2})"), "");
}

TEST(JsonTextTest, LimitsDepth) {
  EXPECT_EQ(ParseRefusal(Nested(kMaxJsonDepth)), "");
  EXPECT_EQ(ParseRefusal(Nested(kMaxJsonDepth + 1)), "not a JSON value: nested more than 32 deep");
  EXPECT_EQ(ParseRefusal(std::string(10'000'000, '[')),
            "not a JSON value: nested more than 32 deep");
}

TEST(JsonTextTest, KeepsMessagesShort) {
  EXPECT_LT(ParseRefusal("\"" + std::string(100'000, 'x') + "\x01\"").size(), 400U);
  EXPECT_EQ(Quote(std::string(99, 'x') + "é"), "\"" + std::string(99, 'x') + "…\"");
  EXPECT_EQ(Quote(std::string(100, 'x')), "\"" + std::string(100, 'x') + "\"");
  EXPECT_EQ(Describe(Json("a")) + Describe(Json(nullptr)) + Describe(Json(1.5)), "\"a\"null1.5");
  EXPECT_EQ(Describe(Json::array()) + ", " + Describe(Json::object()), "a list, an object");
}

TEST(JsonTextTest, DumpsOneLineOfUtf8) {
  EXPECT_EQ(DumpLine({{"b", "x\ny"}, {"a", "\xff"}}), "{\"b\":\"x\\ny\",\"a\":\"\xef\xbf\xbd\"}");
}

}  // namespace
}  // namespace grantledger::tools
