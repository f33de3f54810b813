#include "scenario.h"

#include <map>
#include <utility>

#include "normal_form.h"

namespace grantledger::model {

namespace {

constexpr Millis kStart = 20455 * kDay;  // 2026-01-02T00:00:00Z
constexpr std::size_t kAccountAt = 25;   // after "arn:aws:license-manager::"

}  // namespace

Scenario::Scenario(const EngineOptions& options)
    : harness_(NewEngine(options), options), time_(kStart) {}

Json Scenario::Request(const std::string& operation, const std::string& caller, Json input) const {
  return {
      {"Operation", operation}, {"Caller", caller}, {"Time", Now()}, {"Input", std::move(input)}};
}

Json Scenario::Execute(const Json& request) {
  const auto mismatch = harness_.Compare(request);
  EXPECT_FALSE(mismatch.has_value()) << mismatch->ToString();
  return harness_.answer();
}

Json Scenario::Do(const std::string& operation, const std::string& caller, Json input) {
  time_ += kSecond;
  const Json request = Request(operation, caller, std::move(input));
  Json answer = Execute(request);
  EXPECT_TRUE(answer.contains("Output")) << request.dump() << "\n" << answer.dump();
  return answer.value("Output", Json());
}

std::string Scenario::Refused(const std::string& operation, const std::string& caller, Json input) {
  time_ += kSecond;
  const Json answer = Execute(Request(operation, caller, std::move(input)));
  return answer.contains("Error") ? answer.at("Error").at("Code").get<std::string>() : "succeeded";
}

Json Scenario::OneByOne(const std::string& operation, const std::string& caller, Json input) {
  input["MaxResults"] = 1;
  Json rows = Json::array();
  while (true) {
    const Json page = Do(operation, caller, input);
    const Json& row = page.at(ListField(operation));
    rows.insert(rows.end(), row.begin(), row.end());
    EXPECT_TRUE(row.size() <= 1 || harness_.engine() == nullptr);  // the model has no pages
    if (!page.contains("NextToken")) return rows;
    input["NextToken"] = page["NextToken"];
  }
}

Json Scenario::DoAsOf(const Json& moment, const std::string& operation, const std::string& caller,
                      const Json& input) {
  if (harness_.engine() == nullptr) return nullptr;  // the model has no past of its own
  Json request = Request(operation, caller, input);
  request["AsOf"] = moment;
  return harness_.engine()->Execute(request).value("Output", Json());
}

std::string Scenario::RefusedAsOf(const Json& moment, const std::string& operation,
                                  const std::string& caller, const Json& input) {
  Json request = Request(operation, caller, input);
  request["AsOf"] = moment;
  const Json answer = harness_.engine()->Execute(request);
  return answer.contains("Error") ? answer.at("Error").at("Code").get<std::string>() : "succeeded";
}

std::string Scenario::NewOrganization(const std::string& management, const std::string& features) {
  return Do("CreateOrganization", management, {{"FeatureSet", features}})["Organization"]["Id"];
}

std::string Scenario::RootOf(const std::string& management) {
  return Do("ListRoots", management)["Roots"][0]["Id"];
}

std::string Scenario::NewUnit(const std::string& management, const std::string& parent,
                              const std::string& name) {
  return Do("CreateOrganizationalUnit", management,
            {{"ParentId", parent}, {"Name", name}})["OrganizationalUnit"]["Id"];
}

void Scenario::Link(const std::string& management, bool linked) {
  Do("UpdateServiceSettings", management,
     {{"OrganizationConfiguration", {{"EnableIntegration", linked}}}});
}

void Scenario::NewAccount(const std::string& management, const std::string& account) {
  Do("CreateAccount", management,
     {{"AccountId", account}, {"Email", "x@example.com"}, {"AccountName", "x"}});
}

void Scenario::Invite(const std::string& management, const std::string& account) {
  const Json invited = Do("InviteAccountToOrganization", management,
                          {{"Target", {{"Id", account}, {"Type", "ACCOUNT"}}}});
  Do("AcceptHandshake", account, {{"HandshakeId", invited["Handshake"]["Id"]}});
}

void Scenario::Move(const std::string& management, const std::string& account,
                    const std::string& destination) {
  const Json parents = Do("ListParents", management, {{"ChildId", account}});
  Do("MoveAccount", management,
     {{"AccountId", account},
      {"SourceParentId", parents["Parents"][0]["Id"]},
      {"DestinationParentId", destination}});
}

void Scenario::Delegate(const std::string& management, const std::string& account) {
  Do("RegisterDelegatedAdministrator", management,
     {{"AccountId", account}, {"ServicePrincipal", "license-manager.amazonaws.com"}});
}

std::string Scenario::OrganizationPrincipal(const std::string& management) {
  return Do("DescribeOrganization", management)["Organization"]["Arn"];
}

std::string Scenario::UnitPrincipal(const std::string& management, const std::string& unit) {
  const std::string id = Do("DescribeOrganization", management)["Organization"]["Id"];
  return "arn:aws:organizations::" + management + ":ou/" + id + "/" + unit;
}

Json Scenario::LicenseTerms(const std::string& issuer_name) {
  return {{"LicenseName", "name"},
          {"ProductName", "product"},
          {"Issuer", {{"Name", issuer_name}}},
          {"HomeRegion", "us-east-1"},
          {"Validity", {{"Begin", "2026-01-01T00:00:00Z"}}},
          {"Entitlements", Json::array({{{"Name", "seats"}, {"Unit", "Count"}}})},
          {"ConsumptionConfiguration", {{"RenewType", "None"}}}};
}

std::string Scenario::NewLicense(const std::string& issuer, const std::string& sku,
                                 const std::string& issuer_name) {
  Json input = LicenseTerms(issuer_name);
  input["ClientToken"] = NewToken();
  input["ProductSKU"] = sku;
  input["Beneficiary"] = "acme";
  return Do("CreateLicense", issuer, input)["LicenseArn"];
}

void Scenario::SetLicenseStatus(const std::string& license, const std::string& status) {
  const std::string issuer = OwnerOf(license);
  const Json now = Do("GetLicense", issuer, {{"LicenseArn", license}});
  Json input = LicenseTerms(now["License"]["Issuer"]["Name"]);
  input["ClientToken"] = NewToken();
  input["LicenseArn"] = license;
  input["Status"] = status;
  Do("CreateLicenseVersion", issuer, input);
}

Json Scenario::GrantInput(const std::string& license, const std::string& principal,
                          Json operations) {
  return {{"ClientToken", NewToken()},
          {"LicenseArn", license},
          {"Principals", Json::array({principal})},
          {"GrantName", "grant"},
          {"HomeRegion", "us-east-1"},
          {"AllowedOperations", std::move(operations)}};
}

std::string Scenario::Give(const std::string& grantor, const std::string& license,
                           const std::string& principal, Json operations) {
  return Do("CreateGrant", grantor, GrantInput(license, principal, std::move(operations)))
      .value("GrantArn", "");
}

std::string Scenario::GiveAccepted(const std::string& grantor, const std::string& license,
                                   const std::string& grantee, Json operations) {
  const std::string grant =
      Give(grantor, license, AccountPrincipal(grantee), std::move(operations));
  if (Status(grant) == "PENDING_ACCEPT") Accept(grantee, grant);
  return grant;
}

Json Scenario::Change(const std::string& caller, const std::string& grant, Json fields) {
  fields["GrantArn"] = grant;
  fields["ClientToken"] = NewToken();
  return Do("CreateGrantVersion", caller, std::move(fields));
}

std::string Scenario::ChangeRefused(const std::string& caller, const std::string& grant,
                                    Json fields) {
  fields["GrantArn"] = grant;
  fields["ClientToken"] = NewToken();
  return Refused("CreateGrantVersion", caller, std::move(fields));
}

void Scenario::Activate(const std::string& caller, const std::string& grant, const Json& options) {
  Json fields = {{"Status", "ACTIVE"}};
  if (!options.is_null()) fields["Options"] = options;
  Change(caller, grant, fields);
}

void Scenario::Disable(const std::string& caller, const std::string& grant) {
  Change(caller, grant, {{"Status", "DISABLED"}});
}

void Scenario::Accept(const std::string& caller, const std::string& grant) {
  Do("AcceptGrant", caller, {{"GrantArn", grant}});
}

void Scenario::Delete(const std::string& caller, const std::string& grant) {
  Do("DeleteGrant", caller, {{"GrantArn", grant}, {"Version", VersionOf(grant)}});
}

Json Scenario::Get(const std::string& grant) {
  return Do("GetGrant", OwnerOf(grant), {{"GrantArn", grant}}).value("Grant", Json::object());
}

std::string Scenario::Member(const std::string& distribution, const std::string& account) {
  const Json received = Do("ListReceivedGrants", account);
  for (const Json& grant : received["Grants"]) {
    if (grant["ParentArn"] == distribution) return grant["GrantArn"];
  }
  return "";
}

Json Scenario::LastEvent() {
  const Json events = Do("WatchGrants", kStranger, {{"FromLsn", LastLsn()}})["Events"];
  EXPECT_LE(events.size(), 1U);
  return events.empty() ? Json() : events[0];
}

Json Scenario::LastChanges() {
  return Do("ListGrantChanges", kStranger, {{"Lsn", LastLsn()}})["Changes"];
}

std::string OwnerOf(const std::string& arn) { return arn.substr(kAccountAt, 12); }

Strings Column(const Json& rows, const std::string& field) {
  Strings column;
  for (const Json& row : rows) column.push_back(row.at(field));
  return column;
}

Json ChangeOf(const std::string& grant, const std::string& principal, const std::string& from,
              const std::string& to, const std::string& reason) {
  Json change = {{"GrantArn", grant}, {"GranteePrincipalArn", principal}, {"To", to}};
  if (!from.empty()) change["From"] = from;
  if (!reason.empty()) change["StatusReason"] = reason;
  return change;
}

Json RowOf(const Json& rows, const std::string& grant) {
  for (const Json& row : rows) {
    if (row.at("GrantArn") == grant) return row;
  }
  return nullptr;
}

std::string Unknown(std::string arn) {
  arn.back() = arn.back() == '0' ? '1' : '0';
  return arn;
}

}  // namespace grantledger::model
