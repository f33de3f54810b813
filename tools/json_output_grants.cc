// The Outputs of the grant operations.
#include "tools/json_output.h"

namespace grantledger::tools {

OrderedJson ToJson(const GrantVersion& version) {
  return {{"Version", version.grant.Version()},  {"Lsn", version.lsn},
          {"Time", FormatTime(version.time)},    {"Operation", version.operation},
          {"Caller", version.caller.ToString()}, {"Grant", ToJson(version.grant)}};
}

void Put(OrderedJson& object, std::string_view field, std::string_view text) {
  if (!text.empty()) object[std::string(field)] = text;
}

OrderedJson NamesOf(const GrantOperations& operations) {
  OrderedJson names = OrderedJson::array();
  for (const GrantOperation operation : operations) names.push_back(Name(operation));
  return names;
}

OrderedJson ToJson(const Grant& grant) {
  const GrantState& state = *grant.state;
  const GrantOrigin& origin = *state.origin;
  OrderedJson out = {{"GrantArn", grant.GrantArn()},
                     {"GrantName", state.name},
                     {"ParentArn", origin.parent_arn},
                     {"LicenseArn", origin.license_arn},
                     {"GranteePrincipalArn", grant.GranteePrincipalArn()},
                     {"HomeRegion", origin.home_region},
                     {"GrantStatus", Name(state.status)}};
  Put(out, "StatusReason", grant.StatusReason());
  out["Version"] = grant.Version();
  out["GrantedOperations"] = NamesOf(state.operations);
  if (state.activation_override_behavior) {
    out["Options"]["ActivationOverrideBehavior"] = Name(*state.activation_override_behavior);
  }
  return out;
}

OrderedJson ToJson(const GrantResponse& response) {
  return {{"GrantArn", response.grant_arn},
          {"Status", Name(response.status)},
          {"Version", response.version}};
}

OrderedJson ToJson(const GetGrantRequest::Response& response) {
  return {{"Grant", ToJson(response.grant)}};
}

OrderedJson ToJson(const GrantPage& page) { return PageOf("Grants", page.grants, page.next_token); }

OrderedJson ToJson(const CheckEntitlementRequest::Response& response) {
  return {{"Entitled", response.entitled}, {"Grants", ListOf(response.grants)}};
}

OrderedJson ToJson(const CountGrantsRequest::Response& response) {
  OrderedJson counts = OrderedJson::object();
  for (const auto& [status, count] : response.counts) counts[std::string(Name(status))] = count;
  return {{"Counts", counts}};
}

OrderedJson ToJson(const ListGrantVersionsRequest::Response& response) {
  return PageOf("Versions", response.versions, response.next_token);
}

}  // namespace grantledger::tools
