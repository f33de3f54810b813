// PreviewGrantVersion: decides as the call itself, and folds the event that it would record.
#include <algorithm>

#include "ledger/decide.h"
#include "ledger/grant_events.h"
#include "ledger/macros.h"
#include "query/filters.h"
#include "query/member_changes.h"
#include "query/member_tally.h"
#include "query/read_context.h"

namespace grantledger {
namespace {

using Preview = PreviewGrantVersionRequest::Response;

/// A version of a distribution that is not recorded.
class PreviewedChange : public DistributionChange {
 public:
  PreviewedChange(View& view, const fb::GrantHeadT& head, const GrantEvent& event)
      : view_(view), head_(head), event_(event) {}

  Result<std::vector<CellChange>> OfCohort(const Path& path, Epoch epoch) override {
    GL_ASSIGN_OR_RETURN(const auto cell,
                        view_.Cohort(head_.organization, head_.product, path, epoch));
    return In(*cell);
  }

  Result<std::vector<CellChange>> OfAccount(AccountId account, const fb::AccountT& row) override {
    GL_ASSIGN_OR_RETURN(const CellFold cell, view_.FoldAlone(account, row, head_.product, nullptr));
    return In(cell);
  }

  /// What becomes of one cell.
  [[nodiscard]] std::vector<CellChange> In(const CellFold& before) const {
    CellFold after = before;
    after.ApplyDistribution(event_);
    std::vector<CellChange> changes = ChangesBetween(before, after, head_.ordinal);
    const bool listed = !changes.empty() && changes.front().after.grant == head_.ordinal;
    if (!listed && IsLeftOut(before.FindGrant(head_.ordinal))) {
      changes.insert(changes.begin(), {GrantStatus::kDisabled, *after.FindGrant(head_.ordinal)});
    }
    return changes;
  }

 private:
  /// A bulk activation that makes no version of a covered DISABLED member grant leaves it out for
  /// the reason that it has already.
  [[nodiscard]] bool IsLeftOut(const FoldedGrant* before) const {
    return event_.status == GrantStatus::kActive && before != nullptr && before->covered &&
           before->status == GrantStatus::kDisabled;
  }

  View& view_;
  const fb::GrantHeadT& head_;
  const GrantEvent& event_;
};

// The counts are of all pages, and found for the first: a cursor carries them to the others.
std::string EncodeCounts(const std::map<GrantStatus, std::uint64_t>& counts) {
  std::string text = PackNumber(counts.size());
  for (const auto& [status, count] : counts) {
    text += PackNumber(static_cast<std::uint64_t>(status)) + PackNumber(count);
  }
  return text;
}

/// Takes the counts off the front of the cursor.
Result<std::map<GrantStatus, std::uint64_t>> TakeCounts(std::string* cursor) {
  KeyReader in(*cursor);
  std::map<GrantStatus, std::uint64_t> counts;
  const std::uint64_t size = in.Uint();
  for (std::uint64_t i = 0; i < size && in.ok(); ++i) {
    const std::uint64_t status = in.Uint();
    const std::uint64_t count = in.Uint();
    if (status < kGrantStatusCount) counts[static_cast<GrantStatus>(status)] = count;
  }
  const std::string taken = EncodeCounts(counts);
  if (!cursor->starts_with(taken)) {
    return Status(Code::kInvalidArgument, "NextToken is damaged");
  }
  *cursor = cursor->substr(taken.size());
  return counts;
}

Result<Preview> PreviewBulk(const Target& target, const GrantEvent& event, std::size_t limit,
                            ReadContext& in) {
  PreviewedChange change(in.view, *target.head, event);
  Preview preview;
  std::string cursor = in.cursor;
  if (cursor.empty()) {
    const auto statuses_after = [&change](const CellFold& cell) {
      std::vector<GrantStatus> statuses;
      for (const CellChange& one : change.In(cell)) statuses.push_back(one.after.status);
      return statuses;
    };
    GL_ASSIGN_OR_RETURN(preview.counts, TallyMembers(in.view, *target.head, statuses_after));
  } else {
    GL_ASSIGN_OR_RETURN(preview.counts, TakeCounts(&cursor));
  }
  GrantRenderer renderer(in.view);
  MemberChanges members(in.view, renderer, *target.head, change);
  GL_RETURN_IF_ERROR(members.List(cursor, limit, &preview.changes));
  if (members.more()) preview.next_token = EncodeCounts(preview.counts) + members.last();
  return preview;
}

/// Of a direct or member grant: itself, and the one that it replaces.
Result<Preview> PreviewOne(const Target& target, const GrantEvent& event, std::size_t limit,
                           ReadContext& in) {
  CellFold after = *target.cell;
  // The cell of a regular account is its cohort's, which stands for nobody in particular; one
  // event of a grant in it is the same for both.
  after.ApplyOwn(event);
  const auto changes = ChangesBetween(*target.cell, after, target.head->ordinal);
  Preview preview;
  for (const CellChange& change : changes) ++preview.counts[change.after.status];
  const std::size_t first = in.cursor.empty() ? 0 : KeyReader(in.cursor).Uint();
  GrantRenderer renderer(in.view);
  for (std::size_t i = first; i < changes.size() && i < first + limit; ++i) {
    GL_ASSIGN_OR_RETURN(auto change, RenderChange(renderer, changes[i], target.grantee));
    preview.changes.push_back(std::move(change));
  }
  if (first + limit < changes.size()) preview.next_token = PackNumber(first + limit);
  return preview;
}

}  // namespace

Result<Preview> Answer(const PreviewGrantVersionRequest& request, ReadContext& in) {
  GL_ASSIGN_OR_RETURN(const std::size_t limit, PageSize(request.paging, in.options));
  GL_RETURN_IF_ERROR(CheckVersionShape(request.version));
  const fb::CountersT unused;  // a version draws no ordinal
  Deciding deciding{in.view, in.caller, in.view.time(), in.options, unused};
  GL_ASSIGN_OR_RETURN(const fb::BodyUnion body, Decide(request.version, deciding));
  GL_ASSIGN_OR_RETURN(const Target target, ResolveGrant(in.view, request.version.grant_arn));
  const GrantEvent event =
      EventOf(ChangeOf(*body.AsGrantVersioned()), in.view.lsn() + 1, target.head->ordinal);
  return target.kind == GrantKind::kDistribution ? PreviewBulk(target, event, limit, in)
                                                 : PreviewOne(target, event, limit, in);
}

}  // namespace grantledger
