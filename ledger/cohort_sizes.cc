#include "ledger/cohort_sizes.h"

namespace grantledger {

Status WalkCohortSizes(const View& view, std::uint64_t organization, const Path& subtree,
                       const std::function<Status(const CohortSize&)>& visit) {
  const std::string base = CohortSizesPrefix(organization, Path());
  RowIterator rows = view.rows().Scan(Family::kMember, CohortSizesPrefix(organization, subtree));
  while (rows.Valid()) {
    GL_ASSIGN_OR_RETURN(const CohortSizeAt at, ReadCohortSizeKey(rows.key().substr(base.size())));
    const std::string cohort = CohortSizePrefix(organization, at.path, at.epoch);
    if (at.lsn > view.lsn()) {
      rows.Seek(CohortSizeKey(organization, at.path, at.epoch, view.lsn()));
      if (!rows.Valid() || !rows.key().starts_with(cohort)) continue;  // nobody had entered yet
    }
    GL_ASSIGN_OR_RETURN(const std::string_view payload, rows.payload());
    GL_ASSIGN_OR_RETURN(const auto size, ReadNumber(Family::kMember, rows.key(), payload));
    GL_RETURN_IF_ERROR(visit({at.path, at.epoch, size}));
    rows.Seek(PrefixEnd(cohort));
  }
  return rows.status();
}

Result<std::uint64_t> CohortSizeOf(const View& view, std::uint64_t organization, const Path& path,
                                   Epoch epoch) {
  RowIterator rows = view.rows().Scan(Family::kMember, CohortSizePrefix(organization, path, epoch));
  rows.Seek(CohortSizeKey(organization, path, epoch, view.lsn()));
  GL_RETURN_IF_ERROR(rows.status());
  if (!rows.Valid()) return std::uint64_t{0};
  GL_ASSIGN_OR_RETURN(const std::string_view payload, rows.payload());
  return ReadNumber(Family::kMember, rows.key(), payload);
}

}  // namespace grantledger
