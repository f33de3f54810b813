// What stands around an Input, the values that arrive in the engine's structs, and the words of the
// refusals.
#include "tools/json_request.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/tools/api_example.h"

namespace grantledger::tools {
namespace {

std::string Refusal(std::string_view text) {
  const Result<Json> json = ParseJson(text);
  if (!json) return json.error().message();
  const Result<Request> result = ParseRequest(*json);
  return result ? "" : result.error().message();
}

template <typename T>
T WriteOf(std::string_view text) {
  const Result<Request> result = ParseRequest(*ParseJson(text));
  if (!result) ADD_FAILURE() << result.error().message();
  return std::get<T>(std::get<Write>(*result).request);
}

Call CallOf(std::string_view text) {
  const Result<Request> result = ParseRequest(*ParseJson(text));
  if (!result) ADD_FAILURE() << result.error().message();
  return std::visit([](const auto& request) { return request.call; }, *result);
}

constexpr std::string_view kList =
    R"({"Operation":"ListAccounts","Caller":"000000000001","Input":{}})";

TEST(RequestTest, ReadsCallerTimeAndMoment) {
  EXPECT_EQ(CallOf(kList).caller, AccountId(1));
  EXPECT_FALSE(CallOf(kList).time || CallOf(kList).as_of);
  const Call call = CallOf(R"({"Operation":"ListRoots","Caller":"111122223333","Input":{},
                               "Time":"2026-01-02T03:04:05.678Z","AsOf":17})");
  EXPECT_EQ(FormatTime(*call.time), "2026-01-02T03:04:05.678Z");
  EXPECT_EQ(call.as_of, Moment(Lsn{17}));
  const Call at = CallOf(R"({"Operation":"ListRoots","Caller":"111122223333","Input":{},
                             "AsOf":"2026-01-02T03:04:05+01:00"})");
  EXPECT_EQ(FormatTime(std::get<Time>(*at.as_of)), "2026-01-02T02:04:05Z");
}

TEST(RequestTest, ReadsEveryFieldOfAGrantVersion) {
  const auto request = WriteOf<CreateGrantVersionRequest>(
      R"({"Operation":"CreateGrantVersion","Caller":"111122223333","Input":{"ClientToken":"t",
          "GrantArn":"a","GrantName":"n","AllowedOperations":["CreateToken","CreateGrant"],
          "Status":"ACTIVE","StatusReason":"r","SourceVersion":"3",
          "Options":{"ActivationOverrideBehavior":"ALL_GRANTS_PERMITTED_BY_ISSUER"}}})");
  EXPECT_EQ(request.client_token, "t");
  EXPECT_EQ(request.grant_arn, "a");
  EXPECT_EQ(request.grant_name, "n");
  EXPECT_EQ(request.allowed_operations,
            (GrantOperations{GrantOperation::kCreateToken, GrantOperation::kCreateGrant}));
  EXPECT_EQ(request.status, GrantStatus::kActive);
  EXPECT_EQ(request.status_reason, "r");
  EXPECT_EQ(request.source_version, "3");
  EXPECT_EQ(request.options->activation_override_behavior,
            ActivationOverrideBehavior::kAllGrantsPermittedByIssuer);
}

TEST(RequestTest, TellsLeftOutFromEmpty) {
  const auto request = WriteOf<CreateGrantVersionRequest>(
      R"({"Operation":"CreateGrantVersion","Caller":"111122223333","Input":{"ClientToken":"t",
          "GrantArn":"a","StatusReason":"","Options":{}}})");
  EXPECT_FALSE(request.grant_name || request.allowed_operations || request.status ||
               request.source_version);
  EXPECT_EQ(request.status_reason, "");
  ASSERT_TRUE(request.options.has_value());
  EXPECT_FALSE(request.options->activation_override_behavior);
}

