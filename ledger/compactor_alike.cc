// The part of Compactor that folds one cell for many: where every account activates for itself, the
// same happens to all of them.
//
// A cell that is told by the others is one of an account that is like its cohort but for its own
// events: that stands where it entered holding nothing, and stood there at the mark. Then the state
// at the mark (its row, or none) and the own events since tell all.
#include <algorithm>

#include "ledger/compactor.h"
#include "ledger/fold_rows.h"

namespace grantledger {
namespace {

/// That can be told apart at the same time: what they take of memory is bounded.
constexpr std::size_t kMostKinds = 4096;

void SetLsn(std::string* row, Lsn lsn) {
  flatbuffers::GetMutableRoot<fb::FoldedCell>(row->data())->mutate_lsn(lsn);
}

}  // namespace

Result<std::optional<std::string>> Compactor::AlikeKey(const TouchedCell& cell,
                                                       const fb::AccountT& row) {
  constexpr std::optional<std::string> kByItself;
  if (IsBase() || !at_mark_ || cell.happened == 0) return kByItself;
  const fb::StayT* stay = StayAt(row, to_);
  if (stay == nullptr || !stay->regular || stay->from > from_) return kByItself;
  const OfProduct pair{stay->organization, cell.product};
  if (tail_.distributed.contains(pair)) return kByItself;
  GL_ASSIGN_OR_RETURN(const auto distributions, after_.Distributions(pair.first, pair.second));
  if (distributions->IsGrantor(cell.account)) return kByItself;
  KeyWriter key(HasOwnEvents(row, cell.product, from_) ? 'o' : 'n');
  key.Uint(pair.first).Uint(pair.second).Uint(stay->epoch).Uint(cell.happened);
  key.PlacePath(ToPath(stay->path));
  std::string alike = std::move(key).key();
  const std::string known = FoldedCellKey(cell.account, cell.product);
  cells_.SeekOnwards(known);
  GL_ASSIGN_OR_RETURN(const bool at_row, cells_.AtRow());
  if (at_row && cells_.key() == known) {
    GL_ASSIGN_OR_RETURN(const std::string_view payload, cells_.payload());
    GL_ASSIGN_OR_RETURN(const auto at_mark, ReadTable<fb::FoldedCellT>(family_, known, payload));
    if (at_mark.lsn > from_) return kByItself;  // of a run that was stopped
    std::string state(payload);
    SetLsn(&state, 0);
    alike += state;
  }
  return std::optional(std::move(alike));
}

Status Compactor::FoldLikeOthers(const TouchedCell& cell, const fb::AccountT& row,
                                 const std::string& key) {
  auto known = alike_.find(key);
  if (known == alike_.end()) {
    if (alike_.size() == kMostKinds) CountAlike();
    GL_ASSIGN_OR_RETURN(Alike folded, FoldOneOf(cell, row));
    known = alike_.emplace(key, std::move(folded)).first;
  }
  Alike& alike = known->second;
  ++alike.cells;
  SetLsn(&alike.row, cell.last);
  const std::string at = FoldedCellKey(cell.account, cell.product);
  if (alike.redundant) redundant_.push_back(at);
  return Put(at, alike.row, &done_.cells);
}

Result<Compactor::Alike> Compactor::FoldOneOf(const TouchedCell& cell, const fb::AccountT& row) {
  Alike alike;
  alike.pair = {StayAt(row, to_)->organization, cell.product};
  GL_ASSIGN_OR_RETURN(CellFold fold, after_.FoldAlone(cell.account, row, cell.product, nullptr));
  GL_ASSIGN_OR_RETURN(alike.change, ContributionOf(after_, cell.account, row, alike.pair, &fold));
  GL_ASSIGN_OR_RETURN(const PairCounts then,
                      ContributionOf(before_, cell.account, row, alike.pair, nullptr));
  alike.change.Add(then, -1);
  GL_ASSIGN_OR_RETURN(alike.redundant, IsLikeCohort(row, cell.product, fold));
  fold.set_last_lsn(cell.last);
  GL_ASSIGN_OR_RETURN(alike.row, PackedCell(fold, 0));
  return alike;
}

void Compactor::CountAlike() {
  for (const auto& [key, alike] : alike_) changes_[alike.pair].Add(alike.change, alike.cells);
  alike_.clear();
}

/// One that entered holding nothing is like its cohort, or its own events tell of it.
Status Compactor::LookAtCreated() {
  for (const auto& [organization, accounts] : tail_.created) {
    peopled_.insert(organization);
    GL_ASSIGN_OR_RETURN(const auto row, after_.Organization(organization));
    if (row && row->last_irregular <= from_) continue;
    tail_.placed.insert(tail_.placed.end(), accounts.begin(), accounts.end());
  }
  std::ranges::sort(tail_.placed);
  tail_.placed.erase(std::unique(tail_.placed.begin(), tail_.placed.end()), tail_.placed.end());
  return {};
}

}  // namespace grantledger
