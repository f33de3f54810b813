// The part of View that decides where a fold begins: with what compaction folded up to some event,
// or with nothing.
//
// A row of `activation` tells of which event it is the last, and serves every moment from there on:
// what follows is folded on top. A moment before it is folded from the start. So a row that is old,
// or newer than the moment, or missing, costs time and never changes an answer.
#include <algorithm>
#include <set>

#include "ledger/fold_rows.h"
#include "ledger/view.h"

namespace grantledger {

Result<Lsn> View::Mark() {
  if (!mark_) {
    GL_ASSIGN_OR_RETURN(const auto row,
                        FindTable<fb::MarkT>(rows_, Family::kActivation, MarkKey()));
    mark_ = row ? row->lsn : 0;
  }
  return *mark_;
}

Result<CellFold> View::StartShared(const Shared& what, Lsn until) {
  GL_ASSIGN_OR_RETURN(
      auto kept, what.path == nullptr ? KeptDistributions(what, until) : KeptCohort(what, until));
  if (kept) return *std::move(kept);
  if (what.path != nullptr) return EnterCohort(what, until);
  GL_ASSIGN_OR_RETURN(const bool marketplace, IsMarketplace(what.product));
  return CellFold(marketplace, AccountId());
}

Result<std::optional<CellFold>> View::KeptDistributions(const Shared& what, Lsn until) {
  GL_ASSIGN_OR_RETURN(const auto row, FindTable<fb::FoldedDistributionsT>(
                                          rows_, Family::kActivation,
                                          FoldedDistributionsKey(what.organization, what.product)));
  if (!row || row->lsn > until) return std::optional<CellFold>();
  GL_ASSIGN_OR_RETURN(const bool marketplace, IsMarketplace(what.product));
  CellFold fold(marketplace, AccountId());
  fold.SetDistributions(UnpackDistributions(*row, what.organization));
  fold.set_last_lsn(row->lsn);
  return std::optional(std::move(fold));
}

Result<std::optional<CellFold>> View::KeptCohort(const Shared& what, Lsn until) {
  GL_ASSIGN_OR_RETURN(const auto row,
                      FindTable<fb::FoldedCellT>(rows_, Family::kActivation,
                                                 FoldedCohortKey(what.organization, what.product,
                                                                 *what.path, what.epoch)));
  if (!row || row->lsn > until) return std::optional<CellFold>();
  GL_ASSIGN_OR_RETURN(const auto distributions,
                      FoldShared({what.organization, what.product, nullptr, 0}, row->lsn));
  CellFold fold = *distributions;
  fold.SetGrants(UnpackGrants(*row, *distributions));
  fold.SetPlace(what.organization, *what.path);
  fold.set_last_lsn(row->lsn);
  return std::optional(std::move(fold));
}

/// Its accounts entered right after the event that is their epoch.
Result<CellFold> View::EnterCohort(const Shared& what, Lsn until) {
  const Shared distributions{what.organization, what.product, nullptr, 0};
  GL_ASSIGN_OR_RETURN(const auto now, FoldShared(distributions, until));
  if (!now->EverCovered(*what.path)) {
    // Nothing ever happened there.
    CellFold fold = *now;
    fold.SetPlace(what.organization, *what.path);
    return fold;
  }
  GL_ASSIGN_OR_RETURN(const auto then, FoldShared(distributions, what.epoch));
  CellFold fold = *then;
  GL_ASSIGN_OR_RETURN(const fb::OrganizationT* row, OrganizationRow(what.organization));
  fold.ApplyStay(
      {what.epoch, false, true, what.organization, *what.path, LinkedAt(*row, what.epoch)});
  return fold;
}

Result<View::Start> View::StartAlone(AccountId account, const fb::AccountT& row,
                                     std::uint64_t product) {
  GL_ASSIGN_OR_RETURN(const Lsn mark, Mark());
  if (mark != 0) {
    GL_ASSIGN_OR_RETURN(auto kept, KeptCell(account, row, product));
    if (kept) return *std::move(kept);
  }
  GL_ASSIGN_OR_RETURN(const bool marketplace, IsMarketplace(product));
  return Start{CellFold(marketplace, account), 0};
}

Result<std::optional<View::Start>> View::KeptCell(AccountId account, const fb::AccountT& row,
                                                  std::uint64_t product) {
  GL_ASSIGN_OR_RETURN(const auto cell, FindTable<fb::FoldedCellT>(rows_, Family::kActivation,
                                                                  FoldedCellKey(account, product)));
  if (!cell) return LikeCohort(account, row, product);
  if (cell->lsn > lsn_) return std::optional<Start>();
  GL_ASSIGN_OR_RETURN(CellFold fold, StartIn(account, row, product, cell->lsn));
  fold.SetGrants(UnpackGrants(*cell, fold));
  return std::optional(Start{std::move(fold), cell->lsn});
}

/// An account without a row was at the mark what its cohort was, or held nothing. So it is, until
/// something happens to it alone.
Result<std::optional<View::Start>> View::LikeCohort(AccountId account, const fb::AccountT& row,
                                                    std::uint64_t product) {
  GL_ASSIGN_OR_RETURN(const Lsn mark, Mark());
  if (mark > lsn_) return std::optional<Start>();
  GL_ASSIGN_OR_RETURN(const Lsn first, FirstOwnEvent(account, row, product, mark));
  Lsn through = first == 0 ? lsn_ : first - 1;
  const fb::StayT* stay = StayAt(row, mark);
  if (stay == nullptr || HeldNothing(*stay)) {
    GL_ASSIGN_OR_RETURN(CellFold fold, StartIn(account, row, product, through));
    return std::optional(Start{std::move(fold), through});
  }
  const Path path = ToPath(stay->path);
  GL_ASSIGN_OR_RETURN(const auto all, Distributions(stay->organization, product));
  // What the account gives passes it over, and that is not to be seen in its own rows.
  if (all->IsGrantor(account)) through = mark;
  GL_ASSIGN_OR_RETURN(const auto cohort,
                      FoldShared({stay->organization, product, &path, stay->epoch}, through));
  GL_ASSIGN_OR_RETURN(CellFold fold, StartIn(account, row, product, through));
  fold.SetGrants(cohort->grants());
  fold.SetPlace(stay->organization, path);
  return std::optional(Start{std::move(fold), through});
}

/// The cell less its grants: where the account stood, and the distributions of all organizations in
/// which it ever stood.
Result<CellFold> View::StartIn(AccountId account, const fb::AccountT& row, std::uint64_t product,
                               Lsn through) {
  GL_ASSIGN_OR_RETURN(const bool marketplace, IsMarketplace(product));
  CellFold fold(marketplace, account);
  std::set<std::uint64_t> organizations;
  for (const StayEvent& stay : StayEvents(row, lsn_)) {
    if (stay.enters) organizations.insert(stay.organization);
  }
  std::vector<FoldedDistribution> distributions;
  for (const std::uint64_t organization : organizations) {
    GL_ASSIGN_OR_RETURN(const auto one, FoldShared({organization, product, nullptr, 0}, through));
    distributions.insert(distributions.end(), one->distributions().begin(),
                         one->distributions().end());
  }
  if (organizations.size() > 1) {
    std::ranges::sort(distributions, {}, &FoldedDistribution::grant);
  }
  fold.SetDistributions(std::move(distributions));
  const fb::StayT* stay = StayAt(row, through);
  if (stay != nullptr && !HeldNothing(*stay)) {
    fold.SetPlace(stay->organization, ToPath(stay->path));
  }
  fold.set_last_lsn(through);
  return fold;
}

/// The first thing behind `after` that happened to the account alone; 0: there is none.
Result<Lsn> View::FirstOwnEvent(AccountId account, const fb::AccountT& row, std::uint64_t product,
                                Lsn after) {
  Lsn first = 0;
  const auto consider = [&](Lsn lsn) {
    if (lsn > after && lsn <= lsn_ && (first == 0 || lsn < first)) first = lsn;
  };
  for (const auto& stay : row.stays) {
    consider(stay->from);
    consider(stay->until);
  }
  GL_ASSIGN_OR_RETURN(const auto own, OwnEvents(account, row, product, after));
  if (!own.empty()) consider(own.front().lsn);
  return first;
}

}  // namespace grantledger
