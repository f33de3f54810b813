// Folds as rows of `activation` or `base`, and back.
#ifndef GRANTLEDGER_LEDGER_FOLD_ROWS_H_
#define GRANTLEDGER_LEDGER_FOLD_ROWS_H_

#include <vector>

#include <grantledger/status.h>

#include "codec/schema/state_generated.h"
#include "ledger/fold.h"

namespace grantledger {

/// Whether it is packed where versions come from, too, as it is for `base`.
enum class Origins { kLeftOut, kPacked };

fb::FoldedDistributionsT PackDistributions(const CellFold& fold, Origins origins);
/// All are of `organization`.
std::vector<FoldedDistribution> UnpackDistributions(const fb::FoldedDistributionsT& row,
                                                    std::uint64_t organization);

/// The grants alone: the distributions of the cell have a row of their own.
fb::FoldedCellT PackCell(const CellFold& fold, Origins origins);
/// `distributions`: of the cell, as they were when it was packed. Corruption: one is missing.
Result<std::vector<FoldedGrant>> UnpackGrants(const fb::FoldedCellT& row,
                                              const CellFold& distributions);

}  // namespace grantledger

#endif  // GRANTLEDGER_LEDGER_FOLD_ROWS_H_
