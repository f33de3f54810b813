#include "bench/fixture.h"

#include <algorithm>
#include <cstdio>

#include "bench/must.h"
#include "bench/synthetic.h"

namespace grantledger::bench {
namespace {

constexpr std::size_t kBatch = 1000;
constexpr std::size_t kWaves = 10;
constexpr std::size_t kProgressEvery = 100'000;
constexpr AccountId kManagement(42);  // 12 digits that DrawAccounts never draws

/// One line on stderr that is written over.
void Progress(bool verbose, const char* what, std::size_t done, std::size_t all) {
  if (!verbose || (done % kProgressEvery != 0 && done != all)) return;
  std::fprintf(stderr, "\r  %-9s %zu of %zu%s", what, done, all, done == all ? "\n" : "");
}

}  // namespace

Company::Company(const std::string& directory, const CompanyShape& shape)
    : directory_(directory), management_(kManagement) {
  Options options;
  options.durability = shape.durability;
  options.background_compaction = shape.background_compaction;
  ledger_ = Must(Ledger::Open(directory, options));
  organization_arn_ =
      Must(ledger_->Write(Management(), CreateOrganizationRequest{})).organization.arn;
  root_id_ = Must(ledger_->Read(Management(), ListRootsRequest{})).roots.front().id;
  Must(ledger_->Write(Management(), UpdateServiceSettingsRequest{.enable_integration = true}));
}

std::unique_ptr<Company> Company::Build(const std::string& directory, const CompanyShape& shape) {
  std::fprintf(stderr, "building a ledger of %zu accounts\n", shape.accounts);
  auto company = std::make_unique<Company>(directory, shape);
  company->Join(DrawAccounts(shape.accounts), true);
  if (shape.moved_percent > 0) company->MoveIntoUnits(shape.moved_percent, true);
  Must(company->ledger().Settle());
  return company;
}

void Company::Reopen(const Options& options) {
  ledger_.reset();
  ledger_ = Must(Ledger::Open(directory_, options));
}

void Company::ApplyAll(const std::vector<Write>& writes) {
  for (auto& answer : ledger_->Apply(writes)) (void)Must(std::move(answer));
}

void Company::ApplyEach(std::size_t count, const std::function<Write(std::size_t)>& write,
                        const char* progress) {
  std::vector<Write> writes;
  writes.reserve(kBatch);
  for (std::size_t i = 0; i < count; ++i) {
    writes.push_back(write(i));
    if (writes.size() < kBatch && i + 1 < count) continue;
    ApplyAll(writes);
    writes.clear();
    Progress(progress != nullptr, progress, i + 1, count);
  }
}

void Company::Join(const std::vector<AccountId>& accounts, bool verbose) {
  std::vector<Write> writes;
  writes.reserve(kBatch);
  const std::size_t per_wave = std::max(accounts.size() / kWaves, std::size_t{1});
  for (const AccountId account : accounts) {
    const Label label = LabelOf(accounts_.size());
    writes.push_back({Management(), CreateAccountRequest{.email = label.email,
                                                         .account_name = label.name,
                                                         .account_id = account.ToString()}});
    accounts_.push_back(account);
    const bool all = accounts_.size() == accounts.size();
    const bool wave = accounts_.size() % per_wave == 0 && !all;
    if (writes.size() < kBatch && !wave && !all) continue;
    ApplyAll(writes);
    writes.clear();
    // The setting as it was is a distribution event like any other.
    if (wave) {
      Must(ledger_->Write(Management(), UpdateServiceSettingsRequest{.enable_integration = true}));
    }
    Progress(verbose, "joining", accounts_.size(), accounts.size());
  }
}

/// Four at the root, with four in each of them.
std::vector<std::string> Company::CreateUnits() {
  constexpr int kSiblings = 4;
  std::vector<std::string> units;
  const auto create = [&](const std::string& parent, int number) {
    const CreateOrganizationalUnitRequest request{.parent_id = parent,
                                                  .name = "unit " + std::to_string(number)};
    units.push_back(Must(ledger_->Write(Management(), request)).organizational_unit.id);
    return units.back();
  };
  for (int i = 0; i < kSiblings; ++i) {
    const std::string top = create(root_id_, i);
    for (int k = 0; k < kSiblings; ++k) create(top, k);
  }
  return units;
}

void Company::MoveIntoUnits(int percent, bool verbose) {
  const std::vector<std::string> units = CreateUnits();
  const std::size_t count = accounts_.size() * static_cast<std::size_t>(percent) / 100;
  const auto move = [&](std::size_t i) {
    return Write{Management(),
                 MoveAccountRequest{.account_id = accounts_[i].ToString(),
                                    .source_parent_id = root_id_,
                                    .destination_parent_id = units[i % units.size()]}};
  };
  ApplyEach(count, move, verbose ? "moving" : nullptr);
}

std::string Company::NewLicense() {
  sku_ = "prod-" + std::to_string(++licenses_);
  const CreateLicenseRequest request{.client_token = Token(),
                                     .product_sku = sku_,
                                     .beneficiary = management_.ToString(),
                                     .terms = SyntheticTerms()};
  return Must(ledger_->Write(Management(), request)).license_arn;
}

CreateGrantRequest Company::DistributeRequest(const std::string& license_arn) {
  return {
      .client_token = Token(),
      .grant_name = "everybody",
      .license_arn = license_arn,
      .principals = {organization_arn_},
      .home_region = "us-east-1",
      .allowed_operations = {GrantOperation::kCheckoutLicense, GrantOperation::kCheckInLicense}};
}

GrantResponse Company::Distribute(const std::string& license_arn) {
  return Must(ledger_->Write(Management(), DistributeRequest(license_arn)));
}

CreateGrantVersionRequest Company::SetRequest(const std::string& grant_arn, GrantStatus status) {
  CreateGrantVersionRequest request;
  request.client_token = Token();
  request.grant_arn = grant_arn;
  request.status = status;
  if (status == GrantStatus::kActive) {
    request.options = GrantOptions{ActivationOverrideBehavior::kAllGrantsPermittedByIssuer};
  }
  return request;
}

GrantResponse Company::Set(const std::string& grant_arn, GrantStatus status) {
  return Must(ledger_->Write(Management(), SetRequest(grant_arn, status)));
}

void Company::Toggle(const std::string& grant_arn, std::size_t times) {
  const auto set = [&](std::size_t i) {
    const bool activate = (times - i) % 2 == 1;
    return Write{Management(),
                 SetRequest(grant_arn, activate ? GrantStatus::kActive : GrantStatus::kDisabled)};
  };
  ApplyEach(times, set, nullptr);
}

void Company::ActivateEach(const std::string& grant_arn, const std::vector<AccountId>& accounts,
                           bool verbose) {
  const auto activate = [&](std::size_t i) {
    CreateGrantVersionRequest request;
    request.client_token = Token();
    request.grant_arn = Must(ledger_->MemberGrantArn(grant_arn, accounts[i]));
    request.status = GrantStatus::kActive;
    return Write{Call{accounts[i], std::nullopt, std::nullopt}, std::move(request)};
  };
  ApplyEach(accounts.size(), activate, verbose ? "activating" : nullptr);
}

DeleteGrantRequest Company::DeleteRequest(const GrantResponse& grant) const {
  return {.grant_arn = grant.grant_arn, .version = grant.version, .status_reason = {}};
}

}  // namespace grantledger::bench
