#include "query/cell_changes.h"

#include <algorithm>

namespace grantledger {

std::vector<CellChange> ChangesBetween(const CellFold& before, const CellFold& after,
                                       std::uint64_t first) {
  std::vector<CellChange> changes;
  for (const FoldedGrant& grant : after.grants()) {
    const FoldedGrant* known = before.FindGrant(grant.grant);
    if (known != nullptr && known->version == grant.version) continue;
    changes.push_back({known == nullptr ? std::nullopt : std::optional(known->status), grant});
  }
  std::stable_partition(changes.begin(), changes.end(),
                        [first](const CellChange& change) { return change.after.grant == first; });
  return changes;
}

}  // namespace grantledger
