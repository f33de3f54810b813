// The Outputs of AWS Organizations to the letter.
#include <gtest/gtest.h>

#include "tools/json_output.h"

namespace grantledger::tools {
namespace {

const Time kJoined = *ParseTime("2026-01-02T03:04:05Z");

TEST(OrganizationsOutputTest, Organization) {
  const Organization organization{"o-1", "arn:o", FeatureSet::kConsolidatedBilling, "arn:m", "m"};
  const char* expected =
      R"({"Organization":{"Id":"o-1","Arn":"arn:o","FeatureSet":"CONSOLIDATED_BILLING",)"
      R"("MasterAccountArn":"arn:m","MasterAccountId":"m","AvailablePolicyTypes":[]}})";
  EXPECT_EQ(DumpLine(ToJson(WriteResponse(CreateOrganizationRequest::Response{organization}))),
            expected);
  EXPECT_EQ(DumpLine(ToJson(DescribeOrganizationRequest::Response{organization})), expected);
}

TEST(OrganizationsOutputTest, Units) {
  const OrganizationalUnit unit{"ou-1", "arn:u", "Sales"};
  EXPECT_EQ(DumpLine(ToJson(WriteResponse(CreateOrganizationalUnitRequest::Response{unit}))),
            R"({"OrganizationalUnit":{"Id":"ou-1","Arn":"arn:u","Name":"Sales"}})");
  EXPECT_EQ(DumpLine(ToJson(ListOrganizationalUnitsForParentRequest::Response{{unit}, "n"})),
            R"({"OrganizationalUnits":[{"Id":"ou-1","Arn":"arn:u","Name":"Sales"}],)"
            R"("NextToken":"n"})");
  EXPECT_EQ(DumpLine(ToJson(ListRootsRequest::Response{{{"r-1", "arn:r", "Root"}}, ""})),
            R"({"Roots":[{"Id":"r-1","Arn":"arn:r","Name":"Root","PolicyTypes":[]}]})");
}

TEST(OrganizationsOutputTest, Accounts) {
  EXPECT_EQ(DumpLine(ToJson(WriteResponse(
                CreateAccountRequest::Response{"car-1", "dev", "222233334444", kJoined}))),
            R"({"CreateAccountStatus":{"Id":"car-1","AccountName":"dev","State":"SUCCEEDED",)"
            R"("RequestedTimestamp":"2026-01-02T03:04:05Z",)"
            R"("CompletedTimestamp":"2026-01-02T03:04:05Z","AccountId":"222233334444"}})");
  const Account full{"1", "arn:a", "a@b.c", "dev", JoinedMethod::kCreated, kJoined};
  EXPECT_EQ(DumpLine(ToJson(DescribeAccountRequest::Response{full})),
            R"({"Account":{"Id":"1","Arn":"arn:a","Email":"a@b.c","Name":"dev","Status":"ACTIVE",)"
            R"("State":"ACTIVE","JoinedMethod":"CREATED",)"
            R"("JoinedTimestamp":"2026-01-02T03:04:05Z"}})");
  const Account bare{"1", "arn:a", "", "", JoinedMethod::kInvited, kJoined};
  EXPECT_EQ(DumpLine(ToJson(AccountPage{{bare}, "n"})),
            R"({"Accounts":[{"Id":"1","Arn":"arn:a","Status":"ACTIVE","State":"ACTIVE",)"
            R"("JoinedMethod":"INVITED","JoinedTimestamp":"2026-01-02T03:04:05Z"}],)"
            R"("NextToken":"n"})");
}

TEST(OrganizationsOutputTest, Handshakes) {
  Handshake handshake{"h-1", "arn:h", "o-1", "222233334444", "hello", false, kJoined, kJoined};
  EXPECT_EQ(
      DumpLine(ToJson(WriteResponse(InviteAccountToOrganizationRequest::Response{handshake}))),
      R"({"Handshake":{"Id":"h-1","Arn":"arn:h","Parties":[)"
      R"({"Id":"o-1","Type":"ORGANIZATION"},{"Id":"222233334444","Type":"ACCOUNT"}],)"
      R"("State":"OPEN","RequestedTimestamp":"2026-01-02T03:04:05Z",)"
      R"("ExpirationTimestamp":"2026-01-02T03:04:05Z","Action":"INVITE","Resources":[)"
      R"({"Value":"o-1","Type":"ORGANIZATION"},{"Value":"222233334444","Type":"ACCOUNT"},)"
      R"({"Value":"hello","Type":"NOTES"}]}})");
  handshake.accepted = true;
  handshake.notes.clear();
  EXPECT_EQ(ToJson(handshake)["State"], "ACCEPTED");
  EXPECT_EQ(ToJson(handshake)["Resources"].size(), 2U);
}

TEST(OrganizationsOutputTest, ParentsAndChildren) {
  EXPECT_EQ(DumpLine(ToJson(ListParentsRequest::Response{"r-1234"})),
            R"({"Parents":[{"Id":"r-1234","Type":"ROOT"}]})");
  EXPECT_EQ(DumpLine(ToJson(ListParentsRequest::Response{"ou-1"})),
            R"({"Parents":[{"Id":"ou-1","Type":"ORGANIZATIONAL_UNIT"}]})");
  EXPECT_EQ(DumpLine(ToJson(ListChildrenRequest::Response{{"1", "2"}, "n"}, ChildType::kAccount)),
            R"({"Children":[{"Id":"1","Type":"ACCOUNT"},{"Id":"2","Type":"ACCOUNT"}],)"
            R"("NextToken":"n"})");
  EXPECT_EQ(DumpLine(ToJson(ListChildrenRequest::Response{}, ChildType::kAccount)),
            R"({"Children":[]})");
}

TEST(OrganizationsOutputTest, SettingsAndNothing) {
  EXPECT_EQ(DumpLine(ToJson(GetServiceSettingsRequest::Response{true})),
            R"({"OrganizationConfiguration":{"EnableIntegration":true}})");
  EXPECT_EQ(DumpLine(ToJson(WriteResponse(EmptyResponse{}))), "{}");
}

}  // namespace
}  // namespace grantledger::tools
