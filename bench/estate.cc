#include "bench/estate.h"

#include <algorithm>
#include <span>
#include <utility>
#include <vector>

#include "bench/must.h"
#include "bench/synthetic.h"

namespace grantledger::bench {
namespace {

constexpr std::size_t kMostWrites = 1000;  // of a batch

/// Writes one organization, step by step.
class OrganizationBuilder {
 public:
  OrganizationBuilder(Ledger& ledger, const EstateShape& shape, std::size_t organization)
      : ledger_(ledger),
        shape_(shape),
        organization_(organization),
        management_(shape.ManagementOf(organization)) {}

  void Build() {
    Found();
    Join();
    const std::vector<std::string> licenses = Buy();
    Activate(Distribute(licenses));
  }

 private:
  template <typename Request>
  typename Request::Response WriteOne(Request request) {
    return Must(ledger_.Write(CallOf(management_), std::move(request)));
  }

  /// `count` writes of the management account.
  std::vector<WriteResponse> WriteEach(std::size_t count,
                                       const std::function<WriteRequest(std::size_t)>& request) {
    std::vector<WriteResponse> responses;
    std::vector<Write> batch;
    for (std::size_t i = 0; i < count; ++i) {
      batch.push_back({CallOf(management_), request(i)});
      if (batch.size() < kMostWrites && i + 1 < count) continue;
      for (auto& answer : ledger_.Apply(batch)) responses.push_back(Must(std::move(answer)));
      batch.clear();
    }
    return responses;
  }

  /// So that member grants are accepted as they come to be.
  void Found() {
    organization_arn_ = WriteOne(CreateOrganizationRequest{}).organization.arn;
    WriteOne(UpdateServiceSettingsRequest{.enable_integration = true});
  }

  void Join() {
    WriteEach(shape_.accounts, [this](std::size_t i) {
      const Label label = LabelOf(organization_ * shape_.accounts + i);
      return CreateAccountRequest{.email = label.email,
                                  .account_name = label.name,
                                  .account_id = shape_.MemberOf(organization_, i).ToString()};
    });
  }

  /// The ARNs of the licenses.
  std::vector<std::string> Buy() {
    const auto responses = WriteEach(shape_.licenses, [this](std::size_t i) {
      LicenseTerms terms = SyntheticTerms();
      terms.license_name = terms.product_name = SkuOf(i);
      return CreateLicenseRequest{.client_token = "buy-" + std::to_string(i),
                                  .product_sku = SkuOf(i),
                                  .beneficiary = management_.ToString(),
                                  .terms = std::move(terms)};
    });
    std::vector<std::string> arns;
    for (const auto& each : responses) arns.push_back(std::get<LicenseResponse>(each).license_arn);
    return arns;
  }

  /// The ARNs of the distributions.
  std::vector<std::string> Distribute(const std::vector<std::string>& licenses) {
    const auto responses = WriteEach(licenses.size(), [&](std::size_t i) {
      return CreateGrantRequest{.client_token = "grant-" + std::to_string(i),
                                .grant_name = "everybody",
                                .license_arn = licenses[i],
                                .principals = {organization_arn_},
                                .home_region = "us-east-1",
                                .allowed_operations = {GrantOperation::kCheckoutLicense,
                                                       GrantOperation::kCheckInLicense}};
    });
    std::vector<std::string> arns;
    for (const auto& each : responses) arns.push_back(std::get<GrantResponse>(each).grant_arn);
    return arns;
  }

  void Activate(const std::vector<std::string>& distributions) {
    WriteEach(distributions.size(), [&](std::size_t i) {
      return CreateGrantVersionRequest{
          .client_token = "activate-" + std::to_string(i),
          .grant_arn = distributions[i],
          .status = GrantStatus::kActive,
          .options = GrantOptions{ActivationOverrideBehavior::kAllGrantsPermittedByIssuer}};
    });
  }

  Ledger& ledger_;
  const EstateShape& shape_;
  std::size_t organization_;
  AccountId management_;
  std::string organization_arn_;
};

}  // namespace

AccountId EstateShape::ManagementOf(std::size_t organization) const {
  return AccountAt(organization * (accounts + 1));
}

AccountId EstateShape::MemberOf(std::size_t organization, std::size_t member) const {
  return AccountAt(organization * (accounts + 1) + 1 + member);
}

std::string SkuOf(std::size_t product) { return "prod-" + std::to_string(product); }

void BuildEstate(Ledger& ledger, const EstateShape& shape,
                 const std::function<void(std::size_t organizations)>& done) {
  for (std::size_t i = 0; i < shape.organizations; ++i) {
    OrganizationBuilder(ledger, shape, i).Build();
    done(i + 1);
  }
}

}  // namespace grantledger::bench
