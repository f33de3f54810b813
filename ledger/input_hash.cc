// The hash by which a replayed ClientToken is told from one that is used with another input.
#include <xxhash.h>

#include "ledger/license_terms.h"
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
  out.Maybe(request.status,
            [&out](GrantStatus status) { out.Number(static_cast<std::uint64_t>(status)); });
  out.MaybeText(request.status_reason);
  out.MaybeText(request.source_version);
  out.Maybe(request.options, [&out](const GrantOptions& options) {
    out.Maybe(options.activation_override_behavior, [&out](ActivationOverrideBehavior behavior) {
      out.Number(static_cast<std::uint64_t>(behavior));
    });
  });
}

void Put(const CreateLicenseRequest& request, InputWriter& out) {
  out.Text(request.product_sku);
  out.Text(request.beneficiary);
  out.Text(Pack(*PackTerms(request.terms)));
}

void Put(const CreateLicenseVersionRequest& request, InputWriter& out) {
  out.Text(request.license_arn);
  out.Text(Pack(*PackTerms(request.terms)));
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
