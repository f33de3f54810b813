#include "tools/binder.h"

#include <gtest/gtest.h>

namespace grantledger::tools {
namespace {

const OrderedJson kOutput = {
    {"GrantArn", "arn:g"}, {"Lsn", 17}, {"Roots", {{{"Id", "r-1234"}}, {{"Id", "r-5678"}}}}};

/// A binder after line 3 bound these fields of kOutput.
Binder After(const std::vector<Binding>& bindings) {
  Binder binder;
  EXPECT_TRUE(binder.Bind(bindings, kOutput, 3).ok());
  return binder;
}

Json Substituted(const Binder& binder, Json request) {
  const Status status = binder.Substitute(request);
  EXPECT_TRUE(status.ok()) << status.message();
  return request;
}

std::string Refusal(const Binder& binder, Json request) {
  return binder.Substitute(request).message();
}

std::string BindRefusal(const Json& bind) {
  Json request = {{"Bind", bind}};
  const auto result = TakeBindings(request);
  return result ? "" : result.error().message();
}

TEST(BinderTest, TakesBindingsOutOfARequest) {
  Json request = {{"Operation", "X"}, {"Bind", {{"g", "GrantArn"}, {"r", "Roots.0.Id"}}}};
  const auto bindings = TakeBindings(request);
  ASSERT_TRUE(bindings.has_value());
  ASSERT_EQ(bindings->size(), 2U);
  EXPECT_EQ((*bindings)[1].name + "=" + (*bindings)[1].field, "r=Roots.0.Id");
  EXPECT_EQ(request, Json({{"Operation", "X"}}));
  Json list = Json::array();
  EXPECT_TRUE(TakeBindings(list)->empty());
}

TEST(BinderTest, ReadsBindStrictly) {
  EXPECT_EQ(BindRefusal("grant"),
            R"(Bind is the string "grant", expected an object like {"grant": "GrantArn"})");
  EXPECT_EQ(BindRefusal({{"grant", 7}}), "Bind.grant is the number 7, expected a string");
  EXPECT_EQ(BindRefusal({{"", "GrantArn"}}), R"(Bind has the name "", expected a text without })");
  EXPECT_NE(BindRefusal({{"a}", "GrantArn"}}), "");
}

TEST(BinderTest, PutsValuesIn) {
  const Binder binder = After({{"g", "GrantArn"}, {"lsn", "Lsn"}, {"root", "Roots.1.Id"}});
  EXPECT_EQ(Substituted(binder, "${g}"), "arn:g");
  EXPECT_EQ(Substituted(binder, "a ${g} b ${root}${g}"), "a arn:g b r-5678arn:g");
  EXPECT_EQ(Substituted(binder, {{"Input", {{"List", {"${root}", 7}}}}}),
            Json({{"Input", {{"List", {"r-5678", 7}}}}}));
  EXPECT_EQ(Substituted(binder, {{"${g}", 1}}), Json({{"${g}", 1}}));
}

TEST(BinderTest, KeepsTypesOfWholeStrings) {
  const Binder binder = After({{"lsn", "Lsn"}, {"first", "Roots.0"}});
  EXPECT_EQ(Substituted(binder, "${lsn}"), 17);
  EXPECT_EQ(Substituted(binder, "lsn ${lsn}"), "lsn 17");
  EXPECT_EQ(Substituted(binder, "${first}"), Json({{"Id", "r-1234"}}));
  EXPECT_EQ(Refusal(binder, "x${first}"),
            R"(${first} is an object, expected a text inside of "x${first}")");
}

TEST(BinderTest, LeavesOtherDollarsAlone) {
  const Binder binder = After({{"g", "GrantArn"}});
  EXPECT_EQ(Substituted(binder, "$g $ {g} ${g"), "$g $ {g} ${g");
  EXPECT_EQ(Substituted(binder, "$${g}"), "${g}");
  EXPECT_EQ(Substituted(binder, "$${g}${g}$${"), "${g}arn:g$${");
  EXPECT_EQ(Substituted(binder, "$$${g}"), "$${g}");
}

TEST(BinderTest, NamesUnboundNames) {
  const Binder binder = After({{"grant", "GrantArn"}});
  EXPECT_EQ(Refusal(binder, {{"a", {"${grnt}"}}}), "${grnt} is not bound, did you mean ${grant}?");
  EXPECT_EQ(Refusal(binder, "${}"),
            "${} is not bound, expected the name in a Bind of an earlier line");
}

TEST(BinderTest, NamesFieldsThatTheAnswerLacks) {
  Binder binder;
  EXPECT_EQ(binder.Bind({{"g", "GrantArm"}, {"ok", "Lsn"}}, kOutput, 3).message(),
            R"(Bind.g is "GrantArm", but the answer has no "GrantArm", did you mean GrantArn?)");
  EXPECT_EQ(Refusal(binder, "${g}"),
            "${g} is not bound: line 3, which binds it, has no value for it");
  EXPECT_EQ(Substituted(binder, "${ok}"), 17);
  EXPECT_EQ(binder.Bind({{"r", "Roots.2.Id"}}, kOutput, 3).message(),
            R"(Bind.r is "Roots.2.Id", but the answer has no "2", expected an index below 2)");
  EXPECT_EQ(binder.Bind({{"r", "Lsn.x"}}, kOutput, 3).message(),
            R"(Bind.r is "Lsn.x", but the answer has no "x", expected none)");
  EXPECT_FALSE(binder.Bind({{"r", ""}}, kOutput, 3).ok());
  EXPECT_FALSE(binder.Bind({{"r", "Roots."}}, kOutput, 3).ok());
  EXPECT_FALSE(binder.Bind({{"r", "Roots.-1"}}, kOutput, 3).ok());
}

TEST(BinderTest, ForgetsWhatAFailedLineBindsAgain) {
  Binder binder = After({{"g", "GrantArn"}});
  binder.Unbind({{"g", "GrantArn"}}, 9);
  EXPECT_EQ(Refusal(binder, "${g}"),
            "${g} is not bound: line 9, which binds it, has no value for it");
  EXPECT_TRUE(binder.Bind({{"g", "Lsn"}}, kOutput, 10).ok());
  EXPECT_EQ(Substituted(binder, "${g}"), 17);
}

TEST(BinderTest, TellsUsedNames) {
  const auto names = UsedNames({{"a", "${x} and ${y}"}, {"${key}", {"$${no}", "${z}"}}});
  EXPECT_EQ(names, (std::set<std::string, std::less<>>{"x", "y", "z"}));
}

}  // namespace
}  // namespace grantledger::tools