TEST(RequestTest, ReadsTheTermsOfALicense) {
  const auto request = WriteOf<CreateLicenseRequest>(
      R"({"Operation":"CreateLicense","Caller":"111122223333","Input":{"LicenseName":"l",
          "ProductName":"p","ProductSKU":"sku","Issuer":{"Name":"i","SignKey":"k"},
          "HomeRegion":"us-east-1","Validity":{"Begin":"2026-01-01T00:00:00Z"},
          "Entitlements":[{"Name":"e","MaxCount":-9223372036854775808,"Overage":false,
                           "Unit":"Gigabytes/Second"}],
          "Beneficiary":"b","ConsumptionConfiguration":{"RenewType":"Weekly",
          "ProvisionalConfiguration":{"MaxTimeToLiveInMinutes":2147483647},
          "BorrowConfiguration":{"AllowEarlyCheckIn":true,"MaxTimeToLiveInMinutes":5}},
          "LicenseMetadata":[{"Name":"n","Value":"v"}],"ClientToken":"t"}})");
  EXPECT_EQ(request.product_sku, "sku");
  EXPECT_EQ(request.terms.issuer.sign_key, "k");
  EXPECT_FALSE(request.terms.validity.end.has_value());
  ASSERT_EQ(request.terms.entitlements.size(), 1U);
  EXPECT_EQ(request.terms.entitlements[0].max_count, INT64_MIN);
  EXPECT_EQ(request.terms.entitlements[0].overage, false);
  EXPECT_EQ(request.terms.entitlements[0].unit, "Gigabytes/Second");
  EXPECT_FALSE(request.terms.entitlements[0].allow_check_in.has_value());
  const ConsumptionConfiguration& consumption = request.terms.consumption_configuration;
  EXPECT_EQ(consumption.renew_type, RenewType::kWeekly);
  EXPECT_EQ(consumption.provisional_configuration->max_time_to_live_in_minutes, 2147483647);
  EXPECT_TRUE(consumption.borrow_configuration->allow_early_check_in);
  EXPECT_EQ(request.terms.license_metadata[0].value, "v");
}

TEST(RequestTest, ReadsTargetAndSettings) {
  const auto invite = WriteOf<InviteAccountToOrganizationRequest>(
      R"({"Operation":"InviteAccountToOrganization","Caller":"111122223333",
          "Input":{"Target":{"Id":"222233334444","Type":"ACCOUNT"},"Notes":"hello"}})");
  EXPECT_EQ(invite.target_id + invite.target_type + invite.notes, "222233334444ACCOUNThello");
  const auto settings = WriteOf<UpdateServiceSettingsRequest>(
      R"({"Operation":"UpdateServiceSettings","Caller":"111122223333",
          "Input":{"OrganizationConfiguration":{"EnableIntegration":false}}})");
  EXPECT_EQ(settings.enable_integration, false);
}

struct Case {
  std::string_view request;
  std::string_view message;
};

/// The name of the case in ctest's list.
void PrintTo(const Case& one, std::ostream* out) { *out << one.message; }

class RefusalTest : public testing::TestWithParam<Case> {};

TEST_P(RefusalTest, SaysWhatIsWrong) { EXPECT_EQ(Refusal(GetParam().request), GetParam().message); }

INSTANTIATE_TEST_SUITE_P(
    Envelopes, RefusalTest,
    testing::Values(
        Case{"[]", "the request is a list, expected an object"},
        Case{R"({"Operation":"ListRoot","Caller":"111122223333","Input":{}})",
             R"(Operation is "ListRoot", did you mean ListRoots?)"},
        Case{R"({"Operation":7,"Caller":"111122223333","Input":{}})",
             "Operation is the number 7, expected a string"},
        Case{R"({"Caller":"111122223333","Input":{}})", "Operation is missing, expected a string"},
        Case{R"({"Operation":"ListRoots","Input":{}})",
             "Caller is missing, expected a string of 12 digits, not all of them 0"},
        Case{R"({"Operation":"ListRoots","Caller":"12","Input":{}})",
             R"(Caller is "12", expected a string of 12 digits, not all of them 0)"},
        Case{
            R"({"Operation":"ListRoots","Caller":111122223333,"Input":{}})",
            "Caller is the number 111122223333, expected a string of 12 digits, not all of them 0"},
        Case{R"({"Operation":"ListRoots","Caller":"111122223333"})",
             "Input is missing, expected an object"},
        Case{R"({"Operation":"ListRoots","Caller":"111122223333","Input":null})",
             "Input is null, expected an object"},
        Case{R"({"Operation":"ListRoots","Caller":"111122223333","Inptu":{}})",
             "Inptu is not a field here, did you mean Input?"},
        Case{R"({"Operation":"ListRoots","Caller":"111122223333","Input":{},"Bind":{}})",
             "Bind is not a field here, expected one of Operation, Caller, Time, AsOf, Input"}));

