// The Inputs of the grant operations.
#include "tools/json_requests.h"

namespace grantledger::tools {

void ReadFields(ObjectReader& in, LicenseManagerTag& out) {
  in.Optional("Key", out.key);
  in.Optional("Value", out.value);
}

void ReadPaging(ObjectReader& in, Paging& out) {
  MaxResults max_results;
  in.Optional("MaxResults", max_results);
  NextToken next_token;
  in.Optional("NextToken", next_token);
  out.max_results = max_results.value;
  out.next_token = std::move(next_token.value);
}

void ReadFields(ObjectReader& in, Filter& out) {
  in.Optional("Name", out.name);
  in.Optional("Values", out.values);
}

void ReadFields(ObjectReader& in, GrantOptions& out) {
  in.Optional("ActivationOverrideBehavior", out.activation_override_behavior);
}

void ReadFields(ObjectReader& in, CreateGrantRequest& out) {
  in.Required("ClientToken", out.client_token);
  in.Required("GrantName", out.grant_name);
  in.Required("LicenseArn", out.license_arn);
  in.Required("Principals", out.principals);
  in.Required("HomeRegion", out.home_region);
  in.Required("AllowedOperations", out.allowed_operations);
  in.Ignored<std::vector<LicenseManagerTag>>("Tags");
}

/// What a version and its preview have in common.
void ReadVersion(ObjectReader& in, CreateGrantVersionRequest& out) {
  in.Required("GrantArn", out.grant_arn);
  in.Optional("GrantName", out.grant_name);
  in.Optional("AllowedOperations", out.allowed_operations);
  in.Optional("Status", out.status);
  in.Optional("StatusReason", out.status_reason);
  in.Optional("SourceVersion", out.source_version);
  in.Optional("Options", out.options);
}

void ReadFields(ObjectReader& in, CreateGrantVersionRequest& out) {
  in.Required("ClientToken", out.client_token);
  ReadVersion(in, out);
}

void ReadFields(ObjectReader& in, AcceptGrantRequest& out) {
  in.Required("GrantArn", out.grant_arn);
}

void ReadFields(ObjectReader& in, RejectGrantRequest& out) {
  in.Required("GrantArn", out.grant_arn);
}

void ReadFields(ObjectReader& in, DeleteGrantRequest& out) {
  in.Required("GrantArn", out.grant_arn);
  in.Optional("StatusReason", out.status_reason);
  in.Required("Version", out.version);
}

void ReadFields(ObjectReader& in, GetGrantRequest& out) {
  in.Required("GrantArn", out.grant_arn);
  in.Optional("Version", out.version);
}

void ReadFields(ObjectReader& in, ListDistributedGrantsRequest& out) {
  in.Optional("GrantArns", out.grant_arns);
  in.Optional("Filters", out.filters);
  ReadPaging(in, out.paging);
}

void ReadFields(ObjectReader& in, ListReceivedGrantsRequest& out) {
  in.Optional("GrantArns", out.grant_arns);
  in.Optional("Filters", out.filters);
  ReadPaging(in, out.paging);
}

void ReadFields(ObjectReader& in, ListReceivedGrantsForOrganizationRequest& out) {
  in.Required("LicenseArn", out.license_arn);
  in.Optional("Filters", out.filters);
  ReadPaging(in, out.paging);
}

void ReadFields(ObjectReader& in, CheckEntitlementRequest& out) {
  in.Required("AccountId", out.account_id);
  in.Required("ProductSKU", out.product_sku);
  in.Required("IssuerName", out.issuer_name);
}

void ReadFields(ObjectReader& in, CountGrantsRequest& out) {
  in.Required("GrantArn", out.grant_arn);
}

void ReadFields(ObjectReader& in, ListGrantVersionsRequest& out) {
  in.Required("GrantArn", out.grant_arn);
  ReadPaging(in, out.paging);
}

void ReadFields(ObjectReader& in, PreviewGrantVersionRequest& out) {
  ReadVersion(in, out.version);
  ReadPaging(in, out.paging);
}

void ReadFields(ObjectReader& in, ListActivationsRequest& out) {
  in.Optional("AccountId", out.account_id);
  in.Optional("OrganizationId", out.organization_id);
  in.Optional("ProductSKU", out.product_sku);
  in.Optional("IssuerName", out.issuer_name);
  ReadPaging(in, out.paging);
}

void ReadFields(ObjectReader& in, WatchGrantsRequest& out) {
  in.Optional("FromLsn", out.from_lsn);
  in.Optional("Position", out.position);
  ReadPaging(in, out.paging);
}

void ReadFields(ObjectReader& in, ListGrantChangesRequest& out) {
  in.Required("Lsn", out.lsn);
  ReadPaging(in, out.paging);
}

void ReadFields(ObjectReader& /*in*/, CompactRequest& /*out*/) {}

}  // namespace grantledger::tools
