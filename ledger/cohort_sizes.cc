#include "ledger/cohort_sizes.h"

namespace grantledger {

Status WalkCohorts(const View& view, std::uint64_t organization, const Path& subtree,
                   const std::function<Status(const CohortAt&, const fb::CohortT&)>& visit) {
  const std::size_t base = CohortsPrefix(organization, Path()).size();
  RowIterator rows = view.rows().Scan(Family::kMember, CohortsPrefix(organization, subtree));
  for (;; rows.Next()) {
    GL_ASSIGN_OR_RETURN(const bool at_row, rows.AtRow());
    if (!at_row) break;
    GL_ASSIGN_OR_RETURN(const CohortAt at, ReadCohortKey(rows.key().substr(base)));
    GL_ASSIGN_OR_RETURN(const std::string_view payload, rows.payload());
    GL_ASSIGN_OR_RETURN(const auto now,
                        ReadTable<fb::CohortT>(Family::kMember, rows.key(), payload));
    GL_RETURN_IF_ERROR(visit(at, now));
  }
  return {};
}

Status WalkCohortSizes(const View& view, std::uint64_t organization, const Path& subtree,
                       const std::function<Status(const CohortSize&)>& visit) {
  const auto visit_one = [&](const CohortAt& at, const fb::CohortT& now) -> Status {
    CohortSize cohort{at.path, at.epoch, now.size};
    if (now.since > view.lsn()) {
      GL_ASSIGN_OR_RETURN(cohort.size, CohortSizeOf(view, organization, at.path, at.epoch));
    }
    return cohort.size == 0 ? Status() : visit(cohort);
  };
  return WalkCohorts(view, organization, subtree, visit_one);
}

Result<std::uint64_t> CohortSizeOf(const View& view, std::uint64_t organization, const Path& path,
                                   Epoch epoch) {
  RowIterator rows = view.rows().Scan(Family::kMember, CohortSizePrefix(organization, path, epoch));
  rows.Seek(CohortSizeKey(organization, path, epoch, view.lsn()));
  GL_ASSIGN_OR_RETURN(const bool at_row, rows.AtRow());
  if (!at_row) return std::uint64_t{0};
  GL_ASSIGN_OR_RETURN(const std::string_view payload, rows.payload());
  return ReadNumber(Family::kMember, rows.key(), payload);
}

}  // namespace grantledger
