#include "ledger/license_terms.h"

namespace grantledger {
namespace {

std::unique_ptr<fb::ValidityT> PackValidity(const Validity& validity) {
  auto packed = std::make_unique<fb::ValidityT>();
  packed->begin_ms = FromTime(validity.begin);
  if (validity.end) packed->end_ms = FromTime(*validity.end);
  return packed;
}

std::unique_ptr<fb::EntitlementT> PackEntitlement(const Entitlement& entitlement) {
  auto packed = std::make_unique<fb::EntitlementT>();
  packed->name = entitlement.name;
  packed->has_value = entitlement.value.has_value();
  packed->value = entitlement.value.value_or("");
  if (entitlement.max_count) packed->max_count = *entitlement.max_count;
  if (entitlement.overage) packed->overage = *entitlement.overage;
  packed->unit = entitlement.unit;
  if (entitlement.allow_check_in) packed->allow_check_in = *entitlement.allow_check_in;
  return packed;
}

void PackConsumption(const ConsumptionConfiguration& from, fb::LicenseTermsT* packed) {
  if (from.renew_type) packed->renew_type = static_cast<std::uint8_t>(*from.renew_type);
  if (from.provisional_configuration) {
    packed->provisional_minutes = from.provisional_configuration->max_time_to_live_in_minutes;
  }
  if (from.borrow_configuration) {
    packed->borrow_minutes = from.borrow_configuration->max_time_to_live_in_minutes;
    packed->borrow_early_check_in = from.borrow_configuration->allow_early_check_in;
  }
}

}  // namespace

std::unique_ptr<fb::LicenseTermsT> PackTerms(const LicenseTerms& terms) {
  auto packed = std::make_unique<fb::LicenseTermsT>();
  packed->license_name = terms.license_name;
  packed->product_name = terms.product_name;
  packed->issuer_name = terms.issuer.name;
  packed->has_sign_key = terms.issuer.sign_key.has_value();
  packed->sign_key = terms.issuer.sign_key.value_or("");
  packed->home_region = terms.home_region;
  packed->validity = PackValidity(terms.validity);
  for (const Entitlement& entitlement : terms.entitlements) {
    packed->entitlements.push_back(PackEntitlement(entitlement));
  }
  PackConsumption(terms.consumption_configuration, packed.get());
  for (const Metadata& metadata : terms.license_metadata) {
    auto item = std::make_unique<fb::MetadataT>();
    item->name = metadata.name;
    item->value = metadata.value;
    packed->metadata.push_back(std::move(item));
  }
  return packed;
}

}  // namespace grantledger
