#include "normal_form.h"

#include <algorithm>
#include <map>
#include <set>

namespace grantledger::model {

namespace {

bool IsOfDistribution(const State& state, const Json& grant) {
  const Grant* parent = state.FindGrant(grant.at("ParentArn"));
  return parent != nullptr && parent->kind == GrantKind::kDistribution;
}

void SortByArn(Json::iterator begin, Json::iterator end) {
  std::sort(begin, end,
            [](const Json& a, const Json& b) { return a.at("GrantArn") < b.at("GrantArn"); });
}

// Sorts every run of member grants of one distribution. A run that is torn apart stays so.
void SortMembers(const State& state, Json& grants) {
  for (auto begin = grants.begin(); begin != grants.end();) {
    auto end = std::next(begin);
    if (IsOfDistribution(state, *begin)) {
      const Json& parent = begin->at("ParentArn");
      while (end != grants.end() && end->at("ParentArn") == parent) ++end;
      SortByArn(begin, end);
    }
    begin = end;
  }
}

// Sorts the accounts' groups of grants. Unchanged where an account has two groups.
void SortAccounts(Json& grants) {
  std::set<std::string> seen;
  std::string last;
  for (const Json& grant : grants) {
    const std::string principal = grant.at("GranteePrincipalArn");
    if (principal != last && !seen.insert(principal).second) return;
    last = principal;
  }
  std::stable_sort(grants.begin(), grants.end(), [](const Json& a, const Json& b) {
    return a.at("GranteePrincipalArn") < b.at("GranteePrincipalArn");
  });
}

// Sorts changes, but leaves the grant that the call named where it stands first.
void SortChanges(const Json& named, Json& changes) {
  const bool is_first = !changes.empty() && changes.front().at("GrantArn") == named;
  SortByArn(changes.begin() + (is_first ? 1 : 0), changes.end());
}

void SortAllChanges(const Json& request, const State& state, Json& output) {
  const std::string operation = request.at("Operation");
  const Json& input = request.at("Input");
  if (operation == "PreviewGrantVersion") SortChanges(input.at("GrantArn"), output["Changes"]);
  if (operation == "ListGrantChanges") {
    const std::size_t lsn = input.at("Lsn");
    const bool is_known = lsn >= 1 && lsn <= state.records.size();
    SortChanges(is_known ? state.records[lsn - 1].grant : "", output["Changes"]);
  }
  if (operation != "WatchGrants") return;
  output.erase("Position");  // opaque, like NextToken; the model draws none
  for (Json& event : output["Events"]) {
    SortChanges(event.value("GrantArn", Json()), event["Changes"]);
  }
}

void SortById(Json& rows) {
  std::sort(rows.begin(), rows.end(),
            [](const Json& a, const Json& b) { return a.at("Id") < b.at("Id"); });
}

void KeepOnly(Json& object, const std::set<std::string>& fields) {
  for (auto field = object.begin(); field != object.end();) {
    field = fields.count(field.key()) == 0 ? object.erase(field) : std::next(field);
  }
}

}  // namespace

std::string ListField(const std::string& operation) {
  static const std::map<std::string, std::string> fields = {
      {"ListDistributedGrants", "Grants"},
      {"ListReceivedGrants", "Grants"},
      {"ListReceivedGrantsForOrganization", "Grants"},
      {"ListGrantVersions", "Versions"},
      {"ListActivations", "Grants"},
      {"PreviewGrantVersion", "Changes"},
      {"WatchGrants", "Events"},
      {"ListGrantChanges", "Changes"},
      {"ListLicenses", "Licenses"},
      {"ListLicenseVersions", "Licenses"},
      {"ListReceivedLicenses", "Licenses"},
      {"ListReceivedLicensesForOrganization", "Licenses"},
      {"ListRoots", "Roots"},
      {"ListAccounts", "Accounts"},
      {"ListAccountsForParent", "Accounts"},
      {"ListOrganizationalUnitsForParent", "OrganizationalUnits"},
      {"ListChildren", "Children"},
      {"ListParents", "Parents"},
  };
  const auto found = fields.find(operation);
  return found == fields.end() ? "" : found->second;
}

Json NormalForm(const Json& request, const State& state, Json answer) {
  if (answer.contains("Error")) {
    KeepOnly(answer["Error"], {"Code"});
    return answer;
  }
  const std::string operation = request.at("Operation");
  Json& output = answer["Output"];
  const std::string field = ListField(operation);
  if (!field.empty() && output.contains(field)) {
    Json& rows = output[field];
    if (operation == "ListDistributedGrants") SortMembers(state, rows);
    if (operation == "ListReceivedGrantsForOrganization") SortAccounts(rows);
    if (operation == "ListActivations") SortByArn(rows.begin(), rows.end());
    if (field == "Accounts" || field == "OrganizationalUnits" || field == "Children") {
      SortById(rows);
    }
    SortAllChanges(request, state, output);
  }
  if (operation == "Compact") output = Json::object();
  if (output.contains("Handshake")) {
    KeepOnly(output["Handshake"],
             {"Id", "Arn", "State", "Action", "RequestedTimestamp", "ExpirationTimestamp"});
  }
  return answer;
}

}  // namespace grantledger::model
