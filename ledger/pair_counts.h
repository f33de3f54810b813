// Counts of member grants by status, for all distributions of a product in an organization at once.
#ifndef GRANTLEDGER_LEDGER_PAIR_COUNTS_H_
#define GRANTLEDGER_LEDGER_PAIR_COUNTS_H_

#include <array>
#include <cstdint>
#include <map>

#include "codec/schema/state_generated.h"
#include "ledger/fold.h"

namespace grantledger {

/// How many member grants have each status, or by how many they became more or fewer. Cohorts are
/// counted whole, as if they had no exceptions; of each exceptional position the cohort's state is
/// taken away again, and each account that has one is added as it is.
class PairCounts {
 public:
  /// Adds the member grants of the cell, those of the organization alone, `times` times.
  void Add(const CellFold& cell, std::uint64_t organization, std::int64_t times);
  void Add(std::uint64_t grant, const fb::GrantCountsT& row);
  void Add(const PairCounts& other, std::int64_t times = 1);
  /// The row of a distribution. What is counted to less than nothing contradicts itself: false.
  bool ToRow(std::uint64_t grant, fb::GrantCountsT* row) const;

 private:
  static constexpr auto kStatuses = static_cast<std::size_t>(kGrantStatusCount);
  using Counts = std::array<std::int64_t, kStatuses>;
  std::map<std::uint64_t, Counts> counts_;  // by distribution
};

}  // namespace grantledger

#endif  // GRANTLEDGER_LEDGER_PAIR_COUNTS_H_
