#include "inspect/standing.h"

#include "inspect/units.h"
#include "ledger/cohort_sizes.h"
#include "ledger/exceptions.h"

namespace grantledger {
namespace {

using Standing = std::map<Path, std::uint64_t>;

/// Each place counts those that stand in it now.
Result<Standing> StandingNow(const Rows& rows, std::uint64_t organization) {
  Standing standing;
  const auto add = [&](const fb::UnitT& unit) { standing[ToPath(unit.path)] = unit.accounts; };
  GL_RETURN_IF_ERROR(ForEachUnit(rows, UnitsOfPrefix(organization), add));
  return standing;
}

/// A cohort counts positions, and a position outlives the stay if the account held something. Then
/// it is an exception in all products, which are the exceptions of product 0.
Result<Standing> StandingThen(const View& view, std::uint64_t organization) {
  Standing standing;
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

}  // namespace

Result<Standing> StandingIn(const View& view, std::uint64_t organization) {
  GL_ASSIGN_OR_RETURN(const auto row, view.Organization(organization));
  if (row == nullptr) return Standing();
  return row->last_membership <= view.lsn() ? StandingNow(view.rows(), organization)
                                            : StandingThen(view, organization);
}

}  // namespace grantledger
