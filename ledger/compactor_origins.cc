// The part of Compactor that keeps, in `base`, where versions come from.
//
// A version that stands at the horizon is shown as it was made: when, by whom, by which call. The
// first record by which an account entered a cohort is kept; of any other that made a version its
// origin is in the row.
#include "ledger/compactor.h"
#include "ledger/fold_rows.h"

namespace grantledger {

Result<std::shared_ptr<const Origin>> Compactor::OriginOf(Lsn made_at) {
  const auto known = origins_.find(made_at);
  if (known != origins_.end()) return known->second;
  GL_ASSIGN_OR_RETURN(const auto record, GetRecord(rows_, made_at));
  auto origin =
      std::make_shared<const Origin>(Origin{ToTime(record->time_ms), AccountId(record->caller),
                                            static_cast<std::uint8_t>(record->body.type)});
  return origins_.emplace(made_at, std::move(origin)).first->second;
}

Status Compactor::FillInOrigins(std::vector<FoldedGrant>* grants, Lsn entered) {
  for (FoldedGrant& grant : *grants) {
    if (grant.made_at == entered || grant.origin != nullptr) continue;
    GL_ASSIGN_OR_RETURN(grant.origin, OriginOf(grant.made_at));
  }
  return {};
}

Result<std::string> Compactor::PackedCell(const CellFold& fold, Lsn entered) {
  if (!IsBase()) return Pack(PackCell(fold, Origins::kLeftOut));
  CellFold known = fold;
  std::vector<FoldedGrant> grants = fold.grants();
  GL_RETURN_IF_ERROR(FillInOrigins(&grants, entered));
  known.SetGrants(std::move(grants));
  return Pack(PackCell(known, Origins::kPacked));
}

Result<std::string> Compactor::PackedDistributions(const CellFold& fold) {
  if (!IsBase()) return Pack(PackDistributions(fold, Origins::kLeftOut));
  CellFold known = fold;
  std::vector<FoldedDistribution> distributions = fold.distributions();
  for (FoldedDistribution& distribution : distributions) {
    if (distribution.origin != nullptr) continue;
    GL_ASSIGN_OR_RETURN(distribution.origin, OriginOf(distribution.made_at));
  }
  known.SetDistributions(std::move(distributions));
  return Pack(PackDistributions(known, Origins::kPacked));
}

}  // namespace grantledger
