// The Input of every operation, as the models of the AWS APIs have it (service-2.json of botocore,
// license-manager 2018-08-01 and organizations 2016-11-28), and of the three beyond AWS.
//
// "Name*" is a required field. A list is [its elements]; {"|": […]} is one of these names;
// "time" is ISO 8601 text.
// CreateAccount's AccountId is an extension.
#ifndef GRANTLEDGER_TESTS_TOOLS_API_SHAPES_H_
#define GRANTLEDGER_TESTS_TOOLS_API_SHAPES_H_

namespace grantledger::tools {

inline constexpr const char* kApiShapes = R"json({
"CreateGrant": {"ClientToken*": "string", "GrantName*": "string", "LicenseArn*": "string",
  "Principals*": ["string"], "HomeRegion*": "string", "AllowedOperations*": [{"|": ["CreateGrant",
  "CheckoutLicense", "CheckoutBorrowLicense", "CheckInLicense", "ExtendConsumptionLicense",
  "ListPurchasedLicenses", "CreateToken"]}], "Tags": [{"Key": "string", "Value": "string"}]},
"CreateGrantVersion": {"ClientToken*": "string", "GrantArn*": "string", "GrantName": "string",
  "AllowedOperations": [{"|": ["CreateGrant", "CheckoutLicense", "CheckoutBorrowLicense",
  "CheckInLicense", "ExtendConsumptionLicense", "ListPurchasedLicenses", "CreateToken"]}],
  "Status": {"|": ["PENDING_WORKFLOW", "PENDING_ACCEPT", "REJECTED", "ACTIVE", "FAILED_WORKFLOW",
  "DELETED", "PENDING_DELETE", "DISABLED", "WORKFLOW_COMPLETED"]}, "StatusReason": "string",
  "SourceVersion": "string", "Options": {"ActivationOverrideBehavior": {"|":
  ["DISTRIBUTED_GRANTS_ONLY", "ALL_GRANTS_PERMITTED_BY_ISSUER"]}}},
"AcceptGrant": {"GrantArn*": "string"},
"RejectGrant": {"GrantArn*": "string"},
"DeleteGrant": {"GrantArn*": "string", "StatusReason": "string", "Version*": "string"},
"GetGrant": {"GrantArn*": "string", "Version": "string"},
"ListDistributedGrants": {"GrantArns": ["string"], "Filters": [{"Name": "string", "Values":
  ["string"]}], "NextToken": "string", "MaxResults": "integer"},
"ListReceivedGrants": {"GrantArns": ["string"], "Filters": [{"Name": "string", "Values":
  ["string"]}], "NextToken": "string", "MaxResults": "integer"},
"ListReceivedGrantsForOrganization": {"LicenseArn*": "string", "Filters": [{"Name": "string",
  "Values": ["string"]}], "NextToken": "string", "MaxResults": "integer"},
"CreateLicense": {"LicenseName*": "string", "ProductName*": "string", "ProductSKU*": "string",
  "Issuer*": {"Name*": "string", "SignKey": "string"}, "HomeRegion*": "string", "Validity*":
  {"Begin*": "time", "End": "time"}, "Entitlements*": [{"Name*": "string", "Value": "string",
  "MaxCount": "long", "Overage": "boolean", "Unit*": {"|": ["Count", "None", "Seconds",
  "Microseconds", "Milliseconds", "Bytes", "Kilobytes", "Megabytes", "Gigabytes", "Terabytes",
  "Bits", "Kilobits", "Megabits", "Gigabits", "Terabits", "Percent", "Bytes/Second",
  "Kilobytes/Second", "Megabytes/Second", "Gigabytes/Second", "Terabytes/Second", "Bits/Second",
  "Kilobits/Second", "Megabits/Second", "Gigabits/Second", "Terabits/Second", "Count/Second"]},
  "AllowCheckIn": "boolean"}], "Beneficiary*": "string", "ConsumptionConfiguration*":
  {"RenewType": {"|": ["None", "Weekly", "Monthly"]}, "ProvisionalConfiguration":
  {"MaxTimeToLiveInMinutes*": "integer"}, "BorrowConfiguration": {"AllowEarlyCheckIn*": "boolean",
  "MaxTimeToLiveInMinutes*": "integer"}}, "LicenseMetadata": [{"Name": "string", "Value":
  "string"}], "ClientToken*": "string", "Tags": [{"Key": "string", "Value": "string"}]},
"CreateLicenseVersion": {"LicenseArn*": "string", "LicenseName*": "string", "ProductName*":
  "string", "Issuer*": {"Name*": "string", "SignKey": "string"}, "HomeRegion*": "string",
  "Validity*": {"Begin*": "time", "End": "time"}, "LicenseMetadata": [{"Name": "string", "Value":
  "string"}], "Entitlements*": [{"Name*": "string", "Value": "string", "MaxCount": "long",
  "Overage": "boolean", "Unit*": {"|": ["Count", "None", "Seconds", "Microseconds",
  "Milliseconds", "Bytes", "Kilobytes", "Megabytes", "Gigabytes", "Terabytes", "Bits", "Kilobits",
  "Megabits", "Gigabits", "Terabits", "Percent", "Bytes/Second", "Kilobytes/Second",
  "Megabytes/Second", "Gigabytes/Second", "Terabytes/Second", "Bits/Second", "Kilobits/Second",
  "Megabits/Second", "Gigabits/Second", "Terabits/Second", "Count/Second"]}, "AllowCheckIn":
  "boolean"}], "ConsumptionConfiguration*": {"RenewType": {"|": ["None", "Weekly", "Monthly"]},
  "ProvisionalConfiguration": {"MaxTimeToLiveInMinutes*": "integer"}, "BorrowConfiguration":
  {"AllowEarlyCheckIn*": "boolean", "MaxTimeToLiveInMinutes*": "integer"}}, "Status*": {"|":
  ["AVAILABLE", "PENDING_AVAILABLE", "DEACTIVATED", "SUSPENDED", "EXPIRED", "PENDING_DELETE",
  "DELETED"]}, "ClientToken*": "string", "SourceVersion": "string"},
"DeleteLicense": {"LicenseArn*": "string", "SourceVersion*": "string"},
"GetLicense": {"LicenseArn*": "string", "Version": "string"},
"ListLicenses": {"LicenseArns": ["string"], "Filters": [{"Name": "string", "Values": ["string"]}],
  "NextToken": "string", "MaxResults": "integer"},
"ListLicenseVersions": {"LicenseArn*": "string", "NextToken": "string", "MaxResults": "integer"},
"ListReceivedLicenses": {"LicenseArns": ["string"], "Filters": [{"Name": "string", "Values":
  ["string"]}], "NextToken": "string", "MaxResults": "integer"},
"ListReceivedLicensesForOrganization": {"Filters": [{"Name": "string", "Values": ["string"]}],
  "NextToken": "string", "MaxResults": "integer"},
"UpdateServiceSettings": {"S3BucketArn": "string", "SnsTopicArn": "string",
  "OrganizationConfiguration": {"EnableIntegration*": "boolean"}, "EnableCrossAccountsDiscovery":
  "boolean", "EnabledDiscoverySourceRegions": ["string"]},
"GetServiceSettings": {},
"CreateOrganization": {"FeatureSet": {"|": ["ALL", "CONSOLIDATED_BILLING"]}},
"CreateOrganizationalUnit": {"ParentId*": "string", "Name*": "string", "Tags": [{"Key*": "string",
  "Value*": "string"}]},
"DeleteOrganizationalUnit": {"OrganizationalUnitId*": "string"},
"CreateAccount": {"Email*": "string", "AccountName*": "string", "RoleName": "string",
  "IamUserAccessToBilling": {"|": ["ALLOW", "DENY"]}, "Tags": [{"Key*": "string", "Value*":
  "string"}], "AccountId": "string"},
"InviteAccountToOrganization": {"Target*": {"Id*": "string", "Type*": {"|": ["ACCOUNT",
  "ORGANIZATION", "EMAIL"]}}, "Notes": "string", "Tags": [{"Key*": "string", "Value*":
  "string"}]},
"AcceptHandshake": {"HandshakeId*": "string"},
"MoveAccount": {"AccountId*": "string", "SourceParentId*": "string", "DestinationParentId*":
  "string"},
"RemoveAccountFromOrganization": {"AccountId*": "string"},
"LeaveOrganization": {},
"RegisterDelegatedAdministrator": {"AccountId*": "string", "ServicePrincipal*": "string"},
"DeregisterDelegatedAdministrator": {"AccountId*": "string", "ServicePrincipal*": "string"},
"DescribeOrganization": {},
"DescribeAccount": {"AccountId*": "string"},
"ListRoots": {"NextToken": "string", "MaxResults": "integer"},
"ListAccounts": {"NextToken": "string", "MaxResults": "integer"},
"ListAccountsForParent": {"ParentId*": "string", "NextToken": "string", "MaxResults": "integer"},
"ListOrganizationalUnitsForParent": {"ParentId*": "string", "NextToken": "string", "MaxResults":
  "integer"},
"ListChildren": {"ParentId*": "string", "ChildType*": {"|": ["ACCOUNT", "ORGANIZATIONAL_UNIT"]},
  "NextToken": "string", "MaxResults": "integer"},
"ListParents": {"ChildId*": "string", "NextToken": "string", "MaxResults": "integer"},
"CheckEntitlement": {"AccountId*": "string", "ProductSKU*": "string", "IssuerName*": "string"},
"CountGrants": {"GrantArn*": "string"},
"ListGrantVersions": {"GrantArn*": "string", "NextToken": "string", "MaxResults": "integer"},
"PreviewGrantVersion": {"GrantArn*": "string", "GrantName": "string",
  "AllowedOperations": [{"|": ["CreateGrant", "CheckoutLicense", "CheckoutBorrowLicense",
  "CheckInLicense", "ExtendConsumptionLicense", "ListPurchasedLicenses", "CreateToken"]}],
  "Status": {"|": ["PENDING_WORKFLOW", "PENDING_ACCEPT", "REJECTED", "ACTIVE", "FAILED_WORKFLOW",
  "DELETED", "PENDING_DELETE", "DISABLED", "WORKFLOW_COMPLETED"]}, "StatusReason": "string",
  "SourceVersion": "string", "Options": {"ActivationOverrideBehavior": {"|":
  ["DISTRIBUTED_GRANTS_ONLY", "ALL_GRANTS_PERMITTED_BY_ISSUER"]}},
  "NextToken": "string", "MaxResults": "integer"},
"ListActivations": {"AccountId": "string", "OrganizationId": "string", "ProductSKU": "string",
  "IssuerName": "string", "NextToken": "string", "MaxResults": "integer"},
"WatchGrants": {"FromLsn": "integer", "Position": "string", "NextToken": "string", "MaxResults": "integer"},
"Compact": {},
"ListGrantChanges": {"Lsn*": "integer", "NextToken": "string", "MaxResults": "integer"}
})json";

}  // namespace grantledger::tools

#endif  // GRANTLEDGER_TESTS_TOOLS_API_SHAPES_H_
