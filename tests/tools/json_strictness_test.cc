// Every field of every operation, held against the models of the AWS APIs: left out, misspelt and
// mistyped, one at a time.
#include <gtest/gtest.h>

#include <string>

#include "tests/tools/api_example.h"
#include "tools/json_request.h"

namespace grantledger::tools {
namespace {

std::vector<std::string> Operations() {
  std::vector<std::string> names;
  for (const auto& [name, shape] : ApiShapes().items()) names.push_back(name);
  return names;
}

/// The message of the refusal; empty where the request is taken.
std::string MessageFor(const Json& request) {
  const Result<Request> result = ParseRequest(request);
  if (result) return {};
  EXPECT_EQ(result.error().code(), Code::kInvalidArgument);
  return result.error().message();
}

/// Whether `text` begins with `path` as a whole, not with a longer one.
bool BeginsWithPath(const std::string& text, const std::string& path) {
  return text.starts_with(path + " is ");
}

class Strictness : public testing::TestWithParam<std::string> {};

TEST_P(Strictness, TakesEveryFieldOfTheApi) {
  EXPECT_EQ(MessageFor(ExampleRequest(GetParam())), "");
}

TEST_P(Strictness, MissesOnlyRequiredFields) {
  for (const Field& field : FieldsOf(GetParam())) {
    Json request = ExampleRequest(GetParam());
    request[field.parent].erase(field.name);
    const std::string message = MessageFor(request);
    if (field.required) {
      EXPECT_TRUE(message.starts_with(field.path + " is missing, expected ")) << message;
    } else {
      EXPECT_EQ(message, "") << field.path;
    }
  }
}

TEST_P(Strictness, NamesMisspeltFields) {
  for (const Field& field : FieldsOf(GetParam())) {
    Json request = ExampleRequest(GetParam());
    request[field.parent].erase(field.name);
    request[field.parent][field.name + "x"] = Example(field.shape);
    EXPECT_EQ(MessageFor(request),
              field.path + "x is not a field here, did you mean " + field.path + "?");
  }
}

TEST_P(Strictness, NamesMistypedFields) {
  for (const Field& field : FieldsOf(GetParam())) {
    for (const Json& value : MistypedValues(field.shape)) {
      Json request = ExampleRequest(GetParam());
      request[field.parent][field.name] = value;
      const std::string message = MessageFor(request);
      EXPECT_TRUE(BeginsWithPath(message, field.path)) << field.path << ": " << message;
      if (value == 7) {  // Never where a number is expected.
        EXPECT_TRUE(message.starts_with(field.path + " is the number 7, expected ")) << message;
      }
    }
  }
}

TEST_P(Strictness, NamesElementsOfLists) {
  for (const Field& field : FieldsOf(GetParam())) {
    if (!field.shape.is_array()) continue;
    for (const Json& value : MistypedValues(field.shape[0])) {
      Json request = ExampleRequest(GetParam());
      request[field.parent][field.name].push_back(value);
      const std::string message = MessageFor(request);
      EXPECT_TRUE(BeginsWithPath(message, field.path + "[1]")) << field.path << ": " << message;
    }
  }
}

TEST_P(Strictness, RefusesStrangeFields) {
  Json request = ExampleRequest(GetParam());
  request["Input"]["Zzzzzzzzzzzz"] = 1;
  EXPECT_TRUE(MessageFor(request).starts_with("Input.Zzzzzzzzzzzz is not a field here, expected "))
      << MessageFor(request);
}

INSTANTIATE_TEST_SUITE_P(Operations, Strictness, testing::ValuesIn(Operations()),
                         [](const auto& parameter) { return parameter.param; });

TEST(StrictnessTest, KnowsTheSameOperationsAsTheApi) {
  for (const std::string_view name : OperationNames()) {
    EXPECT_TRUE(ApiShapes().contains(name)) << name;
  }
  EXPECT_EQ(OperationNames().size(), ApiShapes().size());
}

}  // namespace
}  // namespace grantledger::tools
