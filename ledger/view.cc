#include "ledger/view.h"

#include <algorithm>

namespace grantledger {
namespace {

template <typename History>
auto LastAt(const History& history, Lsn lsn) -> decltype(history.back().get()) {
  for (auto item = history.rbegin(); item != history.rend(); ++item) {
    if ((*item)->lsn <= lsn) return item->get();
  }
  return nullptr;
}

}  // namespace

bool LinkedAt(const fb::OrganizationT& organization, Lsn lsn) {
  const auto* last = LastAt(organization.linked, lsn);
  return last != nullptr && last->on;
}

AccountId DelegateAt(const fb::OrganizationT& organization, Lsn lsn) {
  const auto* last = LastAt(organization.delegates, lsn);
  return last == nullptr ? AccountId() : AccountId(last->account);
}

bool IsAdministrator(const fb::OrganizationT& organization, AccountId account, Lsn lsn) {
  return AccountId(organization.management) == account || DelegateAt(organization, lsn) == account;
}

const fb::StayT* StayAt(const fb::AccountT& account, Lsn lsn) {
  for (auto stay = account.stays.rbegin(); stay != account.stays.rend(); ++stay) {
    if ((*stay)->from <= lsn) {
      return (*stay)->until == 0 || (*stay)->until > lsn ? stay->get() : nullptr;
    }
  }
  return nullptr;
}

const fb::StayT* StayAtPosition(const fb::AccountT& account, std::uint64_t organization,
                                const Position& position, Lsn lsn) {
  const fb::StayT* stay = StayAt(account, lsn);
  const bool here = stay != nullptr && stay->organization == organization &&
                    PositionOf(*stay, position.account) == position;
  return here ? stay : nullptr;
}

bool Passed(const fb::AccountT& row, const fb::StayT& stay) {
  return HeldNothing(stay) && std::ranges::none_of(row.own, [&stay](const auto& own) {
           return own.since() <= stay.until;
         });
}

std::set<std::uint64_t> OrganizationsOf(const fb::AccountT& account, Lsn lsn) {
  std::set<std::uint64_t> organizations;
  for (const auto& stay : account.stays) {
    if (stay->from > lsn || (Passed(account, *stay) && stay->until <= lsn)) continue;
    organizations.insert(stay->organization);
  }
  return organizations;
}

const fb::LicenseMomentT* MomentAt(const fb::LicenseT& license, Lsn lsn) {
  return LastAt(license.moments, lsn);
}

bool HasOwnEvents(const fb::AccountT& account, std::uint64_t product, Lsn lsn) {
  return std::ranges::any_of(account.own, [product, lsn](const auto& own) {
    return own.product() == product && own.since() <= lsn;
  });
}

bool IsException(const fb::AccountT& account, std::uint64_t product, Lsn lsn) {
  const fb::StayT* stay = StayAt(account, lsn);
  return stay == nullptr || !stay->regular || HasOwnEvents(account, product, lsn);
}

Result<Table<fb::OrganizationT>> View::Organization(std::uint64_t ordinal) const {
  GL_ASSIGN_OR_RETURN(
      auto row, FindTable<fb::OrganizationT>(rows_, Family::kState, OrganizationKey(ordinal)));
  if (row && row->created_lsn > lsn_) row.reset();
  return row;
}

Result<Table<fb::OrganizationT>> View::OrganizationById(std::string_view id) const {
  GL_ASSIGN_OR_RETURN(const auto ordinal, FindNumber(rows_, Family::kState, OrganizationIdKey(id)));
  if (!ordinal) return Table<fb::OrganizationT>();
  return Organization(*ordinal);
}

Result<Table<fb::OrganizationT>> View::OrganizationOf(AccountId account) const {
  GL_ASSIGN_OR_RETURN(const auto row, Account(account));
  const fb::StayT* stay = StayAt(*row, lsn_);
  if (stay == nullptr) return Table<fb::OrganizationT>();
  return Organization(stay->organization);
}

Result<Table<fb::UnitT>> View::UnitById(std::string_view id) const {
  GL_ASSIGN_OR_RETURN(const auto key, rows_.Get(Family::kState, UnitIdKey(id)));
  if (!key) return Table<fb::UnitT>();
  GL_ASSIGN_OR_RETURN(auto unit, FindTable<fb::UnitT>(rows_, Family::kState, *key));
  const bool there =
      unit && unit->created_lsn <= lsn_ && (unit->deleted_lsn == 0 || unit->deleted_lsn > lsn_);
  if (!there) unit.reset();
  return unit;
}

Result<Table<fb::UnitT>> View::Unit(std::uint64_t organization, const Path& path) const {
  return FindTable<fb::UnitT>(rows_, Family::kState, UnitKey(organization, path));
}

Result<Table<fb::AccountT>> View::Account(AccountId account) const {
  static const auto kUnknown = std::make_shared<const fb::AccountT>();
  GL_ASSIGN_OR_RETURN(auto row,
                      FindTable<fb::AccountT>(rows_, Family::kState, AccountKey(account)));
  if (row == nullptr) row = kUnknown;
  return row;
}

Result<Table<fb::LicenseT>> View::License(std::uint64_t ordinal) const {
  GL_ASSIGN_OR_RETURN(auto row,
                      FindTable<fb::LicenseT>(rows_, Family::kState, LicenseKey(ordinal)));
  if (row && row->created_lsn > lsn_) row.reset();
  return row;
}

Result<std::optional<std::uint64_t>> View::Product(std::string_view issuer_name,
                                                   std::string_view sku) {
  GL_ASSIGN_OR_RETURN(const auto product,
                      FindNumber(rows_, Family::kState, ProductNameKey(issuer_name, sku)));
  if (product) marketplace_[*product] = issuer_name == kMarketplaceIssuer;
  return product;
}

Result<Table<fb::GrantHeadT>> View::Grant(std::uint64_t ordinal) const {
  GL_ASSIGN_OR_RETURN(auto row,
                      FindTable<fb::GrantHeadT>(rows_, Family::kState, GrantKey(ordinal)));
  if (row && row->created_lsn > lsn_) row.reset();
  return row;
}

}  // namespace grantledger
