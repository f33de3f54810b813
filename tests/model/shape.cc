#include "shape.h"

#include <map>
#include <set>

#include "principal.h"

namespace grantledger::model {

namespace {

constexpr std::size_t kLongestReason = 400;
constexpr std::size_t kMostOperations = 7;

const std::set<std::string> kOperationNames = {
    "CreateGrant",    "CheckoutLicense",          "CheckoutBorrowLicense",
    "CheckInLicense", "ExtendConsumptionLicense", "ListPurchasedLicenses",
    "CreateToken"};

// The fields that an operation requires.
const std::map<std::string, Strings>& RequiredFields() {
  static const Strings license = {
      "LicenseName", "ProductName",  "Issuer",      "HomeRegion",
      "Validity",    "Entitlements", "ClientToken", "ConsumptionConfiguration"};
  static const std::map<std::string, Strings> fields = [] {
    std::map<std::string, Strings> all = {
        {"CreateGrant",
         {"ClientToken", "GrantName", "LicenseArn", "Principals", "HomeRegion",
          "AllowedOperations"}},
        {"CreateGrantVersion", {"ClientToken", "GrantArn"}},
        {"AcceptGrant", {"GrantArn"}},
        {"RejectGrant", {"GrantArn"}},
        {"DeleteGrant", {"GrantArn", "Version"}},
        {"DeleteLicense", {"LicenseArn", "SourceVersion"}},
        {"CreateOrganizationalUnit", {"ParentId", "Name"}},
        {"DeleteOrganizationalUnit", {"OrganizationalUnitId"}},
        {"CreateAccount", {"Email", "AccountName"}},
        {"InviteAccountToOrganization", {"Target"}},
        {"AcceptHandshake", {"HandshakeId"}},
        {"MoveAccount", {"AccountId", "SourceParentId", "DestinationParentId"}},
        {"RemoveAccountFromOrganization", {"AccountId"}},
        {"RegisterDelegatedAdministrator", {"AccountId", "ServicePrincipal"}},
        {"DeregisterDelegatedAdministrator", {"AccountId", "ServicePrincipal"}},
        {"GetGrant", {"GrantArn"}},
        {"CountGrants", {"GrantArn"}},
        {"ListGrantVersions", {"GrantArn"}},
        {"PreviewGrantVersion", {"GrantArn"}},
        {"ListGrantChanges", {"Lsn"}},
        {"CheckEntitlement", {"AccountId", "ProductSKU", "IssuerName"}},
        {"ListReceivedGrantsForOrganization", {"LicenseArn"}},
        {"GetLicense", {"LicenseArn"}},
        {"ListLicenseVersions", {"LicenseArn"}},
        {"DescribeAccount", {"AccountId"}},
        {"ListAccountsForParent", {"ParentId"}},
        {"ListOrganizationalUnitsForParent", {"ParentId"}},
        {"ListChildren", {"ParentId", "ChildType"}},
        {"ListParents", {"ChildId"}},
    };
    all["CreateLicense"] = license;
    all["CreateLicense"].insert(all["CreateLicense"].end(), {"ProductSKU", "Beneficiary"});
    all["CreateLicenseVersion"] = license;
    all["CreateLicenseVersion"].insert(all["CreateLicenseVersion"].end(), {"LicenseArn", "Status"});
    return all;
  }();
  return fields;
}

// The names that the Filters of a list may have.
const std::map<std::string, std::set<std::string>>& FilterNames() {
  static const std::map<std::string, std::set<std::string>> names = {
      {"ListDistributedGrants",
       {"LicenseArn", "GrantStatus", "GranteePrincipalARN", "ProductSKU", "LicenseIssuerName"}},
      {"ListReceivedGrants",
       {"ProductSKU", "LicenseIssuerName", "LicenseArn", "GrantStatus", "GranterAccountId"}},
      {"ListReceivedGrantsForOrganization", {"ParentArn", "GranteePrincipalArn"}},
      {"ListLicenses", {"Beneficiary", "ProductSKU", "Fingerprint", "Status"}},
      {"ListReceivedLicenses",
       {"ProductSKU", "Status", "Fingerprint", "IssuerName", "Beneficiary"}},
      {"ListReceivedLicensesForOrganization", {"Beneficiary", "ProductSKU"}},
  };
  return names;
}

void Require(bool holds, const std::string& field) {
  if (!holds) RefuseArgument("bad " + field);
}

bool HasOneOf(const Json& input, const std::string& field, const std::set<std::string>& names) {
  return !input.contains(field) || names.count(input.at(field).get<std::string>()) != 0;
}

void CheckArns(const Json& input) {
  Require(!input.contains("GrantArn") || IsGrantArn(input.at("GrantArn")), "GrantArn");
  Require(!input.contains("LicenseArn") || IsLicenseArn(input.at("LicenseArn")), "LicenseArn");
  for (const Json& arn : input.value("GrantArns", Json::array())) {
    Require(IsGrantArn(arn), "GrantArns");
  }
  for (const Json& arn : input.value("LicenseArns", Json::array())) {
    Require(IsLicenseArn(arn), "LicenseArns");
  }
}

// What things are found by. JSON is UTF-8: of C1, in two bytes, the first is C2.
bool HasControlCharacters(const std::string& text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte < 0x20 || byte == 0x7F) return true;
    if (byte == 0xC2 && static_cast<unsigned char>(text[i + 1]) < 0xA0) return true;
  }
  return false;
}

