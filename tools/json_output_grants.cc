// The Outputs of the grant operations.
#include "tools/json_output.h"

namespace grantledger::tools {

OrderedJson CountsToJson(const std::map<GrantStatus, std::uint64_t>& by_status) {
  OrderedJson counts = OrderedJson::object();
  for (const auto& [status, count] : by_status) counts[std::string(Name(status))] = count;
  return counts;
}

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
  return {{"Counts", CountsToJson(response.counts)}};
}

OrderedJson ToJson(const ListGrantVersionsRequest::Response& response) {
  return PageOf("Versions", response.versions, response.next_token);
}

OrderedJson ToJson(const GrantChange& change) {
  OrderedJson out = {{"GrantArn", change.grant.GrantArn()},
                     {"GranteePrincipalArn", change.grant.GranteePrincipalArn()}};
  if (change.from) out["From"] = Name(*change.from);
  out["To"] = Name(change.grant.state->status);
  Put(out, "StatusReason", change.grant.StatusReason());
  return out;
}

OrderedJson ToJson(const WatchedEvent& event) {
  OrderedJson out = {{"Lsn", event.lsn},
                     {"Time", FormatTime(event.time)},
                     {"Operation", event.operation},
                     {"Caller", event.caller.ToString()}};
  Put(out, "GrantArn", event.grant_arn);
  out["Changes"] = ListOf(event.changes);
  return out;
}

OrderedJson ToJson(const PreviewGrantVersionRequest::Response& response) {
  OrderedJson out = {{"Counts", CountsToJson(response.counts)},
                     {"Changes", ListOf(response.changes)}};
  Put(out, "NextToken", response.next_token);
  return out;
}

OrderedJson ToJson(const WatchGrantsRequest::Response& response) {
  OrderedJson out = PageOf("Events", response.events, response.next_token);
  Put(out, "Position", response.position);
  return out;
}

OrderedJson ToJson(const ListGrantChangesRequest::Response& response) {
  return PageOf("Changes", response.changes, response.next_token);
}

OrderedJson ToJson(const CompactionReport& report) {
  return {{"FromLsn", report.from_lsn},        {"ToLsn", report.to_lsn},
          {"Records", report.records},         {"Cells", report.cells},
          {"Cohorts", report.cohorts},         {"Distributions", report.distributions},
          {"Counts", report.counts},           {"Collected", report.collected},
          {"Horizon", report.horizon},         {"DroppedRecords", report.dropped_records},
          {"DroppedRows", report.dropped_rows}};
}

}  // namespace grantledger::tools
