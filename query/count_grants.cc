// Counting the member grants of a distribution by status.
#include "query/member_tally.h"

namespace grantledger {
namespace {

using Counts = std::map<GrantStatus, std::uint64_t>;

/// What compaction counted, where nothing was written since that could change it.
Result<std::optional<Counts>> KeptCounts(View& view, const fb::GrantHeadT& head) {
  GL_ASSIGN_OR_RETURN(const Lsn last, view.LastCountChange(head.organization, head.product));
  GL_ASSIGN_OR_RETURN(
      const auto row,
      FindTable<fb::GrantCountsT>(view.rows(), Family::kActivation,
                                  GrantCountsKey(head.organization, head.product, head.ordinal)));
  if (!row || row->lsn != last || last > view.lsn()) return std::optional<Counts>();
  Counts counts;
  for (const auto& one : row->counts) counts[static_cast<GrantStatus>(one->status)] = one->count;
  return std::optional(std::move(counts));
}

/// Of the member grant of the distribution, if the account has one.
Counted StatusOfMember(const fb::GrantHeadT& head) {
  return [grant = head.ordinal](const CellFold& cell) {
    const FoldedGrant* found = cell.FindGrant(grant);
    return found == nullptr ? std::vector<GrantStatus>() : std::vector{found->status};
  };
}

}  // namespace

Result<std::map<GrantStatus, std::uint64_t>> CountMemberGrants(View& view,
                                                               const fb::GrantHeadT& head) {
  GL_ASSIGN_OR_RETURN(auto kept, KeptCounts(view, head));
  if (kept) return *std::move(kept);
  return TallyMembers(view, head, StatusOfMember(head));
}

Result<TallyByPlace> CountMemberGrantsByPlace(View& view, const fb::GrantHeadT& head) {
  return TallyMembersByPlace(view, head, StatusOfMember(head));
}

}  // namespace grantledger
