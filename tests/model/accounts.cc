// How accounts come into organizations, move in them and leave them.
#include "membership.h"
#include "operations.h"

namespace grantledger::model {

namespace {

constexpr Millis kInvitationLifetime = 15 * kDay;

Account& KnownAccount(State& state, const std::string& id) {
  for (Account& account : state.accounts) {
    if (account.id == id) return account;
  }
  Account account;
  account.id = id;
  state.accounts.push_back(account);
  return state.accounts.back();
}

void Join(Event& event, const std::string& id, const Organization& organization,
          const std::string& method) {
  Account& account = KnownAccount(event.state(), id);
  account.organization = organization.id;
  account.place = organization.root;
  account.joined_method = method;
  account.joined = event.call().time;
  MembershipChanged(event, id, "");
}

void Leave(Event& event, const std::string& id) {
  Account& account = KnownAccount(event.state(), id);
  account.organization.clear();
  account.place.clear();
  MembershipChanged(event, id, "account left the organization");
}

void RequireMayLeave(const Organization& organization, const std::string& account) {
  if (account == organization.management) RefuseState("the management account stays");
  if (account == organization.delegated) RefuseState("deregister it first");
}

Json HandshakeJson(const State& state, const Handshake& handshake) {
  const std::string& management = state.FindOrganization(handshake.organization)->management;
  return {{"Id", handshake.id},
          {"Arn", "arn:aws:organizations::" + management + ":handshake/" + handshake.organization +
                      "/invite/" + handshake.id},
          {"State", handshake.accepted ? "ACCEPTED" : "OPEN"},
          {"Action", "INVITE"},
          {"RequestedTimestamp", FormatIsoTime(handshake.requested)},
          {"ExpirationTimestamp", FormatIsoTime(handshake.expires)}};
}

bool IsOpen(const Handshake& handshake, Millis time) {
  return !handshake.accepted && time < handshake.expires;
}

// Refused (NotFound) where the organization has no such place.
void RequirePlace(const State& state, const Organization& organization, const std::string& place) {
  if (place == organization.root) return;
  const Unit* unit = state.FindUnit(place);
  if (unit == nullptr || unit->organization != organization.id) RefuseNotFound("no " + place);
}

}  // namespace

Json CreateAccount(Event& event, const Json& input) {
  const Organization& organization = OrganizationOfCaller(event);
  RequireManagement(event, organization);
  std::string id = input.value("AccountId", "");
  if (id.empty()) id = event.DrawnId("/CreateAccountStatus/AccountId", {"", 12, 12});
  if (event.state().Knows(id)) RefuseState(id + " is known");
  const std::string request_id = event.DrawnId("/CreateAccountStatus/Id", {"car-", 8, 32});
  Account& account = KnownAccount(event.state(), id);
  account.email = input.at("Email");
  account.name = input.at("AccountName");
  Join(event, id, organization, "CREATED");
  const std::string now = FormatIsoTime(event.call().time);
  return {{"CreateAccountStatus",
           {{"Id", request_id},
            {"AccountName", input.at("AccountName")},
            {"AccountId", id},
            {"State", "SUCCEEDED"},
            {"RequestedTimestamp", now},
            {"CompletedTimestamp", now}}}};
}

Json InviteAccountToOrganization(Event& event, const Json& input) {
  const Organization& organization = OrganizationOfCaller(event);
  RequireManagement(event, organization);
  State& state = event.state();
  const std::string account = input.at("Target").at("Id");
  if (state.OrganizationOf(account) != nullptr) RefuseState(account + " is a member");
  for (const Handshake& handshake : state.handshakes) {
    if (handshake.account == account && handshake.organization == organization.id &&
        IsOpen(handshake, event.call().time)) {
      RefuseState("there is an open invitation");
    }
  }
  Handshake handshake;
  handshake.id = event.DrawnId("/Handshake/Id", {"h-", 8, 32});
  handshake.organization = organization.id;
  handshake.account = account;
  handshake.requested = event.call().time;
  handshake.expires = event.call().time + kInvitationLifetime;
  state.handshakes.push_back(handshake);
  return {{"Handshake", HandshakeJson(state, handshake)}};
}

Json AcceptHandshake(Event& event, const Json& input) {
  State& state = event.state();
  for (Handshake& handshake : state.handshakes) {
    if (handshake.id != input.at("HandshakeId")) continue;
    if (handshake.account != event.caller()) RefuseAccess("another account was invited");
    if (!IsOpen(handshake, event.call().time)) RefuseState("not open");
    if (state.OrganizationOf(event.caller()) != nullptr) RefuseState("already a member");
    handshake.accepted = true;
    Join(event, event.caller(), *state.FindOrganization(handshake.organization), "INVITED");
    return {{"Handshake", HandshakeJson(state, handshake)}};
  }
  RefuseNotFound("no such handshake");
}

Json MoveAccount(Event& event, const Json& input) {
  const Organization& organization = OrganizationOfCaller(event);
  Account& account = MemberOf(event, organization, input.at("AccountId"));
  const std::string source = input.at("SourceParentId");
  const std::string destination = input.at("DestinationParentId");
  RequirePlace(event.state(), organization, source);
  RequirePlace(event.state(), organization, destination);
  RequireManagement(event, organization);
  if (account.place != source) RefuseState("it stands elsewhere");
  if (destination == source) RefuseState("it stands there");
  account.place = destination;
  MembershipChanged(event, account.id, "account left the organizational unit");
  return Json::object();
}

Json RemoveAccountFromOrganization(Event& event, const Json& input) {
  const Organization& organization = OrganizationOfCaller(event);
  const Account& account = MemberOf(event, organization, input.at("AccountId"));
  RequireManagement(event, organization);
  RequireMayLeave(organization, account.id);
  Leave(event, account.id);
  return Json::object();
}

Json LeaveOrganization(Event& event, const Json& /*input*/) {
  RequireMayLeave(OrganizationOfCaller(event), event.caller());
  Leave(event, event.caller());
  return Json::object();
}

}  // namespace grantledger::model
