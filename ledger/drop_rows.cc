// The part of Dropper that changes rows which writers change, too.
#include <algorithm>
#include <set>

#include "ledger/dropper.h"
#include "ledger/view.h"

namespace grantledger {
namespace {

/// The LSNs at which they began.
Result<std::set<Lsn>> StaysThatGo(AccountId account, const fb::AccountT& row, Lsn horizon,
                                  StayHomes& homes) {
  std::set<Lsn> go;
  // The last that began by then says where the account stood at the horizon, or that it ever stood
  // anywhere.
  const auto last =
      std::ranges::find_if(row.stays.rbegin(), row.stays.rend(),
                           [horizon](const auto& stay) { return stay->from <= horizon; });
  if (last == row.stays.rend()) return go;
  // Of each organization, the first that tells that the account stood in it (OrganizationsOf), and
  // the first that folds look at (StayEvents), stay.
  std::set<std::uint64_t> stood_in;
  std::set<std::uint64_t> folded_in;
  for (const auto& stay : row.stays) {
    const bool passed = Passed(row, *stay);
    const bool first_stood = !passed && stood_in.insert(stay->organization).second;
    const bool first_folded = !HeldNothing(*stay) && folded_in.insert(stay->organization).second;
    if (stay->from >= (*last)->from || stay->until > horizon) continue;
    if (first_stood || first_folded) continue;
    if (!passed) {
      GL_ASSIGN_OR_RETURN(const bool home, homes.IsHome(account, row, *stay));
      if (home) continue;
    }
    go.insert(stay->from);
  }
  return go;
}

/// Nobody asks any more who passed the position, unless the account did so again.
void ForgetPassing(Batch& batch, AccountId account, const fb::AccountT& row,
                   const fb::StayT& stay) {
  const Position position = PositionOf(stay, account);
  const bool again = std::ranges::any_of(row.stays, [&](const auto& other) {
    return other->organization == stay.organization && Passed(row, *other) &&
           PositionOf(*other, account) == position;
  });
  if (again) return;
  batch.Delete(Family::kMember,
               PassedKey(stay.organization, position.path, position.epoch, account));
}

}  // namespace

Status DropStays(Batch& batch, AccountId account, Lsn horizon, StayHomes& homes) {
  const std::string key = AccountKey(account);
  GL_ASSIGN_OR_RETURN(auto row, FindCopy<fb::AccountT>(batch, Family::kState, key));
  if (!row) return {};
  GL_ASSIGN_OR_RETURN(const auto goes, StaysThatGo(account, *row, horizon, homes));
  if (goes.empty()) return {};
  std::vector<std::unique_ptr<fb::StayT>> gone;
  std::vector<std::unique_ptr<fb::StayT>> rest;
  for (auto& stay : row->stays) {
    (goes.contains(stay->from) ? gone : rest).push_back(std::move(stay));
  }
  row->stays = std::move(rest);
  for (const auto& stay : gone) {
    if (Passed(*row, *stay)) {
      ForgetPassing(batch, account, *row, *stay);
    } else {
      row->dropped = true;
    }
    if (stay->from != row->created_lsn) batch.Delete(Family::kLog, LogKey(stay->from));
  }
  PutTable(batch, Family::kState, key, *row);
  return {};
}

Status DropLicenseVersions(Batch& batch, std::uint64_t license, Lsn horizon) {
  const std::string key = LicenseKey(license);
  GL_ASSIGN_OR_RETURN(auto row, CopyTable<fb::LicenseT>(batch, Family::kState, key));
  auto& moments = row.moments;
  const auto later = std::ranges::find_if(
      moments, [horizon](const auto& moment) { return moment->lsn > horizon; });
  const auto standing = later == moments.begin() ? later : std::prev(later);
  if (standing == moments.begin()) return {};
  for (auto moment = moments.begin(); moment != standing; ++moment) {
    batch.Delete(Family::kState, LicenseVersionKey(license, (*moment)->version));
  }
  moments.erase(moments.begin(), standing);
  PutTable(batch, Family::kState, key, row);
  return {};
}

Status DropTokenUse(Batch& batch, Lsn lsn) {
  GL_ASSIGN_OR_RETURN(const auto record, GetRecord(batch, lsn));
  const std::string key = TokenKey(
      AccountId(record->caller), static_cast<std::uint8_t>(record->body.type), record->token->text);
  GL_ASSIGN_OR_RETURN(const auto use, FindCopy<fb::TokenUseT>(batch, Family::kState, key));
  if (use && use->lsn == lsn) batch.Delete(Family::kState, key);
  return {};
}

}  // namespace grantledger
