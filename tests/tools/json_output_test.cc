// The Outputs to the letter.
#include "tools/json_output.h"

#include <gtest/gtest.h>

#include <memory>

namespace grantledger::tools {
namespace {

const Time kTime = *ParseTime("2026-01-02T03:04:05Z");

Grant DistributionOf(GrantState state) {
  GrantOrigin origin;
  origin.license_arn = "arn:l";
  origin.home_region = "us-east-1";
  origin.parent_arn = "arn:p";
  origin.grantor = AccountId(111122223333);
  origin.principal_arn = "arn:o";
  state.origin = std::make_shared<const GrantOrigin>(std::move(origin));
  return {.id = {1, 2},
          .grantee = {},
          .rival = {},
          .state = std::make_shared<const GrantState>(std::move(state))};
}

GrantState State() {
  GrantState state;
  state.name = "name";
  state.operations = {GrantOperation::kCreateGrant, GrantOperation::kCreateToken};
  state.status = GrantStatus::kWorkflowCompleted;
  state.version = 3;
  return state;
}

constexpr const char* kGrant =
    R"({"GrantArn":"arn:aws:license-manager::111122223333:grant:g-00000000000000010000000000000002",)"
    R"("GrantName":"name","ParentArn":"arn:p","LicenseArn":"arn:l","GranteePrincipalArn":"arn:o",)"
    R"("HomeRegion":"us-east-1","GrantStatus":"WORKFLOW_COMPLETED","Version":"3",)"
    R"("GrantedOperations":["CreateGrant","CreateToken"]})";

License FullLicense() {
  License license;
  license.license_arn = "arn:l";
  license.product_sku = "sku";
  license.beneficiary = "who";
  license.terms.license_name = "l";
  license.terms.product_name = "p";
  license.terms.issuer = {"i", "key"};
  license.terms.home_region = "us-east-1";
  license.terms.validity = {kTime, kTime + std::chrono::milliseconds(5)};
  license.terms.entitlements = {{"e", "v", 5, true, "Count", false}};
  license.terms.consumption_configuration = {RenewType::kMonthly, ProvisionalConfiguration{7},
                                             BorrowConfiguration{true, 8}};
  license.terms.license_metadata = {{"n", "v"}};
  license.key_fingerprint = "aws:1:i:issuer-fingerprint";
  license.create_time = kTime;
  license.version = "1";
  return license;
}

constexpr const char* kLicense =
    R"({"LicenseArn":"arn:l","LicenseName":"l","ProductName":"p","ProductSKU":"sku",)"
    R"("Issuer":{"Name":"i","SignKey":"key","KeyFingerprint":"aws:1:i:issuer-fingerprint"},)"
    R"("HomeRegion":"us-east-1","Status":"AVAILABLE",)"
    R"("Validity":{"Begin":"2026-01-02T03:04:05Z","End":"2026-01-02T03:04:05.005Z"},)"
    R"("Beneficiary":"who","Entitlements":[{"Name":"e","Value":"v","MaxCount":5,"Overage":true,)"
    R"("Unit":"Count","AllowCheckIn":false}],"ConsumptionConfiguration":{"RenewType":"Monthly",)"
    R"("ProvisionalConfiguration":{"MaxTimeToLiveInMinutes":7},"BorrowConfiguration":)"
    R"({"AllowEarlyCheckIn":true,"MaxTimeToLiveInMinutes":8}},)"
    R"("LicenseMetadata":[{"Name":"n","Value":"v"}],"CreateTime":"2026-01-02T03:04:05Z",)"
    R"("Version":"1"})";

std::string With(std::string_view before, std::string_view text, std::string_view after) {
  return std::string(before) + std::string(text) + std::string(after);
}

TEST(OutputTest, Grant) {
  EXPECT_EQ(DumpLine(ToJson(DistributionOf(State()))), kGrant);
  EXPECT_EQ(DumpLine(ToJson(GetGrantRequest::Response{DistributionOf(State())})),
            With(R"({"Grant":)", kGrant, "}"));
}

TEST(OutputTest, GrantWithReasonAndOptions) {
  GrantState state = State();
  state.reason_before = "because";
  state.activation_override_behavior = ActivationOverrideBehavior::kDistributedGrantsOnly;
  const OrderedJson json = ToJson(DistributionOf(std::move(state)));
  EXPECT_EQ(json["StatusReason"], "because");
  EXPECT_EQ(json["Options"].dump(), R"({"ActivationOverrideBehavior":"DISTRIBUTED_GRANTS_ONLY"})");
}

TEST(OutputTest, GrantPages) {
  EXPECT_EQ(DumpLine(ToJson(GrantPage{})), R"({"Grants":[]})");
  EXPECT_EQ(DumpLine(ToJson(GrantPage{{DistributionOf(State())}, "next"})),
            With(R"({"Grants":[)", kGrant, R"(],"NextToken":"next"})"));
  EXPECT_EQ(DumpLine(ToJson(CheckEntitlementRequest::Response{true, {DistributionOf(State())}})),
            With(R"({"Entitled":true,"Grants":[)", kGrant, "]}"));
  EXPECT_EQ(DumpLine(ToJson(CheckEntitlementRequest::Response{})),
            R"({"Entitled":false,"Grants":[]})");
}

TEST(OutputTest, GrantVersions) {
  ListGrantVersionsRequest::Response response;
  response.versions = {{9, kTime, "MoveAccount", AccountId(7), DistributionOf(State())}};
  response.next_token = "next";
  EXPECT_EQ(DumpLine(ToJson(response)),
            With(R"({"Versions":[{"Version":"3","Lsn":9,"Time":"2026-01-02T03:04:05Z",)"
                 R"("Operation":"MoveAccount","Caller":"000000000007","Grant":)",
                 kGrant, R"(}],"NextToken":"next"})"));
}

TEST(OutputTest, Counts) {
  EXPECT_EQ(DumpLine(ToJson(CountGrantsRequest::Response{})), R"({"Counts":{}})");
  EXPECT_EQ(DumpLine(ToJson(CountGrantsRequest::Response{
                {{GrantStatus::kActive, 12}, {GrantStatus::kDisabled, 1}}})),
            R"({"Counts":{"ACTIVE":12,"DISABLED":1}})");
}

TEST(OutputTest, AnswersToGrantWrites) {
  EXPECT_EQ(DumpLine(ToJson(WriteResponse(GrantResponse{"arn:g", GrantStatus::kDisabled, "2"}))),
            R"({"GrantArn":"arn:g","Status":"DISABLED","Version":"2"})");
}

TEST(OutputTest, License) {
  EXPECT_EQ(DumpLine(ToJson(FullLicense())), kLicense);
  EXPECT_EQ(DumpLine(ToJson(GetLicenseRequest::Response{FullLicense()})),
            With(R"({"License":)", kLicense, "}"));
  EXPECT_EQ(DumpLine(ToJson(LicensePage{{FullLicense()}, "next"})),
            With(R"({"Licenses":[)", kLicense, R"(],"NextToken":"next"})"));
}

TEST(OutputTest, LicenseLeavesOutWhatIsNotSet) {
  License license;
  license.terms.entitlements = {{"e", {}, {}, {}, "None", {}}};
  license.terms.validity.begin = kTime;
  const OrderedJson json = ToJson(license);
  EXPECT_EQ(json["Entitlements"].dump(), R"([{"Name":"e","Unit":"None"}])");
  EXPECT_EQ(json["Validity"].dump(), R"({"Begin":"2026-01-02T03:04:05Z"})");
  EXPECT_EQ(json["Issuer"].dump(), R"({"Name":""})");
  EXPECT_EQ(json["ConsumptionConfiguration"].dump(), "{}");
  EXPECT_EQ(json["LicenseMetadata"].dump(), "[]");
}

TEST(OutputTest, ReceivedLicenses) {
  GrantedLicense granted{FullLicense(), {GrantStatus::kActive, "why", {}}};
  OrderedJson json = ToJson(granted);
  EXPECT_EQ(json["ReceivedMetadata"].dump(),
            R"({"ReceivedStatus":"ACTIVE","ReceivedStatusReason":"why","AllowedOperations":[]})");
  json.erase("ReceivedMetadata");
  EXPECT_EQ(DumpLine(json), kLicense);
  granted.received_metadata = {GrantStatus::kPendingAccept, "", {GrantOperation::kCheckoutLicense}};
  EXPECT_EQ(ToJson(GrantedLicensePage{{granted}, ""})["Licenses"][0]["ReceivedMetadata"].dump(),
            R"({"ReceivedStatus":"PENDING_ACCEPT","AllowedOperations":["CheckoutLicense"]})");
}

TEST(OutputTest, AnswersToLicenseWrites) {
  EXPECT_EQ(
      DumpLine(ToJson(WriteResponse(LicenseResponse{"arn:l", LicenseStatus::kSuspended, "2"}))),
      R"({"LicenseArn":"arn:l","Status":"SUSPENDED","Version":"2"})");
  EXPECT_EQ(DumpLine(ToJson(
                WriteResponse(DeleteLicenseRequest::Response{LicenseStatus::kDeleted, kTime}))),
            R"({"Status":"DELETED","DeletionDate":"2026-01-02T03:04:05Z"})");
}

}  // namespace
}  // namespace grantledger::tools
