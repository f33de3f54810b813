// The part of Compactor that counts member grants by status.
#include <algorithm>
#include <set>

#include "ledger/compactor.h"
#include "ledger/exceptions.h"

namespace grantledger {

/// What the account makes differ from counting its cohorts whole, as of the view's moment.
Result<PairCounts> Compactor::ContributionOf(View& view, AccountId account, const fb::AccountT& row,
                                             const OfProduct& pair, const CellFold* own) {
  const auto [organization, product] = pair;
  PairCounts counts;
  std::set<Place> places;
  for (const auto& stay : row.stays) {
    if (stay->organization == organization && IsExceptionAt(row, *stay, product, view.lsn())) {
      places.insert({ToPath(stay->path), stay->epoch});
    }
  }
  if (places.empty()) return counts;
  for (const Place& place : places) {
    GL_ASSIGN_OR_RETURN(const auto cohort,
                        view.Cohort(organization, product, place.path, place.epoch));
    counts.Add(*cohort, organization, -1);
  }
  if (own != nullptr) {
    counts.Add(*own, organization, 1);
  } else {
    GL_ASSIGN_OR_RETURN(const CellFold fold, view.FoldAlone(account, row, product, nullptr));
    counts.Add(fold, organization, 1);
  }
  return counts;
}

/// What all exceptions make differ.
Result<PairCounts> Compactor::CountExceptions(const OfProduct& pair) {
  PairCounts counts;
  const auto count = [&](AccountId account, const fb::AccountT& row) -> Status {
    GL_ASSIGN_OR_RETURN(const auto own, ContributionOf(after_, account, row, pair, nullptr));
    counts.Add(own);
    return {};
  };
  GL_RETURN_IF_ERROR(WalkAlone(pair, &counts, count));
  return counts;
}

/// Adds the cohorts whole to what the exceptions make differ.
Status Compactor::CountAnew(const OfProduct& pair, PairCounts counts) {
  const auto [organization, product] = pair;
  GL_ASSIGN_OR_RETURN(const std::vector<CohortSize>* cohorts, CohortsIn(organization));
  for (const CohortSize& cohort : *cohorts) {
    if (writer_.stopped()) return Interrupted();
    GL_ASSIGN_OR_RETURN(const auto cell,
                        after_.Cohort(organization, product, cohort.path, cohort.epoch));
    counts.Add(*cell, organization, static_cast<std::int64_t>(cohort.size));
  }
  return KeepCounts(pair, counts);
}

Status Compactor::CountGrowth(const OfProduct& pair, const std::vector<Growth>& growth) {
  const auto [organization, product] = pair;
  PairCounts& changes = changes_[pair];
  for (const auto& [place, accounts] : growth) {
    if (writer_.stopped()) return Interrupted();
    GL_ASSIGN_OR_RETURN(const auto cell,
                        after_.Cohort(organization, product, place.path, place.epoch));
    changes.Add(*cell, organization, accounts);
  }
  return {};
}

/// Adds changes to what was counted at the mark. Where that is not known it is counted anew.
Status Compactor::CountChanges(const OfProduct& pair, const PairCounts& changes) {
  const auto [organization, product] = pair;
  GL_ASSIGN_OR_RETURN(const auto all, after_.Distributions(organization, product));
  PairCounts counts;
  for (const FoldedDistribution& distribution : all->distributions()) {
    GL_ASSIGN_OR_RETURN(
        const auto row,
        FindTable<fb::GrantCountsT>(rows_, Family::kActivation,
                                    GrantCountsKey(organization, product, distribution.grant)));
    if (!row || row->lsn > from_) {
      GL_ASSIGN_OR_RETURN(PairCounts exceptions, CountExceptions(pair));
      return CountAnew(pair, std::move(exceptions));
    }
    counts.Add(distribution.grant, *row);
  }
  counts.Add(changes);
  return KeepCounts(pair, counts);
}

Status Compactor::KeepCounts(const OfProduct& pair, const PairCounts& counts) {
  const auto [organization, product] = pair;
  GL_ASSIGN_OR_RETURN(const Lsn last, after_.LastCountChange(organization, product));
  GL_ASSIGN_OR_RETURN(const auto all, after_.Distributions(organization, product));
  for (const FoldedDistribution& distribution : all->distributions()) {
    const std::string key = GrantCountsKey(organization, product, distribution.grant);
    fb::GrantCountsT row;
    // Changed again behind this step: nobody takes it for the latest, and the next step goes on.
    row.lsn = std::min(last, to_);
    if (!counts.ToRow(distribution.grant, &row)) {
      return RowCorruption(Family::kActivation, key, "fewer than no member grants were counted");
    }
    GL_RETURN_IF_ERROR(Put(key, Pack(row), &done_.counts));
  }
  return {};
}

}  // namespace grantledger
