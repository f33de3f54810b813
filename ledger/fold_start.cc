// The part of View that decides where a fold begins: with what compaction folded up to some event
// (family `activation`), with what stands at the horizon (family `base`), or with nothing.
//
// A row tells of which event it is the last, and serves every moment from there on: what follows is
// folded on top. For a moment before a row of `activation` that of `base` is looked for, and where
// nothing was dropped there is none, and folding begins with nothing. So a row of `activation` that
// is old, or newer than the moment, or missing, costs time and never changes an answer.
#include <algorithm>
#include <array>
#include <set>

#include "ledger/fold_rows.h"
#include "ledger/view.h"

namespace grantledger {

std::span<const Family> View::KeptFamilies() const {
  static constexpr std::array kFamilies{Family::kActivation, Family::kBase};
  return std::span(kFamilies).subspan(with_origins_ ? 1 : 0);
}

Result<Lsn> View::Mark(Family family) {
  const auto known = marks_.find(family);
  if (known != marks_.end()) return known->second;
  GL_ASSIGN_OR_RETURN(const auto row, FindTable<fb::MarkT>(rows_, family, MarkKey()));
  return marks_[family] = row ? row->lsn : 0;
}

Result<Lsn> View::BaseOf(std::uint64_t organization, std::uint64_t product) {
  GL_ASSIGN_OR_RETURN(const Lsn mark, Mark(Family::kBase));
  if (mark == 0) return Lsn{0};
  const auto known = bases_.find({organization, product});
  if (known != bases_.end()) return known->second;
  Lsn oldest = 0;
  const std::string prefix = BaseDistributionsPrefix(organization, product);
  RowIterator rows = rows_.Scan(Family::kBase, prefix);
  for (;; rows.Next()) {
    GL_ASSIGN_OR_RETURN(const bool at_row, rows.AtRow());
    if (!at_row) break;
    oldest = KeyReader(rows.key().substr(prefix.size())).NewestFirst();
  }
  // One that the horizon does not reach yet is the first: nothing of the product is dropped.
  return bases_[{organization, product}] = oldest > mark ? 0 : oldest;
}

Result<CellFold> View::StartShared(const Shared& what, Lsn until) {
  for (const Family family : KeptFamilies()) {
    if (family == Family::kBase) {
      // Where it is folded for the first time, nothing is dropped yet.
      GL_ASSIGN_OR_RETURN(const Lsn mark, Mark(family));
      if (mark == 0) continue;
    }
    GL_ASSIGN_OR_RETURN(auto kept, what.path == nullptr ? KeptDistributions(family, what, until)
                                                        : KeptCohort(family, what, until));
    if (kept) return *std::move(kept);
  }
  if (what.path != nullptr) return EnterCohort(what, until);
  GL_ASSIGN_OR_RETURN(const bool marketplace, IsMarketplace(what.product));
  return CellFold(marketplace, AccountId());
}

Result<std::optional<CellFold>> View::KeptDistributions(Family family, const Shared& what,
                                                        Lsn until) {
  std::string key = FoldedDistributionsKey(what.organization, what.product);
  if (family == Family::kBase) {
    GL_ASSIGN_OR_RETURN(const Lsn oldest, BaseOf(what.organization, what.product));
    if (oldest == 0) return std::optional<CellFold>();
    if (oldest > until) {
      return RowCorruption(family, key,
                           "what was before LSN " + std::to_string(oldest) +
                               " is dropped, and LSN " + std::to_string(until) + " is asked for");
    }
    RowIterator rows =
        rows_.Within(family, BaseDistributionsPrefix(what.organization, what.product));
    rows.Seek(BaseDistributionsKey(what.organization, what.product, until));
    GL_ASSIGN_OR_RETURN(const bool at_row, rows.AtRow());
    if (!at_row) return RowCorruption(family, key, "the distributions at the horizon are missing");
    key = rows.key();
  }
  GL_ASSIGN_OR_RETURN(const auto row, FindTable<fb::FoldedDistributionsT>(rows_, family, key));
  if (!row || row->lsn > until) return std::optional<CellFold>();
  GL_ASSIGN_OR_RETURN(const bool marketplace, IsMarketplace(what.product));
  CellFold fold(marketplace, AccountId());
  fold.SetDistributions(UnpackDistributions(*row, what.organization));
  fold.set_last_lsn(row->lsn);
  return std::optional(std::move(fold));
}

Result<std::optional<CellFold>> View::KeptCohort(Family family, const Shared& what, Lsn until) {
  GL_ASSIGN_OR_RETURN(
      const auto row,
      FindTable<fb::FoldedCellT>(
          rows_, family, FoldedCohortKey(what.organization, what.product, *what.path, what.epoch)));
  if (!row || row->lsn > until) return std::optional<CellFold>();
  GL_ASSIGN_OR_RETURN(const auto distributions,
                      FoldShared({what.organization, what.product, nullptr, 0}, row->lsn));
  CellFold fold = *distributions;
  GL_ASSIGN_OR_RETURN(auto grants, UnpackGrants(*row, *distributions));
  fold.SetGrants(std::move(grants));
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
  GL_ASSIGN_OR_RETURN(const Lsn base, BaseOf(what.organization, what.product));
  if (what.epoch < base) {
    // They were there at the horizon, and have no row since nothing had covered the place by then.
    GL_ASSIGN_OR_RETURN(const auto then, FoldShared(distributions, base));
    CellFold fold = *then;
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
  GL_ASSIGN_OR_RETURN(auto older, OlderAlone(account, row, product));
  if (older) return *std::move(older);
  for (const Family family : KeptFamilies()) {
    GL_ASSIGN_OR_RETURN(const Lsn mark, Mark(family));
    if (mark == 0) continue;
    GL_ASSIGN_OR_RETURN(auto kept, KeptCell(family, account, row, product));
    if (kept) return *std::move(kept);
  }
  GL_ASSIGN_OR_RETURN(const bool marketplace, IsMarketplace(product));
  return Start{CellFold(marketplace, account), 0};
}

Result<std::optional<View::Start>> View::KeptCell(Family family, AccountId account,
                                                  const fb::AccountT& row, std::uint64_t product) {
  GL_ASSIGN_OR_RETURN(const auto cell,
                      FindTable<fb::FoldedCellT>(rows_, family, FoldedCellKey(account, product)));
  if (!cell) return LikeCohort(family, account, row, product);
  if (cell->lsn > lsn_) return std::optional<Start>();
  GL_ASSIGN_OR_RETURN(CellFold fold, StartIn(account, row, product, cell->lsn));
  GL_ASSIGN_OR_RETURN(auto grants, UnpackGrants(*cell, fold));
  fold.SetGrants(std::move(grants));
  return std::optional(Start{std::move(fold), cell->lsn});
}

/// An account without a row was at the mark what its cohort was, or held nothing. So it is, until
/// something happens to it alone.
Result<std::optional<View::Start>> View::LikeCohort(Family family, AccountId account,
                                                    const fb::AccountT& row,
                                                    std::uint64_t product) {
  GL_ASSIGN_OR_RETURN(const Lsn mark, Mark(family));
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
  if (with_origins_) {
    GL_ASSIGN_OR_RETURN(CellFold oldest, OldestCohort(*stay, product, mark));
    through = std::max(mark, oldest.last_lsn());
    GL_ASSIGN_OR_RETURN(CellFold fold, StartIn(account, row, product, through));
    GL_ASSIGN_OR_RETURN(auto grants, GrantsOf(oldest, *stay, product));
    fold.SetGrants(std::move(grants));
    fold.SetPlace(stay->organization, path);
    return std::optional(Start{std::move(fold), through});
  }
  GL_ASSIGN_OR_RETURN(const auto cohort,
                      FoldShared({stay->organization, product, &path, stay->epoch}, through));
  GL_ASSIGN_OR_RETURN(CellFold fold, StartIn(account, row, product, through));
  fold.SetGrants(cohort->grants());
  fold.SetPlace(stay->organization, path);
  return std::optional(Start{std::move(fold), through});
}

/// As kept at the mark, or later while the horizon moves: the versions that are made from there on
/// are to be heard of.
Result<CellFold> View::OldestCohort(const fb::StayT& stay, std::uint64_t product, Lsn mark) {
  const Path path = ToPath(stay.path);
  Shared what{stay.organization, product, &path, 0};
  GL_ASSIGN_OR_RETURN(what.epoch, ProductEpoch(stay.organization, product, stay.epoch));
  GL_ASSIGN_OR_RETURN(auto kept, KeptCohort(Family::kBase, what, lsn_));
  if (kept && kept->last_lsn() >= mark) return *std::move(kept);
  if (!kept) {
    GL_ASSIGN_OR_RETURN(kept, EnterCohort(what, mark));
  }
  GL_RETURN_IF_ERROR(GoOn(&*kept, stay.organization, product, mark));
  return *std::move(kept);
}

Result<std::vector<FoldedGrant>> View::GrantsOf(const CellFold& cohort, const fb::StayT& stay,
                                                std::uint64_t product) {
  std::vector<FoldedGrant> grants = cohort.grants();
  if (!with_origins_) return grants;
  GL_ASSIGN_OR_RETURN(const Epoch entered, ProductEpoch(stay.organization, product, stay.epoch));
  for (FoldedGrant& grant : grants) {
    if (grant.made_at == entered) grant.made_at = stay.from;
  }
  return grants;
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
    // Where `base` is later than that, the account entered the organization later still.
    GL_ASSIGN_OR_RETURN(const Lsn base, BaseOf(organization, product));
    GL_ASSIGN_OR_RETURN(const auto one,
                        FoldShared({organization, product, nullptr, 0}, std::max(through, base)));
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
