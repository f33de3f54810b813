// Organizations, their units, their delegated administrator and their setting.
#include <algorithm>

#include "operations.h"

namespace grantledger::model {

namespace {

constexpr int kDeepestUnit = 5;

// The depth of a place: 0 for the root. Refused (NotFound) where the organization has no such
// place.
int DepthOf(const State& state, const Organization& organization, const std::string& place) {
  if (place == organization.root) return 0;
  const Unit* unit = state.FindUnit(place);
  if (unit == nullptr || unit->organization != organization.id) RefuseNotFound("no " + place);
  return unit->depth;
}

bool IsEmpty(const State& state, const std::string& place) {
  const auto stands = [&](const Account& account) { return account.place == place; };
  const auto nested = [&](const Unit& unit) { return !unit.deleted && unit.parent == place; };
  return std::none_of(state.accounts.begin(), state.accounts.end(), stands) &&
         std::none_of(state.units.begin(), state.units.end(), nested);
}

void RequireNewName(const State& state, const std::string& parent, const std::string& name) {
  for (const Unit& unit : state.units) {
    if (!unit.deleted && unit.parent == parent && unit.name == name) {
      RefuseState("there is a unit " + name);
    }
  }
}

}  // namespace

Organization& OrganizationOfCaller(Event& event) {
  const Organization* found = event.state().OrganizationOf(event.caller());
  if (found == nullptr) RefuseAccess(event.caller() + " is in no organization");
  auto& all = event.state().organizations;
  return all[static_cast<std::size_t>(found - all.data())];
}

void RequireManagement(const Event& event, const Organization& organization) {
  if (organization.management != event.caller()) {
    RefuseAccess(event.caller() + " is not the management account");
  }
}

Account& MemberOf(Event& event, const Organization& organization, const std::string& account) {
  for (Account& found : event.state().accounts) {
    if (found.id == account && found.organization == organization.id) return found;
  }
  RefuseNotFound(account + " is no member");
}

Json CreateOrganization(Event& event, const Json& input) {
  State& state = event.state();
  if (state.OrganizationOf(event.caller()) != nullptr) RefuseState("already a member");
  Organization organization;
  organization.id = event.DrawnId("/Organization/Id", {"o-", 10, 32});
  organization.root = "r-" + organization.id.substr(2);
  organization.management = event.caller();
  organization.feature_set = input.value("FeatureSet", "ALL");
  state.organizations.push_back(organization);
  if (state.FindAccount(event.caller()) == nullptr) {
    Account account;
    account.id = event.caller();
    state.accounts.push_back(account);
  }
  for (Account& account : state.accounts) {
    if (account.id != event.caller()) continue;
    account.organization = organization.id;
    account.place = organization.root;
    account.joined_method = "INVITED";
    account.joined = event.call().time;
  }
  return {{"Organization", OrganizationJson(organization)}};
}

Json CreateOrganizationalUnit(Event& event, const Json& input) {
  const Organization& organization = OrganizationOfCaller(event);
  const std::string parent = input.at("ParentId");
  const int depth = DepthOf(event.state(), organization, parent) + 1;
  RequireManagement(event, organization);
  RequireNewName(event.state(), parent, input.at("Name"));
  if (depth > kDeepestUnit) RefuseLimit("at most 5 levels");
  Unit unit;
  unit.id = event.DrawnId("/OrganizationalUnit/Id", {"ou-", 13, 65, "0000-"});
  unit.organization = organization.id;
  unit.parent = parent;
  unit.name = input.at("Name");
  unit.depth = depth;
  event.state().units.push_back(unit);
  return {{"OrganizationalUnit", UnitJson(event.state(), unit)}};
}

Json DeleteOrganizationalUnit(Event& event, const Json& input) {
  const std::string id = input.at("OrganizationalUnitId");
  if (!id.starts_with("ou-")) RefuseArgument(id + " is no organizational unit");
  const Organization& organization = OrganizationOfCaller(event);
  DepthOf(event.state(), organization, id);
  RequireManagement(event, organization);
  if (!IsEmpty(event.state(), id)) RefuseState(id + " is not empty");
  for (Unit& unit : event.state().units) {
    if (unit.id == id) unit.deleted = true;
  }
  return Json::object();
}

Json RegisterDelegatedAdministrator(Event& event, const Json& input) {
  Organization& organization = OrganizationOfCaller(event);
  const Account& account = MemberOf(event, organization, input.at("AccountId"));
  RequireManagement(event, organization);
  if (account.id == organization.management) RefuseState("the management account");
  if (!organization.delegated.empty()) RefuseState("there is one");
  organization.delegated = account.id;
  return Json::object();
}

Json DeregisterDelegatedAdministrator(Event& event, const Json& input) {
  Organization& organization = OrganizationOfCaller(event);
  const Account& account = MemberOf(event, organization, input.at("AccountId"));
  RequireManagement(event, organization);
  if (organization.delegated != account.id) RefuseState("not registered");
  organization.delegated.clear();
  return Json::object();
}

Json UpdateServiceSettings(Event& event, const Json& input) {
  Organization& organization = OrganizationOfCaller(event);
  RequireManagement(event, organization);
  if (input.contains("OrganizationConfiguration")) {
    organization.linked = input.at("OrganizationConfiguration").at("EnableIntegration");
  }
  return Json::object();
}

}  // namespace grantledger::model
