// The reads of organizations.
#include "operations.h"

namespace grantledger::model {

namespace {

std::string ArnStart(const Organization& organization, const std::string& kind) {
  return "arn:aws:organizations::" + organization.management + ":" + kind + "/" + organization.id;
}

const Organization& OrganizationToRead(const State& state, const Call& call) {
  const Organization* organization = state.OrganizationOf(call.caller);
  if (organization == nullptr) RefuseNotFound(call.caller + " is in no organization");
  return *organization;
}

void RequireAdministrator(const State& state, const Call& call, const Organization& organization) {
  if (!state.IsAdministrator(call.caller, organization.id)) {
    RefuseAccess(call.caller + " is no administrator");
  }
}

// A place of the caller's organization, which the caller may look into.
const Organization& OrganizationWithPlace(const State& state, const Call& call,
                                          const std::string& place) {
  const Organization& organization = OrganizationToRead(state, call);
  const Unit* unit = state.FindUnit(place);
  const bool is_there =
      place == organization.root || (unit != nullptr && unit->organization == organization.id);
  if (!is_there) RefuseNotFound("no " + place);
  RequireAdministrator(state, call, organization);
  return organization;
}

Json AccountJson(const Organization& organization, const Account& account) {
  Json json = {{"Id", account.id},
               {"Arn", ArnStart(organization, "account") + "/" + account.id},
               {"Status", "ACTIVE"},
               {"State", "ACTIVE"},
               {"JoinedMethod", account.joined_method},
               {"JoinedTimestamp", FormatIsoTime(account.joined)}};
  if (!account.email.empty()) json["Email"] = account.email;
  if (!account.name.empty()) json["Name"] = account.name;
  return json;
}

Json PlaceJson(const Organization& organization, const std::string& place) {
  const bool is_root = place == organization.root;
  return {{"Id", place}, {"Type", is_root ? "ROOT" : "ORGANIZATIONAL_UNIT"}};
}

}  // namespace

Json OrganizationJson(const Organization& organization) {
  return {{"Id", organization.id},
          {"Arn", ArnStart(organization, "organization")},
          {"FeatureSet", organization.feature_set},
          {"MasterAccountArn", ArnStart(organization, "account") + "/" + organization.management},
          {"MasterAccountId", organization.management},
          {"AvailablePolicyTypes", Json::array()}};
}

Json UnitJson(const State& state, const Unit& unit) {
  const Organization& organization = *state.FindOrganization(unit.organization);
  return {
      {"Id", unit.id}, {"Arn", ArnStart(organization, "ou") + "/" + unit.id}, {"Name", unit.name}};
}

Json GetServiceSettings(const State& state, const Call& call, const Json& /*input*/) {
  const Organization& organization = OrganizationToRead(state, call);
  RequireAdministrator(state, call, organization);
  return {{"OrganizationConfiguration", {{"EnableIntegration", organization.linked}}}};
}

Json DescribeOrganization(const State& state, const Call& call, const Json& /*input*/) {
  return {{"Organization", OrganizationJson(OrganizationToRead(state, call))}};
}

Json DescribeAccount(const State& state, const Call& call, const Json& input) {
  const Organization& organization = OrganizationToRead(state, call);
  const Account* account = state.FindAccount(input.at("AccountId"));
  if (account == nullptr || account->organization != organization.id) RefuseNotFound("no member");
  RequireAdministrator(state, call, organization);
  return {{"Account", AccountJson(organization, *account)}};
}

Json ListRoots(const State& state, const Call& call, const Json& /*input*/) {
  const Organization& organization = OrganizationToRead(state, call);
  RequireAdministrator(state, call, organization);
  Json root = {{"Id", organization.root},
               {"Arn", ArnStart(organization, "root") + "/" + organization.root},
               {"Name", "Root"},
               {"PolicyTypes", Json::array()}};
  return {{"Roots", Json::array({root})}};
}

Json ListAccounts(const State& state, const Call& call, const Json& /*input*/) {
  const Organization& organization = OrganizationToRead(state, call);
  RequireAdministrator(state, call, organization);
  Json accounts = Json::array();
  for (const std::string& id : AccountsOf(state, organization.id)) {
    accounts.push_back(AccountJson(organization, *state.FindAccount(id)));
  }
  return {{"Accounts", accounts}};
}

Json ListAccountsForParent(const State& state, const Call& call, const Json& input) {
  const std::string parent = input.at("ParentId");
  const Organization& organization = OrganizationWithPlace(state, call, parent);
  Json accounts = Json::array();
  for (const std::string& id : AccountsOf(state, organization.id)) {
    const Account& account = *state.FindAccount(id);
    if (account.place == parent) accounts.push_back(AccountJson(organization, account));
  }
  return {{"Accounts", accounts}};
}

Json ListOrganizationalUnitsForParent(const State& state, const Call& call, const Json& input) {
  const std::string parent = input.at("ParentId");
  OrganizationWithPlace(state, call, parent);
  Json units = Json::array();
  for (const Unit& unit : state.units) {
    if (!unit.deleted && unit.parent == parent) units.push_back(UnitJson(state, unit));
  }
  return {{"OrganizationalUnits", units}};
}

Json ListChildren(const State& state, const Call& call, const Json& input) {
  const std::string parent = input.at("ParentId");
  const std::string type = input.at("ChildType");
  const Organization& organization = OrganizationWithPlace(state, call, parent);
  Json children = Json::array();
  if (type == "ACCOUNT") {
    for (const std::string& id : AccountsOf(state, organization.id)) {
      if (state.FindAccount(id)->place != parent) continue;
      children.push_back({{"Id", id}, {"Type", type}});
    }
    return {{"Children", children}};
  }
  for (const Unit& unit : state.units) {
    if (unit.deleted || unit.parent != parent) continue;
    children.push_back({{"Id", unit.id}, {"Type", type}});
  }
  return {{"Children", children}};
}

Json ListParents(const State& state, const Call& call, const Json& input) {
  const Organization& organization = OrganizationToRead(state, call);
  const std::string child = input.at("ChildId");
  const Account* account = state.FindAccount(child);
  const Unit* unit = state.FindUnit(child);
  const bool is_account = account != nullptr && account->organization == organization.id;
  const bool is_unit = unit != nullptr && unit->organization == organization.id;
  if (!is_account && !is_unit) RefuseNotFound("no " + child);
  RequireAdministrator(state, call, organization);
  const std::string& parent = is_account ? account->place : unit->parent;
  return {{"Parents", Json::array({PlaceJson(organization, parent)})}};
}

}  // namespace grantledger::model
