#include "ledger/exceptions.h"

#include <algorithm>

namespace grantledger {

MergedPositions Exceptions(const View& view, std::uint64_t organization, std::uint64_t product,
                           const Path& subtree) {
  MergedPositions exceptions;
  for (const std::uint64_t of : {std::uint64_t{0}, product}) {
    exceptions.Add({view, Family::kIndex, ExceptionsPrefix(organization, of, Path()),
                    ExceptionsPrefix(organization, of, subtree)});
  }
  return exceptions;
}

Status WalkExceptions(const View& view, std::uint64_t organization, std::uint64_t product,
                      const Path& subtree, const std::function<Status(const Position&)>& visit) {
  MergedPositions exceptions = Exceptions(view, organization, product, subtree);
  GL_RETURN_IF_ERROR(exceptions.Start({}));
  while (true) {
    GL_ASSIGN_OR_RETURN(const auto position, exceptions.Take({}));
    if (!position) return {};
    GL_ASSIGN_OR_RETURN(const Position at, ReadPosition(*position));
    GL_RETURN_IF_ERROR(visit(at));
  }
}

bool IsExceptionAt(const fb::AccountT& row, const fb::StayT& stay, std::uint64_t product, Lsn lsn) {
  if (stay.from > lsn) return false;
  if (!stay.regular) return true;
  const auto touched = [&row](Lsn by) {
    return std::ranges::any_of(row.own, [by](const auto& own) { return own.since() <= by; });
  };
  const bool ended = stay.until != 0 && stay.until <= lsn;
  if (ended && (stay.covered || touched(stay.until))) return true;
  return std::ranges::any_of(row.own, [&](const auto& own) {
    return own.product() == product && own.since() <= lsn && own.since() >= stay.from &&
           (stay.until == 0 || own.since() < stay.until);
  });
}

bool StoodAt(const fb::AccountT& row, std::uint64_t organization, const Position& position) {
  return std::ranges::any_of(row.stays, [&](const auto& stay) {
    return stay->organization == organization && PositionOf(*stay, position.account) == position;
  });
}

}  // namespace grantledger
