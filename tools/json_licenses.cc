// The Inputs of the license operations.
#include <array>

#include "tools/json_requests.h"

namespace grantledger::tools {
namespace {

constexpr std::array<std::string_view, 27> kUnits = {"Count",
                                                     "None",
                                                     "Seconds",
                                                     "Microseconds",
                                                     "Milliseconds",
                                                     "Bytes",
                                                     "Kilobytes",
                                                     "Megabytes",
                                                     "Gigabytes",
                                                     "Terabytes",
                                                     "Bits",
                                                     "Kilobits",
                                                     "Megabits",
                                                     "Gigabits",
                                                     "Terabits",
                                                     "Percent",
                                                     "Bytes/Second",
                                                     "Kilobytes/Second",
                                                     "Megabytes/Second",
                                                     "Gigabytes/Second",
                                                     "Terabytes/Second",
                                                     "Bits/Second",
                                                     "Kilobits/Second",
                                                     "Megabits/Second",
                                                     "Gigabits/Second",
                                                     "Terabits/Second",
                                                     "Count/Second"};

/// The terms but for LicenseName and ProductName.
void ReadTerms(ObjectReader& in, LicenseTerms& out) {
  in.Required("Issuer", out.issuer);
  in.Required("HomeRegion", out.home_region);
  in.Required("Validity", out.validity);
  in.Required("Entitlements", out.entitlements);
  in.Required("ConsumptionConfiguration", out.consumption_configuration);
  in.Optional("LicenseMetadata", out.license_metadata);
}

}  // namespace

void ReadFields(ObjectReader& in, Issuer& out) {
  in.Required("Name", out.name);
  in.Optional("SignKey", out.sign_key);
}

void ReadFields(ObjectReader& in, Validity& out) {
  in.Required("Begin", out.begin);
  in.Optional("End", out.end);
}

void ReadFields(ObjectReader& in, Entitlement& out) {
  in.Required("Name", out.name);
  in.Optional("Value", out.value);
  in.Optional("MaxCount", out.max_count);
  in.Optional("Overage", out.overage);
  in.RequiredName("Unit", kUnits, out.unit);
  in.Optional("AllowCheckIn", out.allow_check_in);
}

void ReadFields(ObjectReader& in, ProvisionalConfiguration& out) {
  in.Required("MaxTimeToLiveInMinutes", out.max_time_to_live_in_minutes);
}

void ReadFields(ObjectReader& in, BorrowConfiguration& out) {
  in.Required("AllowEarlyCheckIn", out.allow_early_check_in);
  in.Required("MaxTimeToLiveInMinutes", out.max_time_to_live_in_minutes);
}

void ReadFields(ObjectReader& in, ConsumptionConfiguration& out) {
  in.Optional("RenewType", out.renew_type);
  in.Optional("ProvisionalConfiguration", out.provisional_configuration);
  in.Optional("BorrowConfiguration", out.borrow_configuration);
}

void ReadFields(ObjectReader& in, Metadata& out) {
  in.Optional("Name", out.name);
  in.Optional("Value", out.value);
}

void ReadFields(ObjectReader& in, CreateLicenseRequest& out) {
  in.Required("LicenseName", out.terms.license_name);
  in.Required("ProductName", out.terms.product_name);
  in.Required("ProductSKU", out.product_sku);
  ReadTerms(in, out.terms);
  in.Required("Beneficiary", out.beneficiary);
  in.Required("ClientToken", out.client_token);
  in.Ignored<std::vector<LicenseManagerTag>>("Tags");
}

void ReadFields(ObjectReader& in, CreateLicenseVersionRequest& out) {
  in.Required("LicenseArn", out.license_arn);
  in.Required("LicenseName", out.terms.license_name);
  in.Required("ProductName", out.terms.product_name);
  ReadTerms(in, out.terms);
  in.Required("Status", out.status);
  in.Required("ClientToken", out.client_token);
  in.Optional("SourceVersion", out.source_version);
}

void ReadFields(ObjectReader& in, DeleteLicenseRequest& out) {
  in.Required("LicenseArn", out.license_arn);
  in.Required("SourceVersion", out.source_version);
}

void ReadFields(ObjectReader& in, GetLicenseRequest& out) {
  in.Required("LicenseArn", out.license_arn);
  in.Optional("Version", out.version);
}

void ReadFields(ObjectReader& in, ListLicensesRequest& out) {
  in.Optional("LicenseArns", out.license_arns);
  in.Optional("Filters", out.filters);
  ReadPaging(in, out.paging);
}

void ReadFields(ObjectReader& in, ListLicenseVersionsRequest& out) {
  in.Required("LicenseArn", out.license_arn);
  ReadPaging(in, out.paging);
}

void ReadFields(ObjectReader& in, ListReceivedLicensesRequest& out) {
  in.Optional("LicenseArns", out.license_arns);
  in.Optional("Filters", out.filters);
  ReadPaging(in, out.paging);
}

void ReadFields(ObjectReader& in, ListReceivedLicensesForOrganizationRequest& out) {
  in.Optional("Filters", out.filters);
  ReadPaging(in, out.paging);
}

}  // namespace grantledger::tools
