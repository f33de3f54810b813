// The hash by which a replayed ClientToken is told from one that is used with another input.
#include <xxhash.h>

#include "ledger/respond.h"

namespace grantledger {
namespace {

/// Length-prefixed, so that no two inputs give the same bytes.
class InputWriter {
 public:
  void Text(std::string_view text) {
    Number(text.size());
    bytes_.append(text);
  }
  void Number(std::uint64_t number) { bytes_ += PackNumber(number); }
  void Operations(const GrantOperations& operations) {
    Number(operations.size());
    for (const GrantOperation operation : operations) Number(static_cast<std::uint64_t>(operation));
  }
  template <typename T, typename Put>
  void Maybe(const std::optional<T>& value, Put put) {
    Number(value.has_value() ? 1 : 0);
    if (value) put(*value);
  }
  void MaybeText(const std::optional<std::string>& text) {
    Maybe(text, [this](const std::string& value) { Text(value); });
  }
  /// Of a number, a flag or an enumeration.
  template <typename T>
  void MaybeNumber(const std::optional<T>& value) {
    Maybe(value, [this](T number) { Number(static_cast<std::uint64_t>(number)); });
  }
  [[nodiscard]] ResourceId Hash() const {
    const XXH128_hash_t hash = XXH3_128bits(bytes_.data(), bytes_.size());
    return {hash.high64, hash.low64};
  }

 private:
  std::string bytes_;
};

void Put(const CreateGrantRequest& request, InputWriter& out) {
  out.Text(request.grant_name);
  out.Text(request.license_arn);
  for (const std::string& principal : request.principals) out.Text(principal);
  out.Text(request.home_region);
  out.Operations(request.allowed_operations);
}

void Put(const CreateGrantVersionRequest& request, InputWriter& out) {
  out.Text(request.grant_arn);
  out.MaybeText(request.grant_name);
  out.Maybe(request.allowed_operations,
            [&out](const GrantOperations& operations) { out.Operations(operations); });
  out.MaybeNumber(request.status);
  out.MaybeText(request.status_reason);
  out.MaybeText(request.source_version);
  out.Maybe(request.options, [&out](const GrantOptions& options) {
    out.MaybeNumber(options.activation_override_behavior);
  });
}

void Put(const Entitlement& entitlement, InputWriter& out) {
  out.Text(entitlement.name);
  out.MaybeText(entitlement.value);
  out.MaybeNumber(entitlement.max_count);
  out.MaybeNumber(entitlement.overage);
  out.Text(entitlement.unit);
  out.MaybeNumber(entitlement.allow_check_in);
}

void Put(const ConsumptionConfiguration& configuration, InputWriter& out) {
  out.MaybeNumber(configuration.renew_type);
  out.Maybe(configuration.provisional_configuration, [&out](const ProvisionalConfiguration& one) {
    out.Number(static_cast<std::uint64_t>(one.max_time_to_live_in_minutes));
  });
  out.Maybe(configuration.borrow_configuration, [&out](const BorrowConfiguration& one) {
    out.Number(one.allow_early_check_in ? 1 : 0);
    out.Number(static_cast<std::uint64_t>(one.max_time_to_live_in_minutes));
  });
}

void Put(const LicenseTerms& terms, InputWriter& out) {
  out.Text(terms.license_name);
  out.Text(terms.product_name);
  out.Text(terms.issuer.name);
  out.MaybeText(terms.issuer.sign_key);
  out.Text(terms.home_region);
  out.Number(static_cast<std::uint64_t>(FromTime(terms.validity.begin)));
  out.Maybe(terms.validity.end,
            [&out](Time end) { out.Number(static_cast<std::uint64_t>(FromTime(end))); });
  out.Number(terms.entitlements.size());
  for (const Entitlement& entitlement : terms.entitlements) Put(entitlement, out);
  Put(terms.consumption_configuration, out);
  out.Number(terms.license_metadata.size());
  for (const Metadata& metadata : terms.license_metadata) {
    out.Text(metadata.name);
    out.Text(metadata.value);
  }
}

void Put(const CreateLicenseRequest& request, InputWriter& out) {
  out.Text(request.product_sku);
  out.Text(request.beneficiary);
  Put(request.terms, out);
}

void Put(const CreateLicenseVersionRequest& request, InputWriter& out) {
  out.Text(request.license_arn);
  Put(request.terms, out);
  out.Number(static_cast<std::uint64_t>(request.status));
  out.MaybeText(request.source_version);
}

template <typename Request>
void Put(const Request& /*request*/, InputWriter& /*out*/) {}

}  // namespace

ResourceId HashInput(const WriteRequest& request) {
  InputWriter out;
  std::visit([&out](const auto& one) { Put(one, out); }, request);
  return out.Hash();
}

}  // namespace grantledger
