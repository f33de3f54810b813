// What happened to the grants of a cell between two states of it.
#ifndef GRANTLEDGER_QUERY_CELL_CHANGES_H_
#define GRANTLEDGER_QUERY_CELL_CHANGES_H_

#include <optional>
#include <vector>

#include "ledger/fold.h"

namespace grantledger {

struct CellChange {
  std::optional<GrantStatus> from;  ///< Nullopt: the grant was not there.
  FoldedGrant after;
};

/// Every grant that got a version. `first` (a grant; 0: none) comes first, the others in the order
/// of creation.
std::vector<CellChange> ChangesBetween(const CellFold& before, const CellFold& after,
                                       std::uint64_t first);

}  // namespace grantledger

#endif  // GRANTLEDGER_QUERY_CELL_CHANGES_H_