void CheckKeyTexts(const std::string& operation, const Json& input) {
  Strings fields = {"ClientToken", "ProductSKU", "IssuerName"};
  if (operation == "CreateOrganizationalUnit") fields.push_back("Name");
  for (const std::string& field : fields) {
    if (!input.contains(field)) continue;
    const std::string text = input.at(field);
    Require(!text.empty() && !HasControlCharacters(text), field);
  }
  if (!input.contains("Issuer")) return;
  const std::string name = input.at("Issuer").value("Name", "");
  Require(!name.empty() && !HasControlCharacters(name), "Issuer.Name");
}

void CheckFilters(const std::string& operation, const Json& input) {
  std::set<std::string> seen;
  for (const Json& filter : input.value("Filters", Json::array())) {
    const std::string name = filter.at("Name");
    Require(FilterNames().at(operation).count(name) != 0, "filter " + name);
    Require(seen.insert(name).second, "filter " + name + ", given twice");
    Require(filter.at("Values").size() == 1, "values of " + name);
  }
}

void CheckOperations(const Json& input) {
  if (!input.contains("AllowedOperations")) return;
  const Json& operations = input.at("AllowedOperations");
  Require(!operations.empty() && operations.size() <= kMostOperations, "AllowedOperations");
  for (const Json& operation : operations) {
    Require(kOperationNames.count(operation.get<std::string>()) != 0, "AllowedOperations");
  }
}

void CheckReason(const Json& input) {
  Require(input.value("StatusReason", "").size() <= kLongestReason, "StatusReason");
}

void CheckGrantVersion(const Json& input) {
  const bool has_status = input.contains("Status");
  Require(has_status || input.contains("GrantName") || input.contains("AllowedOperations"),
          "input: nothing to change");
  Require(HasOneOf(input, "Status", {"ACTIVE", "DISABLED"}), "Status");
  Require(has_status || !input.contains("StatusReason"), "StatusReason without Status");
  if (!input.contains("Options")) return;
  Require(has_status && input.at("Status") == "ACTIVE", "Options without ACTIVE");
  if (input.at("Options").empty()) return;
  Require(HasOneOf(input.at("Options"), "ActivationOverrideBehavior",
                   {"DISTRIBUTED_GRANTS_ONLY", "ALL_GRANTS_PERMITTED_BY_ISSUER"}),
          "ActivationOverrideBehavior");
}

void CheckActivations(const Json& input) {
  Require(input.contains("AccountId") != input.contains("OrganizationId"),
          "input: AccountId or OrganizationId");
  Require(input.contains("ProductSKU") == input.contains("IssuerName"),
          "input: ProductSKU and IssuerName");
  Require(!input.contains("OrganizationId") || IsOrganizationId(input.at("OrganizationId")),
          "OrganizationId");
}

void CheckLsns(const Json& input) {
  for (const char* field : {"Lsn", "FromLsn"}) {
    Require(!input.contains(field) || input.at(field) >= 1, field);
  }
}

void CheckPrincipals(const Json& principals) {
  Require(principals.size() == 1, "Principals");
  Require(ParsePrincipal(principals.at(0)).has_value(), "Principals");
}

void CheckAccounts(const Json& input) {
  Require(!input.contains("AccountId") || IsAccountId(input.at("AccountId")), "AccountId");
  Require(HasOneOf(input, "ServicePrincipal", {"license-manager.amazonaws.com"}),
          "ServicePrincipal");
  Require(HasOneOf(input, "FeatureSet", {"ALL", "CONSOLIDATED_BILLING"}), "FeatureSet");
  Require(HasOneOf(input, "ChildType", {"ACCOUNT", "ORGANIZATIONAL_UNIT"}), "ChildType");
  if (!input.contains("Target")) return;
  Require(input.at("Target").value("Type", "") == "ACCOUNT", "Target.Type");
  Require(IsAccountId(input.at("Target").value("Id", "")), "Target.Id");
}

}  // namespace

void CheckShape(const std::string& operation, const Json& input) {
  const auto required = RequiredFields().find(operation);
  if (required != RequiredFields().end()) {
    for (const std::string& field : required->second) Require(input.contains(field), field);
  }
  CheckArns(input);
  CheckAccounts(input);
  CheckOperations(input);
  CheckReason(input);
  CheckKeyTexts(operation, input);
  if (operation == "CreateGrantVersion" || operation == "PreviewGrantVersion") {
    CheckGrantVersion(input);
  }
  if (operation == "PreviewGrantVersion") Require(!input.contains("ClientToken"), "ClientToken");
  if (operation == "ListActivations") CheckActivations(input);
  CheckLsns(input);
  if (operation == "CreateGrant") CheckPrincipals(input.at("Principals"));
  if (operation == "CreateLicenseVersion") {
    Require(HasOneOf(input, "Status", {"AVAILABLE", "DEACTIVATED", "SUSPENDED", "EXPIRED"}),
            "Status");
  }
  CheckFilters(operation, input);
  const int results = input.value("MaxResults", 100);
  Require(results >= 1 && results <= 100, "MaxResults");
}

}  // namespace grantledger::model
