#include "query/license_view.h"

#include <algorithm>

#include "codec/arn.h"
#include "ledger/errors.h"
#include "ledger/target.h"

namespace grantledger {
namespace {

Validity UnpackValidity(const fb::ValidityT& packed) {
  Validity validity;
  validity.begin = ToTime(packed.begin_ms);
  if (packed.end_ms) validity.end = ToTime(*packed.end_ms);
  return validity;
}

Entitlement UnpackEntitlement(fb::EntitlementT& packed) {
  Entitlement entitlement;
  entitlement.name = packed.name;
  if (packed.has_value) entitlement.value = packed.value;
  if (packed.max_count) entitlement.max_count = *packed.max_count;
  if (packed.overage) entitlement.overage = *packed.overage;
  entitlement.unit = packed.unit;
  if (packed.allow_check_in) entitlement.allow_check_in = *packed.allow_check_in;
  return entitlement;
}

ConsumptionConfiguration UnpackConsumption(const fb::LicenseTermsT& packed) {
  ConsumptionConfiguration configuration;
  if (packed.renew_type != 0) configuration.renew_type = static_cast<RenewType>(packed.renew_type);
  if (packed.provisional_minutes) {
    configuration.provisional_configuration = ProvisionalConfiguration{*packed.provisional_minutes};
  }
  if (packed.borrow_minutes) {
    configuration.borrow_configuration =
        BorrowConfiguration{packed.borrow_early_check_in, *packed.borrow_minutes};
  }
  return configuration;
}

/// REQUIRES: packed.validity is there.
LicenseTerms UnpackTerms(const fb::LicenseTermsT& packed) {
  LicenseTerms terms;
  terms.license_name = packed.license_name;
  terms.product_name = packed.product_name;
  terms.issuer.name = packed.issuer_name;
  if (packed.has_sign_key) terms.issuer.sign_key = packed.sign_key;
  terms.home_region = packed.home_region;
  terms.validity = UnpackValidity(*packed.validity);
  for (const auto& entitlement : packed.entitlements) {
    terms.entitlements.push_back(UnpackEntitlement(*entitlement));
  }
  terms.consumption_configuration = UnpackConsumption(packed);
  for (const auto& item : packed.metadata) {
    terms.license_metadata.push_back({item->name, item->value});
  }
  return terms;
}

std::string FingerprintOfIssuer(AccountId account, const std::string& name) {
  return "aws:" + account.ToString() + ":" + name + ":issuer-fingerprint";
}

/// Whether the caller received a direct or member grant of the license.
Result<bool> Received(View& view, const fb::LicenseT& license, AccountId caller) {
  GL_ASSIGN_OR_RETURN(const auto row, view.Account(caller));
  GL_ASSIGN_OR_RETURN(const auto cell, view.Cell(caller, row, license.product));
  for (const FoldedGrant& grant : cell->grants()) {
    if (grant.member) {
      const FoldedDistribution* distribution = cell->FindDistribution(grant.grant);
      if (distribution != nullptr && distribution->license == license.ordinal) return true;
      continue;
    }
    GL_ASSIGN_OR_RETURN(const auto head, view.Grant(grant.grant));
    if (head && head->license == license.ordinal) return true;
  }
  return false;
}

/// Whether the caller administers an organization with a distribution of the license.
Result<bool> Administers(View& view, const fb::LicenseT& license, AccountId caller) {
  GL_ASSIGN_OR_RETURN(const auto organization, view.OrganizationOf(caller));
  if (!organization || !IsAdministrator(*organization, caller, view.lsn())) return false;
  GL_ASSIGN_OR_RETURN(const auto all, view.Distributions(organization->ordinal, license.product));
  return std::ranges::any_of(all->distributions(), [&license](const FoldedDistribution& one) {
    return one.license == license.ordinal;
  });
}

}  // namespace

Result<License> LicenseAt(const View& view, const fb::LicenseT& license,
                          const fb::LicenseMomentT& moment) {
  const std::string key = LicenseVersionKey(license.ordinal, moment.version);
  GL_ASSIGN_OR_RETURN(const auto row,
                      GetTable<fb::LicenseVersionT>(view.rows(), Family::kState, key));
  if (row->terms == nullptr || row->terms->validity == nullptr) {
    return RowCorruption(Family::kState, key, "the terms of the version are missing");
  }
  const AccountId issuer(license.issuer);
  License shown;
  shown.license_arn =
      LicenseArnOf(issuer, view.ids().Encode(IdKind::kLicense, license.ordinal, AccountId()));
  shown.product_sku = license.product_sku;
  shown.beneficiary = license.beneficiary;
  shown.terms = UnpackTerms(*row->terms);
  shown.key_fingerprint = FingerprintOfIssuer(issuer, shown.terms.issuer.name);
  shown.status = static_cast<LicenseStatus>(moment.status);
  shown.create_time = ToTime(license.created_ms);
  shown.version = std::to_string(moment.version);
  return shown;
}

Result<Table<fb::LicenseT>> FindLicenseByArn(const View& view, std::string_view field,
                                             std::string_view arn) {
  if (!IsArn(arn)) return Invalid(field, Quoted(arn), "the ARN of a license");
  auto license = ResolveLicense(view, arn);
  const bool missing = !license && license.error().code() == Code::kNotFound;
  if (missing) return NotThere(field, arn, "license");
  return license;
}

Result<bool> MaySeeLicense(View& view, const fb::LicenseT& license, AccountId caller) {
  if (AccountId(license.issuer) == caller) return true;
  GL_ASSIGN_OR_RETURN(const bool received, Received(view, license, caller));
  if (received) return true;
  return Administers(view, license, caller);
}

bool PassesLicenseFilters(const License& license, const FilterValues& filters) {
  const auto passes = [&filters](std::string_view name, std::string_view found) {
    const std::string* wanted = filters.Find(name);
    return wanted == nullptr || *wanted == found;
  };
  return passes("ProductSKU", license.product_sku) &&
         passes("IssuerName", license.terms.issuer.name) &&
         passes("Beneficiary", license.beneficiary) &&
         passes("Fingerprint", license.key_fingerprint) && passes("Status", Name(license.status));
}

}  // namespace grantledger
