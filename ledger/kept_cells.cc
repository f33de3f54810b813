// The part of View that keeps the cells of accounts that are unlike their cohorts.
//
// What is kept is found by the prefix of the account's own events in the product, so that one more
// of them lets go of it. Everything else that can happen in a cell is told by the account's row, or
// by what is known of the distributions anyway.
#include <algorithm>

#include "ledger/view.h"

namespace grantledger {
namespace {

struct KeptAlone {
  Table<fb::AccountT> row;
  std::shared_ptr<const CellFold> fold;
  Lsn through = 0;  ///< All that happened up to there is in it, and nothing came later by then.
};

/// Whether the account's row tells of something that is later.
bool TellsOfLater(const fb::AccountT& row, std::uint64_t product, Lsn lsn) {
  const auto stay_is_later = [lsn](const auto& stay) {
    return stay->from > lsn || stay->until > lsn;
  };
  const auto own_is_later = [product, lsn](const auto& own) {
    return own.product() == product && own.since() > lsn;
  };
  return std::ranges::any_of(row.stays, stay_is_later) ||
         std::ranges::any_of(row.own, own_is_later);
}

}  // namespace

Result<std::shared_ptr<const CellFold>> View::Alone(AccountId account,
                                                    const Table<fb::AccountT>& row,
                                                    std::uint64_t product) {
  const std::string key = OwnEventsPrefix(account, product);
  GL_ASSIGN_OR_RETURN(auto kept, FindAlone(key, row, product));
  if (kept != nullptr) return kept;
  GL_ASSIGN_OR_RETURN(CellFold folded, FoldAlone(account, *row, product, nullptr));
  auto fold = std::make_shared<const CellFold>(std::move(folded));
  GL_RETURN_IF_ERROR(KeepAlone(key, row, product, fold));
  return fold;
}

Result<std::shared_ptr<const CellFold>> View::FindAlone(const std::string& key,
                                                        const Table<fb::AccountT>& row,
                                                        std::uint64_t product) {
  const std::shared_ptr<const CellFold> none;
  const auto found = with_origins_ ? std::nullopt : rows_.FindKept(Family::kIndex, key);
  if (!found) return none;
  const auto kept = std::static_pointer_cast<const KeptAlone>(*found);
  if (kept->row != row) return none;
  if (lsn_ < kept->through) return kept->fold->last_lsn() <= lsn_ ? kept->fold : none;
  GL_ASSIGN_OR_RETURN(const Lsn distributed, LastDistributed(*row, product));
  return distributed <= kept->through ? kept->fold : none;
}

/// What follows must still be there to be read, and concern places that the fold knows.
Result<std::optional<View::Start>> View::OlderAlone(AccountId account, const fb::AccountT& row,
                                                    std::uint64_t product) {
  const std::optional<Start> none;
  if (with_origins_) return none;
  const auto found = rows_.FindOlder(Family::kIndex, OwnEventsPrefix(account, product));
  if (!found) return none;
  const auto kept = std::static_pointer_cast<const KeptAlone>(*found);
  GL_ASSIGN_OR_RETURN(const bool goes_on, MayGoOn(kept->through));
  if (!goes_on || kept->through > lsn_) return none;
  const bool entered_since = std::ranges::any_of(
      row.stays, [&kept](const auto& stay) { return stay->from > kept->through; });
  if (entered_since) return none;
  return std::optional(Start{*kept->fold, kept->through});
}

Status View::KeepAlone(const std::string& key, const Table<fb::AccountT>& row,
                       std::uint64_t product, const std::shared_ptr<const CellFold>& fold) {
  if (with_origins_ || TellsOfLater(*row, product, lsn_)) return {};
  if (HasOwnEvents(*row, product, lsn_) && !own_tail_.all) return {};
  GL_ASSIGN_OR_RETURN(const Lsn distributed, LastDistributed(*row, product));
  if (distributed > lsn_) return {};
  const std::size_t bytes = sizeof(KeptAlone) + fold->BytesInMemory();
  rows_.KeepCommitted(Family::kIndex, key,
                      std::make_shared<const KeptAlone>(KeptAlone{row, fold, lsn_}), bytes);
  return {};
}

Result<Lsn> View::LastDistributed(const fb::AccountT& row, std::uint64_t product) {
  Lsn last = 0;
  for (const auto& stay : row.stays) {
    GL_ASSIGN_OR_RETURN(const fb::ProductHeadT* head, ProductHead(stay->organization, product));
    last = std::max(last, head->last_event);
  }
  return last;
}

}  // namespace grantledger
