// The part of Dropper that changes rows which writers change, too.
#include <algorithm>

#include "ledger/dropper.h"
#include "ledger/view.h"

namespace grantledger {
namespace {

/// Whether the position was taken back when the stay ended: nothing covered the account there, and
/// it held nothing of its own.
bool Passed(const fb::AccountT& row, const fb::StayT& stay) {
  return HeldNothing(stay) && std::ranges::none_of(row.own, [&stay](const auto& own) {
           return own.since() <= stay.until;
         });
}

}  // namespace

Status DropStays(Batch& batch, AccountId account, Lsn horizon) {
  const std::string key = AccountKey(account);
  GL_ASSIGN_OR_RETURN(auto row, FindTable<fb::AccountT>(batch, Family::kState, key));
  if (!row) return {};
  auto& stays = row->stays;
  // The last that began by then says where the account stood at the horizon, or that it ever stood
  // anywhere.
  const auto last = std::ranges::find_if(
      stays.rbegin(), stays.rend(), [horizon](const auto& stay) { return stay->from <= horizon; });
  if (last == stays.rend()) return {};
  const Lsn kept = (*last)->from;
  const auto goes = [&](const std::unique_ptr<fb::StayT>& stay) {
    return stay->from < kept && stay->until <= horizon && Passed(*row, *stay);
  };
  std::vector<std::unique_ptr<fb::StayT>> gone;
  std::vector<std::unique_ptr<fb::StayT>> rest;
  for (auto& stay : stays) (goes(stay) ? gone : rest).push_back(std::move(stay));
  if (gone.empty()) return {};
  stays = std::move(rest);
  for (const auto& stay : gone) {
    const Position position = PositionOf(*stay, account);
    const bool again = std::ranges::any_of(stays, [&](const auto& other) {
      return other->organization == stay->organization && PositionOf(*other, account) == position;
    });
    if (!again) {
      batch.Delete(Family::kMember,
                   PassedKey(stay->organization, position.path, position.epoch, account));
    }
    if (stay->from != row->created_lsn) batch.Delete(Family::kLog, LogKey(stay->from));
  }
  PutTable(batch, Family::kState, key, *row);
  return {};
}

Status DropLicenseVersions(Batch& batch, std::uint64_t license, Lsn horizon) {
  const std::string key = LicenseKey(license);
  GL_ASSIGN_OR_RETURN(auto row, GetTable<fb::LicenseT>(batch, Family::kState, key));
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
  const std::string key = TokenKey(AccountId(record.caller),
                                   static_cast<std::uint8_t>(record.body.type), record.token->text);
  GL_ASSIGN_OR_RETURN(const auto use, FindTable<fb::TokenUseT>(batch, Family::kState, key));
  if (use && use->lsn == lsn) batch.Delete(Family::kState, key);
  return {};
}

}  // namespace grantledger
