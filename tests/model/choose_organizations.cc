// Writes of organizations.
#include "chooser.h"
#include "operations.h"

namespace grantledger::model {

namespace {

constexpr std::size_t kManyMembers = 40;
constexpr std::size_t kManyUnits = 14;

}  // namespace

std::vector<Chooser::Weighted> WriteChooser::OrganizationChoices() {
  const bool few_organizations = state_.organizations.size() < profile_.organizations;
  const bool few_accounts = state_.accounts.size() < kManyMembers;
  if (state_.organizations.empty()) return {{30, [this] { return CreateOrganization(); }}};
  return {
      {few_organizations ? 12U : 1U, [this] { return CreateOrganization(); }},
      {few_accounts ? 28U : 3U, [this] { return CreateAccount(); }},
      {state_.units.size() < kManyUnits ? 10U : 1U, [this] { return CreateUnit(); }},
      {1, [this] { return DeleteUnit(); }},
      {6, [this] { return Invite(); }},
      {state_.handshakes.empty() ? 0U : 7U, [this] { return AcceptHandshake(); }},
      {12, [this] { return Move(); }},
      {3, [this] { return Remove(); }},
      {2, [this] { return Leave(); }},
      {3, [this] { return Delegate(true); }},
      {2, [this] { return Delegate(false); }},
      {4, [this] { return UpdateSettings(); }},
  };
}

Json WriteChooser::CreateOrganization() {
  const bool bills_only = state_.organizations.size() == 1 && random_.Percent(40);
  return Request("CreateOrganization", profile_.accounts[random_.Below(3)],
                 {{"FeatureSet", bills_only ? "CONSOLIDATED_BILLING" : "ALL"}});
}

Json WriteChooser::CreateUnit() {
  const Organization& organization = *AnyOrganization();
  std::string parent = AnyPlace(organization);
  // Deep rather than broad.
  for (int i = 0; i < 2 && parent == organization.root; ++i) parent = AnyPlace(organization);
  return Request("CreateOrganizationalUnit", organization.management,
                 {{"ParentId", parent}, {"Name", "unit " + std::to_string(random_.Below(20))}});
}

Json WriteChooser::DeleteUnit() {
  const Organization& organization = *AnyOrganization();
  return Request("DeleteOrganizationalUnit", organization.management,
                 {{"OrganizationalUnitId", AnyPlace(organization)}});
}

Json WriteChooser::CreateAccount() {
  const Organization& organization = *AnyOrganization();
  Strings outside;  // never in an organization
  Strings unknown;
  for (std::size_t i = 3; i < profile_.accounts.size(); ++i) {
    const std::string& account = profile_.accounts[i];
    if (state_.FindAccount(account) == nullptr) outside.push_back(account);
    if (!state_.Knows(account)) unknown.push_back(account);
  }
  // Known by something else than membership: refused, too.
  if (random_.Percent(10)) unknown = outside;
  const std::string number = std::to_string(random_.Below(1000));
  Json input = {{"Email", "account" + number + "@example.com"}, {"AccountName", "name " + number}};
  if (!random_.Percent(3))
    input["AccountId"] = unknown.empty() ? AnyAccount() : random_.Pick(unknown);
  return Request("CreateAccount", organization.management, input);
}

Json WriteChooser::Invite() {
  const Organization& organization = *AnyOrganization();
  std::string account = AnyAccount();
  for (int i = 0; i < 20 && state_.OrganizationOf(account) != nullptr; ++i) account = AnyAccount();
  return Request("InviteAccountToOrganization", organization.management,
                 {{"Target", {{"Id", account}, {"Type", "ACCOUNT"}}}});
}

Json WriteChooser::AcceptHandshake() {
  const Handshake* handshake = &random_.Pick(state_.handshakes);
  for (int i = 0; i < 8 && handshake->accepted; ++i) handshake = &random_.Pick(state_.handshakes);
  return Request("AcceptHandshake", handshake->account, {{"HandshakeId", handshake->id}});
}

Json WriteChooser::Move() {
  const Organization& organization = *AnyOrganization();
  const std::string account = AnyMember(organization);
  const std::string source = state_.FindAccount(account)->place;
  std::string destination = AnyPlace(organization);
  for (int i = 0; i < 4 && destination == source; ++i) destination = AnyPlace(organization);
  return Request(
      "MoveAccount", organization.management,
      {{"AccountId", account}, {"SourceParentId", source}, {"DestinationParentId", destination}});
}

Json WriteChooser::Remove() {
  const Organization& organization = *AnyOrganization();
  return Request("RemoveAccountFromOrganization", organization.management,
                 {{"AccountId", AnyMember(organization)}});
}

Json WriteChooser::Leave() {
  return Request("LeaveOrganization", AnyMember(*AnyOrganization()), Json::object());
}

Json WriteChooser::Delegate(bool registers) {
  const Organization& organization = *AnyOrganization();
  const bool knows = !registers && !organization.delegated.empty();
  return Request(registers ? "RegisterDelegatedAdministrator" : "DeregisterDelegatedAdministrator",
                 organization.management,
                 {{"AccountId", knows ? organization.delegated : AnyMember(organization)},
                  {"ServicePrincipal", "license-manager.amazonaws.com"}});
}

Json WriteChooser::UpdateSettings() {
  const Organization& organization = *AnyOrganization();
  return Request("UpdateServiceSettings", organization.management,
                 {{"OrganizationConfiguration", {{"EnableIntegration", random_.Percent(60)}}}});
}

}  // namespace grantledger::model
