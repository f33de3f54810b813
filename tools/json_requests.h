// The Input of every operation: which fields it has, and where each goes in its request.
//
// One ReadFields for each request (see json_input.h), by the shapes of the AWS License Manager
// (2018-08-01) and AWS Organizations (2016-11-28) APIs. They look at names and types alone; rules
// for values (lengths, patterns of ARNs, …) are the engine's.
#ifndef GRANTLEDGER_TOOLS_JSON_REQUESTS_H_
#define GRANTLEDGER_TOOLS_JSON_REQUESTS_H_

#include <string>

#include <grantledger/grants.h>
#include <grantledger/licenses.h>
#include <grantledger/organizations.h>

#include "tools/json_input.h"
#include "tools/json_request.h"

namespace grantledger::tools {

/// A tag is checked for its shape and forgotten. Organizations requires both fields.
struct LicenseManagerTag {
  std::string key;
  std::string value;
};
struct OrganizationsTag {
  std::string key;
  std::string value;
};
void ReadFields(ObjectReader& in, LicenseManagerTag& out);
void ReadFields(ObjectReader& in, OrganizationsTag& out);

/// MaxResults and NextToken.
void ReadPaging(ObjectReader& in, Paging& out);
void ReadFields(ObjectReader& in, Filter& out);

// Grants: json_grants.cc
void ReadFields(ObjectReader& in, CreateGrantRequest& out);
void ReadFields(ObjectReader& in, CreateGrantVersionRequest& out);
void ReadFields(ObjectReader& in, AcceptGrantRequest& out);
void ReadFields(ObjectReader& in, RejectGrantRequest& out);
void ReadFields(ObjectReader& in, DeleteGrantRequest& out);
void ReadFields(ObjectReader& in, GetGrantRequest& out);
void ReadFields(ObjectReader& in, ListDistributedGrantsRequest& out);
void ReadFields(ObjectReader& in, ListReceivedGrantsRequest& out);
void ReadFields(ObjectReader& in, ListReceivedGrantsForOrganizationRequest& out);
void ReadFields(ObjectReader& in, CheckEntitlementRequest& out);
void ReadFields(ObjectReader& in, CountGrantsRequest& out);
void ReadFields(ObjectReader& in, ListGrantVersionsRequest& out);
void ReadFields(ObjectReader& in, PreviewGrantVersionRequest& out);
void ReadFields(ObjectReader& in, ListActivationsRequest& out);
void ReadFields(ObjectReader& in, WatchGrantsRequest& out);
void ReadFields(ObjectReader& in, ListGrantChangesRequest& out);

void ReadFields(ObjectReader& in, CompactRequest& out);

// Licenses: json_licenses.cc
void ReadFields(ObjectReader& in, CreateLicenseRequest& out);
void ReadFields(ObjectReader& in, CreateLicenseVersionRequest& out);
void ReadFields(ObjectReader& in, DeleteLicenseRequest& out);
void ReadFields(ObjectReader& in, GetLicenseRequest& out);
void ReadFields(ObjectReader& in, ListLicensesRequest& out);
void ReadFields(ObjectReader& in, ListLicenseVersionsRequest& out);
void ReadFields(ObjectReader& in, ListReceivedLicensesRequest& out);
void ReadFields(ObjectReader& in, ListReceivedLicensesForOrganizationRequest& out);

// Organizations and service settings: json_organizations.cc
void ReadFields(ObjectReader& in, CreateOrganizationRequest& out);
void ReadFields(ObjectReader& in, CreateOrganizationalUnitRequest& out);
void ReadFields(ObjectReader& in, DeleteOrganizationalUnitRequest& out);
void ReadFields(ObjectReader& in, CreateAccountRequest& out);
void ReadFields(ObjectReader& in, InviteAccountToOrganizationRequest& out);
void ReadFields(ObjectReader& in, AcceptHandshakeRequest& out);
void ReadFields(ObjectReader& in, MoveAccountRequest& out);
void ReadFields(ObjectReader& in, RemoveAccountFromOrganizationRequest& out);
void ReadFields(ObjectReader& in, LeaveOrganizationRequest& out);
void ReadFields(ObjectReader& in, RegisterDelegatedAdministratorRequest& out);
void ReadFields(ObjectReader& in, DeregisterDelegatedAdministratorRequest& out);
void ReadFields(ObjectReader& in, UpdateServiceSettingsRequest& out);
void ReadFields(ObjectReader& in, GetServiceSettingsRequest& out);
void ReadFields(ObjectReader& in, DescribeOrganizationRequest& out);
void ReadFields(ObjectReader& in, DescribeAccountRequest& out);
void ReadFields(ObjectReader& in, ListRootsRequest& out);
void ReadFields(ObjectReader& in, ListAccountsRequest& out);
void ReadFields(ObjectReader& in, ListAccountsForParentRequest& out);
void ReadFields(ObjectReader& in, ListOrganizationalUnitsForParentRequest& out);
void ReadFields(ObjectReader& in, ListChildrenRequest& out);
void ReadFields(ObjectReader& in, ListParentsRequest& out);

}  // namespace grantledger::tools

#endif  // GRANTLEDGER_TOOLS_JSON_REQUESTS_H_
