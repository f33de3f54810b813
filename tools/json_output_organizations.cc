// The Outputs of the operations of AWS Organizations, and of the service settings.
#include "tools/json_output.h"

namespace grantledger::tools {
namespace {

OrderedJson Typed(std::string_view type, std::string_view id_field, std::string_view id) {
  OrderedJson out;
  out[std::string(id_field)] = id;
  out["Type"] = type;
  return out;
}

}  // namespace

OrderedJson ToJson(const Organization& organization) {
  return {{"Id", organization.id},
          {"Arn", organization.arn},
          {"FeatureSet", Name(organization.feature_set)},
          {"MasterAccountArn", organization.master_account_arn},
          {"MasterAccountId", organization.master_account_id},
          {"AvailablePolicyTypes", OrderedJson::array()}};
}

OrderedJson ToJson(const OrganizationalUnit& unit) {
  return {{"Id", unit.id}, {"Arn", unit.arn}, {"Name", unit.name}};
}

OrderedJson ToJson(const Root& root) {
  return {{"Id", root.id},
          {"Arn", root.arn},
          {"Name", root.name},
          {"PolicyTypes", OrderedJson::array()}};
}

OrderedJson ToJson(const Account& account) {
  OrderedJson out = {{"Id", account.id}, {"Arn", account.arn}};
  Put(out, "Email", account.email);
  Put(out, "Name", account.name);
  out["Status"] = "ACTIVE";
  out["State"] = "ACTIVE";
  out["JoinedMethod"] = Name(account.joined_method);
  out["JoinedTimestamp"] = FormatTime(account.joined_timestamp);
  return out;
}

OrderedJson ToJson(const Handshake& handshake) {
  OrderedJson resources = OrderedJson::array();
  resources.push_back(Typed("ORGANIZATION", "Value", handshake.organization_id));
  resources.push_back(Typed("ACCOUNT", "Value", handshake.account_id));
  if (!handshake.notes.empty()) resources.push_back(Typed("NOTES", "Value", handshake.notes));
  OrderedJson parties = OrderedJson::array();
  parties.push_back(Typed("ORGANIZATION", "Id", handshake.organization_id));
  parties.push_back(Typed("ACCOUNT", "Id", handshake.account_id));
  return {{"Id", handshake.id},
          {"Arn", handshake.arn},
          {"Parties", std::move(parties)},
          {"State", handshake.accepted ? "ACCEPTED" : "OPEN"},
          {"RequestedTimestamp", FormatTime(handshake.requested_timestamp)},
          {"ExpirationTimestamp", FormatTime(handshake.expiration_timestamp)},
          {"Action", "INVITE"},
          {"Resources", std::move(resources)}};
}

OrderedJson ToJson(const EmptyResponse& /*response*/) { return OrderedJson::object(); }

OrderedJson ToJson(const CreateOrganizationRequest::Response& response) {
  return {{"Organization", ToJson(response.organization)}};
}

OrderedJson ToJson(const CreateOrganizationalUnitRequest::Response& response) {
  return {{"OrganizationalUnit", ToJson(response.organizational_unit)}};
}

OrderedJson ToJson(const CreateAccountRequest::Response& response) {
  const std::string time = FormatTime(response.requested_timestamp);
  OrderedJson status = {{"Id", response.id},          {"AccountName", response.account_name},
                        {"State", "SUCCEEDED"},       {"RequestedTimestamp", time},
                        {"CompletedTimestamp", time}, {"AccountId", response.account_id}};
  return {{"CreateAccountStatus", std::move(status)}};
}

OrderedJson ToJson(const InviteAccountToOrganizationRequest::Response& response) {
  return {{"Handshake", ToJson(response.handshake)}};
}

OrderedJson ToJson(const WriteResponse& response) {
  return std::visit([](const auto& one) { return ToJson(one); }, response);
}

OrderedJson ToJson(const GetServiceSettingsRequest::Response& response) {
  OrderedJson configuration = {{"EnableIntegration", response.enable_integration}};
  return {{"OrganizationConfiguration", std::move(configuration)}};
}

OrderedJson ToJson(const DescribeOrganizationRequest::Response& response) {
  return {{"Organization", ToJson(response.organization)}};
}

OrderedJson ToJson(const DescribeAccountRequest::Response& response) {
  return {{"Account", ToJson(response.account)}};
}

OrderedJson ToJson(const ListRootsRequest::Response& response) {
  return PageOf("Roots", response.roots, response.next_token);
}

OrderedJson ToJson(const AccountPage& page) {
  return PageOf("Accounts", page.accounts, page.next_token);
}

OrderedJson ToJson(const ListOrganizationalUnitsForParentRequest::Response& response) {
  return PageOf("OrganizationalUnits", response.organizational_units, response.next_token);
}

OrderedJson ToJson(const ListParentsRequest::Response& response) {
  OrderedJson parents = OrderedJson::array();
  const bool is_root = response.id.starts_with("r-");
  parents.push_back(Typed(is_root ? "ROOT" : "ORGANIZATIONAL_UNIT", "Id", response.id));
  return {{"Parents", std::move(parents)}};
}

OrderedJson ToJson(const ListChildrenRequest::Response& response, ChildType type) {
  OrderedJson children = OrderedJson::array();
  for (const std::string& id : response.ids) children.push_back(Typed(Name(type), "Id", id));
  OrderedJson out;
  out["Children"] = std::move(children);
  Put(out, "NextToken", response.next_token);
  return out;
}

}  // namespace grantledger::tools
