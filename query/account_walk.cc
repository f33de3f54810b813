#include "query/account_walk.h"

#include "ledger/position_rows.h"

namespace grantledger {
namespace {

/// The positions at which somebody may be found who stood there at the moment.
Result<MergedPositions> PositionsOf(const View& view, std::uint64_t ordinal, const Path* place) {
  MergedPositions all;
  const std::string members = MembersPrefix(ordinal, Path());
  all.Add({view, Family::kMember, members,
           place == nullptr ? members : MembersOfPlacePrefix(ordinal, *place)});
  // Whoever passed a place before the moment isn't there at the moment. What follows is read after
  // the rows above were, so that an account that moves in between is found in one of them at least.
  GL_ASSIGN_OR_RETURN(
      const auto organization,
      GetTable<fb::OrganizationT>(view.rows(), Family::kState, OrganizationKey(ordinal)));
  if (organization->last_passed <= view.lsn()) return all;
  const std::string passed = PassedPrefix(ordinal, Path());
  all.Add({view, Family::kMember, passed,
           place == nullptr ? passed : PassedOfPlacePrefix(ordinal, *place),
           PositionRows::Dated::kNo});
  return all;
}

}  // namespace

Result<std::string> VisitStandingAccounts(const View& view, std::uint64_t organization,
                                          const Path* place, const std::string& cursor,
                                          std::size_t limit, const StandingVisitor& visit) {
  GL_ASSIGN_OR_RETURN(auto all, PositionsOf(view, organization, place));
  // From the first key on that is behind that of the last account of the page before.
  GL_RETURN_IF_ERROR(all.Start(cursor.empty() ? cursor : cursor + '\0'));
  std::string last;
  std::size_t visited = 0;
  while (true) {
    GL_ASSIGN_OR_RETURN(const auto next, all.Take({}));
    if (!next) return std::string();
    GL_ASSIGN_OR_RETURN(const Position position, ReadPosition(*next));
    GL_ASSIGN_OR_RETURN(const auto row, view.Account(position.account));
    const fb::StayT* stay = StayAtPosition(*row, organization, position, view.lsn());
    if (stay == nullptr) continue;
    if (visited == limit) return last;
    GL_RETURN_IF_ERROR(visit(position.account, *row, *stay));
    ++visited;
    if (visited == limit) last = *next;
  }
}

}  // namespace grantledger