INSTANTIATE_TEST_SUITE_P(
    Moments, RefusalTest,
    testing::Values(
        Case{R"({"Operation":"ListRoots","Caller":"111122223333","Input":{},"Time":"today"})",
             R"(Time is "today", expected a time like "2026-01-02T03:04:05Z")"},
        Case{R"({"Operation":"ListRoots","Caller":"111122223333","Input":{},"AsOf":-1})",
             R"(AsOf is -1, expected a log sequence number or a time like "2026-01-02T03:04:05Z")"},
        Case{R"({"Operation":"ListRoots","Caller":"111122223333","Input":{},"AsOf":"7"})",
             R"(AsOf is the string "7", expected a log sequence number or a time like )"
             R"("2026-01-02T03:04:05Z")"},
        Case{R"({"Operation":"LeaveOrganization","Caller":"111122223333","Input":{},"AsOf":7})",
             "AsOf is given, but LeaveOrganization writes, expected none: only a read answers from "
             "a moment of the past"}));

INSTANTIATE_TEST_SUITE_P(
    Types, RefusalTest,
    testing::Values(
        Case{R"({"Operation":"GetGrant","Caller":"111122223333",
                 "Input":{"GrantArn":"a","Version":2}})",
             "Input.Version is the number 2, expected a string"},
        Case{R"({"Operation":"ListRoots","Caller":"111122223333","Input":{"MaxResults":"5"}})",
             R"(Input.MaxResults is the string "5", expected an integer from 1 to 100)"},
        Case{R"({"Operation":"ListRoots","Caller":"111122223333","Input":{"NextToken":5}})",
             "Input.NextToken is the number 5, expected the NextToken of an answer, a string"},
        Case{R"({"Operation":"ListGrantChanges","Caller":"111122223333","Input":{"Lsn":"17"}})",
             R"(Input.Lsn is the string "17", expected a log sequence number like 17)"},
        Case{R"({"Operation":"CreateOrganization","Caller":"111122223333",
                 "Input":{"FeatureSet":1}})",
             "Input.FeatureSet is the number 1, expected a string"},
        Case{R"({"Operation":"UpdateServiceSettings","Caller":"111122223333",
                 "Input":{"OrganizationConfiguration":{"EnableIntegration":"true"}}})",
             R"(Input.OrganizationConfiguration.EnableIntegration is the string "true", expected )"
             "true or false"},
        Case{R"({"Operation":"ListRoots","Caller":"111122223333","Input":{},"Time":1767323045})",
             "Time is the number 1767323045, expected a time like \"2026-01-02T03:04:05Z\""},
        Case{R"({"Operation":"ListReceivedGrants","Caller":"111122223333",
                 "Input":{"GrantArns":"a"}})",
             R"(Input.GrantArns is the string "a", expected a list)"}));

INSTANTIATE_TEST_SUITE_P(
    Inputs, RefusalTest,
    testing::Values(
        Case{R"({"Operation":"ListRoots","Caller":"111122223333","Input":{"MaxResults":0}})",
             "Input.MaxResults is 0, expected an integer from 1 to 100"},
        Case{R"({"Operation":"ListRoots","Caller":"111122223333","Input":{"MaxResults":101}})",
             "Input.MaxResults is 101, expected an integer from 1 to 100"},
        Case{R"({"Operation":"ListRoots","Caller":"111122223333",
                 "Input":{"MaxResults":18446744073709551615}})",
             "Input.MaxResults is 18446744073709551615, expected an integer from 1 to 100"},
        Case{R"({"Operation":"LeaveOrganization","Caller":"111122223333","Input":{"Force":true}})",
             "Input.Force is not a field here, expected none"},
        Case{R"({"Operation":"ListChildren","Caller":"111122223333",
                 "Input":{"ParentId":"r-1234","ChildType":"ACOUNT"}})",
             R"(Input.ChildType is "ACOUNT", did you mean ACCOUNT?)"},
        Case{R"({"Operation":"ListParents","Caller":"111122223333",
                 "Input":{"ChildId":"222233334444","NextToken":"x"}})",
             R"(Input.NextToken is "x", expected none: the answer of ListParents is one page)"},
        Case{R"({"Operation":"ListReceivedGrants","Caller":"111122223333",
                 "Input":{"Filters":[{"Name":"LicenseArn","Value":["x"]}]}})",
             "Input.Filters[0].Value is not a field here, did you mean Input.Filters[0].Values?"}));

}  // namespace
}  // namespace grantledger::tools
