#include "ledger/homes.h"

#include <algorithm>

#include "ledger/products.h"

namespace grantledger {

const fb::StayT* HomeStay(const DistributionLife& life, AccountId account, const fb::AccountT& row,
                          Lsn lsn) {
  if (life.grantor == account) return nullptr;
  for (const auto& stay : row.stays) {
    if (stay->from > lsn) break;
    const bool lived =
        (stay->until == 0 || stay->until > life.created) && stay->from < life.deleted;
    if (lived && stay->organization == life.organization && Covers(life.path, ToPath(stay->path))) {
      return stay.get();
    }
  }
  return nullptr;
}

Status StayHomes::Learn(const fb::AccountT& row) {
  for (const std::uint64_t organization : OrganizationsOf(row, view_.lsn())) {
    if (const auto lives = LivesIn(organization); !lives) return lives.error();
  }
  return {};
}

Result<bool> StayHomes::IsHome(AccountId account, const fb::AccountT& row, const fb::StayT& stay) {
  GL_ASSIGN_OR_RETURN(const auto* lives, LivesIn(stay.organization));
  return std::ranges::any_of(*lives, [&](const DistributionLife& life) {
    return HomeStay(life, account, row, view_.lsn()) == &stay;
  });
}

Result<const std::vector<DistributionLife>*> StayHomes::LivesIn(std::uint64_t organization) {
  const auto known = lives_.find(organization);
  if (known != lives_.end()) return &known->second;
  GL_ASSIGN_OR_RETURN(const auto products, ProductsIn(view_, organization));
  std::vector<DistributionLife> lives;
  for (const std::uint64_t product : products) {
    GL_ASSIGN_OR_RETURN(const auto all, view_.Distributions(organization, product));
    for (const FoldedDistribution& one : all->distributions()) {
      GL_ASSIGN_OR_RETURN(const auto head, GetTable<fb::GrantHeadT>(view_.rows(), Family::kState,
                                                                    GrantKey(one.grant)));
      lives.push_back({organization, one.path, one.grantor, head->created_lsn,
                       one.deleted_at == 0 ? view_.lsn() + 1 : one.deleted_at});
    }
  }
  return &lives_.emplace(organization, std::move(lives)).first->second;
}

}  // namespace grantledger
