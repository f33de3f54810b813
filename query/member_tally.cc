#include "query/member_tally.h"

#include "ledger/cohort_sizes.h"
#include "ledger/exceptions.h"

namespace grantledger {
namespace {

class Tally {
 public:
  Tally(View& view, const fb::GrantHeadT& head, Homes homes, const Counted& counted)
      : view_(view), head_(head), homes_(std::move(homes)), counted_(counted) {}

  Result<TallyByPlace> Run() {
    GL_RETURN_IF_ERROR(CountCohorts());
    GL_RETURN_IF_ERROR(CountExceptions());
    for (auto& [place, counts] : counts_) {
      std::erase_if(counts, [](const auto& count) { return count.second == 0; });
    }
    std::erase_if(counts_, [](const auto& place) { return place.second.empty(); });
    return std::move(counts_);
  }

 private:
  /// Every cohort as if it had no exceptions.
  Status CountCohorts() {
    return WalkCohortSizes(view_, head_.organization, ToPath(head_.path),
                           [this](const CohortSize& cohort) -> Status {
                             GL_RETURN_IF_ERROR(ToCohort(cohort.path, cohort.epoch));
                             for (const GrantStatus status : regular_) {
                               counts_[cohort.path][status] += cohort.size;
                             }
                             return {};
                           });
  }

  /// Takes each exception out of its cohort, and counts it by itself.
  Status CountExceptions() {
    return WalkExceptions(view_, head_.organization, head_.product, ToPath(head_.path),
                          [this](const Position& at) { return CountException(at); });
  }

  Status CountException(const Position& at) {
    GL_RETURN_IF_ERROR(ToCohort(at.path, at.epoch));
    for (const GrantStatus status : regular_) --counts_[at.path][status];
    GL_ASSIGN_OR_RETURN(const auto row, view_.Account(at.account));
    if (homes_.Find(at.account, *row) != at) return {};
    GL_ASSIGN_OR_RETURN(const CellFold cell,
                        view_.FoldAlone(at.account, *row, head_.product, nullptr));
    const fb::StayT* stay = StayAt(*row, view_.lsn());
    const bool is_here = stay != nullptr && stay->organization == head_.organization;
    const auto place = is_here ? std::optional(ToPath(stay->path)) : std::nullopt;
    for (const GrantStatus status : counted_(cell)) ++counts_[place][status];
    return {};
  }

  /// Makes `regular_` what is counted of each regular account of the cohort.
  Status ToCohort(const Path& path, Epoch epoch) {
    if (known_ && path == path_ && epoch == epoch_) return {};
    GL_ASSIGN_OR_RETURN(const auto cell,
                        view_.Cohort(head_.organization, head_.product, path, epoch));
    regular_ = counted_(*cell);
    path_ = path;
    epoch_ = epoch;
    known_ = true;
    return {};
  }

  View& view_;
  const fb::GrantHeadT& head_;
  Homes homes_;
  const Counted& counted_;
  TallyByPlace counts_;
  // The cohort that was looked at last.
  bool known_ = false;
  Path path_;
  Epoch epoch_ = 0;
  std::vector<GrantStatus> regular_;
};

}  // namespace

Result<TallyByPlace> TallyMembersByPlace(View& view, const fb::GrantHeadT& head,
                                         const Counted& counted) {
  GL_ASSIGN_OR_RETURN(Homes homes, Homes::Of(view, head));
  return Tally(view, head, std::move(homes), counted).Run();
}

Result<std::map<GrantStatus, std::uint64_t>> TallyMembers(View& view, const fb::GrantHeadT& head,
                                                          const Counted& counted) {
  GL_ASSIGN_OR_RETURN(const TallyByPlace places, TallyMembersByPlace(view, head, counted));
  std::map<GrantStatus, std::uint64_t> sums;
  for (const auto& [place, counts] : places) {
    for (const auto& [status, count] : counts) sums[status] += count;
  }
  return sums;
}

}  // namespace grantledger
