// Licenses: the requests that write them, the lists that read them, and what one looks like.
#ifndef GRANTLEDGER_LICENSES_H_
#define GRANTLEDGER_LICENSES_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <grantledger/types.h>

namespace grantledger {

struct Issuer {
  std::string name = {};
  std::optional<std::string> sign_key = {};
};

/// From Begin to End, both included; without End it never ends.
struct Validity {
  Time begin = {};
  std::optional<Time> end = {};
};

struct Entitlement {
  std::string name = {};
  std::optional<std::string> value = {};
  std::optional<std::int64_t> max_count = {};
  std::optional<bool> overage = {};
  std::string unit = {};
  std::optional<bool> allow_check_in = {};
};

struct ProvisionalConfiguration {
  std::int32_t max_time_to_live_in_minutes = 0;
};

struct BorrowConfiguration {
  bool allow_early_check_in = false;
  std::int32_t max_time_to_live_in_minutes = 0;
};

struct ConsumptionConfiguration {
  std::optional<RenewType> renew_type = {};
  std::optional<ProvisionalConfiguration> provisional_configuration = {};
  std::optional<BorrowConfiguration> borrow_configuration = {};
};

struct Metadata {
  std::string name = {};
  std::string value = {};
};

struct LicenseResponse {
  std::string license_arn = {};
  LicenseStatus status = LicenseStatus::kAvailable;
  std::string version = {};
};

/// What CreateLicense and CreateLicenseVersion both state.
struct LicenseTerms {
  std::string license_name = {};
  std::string product_name = {};
  Issuer issuer = {};
  std::string home_region = {};
  Validity validity = {};
  std::vector<Entitlement> entitlements = {};
  ConsumptionConfiguration consumption_configuration = {};
  std::vector<Metadata> license_metadata = {};
};

struct CreateLicenseRequest {
  using Response = LicenseResponse;
  std::string client_token = {};
  std::string product_sku = {};
  std::string beneficiary = {};
  LicenseTerms terms = {};
};

struct CreateLicenseVersionRequest {
  using Response = LicenseResponse;
  std::string client_token = {};
  std::string license_arn = {};
  LicenseTerms terms = {};
  LicenseStatus status = LicenseStatus::kAvailable;
  std::optional<std::string> source_version = {};
};

struct DeleteLicenseRequest {
  struct Response {
    LicenseStatus status = LicenseStatus::kDeleted;
    Time deletion_date = {};
  };
  std::string license_arn = {};
  std::string source_version = {};
};

/// One version of a license.
struct License {
  std::string license_arn = {};
  std::string product_sku = {};
  std::string beneficiary = {};
  LicenseTerms terms = {};
  std::string key_fingerprint = {};
  LicenseStatus status = LicenseStatus::kAvailable;
  Time create_time = {};
  std::string version = {};
};

/// What an account received with a license.
struct ReceivedMetadata {
  GrantStatus received_status = GrantStatus::kPendingAccept;
  std::string received_status_reason = {};  ///< Empty: none.
  GrantOperations allowed_operations = {};
};

struct GrantedLicense {
  License license = {};
  ReceivedMetadata received_metadata = {};
};

struct GetLicenseRequest {
  struct Response {
    License license = {};
  };
  std::string license_arn = {};
  std::optional<std::string> version = {};
};

struct LicensePage {
  std::vector<License> licenses = {};
  std::string next_token = {};
};

/// Filters: Beneficiary, ProductSKU, Fingerprint, Status.
struct ListLicensesRequest {
  using Response = LicensePage;
  std::vector<std::string> license_arns = {};
  std::vector<Filter> filters = {};
  Paging paging = {};
};

struct ListLicenseVersionsRequest {
  using Response = LicensePage;
  std::string license_arn = {};
  Paging paging = {};
};

struct GrantedLicensePage {
  std::vector<GrantedLicense> licenses = {};
  std::string next_token = {};
};

/// Filters: ProductSKU, Status, Fingerprint, IssuerName, Beneficiary.
struct ListReceivedLicensesRequest {
  using Response = GrantedLicensePage;
  std::vector<std::string> license_arns = {};
  std::vector<Filter> filters = {};
  Paging paging = {};
};

/// Filters: Beneficiary, ProductSKU.
struct ListReceivedLicensesForOrganizationRequest {
  using Response = GrantedLicensePage;
  std::vector<Filter> filters = {};
  Paging paging = {};
};

}  // namespace grantledger

#endif  // GRANTLEDGER_LICENSES_H_
