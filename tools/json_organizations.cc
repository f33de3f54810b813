// The Inputs of the operations of AWS Organizations, and of the service settings.
#include <array>

#include "tools/json_requests.h"

namespace grantledger::tools {
namespace {

constexpr std::array<std::string_view, 3> kPartyTypes = {"ACCOUNT", "ORGANIZATION", "EMAIL"};
constexpr std::array<std::string_view, 2> kAllowOrDeny = {"ALLOW", "DENY"};

/// InviteAccountToOrganization's Target.
struct Target {
  std::string id;
  std::string type;
};

void ReadFields(ObjectReader& in, Target& out) {
  in.Required("Id", out.id);
  in.RequiredName("Type", kPartyTypes, out.type);
}

struct OrganizationConfiguration {
  bool enable_integration = false;
};

void ReadFields(ObjectReader& in, OrganizationConfiguration& out) {
  in.Required("EnableIntegration", out.enable_integration);
}

}  // namespace

void ReadFields(ObjectReader& in, OrganizationsTag& out) {
  in.Required("Key", out.key);
  in.Required("Value", out.value);
}

void ReadFields(ObjectReader& in, CreateOrganizationRequest& out) {
  in.Optional("FeatureSet", out.feature_set);
}

void ReadFields(ObjectReader& in, CreateOrganizationalUnitRequest& out) {
  in.Required("ParentId", out.parent_id);
  in.Required("Name", out.name);
  in.Ignored<std::vector<OrganizationsTag>>("Tags");
}

void ReadFields(ObjectReader& in, DeleteOrganizationalUnitRequest& out) {
  in.Required("OrganizationalUnitId", out.organizational_unit_id);
}

void ReadFields(ObjectReader& in, CreateAccountRequest& out) {
  std::string ignored;
  in.Required("Email", out.email);
  in.Required("AccountName", out.account_name);
  in.Optional("AccountId", out.account_id);
  in.Ignored<std::string>("RoleName");
  in.OptionalName("IamUserAccessToBilling", kAllowOrDeny, ignored);
  in.Ignored<std::vector<OrganizationsTag>>("Tags");
}

void ReadFields(ObjectReader& in, InviteAccountToOrganizationRequest& out) {
  Target target;
  in.Required("Target", target);
  in.Optional("Notes", out.notes);
  in.Ignored<std::vector<OrganizationsTag>>("Tags");
  out.target_id = std::move(target.id);
  out.target_type = std::move(target.type);
}

void ReadFields(ObjectReader& in, AcceptHandshakeRequest& out) {
  in.Required("HandshakeId", out.handshake_id);
}

void ReadFields(ObjectReader& in, MoveAccountRequest& out) {
  in.Required("AccountId", out.account_id);
  in.Required("SourceParentId", out.source_parent_id);
  in.Required("DestinationParentId", out.destination_parent_id);
}

void ReadFields(ObjectReader& in, RemoveAccountFromOrganizationRequest& out) {
  in.Required("AccountId", out.account_id);
}

void ReadFields(ObjectReader& /*in*/, LeaveOrganizationRequest& /*out*/) {}

void ReadFields(ObjectReader& in, RegisterDelegatedAdministratorRequest& out) {
  in.Required("AccountId", out.account_id);
  in.Required("ServicePrincipal", out.service_principal);
}

void ReadFields(ObjectReader& in, DeregisterDelegatedAdministratorRequest& out) {
  in.Required("AccountId", out.account_id);
  in.Required("ServicePrincipal", out.service_principal);
}

void ReadFields(ObjectReader& in, UpdateServiceSettingsRequest& out) {
  std::optional<OrganizationConfiguration> configuration;
  in.Ignored<std::string>("S3BucketArn");
  in.Ignored<std::string>("SnsTopicArn");
  in.Optional("OrganizationConfiguration", configuration);
  in.Ignored<bool>("EnableCrossAccountsDiscovery");
  in.Ignored<std::vector<std::string>>("EnabledDiscoverySourceRegions");
  if (configuration) out.enable_integration = configuration->enable_integration;
}

void ReadFields(ObjectReader& /*in*/, GetServiceSettingsRequest& /*out*/) {}
void ReadFields(ObjectReader& /*in*/, DescribeOrganizationRequest& /*out*/) {}

void ReadFields(ObjectReader& in, DescribeAccountRequest& out) {
  in.Required("AccountId", out.account_id);
}

void ReadFields(ObjectReader& in, ListRootsRequest& out) { ReadPaging(in, out.paging); }
void ReadFields(ObjectReader& in, ListAccountsRequest& out) { ReadPaging(in, out.paging); }

void ReadFields(ObjectReader& in, ListAccountsForParentRequest& out) {
  in.Required("ParentId", out.parent_id);
  ReadPaging(in, out.paging);
}

void ReadFields(ObjectReader& in, ListOrganizationalUnitsForParentRequest& out) {
  in.Required("ParentId", out.parent_id);
  ReadPaging(in, out.paging);
}

void ReadFields(ObjectReader& in, ListChildrenRequest& out) {
  in.Required("ParentId", out.parent_id);
  in.Required("ChildType", out.child_type);
  ReadPaging(in, out.paging);
}

void ReadFields(ObjectReader& in, ListParentsRequest& out) {
  in.Required("ChildId", out.child_id);
  Paging paging;
  ReadPaging(in, paging);
  if (paging.next_token.empty()) return;
  in.Note(Mistyped(Path(&in.path(), "NextToken"), paging.next_token,
                   "none: the answer of ListParents is one page"));
}

}  // namespace grantledger::tools
