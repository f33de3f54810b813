#include "bench/workbench.h"

#include "bench/must.h"

namespace grantledger::bench {
namespace {

/// Ten accounts that stand far apart in the order of accounts reject their grant.
void RejectSome(Activated& activated) {
  const auto& accounts = activated.company.accounts();
  for (std::size_t i = 0; i < kRejected; ++i) {
    const AccountId account = accounts[i * accounts.size() / kRejected];
    const std::string arn =
        Must(activated.company.ledger().MemberGrantArn(activated.distribution.grant_arn, account));
    (void)Must(activated.company.ledger().Write(Call{account, std::nullopt, std::nullopt},
                                                RejectGrantRequest{.grant_arn = arn}));
  }
}

}  // namespace

Company& Workbench::CompanyOf(std::size_t accounts) {
  auto& company = companies_[accounts];
  if (company == nullptr) {
    company = Company::Build(scratch_.NewPath(), {.accounts = accounts,
                                                  .moved_percent = config_.moved_percent,
                                                  .durability = Durability::kBuffered});
  }
  return *company;
}

Activated& Workbench::Large() {
  if (large_ != nullptr) return *large_;
  Company& company = CompanyOf(sizes().large);
  auto made = std::make_unique<Activated>(
      Activated{company, company.NewLicense(), company.sku(), {}, nullptr});
  made->distribution = company.Distribute(made->license_arn);
  (void)company.Set(made->distribution.grant_arn, GrantStatus::kActive);
  RejectSome(*made);
  Must(company.ledger().Settle());
  made->bare = std::make_unique<BareRocks>(company.directory(), Options().cache_bytes);
  large_ = std::move(made);
  return *large_;
}

std::string Sized(const std::string& name, std::size_t accounts) {
  return name + "/accounts:" + std::to_string(accounts);
}

std::string After(const std::string& name, std::size_t events) {
  return name + "/events:" + std::to_string(events);
}

}  // namespace grantledger::bench
