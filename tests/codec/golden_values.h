// Values that golden records and rows have in common.
#ifndef GRANTLEDGER_TESTS_CODEC_GOLDEN_VALUES_H_
#define GRANTLEDGER_TESTS_CODEC_GOLDEN_VALUES_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "codec/key.h"
#include "codec/schema/common_generated.h"

namespace grantledger {

/// The file identifier of a record.
inline constexpr const char* kIdentifier = "GLRC";

/// The second unit that was created in the 300th of the root.
inline std::vector<std::uint8_t> GoldenPath() {
  const Path path = ChildPath(ChildPath(Path(), 300), 2);
  return {path.begin(), path.end()};
}

inline std::unique_ptr<fb::ValidityT> GoldenValidity() {
  auto validity = std::make_unique<fb::ValidityT>();
  validity->begin_ms = 1'767'225'600'000;
  validity->end_ms = 1'798'761'600'000;
  return validity;
}

/// Two entitlements: one with every field, one with as few as may be.
inline std::unique_ptr<fb::LicenseTermsT> GoldenTerms() {
  auto terms = std::make_unique<fb::LicenseTermsT>();
  terms->license_name = "license";
  terms->product_name = "product";
  terms->issuer_name = "AWS/Marketplace";
  terms->sign_key = "key";
  terms->has_sign_key = true;
  terms->home_region = "us-east-1";
  terms->validity = GoldenValidity();
  auto full = std::make_unique<fb::EntitlementT>();
  full->name = "users";
  full->value = "many";
  full->has_value = true;
  full->max_count = 50'000;
  full->overage = true;
  full->unit = "Count";
  full->allow_check_in = false;
  terms->entitlements.push_back(std::move(full));
  auto least = std::make_unique<fb::EntitlementT>();
  least->name = "use";
  least->unit = "None";
  terms->entitlements.push_back(std::move(least));
  terms->renew_type = 3;
  terms->provisional_minutes = 60;
  terms->borrow_minutes = 120;
  terms->borrow_early_check_in = true;
  terms->metadata.push_back(std::make_unique<fb::MetadataT>());
  terms->metadata.back()->name = "name";
  terms->metadata.back()->value = "value";
  return terms;
}

}  // namespace grantledger

#endif  // GRANTLEDGER_TESTS_CODEC_GOLDEN_VALUES_H_
