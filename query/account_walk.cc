#include "query/account_walk.h"

#include <algorithm>
#include <vector>

namespace grantledger {
namespace {

/// Rows that end in a position, in that order.
struct PlaceRows {
  std::string base;
  RowIterator rows;
  [[nodiscard]] std::string_view position() const { return rows.key().substr(base.size()); }
};

/// The rows in which somebody may be found who stood there at the moment.
Result<std::vector<PlaceRows>> RowsOf(const View& view, std::uint64_t ordinal, const Path* place) {
  std::vector<PlaceRows> all;
  const auto add = [&](const std::string& base, const std::string& prefix) {
    all.push_back({base, view.rows().Scan(Family::kMember, prefix)});
  };
  const std::string members = MembersPrefix(ordinal, Path());
  add(members, place == nullptr ? members : MembersOfPlacePrefix(ordinal, *place));
  // Whoever passed a place before the moment isn't there at the moment. What follows is read after
  // the rows above were, so that an account that moves in between is found in one of them at least.
  GL_ASSIGN_OR_RETURN(
      const auto organization,
      GetTable<fb::OrganizationT>(view.rows(), Family::kState, OrganizationKey(ordinal)));
  if (organization.last_passed <= view.lsn()) return all;
  const std::string passed = PassedPrefix(ordinal, Path());
  add(passed, place == nullptr ? passed : PassedOfPlacePrefix(ordinal, *place));
  return all;
}

/// The next position of all; nullopt: none is left. All rows of it are stepped over.
Result<std::optional<std::string>> TakeNext(std::vector<PlaceRows>& all) {
  std::optional<std::string> next;
  for (const PlaceRows& one : all) {
    if (!one.rows.Valid()) {
      GL_RETURN_IF_ERROR(one.rows.status());
    } else if (!next || one.position() < *next) {
      next = std::string(one.position());
    }
  }
  for (PlaceRows& one : all) {
    if (!one.rows.Valid() || one.position() != *next) continue;
    GL_ASSIGN_OR_RETURN([[maybe_unused]] const std::string_view proven, one.rows.payload());
    one.rows.Next();
  }
  return next;
}

}  // namespace

Result<std::string> VisitStandingAccounts(const View& view, std::uint64_t organization,
                                          const Path* place, const std::string& cursor,
                                          std::size_t limit, const StandingVisitor& visit) {
  GL_ASSIGN_OR_RETURN(auto all, RowsOf(view, organization, place));
  for (PlaceRows& one : all) {
    // The first key behind that of the last account of the page before.
    if (!cursor.empty()) one.rows.Seek(one.base + cursor + '\0');
  }
  std::string last;
  std::size_t visited = 0;
  while (true) {
    GL_ASSIGN_OR_RETURN(const auto next, TakeNext(all));
    if (!next) return std::string();
    GL_ASSIGN_OR_RETURN(const Position position, ReadPosition(*next));
    GL_ASSIGN_OR_RETURN(const fb::AccountT row, view.Account(position.account));
    const fb::StayT* stay = StayAtPosition(row, organization, position, view.lsn());
    if (stay == nullptr) continue;
    if (visited == limit) return last;
    GL_RETURN_IF_ERROR(visit(position.account, row, *stay));
    ++visited;
    if (visited == limit) last = *next;
  }
}

}  // namespace grantledger
