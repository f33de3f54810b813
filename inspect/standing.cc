#include "inspect/standing.h"

#include "ledger/cohort_sizes.h"
#include "ledger/exceptions.h"

namespace grantledger {

/// A cohort counts positions, and a position outlives the stay if the account held something. Then
/// it is an exception in all products, which are the exceptions of product 0.
Result<std::map<Path, std::uint64_t>> StandingIn(const View& view, std::uint64_t organization) {
  std::map<Path, std::uint64_t> standing;
  GL_RETURN_IF_ERROR(
      WalkCohortSizes(view, organization, Path(), [&](const CohortSize& cohort) -> Status {
        standing[cohort.path] += cohort.size;
        return {};
      }));
  GL_RETURN_IF_ERROR(
      WalkExceptions(view, organization, 0, Path(), [&](const Position& at) -> Status {
        GL_ASSIGN_OR_RETURN(const auto row, view.Account(at.account));
        if (StayAtPosition(*row, organization, at, view.lsn()) == nullptr) --standing[at.path];
        return {};
      }));
  return standing;
}

}  // namespace grantledger
