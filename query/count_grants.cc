// Counting the member grants of a distribution by status.
#include "query/member_tally.h"

namespace grantledger {
namespace {

class MemberGrantCount : public Countable {
 public:
  MemberGrantCount(View& view, const fb::GrantHeadT& head) : view_(view), head_(head) {}

  Result<std::vector<GrantStatus>> OfCohort(const Path& path, Epoch epoch) override {
    GL_ASSIGN_OR_RETURN(const auto cell,
                        view_.Cohort(head_.organization, head_.product, path, epoch));
    return StatusIn(*cell);
  }

  Result<std::vector<GrantStatus>> OfAccount(AccountId account, const fb::AccountT& row) override {
    GL_ASSIGN_OR_RETURN(const CellFold cell, view_.FoldAlone(account, row, head_.product, nullptr));
    return StatusIn(cell);
  }

 private:
  /// None: the cell has no member grant of the distribution.
  [[nodiscard]] std::vector<GrantStatus> StatusIn(const CellFold& cell) const {
    const FoldedGrant* grant = cell.FindGrant(head_.ordinal);
    if (grant == nullptr) return {};
    return {grant->status};
  }

  View& view_;
  const fb::GrantHeadT& head_;
};

}  // namespace

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

}  // namespace

Result<std::map<GrantStatus, std::uint64_t>> CountMemberGrants(View& view,
                                                               const fb::GrantHeadT& head) {
  GL_ASSIGN_OR_RETURN(auto kept, KeptCounts(view, head));
  if (kept) return *std::move(kept);
  MemberGrantCount count(view, head);
  return TallyMembers(view, head, count);
}

}  // namespace grantledger
