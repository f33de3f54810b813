// Reads of every kind.
#include <utility>

#include "chooser.h"
#include "operations.h"
#include "principal.h"

namespace grantledger::model {

namespace {

Json FilterOf(const std::string& name, const std::string& value) {
  return {{"Name", name}, {"Values", Json::array({value})}};
}

const Strings kStatuses = {"ACTIVE",   "DISABLED", "PENDING_ACCEPT",
                           "REJECTED", "DELETED",  "WORKFLOW_COMPLETED"};

}  // namespace

Json ReadChooser::Next() {
  Json request = Choose({
      {14, [this] { return OfGrant("GetGrant"); }},
      {10, [this] { return OfGrant("ListGrantVersions"); }},
      {8, [this] { return OfGrant("CountGrants"); }},
      {14, [this] { return Distributed(); }},
      {14, [this] { return Received(); }},
      {9, [this] { return ReceivedForOrganization(); }},
      {12, [this] { return Entitlement(); }},
      {24, [this] { return Preview(); }},
      {8, [this] { return Activations(); }},
      {8, [this] { return Events(); }},
      {10, [this] { return Changes(); }},
      {3, [this] { return OfLicense("GetLicense"); }},
      {2, [this] { return OfLicense("ListLicenseVersions"); }},
      {2, [this] { return Licenses("ListLicenses"); }},
      {6, [this] { return Licenses("ListReceivedLicenses"); }},
      {4, [this] { return Licenses("ListReceivedLicensesForOrganization"); }},
      {7, [this] { return OfOrganization(); }},
  });
  if (random_.Percent(8)) request["Caller"] = AnyAccount();
  if (random_.Percent(5)) Spoil(request["Input"]);
  return request;
}

Json ReadChooser::LongList() {
  return Choose({
      {3, [this] { return Distributed(); }},
      {2, [this] { return Received(); }},
      {3, [this] { return ReceivedForOrganization(); }},
      {1, [this] { return Licenses("ListReceivedLicenses"); }},
      {2, [this] { return Preview(); }},
      {1, [this] { return Activations(); }},
      {2, [this] { return Events(); }},
      {2, [this] { return Changes(); }},
      {1, [this] { return OfOrganization(); }},
  });
}

Json ReadChooser::OfGrant(const std::string& operation) {
  const bool counts = operation == "CountGrants" && random_.Percent(85);
  const Grant* grant = AnyGrantThat(
      [&](const Grant& one) { return !counts || one.kind == GrantKind::kDistribution; });
  if (grant == nullptr) return OfOrganization();
  Json input = {{"GrantArn", grant->arn}};
  if (random_.Percent(3)) input["GrantArn"] = Unknown(grant->arn);
  if (operation == "GetGrant" && random_.Percent(60)) {
    input["Version"] = std::to_string(1 + random_.Below(grant->versions.size() + 1));
  }
  return Request(operation, SomeoneConcerned(*grant), input);
}

Strings ReadChooser::Skus() { return {"sku-1", "sku-2", "sku-none"}; }

void ReadChooser::AddFilters(Json& input, std::vector<std::pair<std::string, Strings>> filters) {
  const std::size_t drawn = random_.Below(100);
  const std::size_t count = drawn < 45 ? 0 : (drawn < 85 ? 1 : 2);
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t index = random_.Below(filters.size());
    if (filters[index].second.empty()) continue;
    const auto& [name, values] = filters[index];
    input["Filters"].push_back(FilterOf(name, random_.Pick(values)));
    filters[index].second.clear();
  }
}

void ReadChooser::AddGrantArns(Json& input) {
  if (!random_.Percent(15) || state_.grants.empty()) return;
  for (std::size_t i = random_.Below(12); i < 12; ++i) {
    const std::string& arn = random_.Pick(state_.grants).arn;
    input["GrantArns"].push_back(random_.Percent(95) ? arn : Unknown(arn));
  }
}

Json ReadChooser::Distributed() {
  const Grant* grant = AnyGrant();
  if (grant == nullptr) return OfOrganization();
  Json input = Json::object();
  AddFilters(input, {{"LicenseArn", {AnyLicense()->arn, grant->license}},
                     {"GrantStatus", kStatuses},
                     {"GranteePrincipalARN", {grant->principal, AccountPrincipal(AnyAccount())}},
                     {"ProductSKU", Skus()},
                     {"LicenseIssuerName", {"AWS/Marketplace", "Vendor"}}});
  AddGrantArns(input);
  return Request("ListDistributedGrants", grant->grantor, input);
}

Json ReadChooser::Received() {
  const Grant* grant =
      AnyGrantThat([](const Grant& one) { return one.kind != GrantKind::kDistribution; });
  if (grant == nullptr) return OfOrganization();
  Json input = Json::object();
  AddFilters(input, {{"LicenseArn", {AnyLicense()->arn, grant->license}},
                     {"GrantStatus", kStatuses},
                     {"GranterAccountId", {grant->grantor, AnyAccount()}},
                     {"ProductSKU", Skus()},
                     {"LicenseIssuerName", {"AWS/Marketplace", "Vendor"}}});
  AddGrantArns(input);
  return Request("ListReceivedGrants", grant->grantee, input);
}

