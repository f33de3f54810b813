// The reads of grants.
#include <algorithm>
#include <functional>
#include <map>
#include <utility>

#include "membership.h"
#include "operations.h"
#include "principal.h"

namespace grantledger::model {

namespace {

using GrantTest = std::function<bool(const Grant&)>;

Json GrantJson(const Grant& grant, std::size_t version) {
  const GrantRecord& record = grant.versions[version - 1].record;
  Json json = {{"GrantArn", grant.arn},
               {"GrantName", record.name},
               {"ParentArn", grant.parent},
               {"LicenseArn", grant.license},
               {"GranteePrincipalArn", grant.principal},
               {"HomeRegion", grant.home_region},
               {"GrantStatus", record.status},
               {"Version", std::to_string(version)},
               {"GrantedOperations", record.operations}};
  if (!record.reason.empty()) json["StatusReason"] = record.reason;
  if (!record.options.is_null()) json["Options"] = record.options;
  return json;
}

Json CurrentJson(const Grant& grant) { return GrantJson(grant, grant.versions.size()); }

// The grant that the call names, which the caller may get.
const Grant& GrantToGet(const State& state, const Call& call, const Json& input) {
  const Grant& grant = state.TheGrant(input.at("GrantArn"));
  if (call.caller == grant.grantor || call.caller == grant.grantee) return grant;
  const Grant* distribution =
      grant.kind == GrantKind::kMember ? state.FindGrant(grant.parent) : &grant;
  if (!state.IsAdministrator(call.caller, distribution->organization)) {
    RefuseAccess(call.caller + " may not get " + grant.arn);
  }
  return grant;
}

bool IsNamed(const Json& input, const std::string& list, const std::string& arn) {
  if (!input.contains(list)) return true;
  const Json& names = input.at(list);
  return std::find(names.begin(), names.end(), Json(arn)) != names.end();
}

// What a filter of that name looks at.
std::string Filtered(const State& state, const Grant& grant, const std::string& name) {
  if (name == "LicenseArn") return grant.license;
  if (name == "GrantStatus") return grant.now.status;
  if (name == "GranteePrincipalARN" || name == "GranteePrincipalArn") return grant.principal;
  if (name == "ProductSKU") return state.TheLicense(grant.license).sku;
  if (name == "LicenseIssuerName") return state.TheLicense(grant.license).issuer_name;
  if (name == "GranterAccountId") return grant.grantor;
  return grant.parent;  // ParentArn
}

bool IsWanted(const State& state, const Grant& grant, const Json& input) {
  if (!IsNamed(input, "GrantArns", grant.arn)) return false;
  for (const Json& filter : input.value("Filters", Json::array())) {
    if (Filtered(state, grant, filter.at("Name")) != filter.at("Values").at(0)) return false;
  }
  return true;
}

Json Wanted(const State& state, const std::vector<const Grant*>& grants, const Json& input) {
  Json wanted = Json::array();
  for (const Grant* grant : grants) {
    if (IsWanted(state, *grant, input)) wanted.push_back(CurrentJson(*grant));
  }
  return wanted;
}

bool IsOfProduct(const License& license, const Json& input) {
  return !input.contains("ProductSKU") ||
         (license.sku == input.at("ProductSKU") && license.issuer_name == input.at("IssuerName"));
}

bool IsEntitling(const State& state, const Grant& grant, const Call& call, const Json& input) {
  const License& license = state.TheLicense(grant.license);
  const Json& validity = license.versions.back().at("Validity");
  return grant.now.status == "ACTIVE" && IsOfProduct(license, input) &&
         license.Status() == "AVAILABLE" &&
         *ParseIsoTime(validity.at("Begin").get<std::string>()) <= call.moment &&
         (!validity.contains("End") ||
          call.moment <= *ParseIsoTime(validity.at("End").get<std::string>()));
}

bool MayReadAccount(const State& state, const std::string& caller, const std::string& account) {
  const Organization* organization = state.OrganizationOf(account);
  return caller == account ||
         (organization != nullptr && state.IsAdministrator(caller, organization->id));
}

// The accounts that ListActivations is asked about.
Strings AccountsToTellOf(const State& state, const Call& call, const Json& input) {
  if (input.contains("AccountId")) {
    const std::string account = input.at("AccountId");
    if (MayReadAccount(state, call.caller, account)) return {account};
    RefuseAccess(call.caller + " may not ask about " + account);
  }
  const std::string organization = input.at("OrganizationId");
  if (state.FindOrganization(organization) == nullptr) RefuseNotFound("no " + organization);
  if (state.IsAdministrator(call.caller, organization)) return AccountsOf(state, organization);
  RefuseAccess(call.caller + " may not ask about " + organization);
}

}  // namespace

std::vector<const Grant*> GrantsReceivedBy(const State& state, const std::string& account) {
  std::vector<const Grant*> received;
  for (const Grant& grant : state.grants) {
    if (grant.kind != GrantKind::kDistribution && grant.grantee == account) {
      received.push_back(&grant);
    }
  }
  std::stable_sort(received.begin(), received.end(),
                   [](const Grant* a, const Grant* b) { return a->created_lsn < b->created_lsn; });
  return received;
}

Strings AccountsOf(const State& state, const std::string& organization) {
  Strings accounts;
  for (const Account& account : state.accounts) {
    if (account.organization == organization) accounts.push_back(account.id);
  }
  return accounts;
}

Json GetGrant(const State& state, const Call& call, const Json& input) {
  const Grant& grant = GrantToGet(state, call, input);
  if (!input.contains("Version")) return {{"Grant", CurrentJson(grant)}};
  for (std::size_t version = 1; version <= grant.versions.size(); ++version) {
    if (input.at("Version") == std::to_string(version) &&
        state.KeepsVersion(grant.LsnAfter(version))) {
      return {{"Grant", GrantJson(grant, version)}};
    }
  }
  RefuseNotFound("no such version");
}

Json ListDistributedGrants(const State& state, const Call& call, const Json& input) {
  std::vector<const Grant*> grants;
  for (const Grant& grant : state.grants) {
    if (grant.grantor != call.caller || grant.kind == GrantKind::kMember) continue;
    grants.push_back(&grant);
    if (grant.kind == GrantKind::kDirect) continue;
    for (const Grant* member : MembersOf(state, grant)) grants.push_back(member);
  }
  return {{"Grants", Wanted(state, grants, input)}};
}

Json ListReceivedGrants(const State& state, const Call& call, const Json& input) {
  return {{"Grants", Wanted(state, GrantsReceivedBy(state, call.caller), input)}};
}

Json ListReceivedGrantsForOrganization(const State& state, const Call& call, const Json& input) {
  const License& license = state.TheLicense(input.at("LicenseArn"));
  const Organization* organization = state.OrganizationOf(call.caller);
  if (organization == nullptr || !state.IsAdministrator(call.caller, organization->id)) {
    RefuseAccess(call.caller + " is no administrator");
  }
  std::vector<const Grant*> grants;
  for (const std::string& account : AccountsOf(state, organization->id)) {
    for (const Grant* grant : GrantsReceivedBy(state, account)) {
      if (grant->license == license.arn) grants.push_back(grant);
    }
  }
  return {{"Grants", Wanted(state, grants, input)}};
}

Json CheckEntitlement(const State& state, const Call& call, const Json& input) {
  const std::string account = input.at("AccountId");
  if (!MayReadAccount(state, call.caller, account)) {
    RefuseAccess(call.caller + " may not ask about " + account);
  }
  Json grants = Json::array();
  for (const Grant* grant : GrantsReceivedBy(state, account)) {
    if (IsEntitling(state, *grant, call, input)) grants.push_back(CurrentJson(*grant));
  }
  return {{"Entitled", !grants.empty()}, {"Grants", grants}};
}

Json CountGrants(const State& state, const Call& call, const Json& input) {
  const Grant& distribution = GrantToGet(state, call, input);
  if (distribution.kind != GrantKind::kDistribution) RefuseArgument("not a distribution");
  std::map<std::string, int> counts;
  for (const Grant* member : MembersOf(state, distribution)) ++counts[member->now.status];
  return {{"Counts", Json(counts)}};
}

Json ListGrantVersions(const State& state, const Call& call, const Json& input) {
  const Grant& grant = GrantToGet(state, call, input);
  Json versions = Json::array();
  for (std::size_t version = 1; version <= grant.versions.size(); ++version) {
    if (!state.KeepsVersion(grant.LsnAfter(version))) continue;
    const GrantVersion& one = grant.versions[version - 1];
    versions.push_back({{"Version", std::to_string(version)},
                        {"Lsn", one.lsn},
                        {"Time", FormatIsoTime(one.time)},
                        {"Operation", one.operation},
                        {"Caller", one.caller},
                        {"Grant", GrantJson(grant, version)}});
  }
  return {{"Versions", versions}};
}

Json ListActivations(const State& state, const Call& call, const Json& input) {
  Json grants = Json::array();
  for (const std::string& account : AccountsToTellOf(state, call, input)) {
    for (const Grant* grant : GrantsReceivedBy(state, account)) {
      const bool is_wanted = IsOfProduct(state.TheLicense(grant->license), input);
      if (is_wanted && grant->now.status == "ACTIVE") grants.push_back(CurrentJson(*grant));
    }
  }
  return {{"Grants", grants}};
}

}  // namespace grantledger::model
