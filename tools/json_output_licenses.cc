// The Outputs of the license operations.
#include "tools/json_output.h"

namespace grantledger::tools {
namespace {

/// Sets `field` where there is a value.
template <typename T>
void PutIf(OrderedJson& object, const char* field, const std::optional<T>& value) {
  if (value) object[field] = *value;
}

OrderedJson IssuerOf(const License& license) {
  OrderedJson out = {{"Name", license.terms.issuer.name}};
  Put(out, "SignKey", license.terms.issuer.sign_key.value_or(""));
  Put(out, "KeyFingerprint", license.key_fingerprint);
  return out;
}

OrderedJson ValidityOf(const Validity& validity) {
  OrderedJson out = {{"Begin", FormatTime(validity.begin)}};
  if (validity.end) out["End"] = FormatTime(*validity.end);
  return out;
}

OrderedJson ConsumptionOf(const ConsumptionConfiguration& configuration) {
  OrderedJson out = OrderedJson::object();
  if (configuration.renew_type) out["RenewType"] = Name(*configuration.renew_type);
  if (const auto& provisional = configuration.provisional_configuration) {
    out["ProvisionalConfiguration"] = {
        {"MaxTimeToLiveInMinutes", provisional->max_time_to_live_in_minutes}};
  }
  if (const auto& borrow = configuration.borrow_configuration) {
    out["BorrowConfiguration"] = {{"AllowEarlyCheckIn", borrow->allow_early_check_in},
                                  {"MaxTimeToLiveInMinutes", borrow->max_time_to_live_in_minutes}};
  }
  return out;
}

}  // namespace

OrderedJson ToJson(const Entitlement& entitlement) {
  OrderedJson out = {{"Name", entitlement.name}};
  Put(out, "Value", entitlement.value.value_or(""));
  PutIf(out, "MaxCount", entitlement.max_count);
  PutIf(out, "Overage", entitlement.overage);
  out["Unit"] = entitlement.unit;
  PutIf(out, "AllowCheckIn", entitlement.allow_check_in);
  return out;
}

OrderedJson ToJson(const Metadata& metadata) {
  OrderedJson out = OrderedJson::object();
  Put(out, "Name", metadata.name);
  Put(out, "Value", metadata.value);
  return out;
}

OrderedJson ToJson(const License& license) {
  const LicenseTerms& terms = license.terms;
  return {{"LicenseArn", license.license_arn},
          {"LicenseName", terms.license_name},
          {"ProductName", terms.product_name},
          {"ProductSKU", license.product_sku},
          {"Issuer", IssuerOf(license)},
          {"HomeRegion", terms.home_region},
          {"Status", Name(license.status)},
          {"Validity", ValidityOf(terms.validity)},
          {"Beneficiary", license.beneficiary},
          {"Entitlements", ListOf(terms.entitlements)},
          {"ConsumptionConfiguration", ConsumptionOf(terms.consumption_configuration)},
          {"LicenseMetadata", ListOf(terms.license_metadata)},
          {"CreateTime", FormatTime(license.create_time)},
          {"Version", license.version}};
}

OrderedJson ToJson(const GrantedLicense& license) {
  const ReceivedMetadata& metadata = license.received_metadata;
  OrderedJson received = {{"ReceivedStatus", Name(metadata.received_status)}};
  Put(received, "ReceivedStatusReason", metadata.received_status_reason);
  received["AllowedOperations"] = NamesOf(metadata.allowed_operations);
  OrderedJson out = ToJson(license.license);
  out["ReceivedMetadata"] = std::move(received);
  return out;
}

OrderedJson ToJson(const LicenseResponse& response) {
  return {{"LicenseArn", response.license_arn},
          {"Status", Name(response.status)},
          {"Version", response.version}};
}

OrderedJson ToJson(const DeleteLicenseRequest::Response& response) {
  return {{"Status", Name(response.status)}, {"DeletionDate", FormatTime(response.deletion_date)}};
}

OrderedJson ToJson(const GetLicenseRequest::Response& response) {
  return {{"License", ToJson(response.license)}};
}

OrderedJson ToJson(const LicensePage& page) {
  return PageOf("Licenses", page.licenses, page.next_token);
}

OrderedJson ToJson(const GrantedLicensePage& page) {
  return PageOf("Licenses", page.licenses, page.next_token);
}

}  // namespace grantledger::tools
