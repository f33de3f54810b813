#include "tools/json_api.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/tools/api_example.h"
#include "tests/tools/fake_ledger.h"

namespace grantledger::tools {
namespace {

using testing::ElementsAre;

Json UnitRequest(const std::string& name) {
  return {{"Operation", "CreateOrganizationalUnit"},
          {"Caller", "111122223333"},
          {"Input", {{"ParentId", "r-1234"}, {"Name", name}}}};
}

Json ListRoots() {
  return {{"Operation", "ListRoots"}, {"Caller", "111122223333"}, {"Input", Json::object()}};
}

class JsonApiTest : public testing::Test {
 protected:
  FakeLedger ledger_;
  JsonApi api_{ledger_};
};

TEST_F(JsonApiTest, AnswersWithOutputOrError) {
  EXPECT_EQ(api_.Execute(UnitRequest("Sales")).dump(),
            R"({"Output":{"OrganizationalUnit":{"Arn":"arn:ou-1","Id":"ou-1","Name":"Sales"}}})");
  EXPECT_EQ(api_.Execute(ExampleRequest("GetGrant")).dump(),
            R"({"Error":{"Code":"ResourceNotFoundException","Message":"not here"}})");
  EXPECT_EQ(api_.Execute(ExampleRequest("AcceptGrant")).dump(),
            R"({"Error":{"Code":"ValidationException","Message":"not now"}})");
  EXPECT_EQ(api_.Execute({{"Operation", "Fly"}})["Error"]["Code"], "ValidationException");
}

TEST_F(JsonApiTest, SendsEveryOperationToTheLedger) {
  for (const std::string_view name : OperationNames()) {
    const std::string operation(name);
    const Json answer = api_.Execute(ExampleRequest(operation));
    if (answer.contains("Output")) continue;
    EXPECT_THAT(answer["Error"]["Message"], testing::AnyOf("not here", "not now")) << operation;
  }
}

TEST_F(JsonApiTest, LetsNeighbouringWritesShareACommit) {
  const std::vector<Json> requests = {UnitRequest("a"), UnitRequest("b"), ListRoots(),
                                      ListRoots(),      UnitRequest("c"), Json(7),
                                      UnitRequest("d")};
  const std::vector<OrderedJson> answers = api_.ExecuteAll(requests);
  ASSERT_EQ(answers.size(), requests.size());
  EXPECT_THAT(ledger_.commits(), ElementsAre(2, 2));
  EXPECT_EQ(answers[1]["Output"]["OrganizationalUnit"]["Name"], "b");
  EXPECT_EQ(answers[2]["Output"]["Roots"][0]["Id"], "r-2");
  EXPECT_EQ(answers[3]["Output"]["Roots"][0]["Id"], "r-2");
  EXPECT_EQ(answers[4]["Output"]["OrganizationalUnit"]["Id"], "ou-3");
  EXPECT_EQ(answers[5]["Error"]["Message"], "the request is the number 7, expected an object");
  EXPECT_EQ(answers[6]["Output"]["OrganizationalUnit"]["Name"], "d");
}

TEST_F(JsonApiTest, DoesNotTouchTheLedgerForNothing) {
  EXPECT_TRUE(api_.ExecuteAll({}).empty());
  const std::vector<Json> wrong = {Json(7)};
  EXPECT_EQ(api_.ExecuteAll(wrong).size(), 1U);
  EXPECT_TRUE(ledger_.commits().empty());
}

}  // namespace
}  // namespace grantledger::tools
