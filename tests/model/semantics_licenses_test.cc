// Sections 3, 5 and 6 of SEMANTICS.md: licenses.
#include "scenario.h"

namespace grantledger::model {
namespace {

class Section3Licenses : public Scenario {
 protected:
  Json VersionInput(const std::string& license, const std::string& status,
                    const std::string& issuer_name = "AWS/Marketplace") {
    Json input = LicenseTerms(issuer_name);
    input["ClientToken"] = NewToken();
    input["LicenseArn"] = license;
    input["Status"] = status;
    return input;
  }
};

TEST_F(Section3Licenses, CreateLicenseMakesVersion1Available) {
  Json input = LicenseTerms("Vendor");
  input["ClientToken"] = NewToken();
  input["ProductSKU"] = "sku";
  input["Beneficiary"] = "acme";
  const Json answer = Do("CreateLicense", kVendor, input);
  EXPECT_EQ(answer["Status"], "AVAILABLE");
  EXPECT_EQ(answer["Version"], "1");
  for (const auto& [field, value] : input.items()) {
    Json less = input;
    less.erase(field);
    EXPECT_EQ(Refused("CreateLicense", kVendor, less), kValidation) << field;
  }
}

TEST_F(Section3Licenses, ALicenseHasTheApisFieldsAndAFingerprint) {
  const std::string license = NewLicense(kVendor, "sku", "Vendor");
  const std::string created = Now();
  EXPECT_EQ(Do("GetLicense", kVendor, {{"LicenseArn", license}})["License"],
            Json({{"LicenseArn", license},
                  {"LicenseName", "name"},
                  {"ProductName", "product"},
                  {"ProductSKU", "sku"},
                  {"Issuer",
                   {{"Name", "Vendor"},
                    {"KeyFingerprint", "aws:111111111111:Vendor:issuer-fingerprint"}}},
                  {"HomeRegion", "us-east-1"},
                  {"Status", "AVAILABLE"},
                  {"Validity", {{"Begin", "2026-01-01T00:00:00Z"}}},
                  {"Beneficiary", "acme"},
                  {"Entitlements", Json::array({{{"Name", "seats"}, {"Unit", "Count"}}})},
                  {"ConsumptionConfiguration", {{"RenewType", "None"}}},
                  {"LicenseMetadata", Json::array()},
                  {"CreateTime", created},
                  {"Version", "1"}}));
}

TEST_F(Section3Licenses, CreateLicenseVersionByTheIssuerAccount) {
  const std::string license = NewLicense(kVendor);
  EXPECT_EQ(Refused("CreateLicenseVersion", kAda, VersionInput(license, "AVAILABLE")),
            kAccessDenied);
  EXPECT_EQ(Do("CreateLicenseVersion", kVendor, VersionInput(license, "SUSPENDED")),
            Json({{"LicenseArn", license}, {"Status", "SUSPENDED"}, {"Version", "2"}}));
}

TEST_F(Section3Licenses, CreateLicenseVersionStatesTheLicenseAnew) {
  const std::string license = NewLicense(kVendor);
  const Json input = VersionInput(license, "AVAILABLE");
  for (const auto& [field, value] : input.items()) {
    Json less = input;
    less.erase(field);
    EXPECT_EQ(Refused("CreateLicenseVersion", kVendor, less), kValidation) << field;
  }
  Json renamed = input;
  renamed["LicenseName"] = "renamed";
  Do("CreateLicenseVersion", kVendor, renamed);
  const Json now = Do("GetLicense", kVendor, {{"LicenseArn", license}})["License"];
  EXPECT_EQ(now["LicenseName"], "renamed");
  EXPECT_EQ(now["ProductSKU"], "sku");
}

TEST_F(Section3Licenses, TheIssuerNameNeverChanges) {
  const std::string license = NewLicense(kVendor);
  EXPECT_EQ(Refused("CreateLicenseVersion", kVendor, VersionInput(license, "AVAILABLE", "Other")),
            kValidation);
}

TEST_F(Section3Licenses, SourceVersionIsTheCurrentOne) {
  const std::string license = NewLicense(kVendor);
  Json input = VersionInput(license, "AVAILABLE");
  input["SourceVersion"] = "2";
  EXPECT_EQ(Refused("CreateLicenseVersion", kVendor, input), kValidation);
  input["SourceVersion"] = "1";
  Do("CreateLicenseVersion", kVendor, input);
}

TEST_F(Section3Licenses, AVersionsStatusIsNotDeleted) {
  const std::string license = NewLicense(kVendor);
  for (const char* status : {"DELETED", "PENDING_AVAILABLE", "PENDING_DELETE", "X"}) {
    EXPECT_EQ(Refused("CreateLicenseVersion", kVendor, VersionInput(license, status)), kValidation)
        << status;
  }
}

TEST_F(Section3Licenses, DeleteLicenseIsToDeletedAndNoVersionFollows) {
  const std::string license = NewLicense(kVendor);
  EXPECT_EQ(Refused("DeleteLicense", kVendor, {{"LicenseArn", license}}), kValidation);
  EXPECT_EQ(Refused("DeleteLicense", kVendor, {{"LicenseArn", license}, {"SourceVersion", "2"}}),
            kValidation);
  EXPECT_EQ(Refused("DeleteLicense", kAda, {{"LicenseArn", license}, {"SourceVersion", "1"}}),
            kAccessDenied);
  const Json deleted =
      Do("DeleteLicense", kVendor, {{"LicenseArn", license}, {"SourceVersion", "1"}});
  EXPECT_EQ(deleted, Json({{"Status", "DELETED"}, {"DeletionDate", Now()}}));
  EXPECT_EQ(Do("GetLicense", kVendor, {{"LicenseArn", license}})["License"]["Status"], "DELETED");
  EXPECT_EQ(Refused("CreateLicenseVersion", kVendor, VersionInput(license, "AVAILABLE")),
            kValidation);
}

TEST_F(Section3Licenses, WhenALicenseCeasesToBeAvailableNoGrantChanges) {
  const std::string license = NewLicense(kVendor);
  const std::string grant = GiveAccepted(kVendor, license, kAda);
  Activate(kAda, grant);
  SetLicenseStatus(license, "EXPIRED");
  EXPECT_EQ(Status(grant), "ACTIVE");
  EXPECT_EQ(VersionOf(grant), "3");
}

class Section5Licenses : public Scenario {};

TEST_F(Section5Licenses, GetLicenseForIssuerGranteesAndAdministratorsOfADistribution) {
  NewOrganization(kMgmt);
  NewAccount(kMgmt, kAda);
  NewAccount(kMgmt, kBob);
  Delegate(kMgmt, kBob);
  const std::string license = NewLicense(kBob);
  const Json input = {{"LicenseArn", license}};
  EXPECT_EQ(Refused("GetLicense", kMgmt, input), kAccessDenied);
  Give(kBob, license, OrganizationPrincipal(kMgmt));
  const std::string direct = Give(kBob, license, AccountPrincipal(kCarol));
  Do("RejectGrant", kCarol, {{"GrantArn", direct}});
  for (const std::string& caller : {kMgmt, kAda, kBob, kCarol}) Do("GetLicense", caller, input);
  EXPECT_EQ(Refused("GetLicense", kStranger, input), kAccessDenied);
  EXPECT_EQ(Refused("GetLicense", kBob, {{"LicenseArn", Unknown(license)}}), kNotFound);
}

TEST_F(Section5Licenses, GetLicenseWithAVersionGivesThatVersion) {
  const std::string license = NewLicense(kVendor);
  SetLicenseStatus(license, "SUSPENDED");
  const auto status = [&](const char* version) {
    return Do("GetLicense", kVendor,
              {{"LicenseArn", license}, {"Version", version}})["License"]["Status"];
  };
  EXPECT_EQ(status("1"), "AVAILABLE");
  EXPECT_EQ(status("2"), "SUSPENDED");
  EXPECT_EQ(Refused("GetLicense", kVendor, {{"LicenseArn", license}, {"Version", "3"}}), kNotFound);
}

TEST_F(Section5Licenses, ListLicenseVersionsAreAllOldestFirst) {
  const std::string license = NewLicense(kVendor);
  SetLicenseStatus(license, "SUSPENDED");
  Do("DeleteLicense", kVendor, {{"LicenseArn", license}, {"SourceVersion", "2"}});
  const Json versions = Do("ListLicenseVersions", kVendor, {{"LicenseArn", license}})["Licenses"];
  EXPECT_EQ(Column(versions, "Version"), (Strings{"1", "2", "3"}));
  EXPECT_EQ(Column(versions, "Status"), (Strings{"AVAILABLE", "SUSPENDED", "DELETED"}));
}

TEST_F(Section5Licenses, ListLicensesAreTheCallersInCreationOrderWithFilters) {
  const std::string first = NewLicense(kVendor, "b");
  const std::string second = NewLicense(kVendor, "a", "Vendor");
  NewLicense(kAda);
  const auto list = [&](const Json& input) {
    return Column(Do("ListLicenses", kVendor, input)["Licenses"], "LicenseArn");
  };
  const auto filtered = [&](const std::string& name, const std::string& value) {
    return list({{"Filters", Json::array({{{"Name", name}, {"Values", Json::array({value})}}})}});
  };
  EXPECT_EQ(list(Json::object()), (Strings{first, second}));
  EXPECT_EQ(filtered("ProductSKU", "a"), Strings{second});
  EXPECT_EQ(filtered("Beneficiary", "acme"), (Strings{first, second}));
  EXPECT_EQ(filtered("Status", "DELETED"), Strings{});
  EXPECT_EQ(filtered("Fingerprint", "aws:111111111111:Vendor:issuer-fingerprint"), Strings{second});
  EXPECT_EQ(list({{"LicenseArns", Json::array({second, Unknown(second)})}}), Strings{second});
}

TEST_F(Section5Licenses, ListReceivedLicensesHasOneRowALicenseTellingOfTheGrantThatGivesMost) {
  const std::string second = NewLicense(kBob, "two");
  const std::string first = NewLicense(kVendor, "one");
  Give(kVendor, first, AccountPrincipal(kAda), Json::array({"CreateToken"}));
  const std::string accepted = GiveAccepted(kVendor, first, kAda, Json::array({"CheckInLicense"}));
  Change(kAda, accepted, {{"Status", "DISABLED"}, {"StatusReason", "off"}});
  Give(kBob, second, AccountPrincipal(kAda), Json::array({"CreateToken"}));
  const Json rows = Do("ListReceivedLicenses", kAda)["Licenses"];
  EXPECT_EQ(Column(rows, "LicenseArn"), (Strings{second, first}));
  EXPECT_EQ(rows[0]["ReceivedMetadata"],
            Json({{"ReceivedStatus", "PENDING_ACCEPT"}, {"AllowedOperations", {"CreateToken"}}}));
  EXPECT_EQ(rows[1]["ReceivedMetadata"], Json({{"ReceivedStatus", "DISABLED"},
                                               {"ReceivedStatusReason", "off"},
                                               {"AllowedOperations", {"CheckInLicense"}}}));
}

TEST_F(Section5Licenses, OfEqualGrantsTheEarliestTells) {
  const std::string license = NewLicense(kVendor);
  Give(kVendor, license, AccountPrincipal(kAda), Json::array({"CreateToken"}));
  Give(kVendor, license, AccountPrincipal(kAda), Json::array({"CheckInLicense"}));
  EXPECT_EQ(
      Do("ListReceivedLicenses", kAda)["Licenses"][0]["ReceivedMetadata"]["AllowedOperations"],
      Json::array({"CreateToken"}));
}

TEST_F(Section5Licenses, ListReceivedLicensesForOrganizationIsForAdministrators) {
  NewOrganization(kMgmt);
  NewAccount(kMgmt, kAda);
  const std::string license = NewLicense(kVendor);
  Give(kVendor, license, AccountPrincipal(kAda));
  Give(kVendor, NewLicense(kVendor, "elsewhere"), AccountPrincipal(kStranger));
  const Json rows = Do("ListReceivedLicensesForOrganization", kMgmt)["Licenses"];
  EXPECT_EQ(Column(rows, "LicenseArn"), Strings{license});
  EXPECT_EQ(Refused("ListReceivedLicensesForOrganization", kAda), kAccessDenied);
}

}  // namespace
}  // namespace grantledger::model
