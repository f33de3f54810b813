// The reads of licenses.
#include <algorithm>
#include <map>

#include "operations.h"

namespace grantledger::model {

namespace {

// What a status gives: the first is the most.
int RankOf(const std::string& status) {
  static const Strings order = {"ACTIVE", "DISABLED", "PENDING_ACCEPT", "REJECTED", "DELETED"};
  return static_cast<int>(std::find(order.begin(), order.end(), status) - order.begin());
}

bool MayRead(const State& state, const std::string& caller, const License& license) {
  if (license.issuer_account == caller) return true;
  return std::any_of(state.grants.begin(), state.grants.end(), [&](const Grant& grant) {
    if (grant.license != license.arn) return false;
    return grant.grantee == caller || (grant.kind == GrantKind::kDistribution &&
                                       state.IsAdministrator(caller, grant.organization));
  });
}

const License& LicenseToGet(const State& state, const Call& call, const Json& input) {
  const License& license = state.TheLicense(input.at("LicenseArn"));
  if (!MayRead(state, call.caller, license)) RefuseAccess(call.caller + " has no grant of it");
  return license;
}

std::vector<Json> KeptVersions(const State& state, const License& license) {
  std::vector<Json> kept;
  for (std::size_t i = 0; i < license.versions.size(); ++i) {
    const bool is_last = i + 1 == license.versions.size();
    if (state.KeepsVersion(is_last ? 0 : license.version_lsns[i + 1])) {
      kept.push_back(license.versions[i]);
    }
  }
  return kept;
}

std::string Filtered(const License& license, const std::string& name) {
  if (name == "Beneficiary") return license.beneficiary;
  if (name == "ProductSKU") return license.sku;
  if (name == "IssuerName") return license.issuer_name;
  if (name == "Status") return license.Status();
  return license.versions.back().at("Issuer").at("KeyFingerprint");  // Fingerprint
}

bool IsWanted(const License& license, const Json& input) {
  if (input.contains("LicenseArns")) {
    const Json& arns = input.at("LicenseArns");
    if (std::find(arns.begin(), arns.end(), Json(license.arn)) == arns.end()) return false;
  }
  for (const Json& filter : input.value("Filters", Json::array())) {
    if (Filtered(license, filter.at("Name")) != filter.at("Values").at(0)) return false;
  }
  return true;
}

Json Metadata(const Grant& grant) {
  Json metadata = {{"ReceivedStatus", grant.now.status},
                   {"AllowedOperations", grant.now.operations}};
  if (!grant.now.reason.empty()) metadata["ReceivedStatusReason"] = grant.now.reason;
  return metadata;
}

// One row a license: the grant of `grants` that gives most, the first of equals.
Json GrantedLicenses(const State& state, const std::vector<const Grant*>& grants,
                     const Json& input) {
  std::map<std::string, const Grant*> best;
  for (const Grant* grant : grants) {
    const Grant*& most = best[grant->license];
    if (most == nullptr || RankOf(grant->now.status) < RankOf(most->now.status)) most = grant;
  }
  Json rows = Json::array();
  for (const License& license : state.licenses) {
    const auto found = best.find(license.arn);
    if (found == best.end() || !IsWanted(license, input)) continue;
    Json row = license.versions.back();
    row["ReceivedMetadata"] = Metadata(*found->second);
    rows.push_back(row);
  }
  return rows;
}

}  // namespace

Json GetLicense(const State& state, const Call& call, const Json& input) {
  const License& license = LicenseToGet(state, call, input);
  if (!input.contains("Version")) return {{"License", license.versions.back()}};
  for (const Json& version : KeptVersions(state, license)) {
    if (version.at("Version") == input.at("Version")) return {{"License", version}};
  }
  RefuseNotFound("no such version");
}

Json ListLicenses(const State& state, const Call& call, const Json& input) {
  Json licenses = Json::array();
  for (const License& license : state.licenses) {
    if (license.issuer_account == call.caller && IsWanted(license, input)) {
      licenses.push_back(license.versions.back());
    }
  }
  return {{"Licenses", licenses}};
}

Json ListLicenseVersions(const State& state, const Call& call, const Json& input) {
  return {{"Licenses", KeptVersions(state, LicenseToGet(state, call, input))}};
}

Json ListReceivedLicenses(const State& state, const Call& call, const Json& input) {
  return {{"Licenses", GrantedLicenses(state, GrantsReceivedBy(state, call.caller), input)}};
}

Json ListReceivedLicensesForOrganization(const State& state, const Call& call, const Json& input) {
  const Organization* organization = state.OrganizationOf(call.caller);
  if (organization == nullptr || !state.IsAdministrator(call.caller, organization->id)) {
    RefuseAccess(call.caller + " is no administrator");
  }
  std::vector<const Grant*> grants;
  for (const std::string& account : AccountsOf(state, organization->id)) {
    const std::vector<const Grant*> received = GrantsReceivedBy(state, account);
    grants.insert(grants.end(), received.begin(), received.end());
  }
  return {{"Licenses", GrantedLicenses(state, grants, input)}};
}

}  // namespace grantledger::model
