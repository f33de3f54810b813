// How many positions the cohorts of an organization have.
#ifndef GRANTLEDGER_LEDGER_COHORT_SIZES_H_
#define GRANTLEDGER_LEDGER_COHORT_SIZES_H_

#include <functional>

#include "ledger/view.h"

namespace grantledger {

struct CohortSize {
  Path path;
  Epoch epoch = 0;
  std::uint64_t size = 0;
};

/// Visits every cohort in the subtree that ever had a position, with what it is now.
Status WalkCohorts(const View& view, std::uint64_t organization, const Path& subtree,
                   const std::function<Status(const CohortAt&, const fb::CohortT&)>& visit);

/// Visits every cohort in the subtree that has a position at the view's moment.
Status WalkCohortSizes(const View& view, std::uint64_t organization, const Path& subtree,
                       const std::function<Status(const CohortSize&)>& visit);

/// The size of one cohort; 0: nobody had entered.
Result<std::uint64_t> CohortSizeOf(const View& view, std::uint64_t organization, const Path& path,
                                   Epoch epoch);

}  // namespace grantledger

#endif  // GRANTLEDGER_LEDGER_COHORT_SIZES_H_
