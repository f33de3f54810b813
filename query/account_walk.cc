#include "query/account_walk.h"

namespace grantledger {
Result<std::string> VisitStandingAccounts(const View& view, std::uint64_t organization,
                                          const Path* place, const std::string& cursor,
                                          std::size_t limit, const StandingVisitor& visit) {
  const std::string base = MembersPrefix(organization, Path());
  RowIterator rows = view.rows().Scan(
      Family::kMember, place == nullptr ? base : MembersOfPlacePrefix(organization, *place));
  // The first key behind that of the last account of the page before.
  if (!cursor.empty()) rows.Seek(base + cursor + '\0');
  std::string last;
  std::size_t visited = 0;
  for (; rows.Valid(); rows.Next()) {
    GL_ASSIGN_OR_RETURN(const std::string_view payload, rows.payload());
    GL_ASSIGN_OR_RETURN(const Lsn since, ReadNumber(Family::kMember, rows.key(), payload));
    if (since > view.lsn()) continue;
    const std::string_view suffix = rows.key().substr(base.size());
    GL_ASSIGN_OR_RETURN(const Position position, ReadPosition(suffix));
    GL_ASSIGN_OR_RETURN(const fb::AccountT row, view.Account(position.account));
    const fb::StayT* stay = StayAtPosition(row, organization, position, view.lsn());
    if (stay == nullptr) continue;
    if (visited == limit) return last;
    visit(position.account, row, *stay);
    ++visited;
    if (visited == limit) last = suffix;
  }
  GL_RETURN_IF_ERROR(rows.status());
  return std::string();
}

}  // namespace grantledger