Json ReadChooser::ReceivedForOrganization() {
  const Organization* organization = AnyOrganization();
  const License* license = AnyLicense();
  const Grant* grant = AnyGrant();
  if (organization == nullptr || grant == nullptr) return OfOrganization();
  Json input = {{"LicenseArn", random_.Percent(98) ? license->arn : Unknown(license->arn)}};
  AddFilters(input, {{"ParentArn", {grant->arn, grant->parent}},
                     {"GranteePrincipalArn",
                      {grant->principal, AccountPrincipal(AnyMember(*organization))}}});
  return Request("ListReceivedGrantsForOrganization", Administrator(*organization), input);
}

Json ReadChooser::Entitlement() {
  const Grant* active = AnyGrantThat([](const Grant& one) { return one.now.status == "ACTIVE"; });
  const std::string account =
      active != nullptr && random_.Percent(70) ? active->grantee : AnyAccount();
  const Organization* organization = state_.OrganizationOf(account);
  const bool by_itself = organization == nullptr || random_.Percent(50);
  return Request("CheckEntitlement", by_itself ? account : Administrator(*organization),
                 {{"AccountId", account},
                  {"ProductSKU", random_.Pick(Skus())},
                  {"IssuerName", random_.Percent(75) ? "AWS/Marketplace" : "Vendor"}});
}

Json ReadChooser::OfLicense(const std::string& operation) {
  const License* license = AnyLicense();
  if (license == nullptr) return OfOrganization();
  Json input = {{"LicenseArn", random_.Percent(96) ? license->arn : Unknown(license->arn)}};
  if (operation == "GetLicense" && random_.Percent(60)) {
    input["Version"] = std::to_string(1 + random_.Below(license->versions.size() + 1));
  }
  const Grant* grant = AnyGrantThat([&](const Grant& one) { return one.license == license->arn; });
  const bool by_issuer = grant == nullptr || random_.Percent(30);
  return Request(operation, by_issuer ? license->issuer_account : SomeoneConcerned(*grant), input);
}

Json ReadChooser::Licenses(const std::string& operation) {
  const License* license = AnyLicense();
  const Grant* grant = AnyGrant();
  const Organization* organization = AnyOrganization();
  if (license == nullptr || grant == nullptr || organization == nullptr) return OfOrganization();
  Json input = Json::object();
  std::vector<std::pair<std::string, Strings>> filters = {{"ProductSKU", Skus()},
                                                          {"Beneficiary", {"acme", "umbrella"}}};
  if (operation == "ListReceivedLicensesForOrganization") {
    AddFilters(input, filters);
    return Request(operation, Administrator(*organization), input);
  }
  filters.push_back({"Status", {"AVAILABLE", "DEACTIVATED", "SUSPENDED", "DELETED"}});
  filters.push_back(
      {"Fingerprint",
       {"aws:" + license->issuer_account + ":" + license->issuer_name + ":issuer-fingerprint"}});
  if (operation == "ListReceivedLicenses") {
    filters.push_back({"IssuerName", {"AWS/Marketplace", "Vendor"}});
  }
  AddFilters(input, filters);
  if (random_.Percent(15)) input["LicenseArns"] = Json::array({license->arn, AnyLicense()->arn});
  const bool received = operation == "ListReceivedLicenses";
  const std::string grantee = grant->grantee.empty() ? AnyAccount() : grant->grantee;
  return Request(operation, received ? grantee : license->issuer_account, input);
}

Json ReadChooser::OfOrganization() {
  const Organization* organization = AnyOrganization();
  if (organization == nullptr) {
    return Request("DescribeOrganization", AnyAccount(), Json::object());
  }
  const std::string member = AnyMember(*organization);
  const std::string administrator = Administrator(*organization);
  const auto plain = [&](const std::string& operation) {
    return Request(operation, administrator, Json::object());
  };
  return Choose({
      {2, [&] { return Request("DescribeOrganization", member, Json::object()); }},
      {1, [&] { return plain("GetServiceSettings"); }},
      {1, [&] { return plain("ListRoots"); }},
      {2, [&] { return plain("ListAccounts"); }},
      {2,
       [&] {
         return Request("DescribeAccount", administrator, {{"AccountId", member}});
       }},
      {2,
       [&] {
         return Request("ListParents", administrator, {{"ChildId", member}});
       }},
      {2, [&] { return OfPlace("ListAccountsForParent"); }},
      {2, [&] { return OfPlace("ListOrganizationalUnitsForParent"); }},
      {2, [&] { return OfPlace("ListChildren"); }},
      {1, [&] { return OfPlace("ListParents"); }},
  });
}

Json ReadChooser::OfPlace(const std::string& operation) {
  const Organization& organization = *AnyOrganization();
  const std::string place = AnyPlace(organization);
  if (operation == "ListParents") {
    const bool is_unit = place != organization.root;
    return Request(operation, Administrator(organization),
                   {{"ChildId", is_unit ? place : organization.management}});
  }
  Json input = {{"ParentId", place}};
  if (operation == "ListChildren") {
    input["ChildType"] = random_.Percent(50) ? "ACCOUNT" : "ORGANIZATIONAL_UNIT";
  }
  return Request(operation, Administrator(organization), input);
}

void ReadChooser::Spoil(Json& input) {
  if (!input.contains("Filters")) return;
  switch (random_.Below(5)) {
    case 0:
      input["Filters"].push_back(FilterOf("Nonsense", "1"));
      break;
    case 1:
      input["Filters"].push_back(input["Filters"][0]);
      break;
    case 2:
      input["Filters"][0]["Values"].push_back("another");
      break;
    case 3:
      input["Filters"][0]["Values"][0] = "no such value";
      break;
    default:
      input["MaxResults"] = random_.Percent(50) ? 0 : 101;
  }
}

}  // namespace grantledger::model
