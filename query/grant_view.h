// Grants as the public API shows them, from the state of a cell.
#ifndef GRANTLEDGER_QUERY_GRANT_VIEW_H_
#define GRANTLEDGER_QUERY_GRANT_VIEW_H_

#include <map>
#include <memory>

#include <grantledger/grants.h>

#include "ledger/view.h"

namespace grantledger {

/// A grant with everything in it but the account: made once for a whole cohort.
struct GrantTemplate {
  std::uint64_t grant = 0;
  bool member = false;
  std::uint64_t rival = 0;  ///< The grant that the reason names; 0: none.
  bool rival_member = false;
  std::shared_ptr<const GrantState> state;
};

/// Used by one thread, for one read.
class GrantRenderer {
 public:
  explicit GrantRenderer(const View& view) : view_(view) {}

  Result<GrantTemplate> Prepare(const FoldedGrant& grant);
  [[nodiscard]] Grant Stamp(const GrantTemplate& prepared, AccountId grantee) const;
  Result<Grant> Render(const FoldedGrant& grant, AccountId grantee);
  Result<Grant> Render(const FoldedDistribution& distribution);
  /// The head of a grant that a cell holds; good as long as the renderer.
  Result<const fb::GrantHeadT*> Head(std::uint64_t grant);

 private:
  Result<std::shared_ptr<const GrantOrigin>> Origin(std::uint64_t grant, bool member);
  Status RenderReason(const Reason& reason, GrantState* state, GrantTemplate* prepared);

  const View& view_;
  std::map<std::uint64_t, Table<fb::GrantHeadT>> heads_;
};

/// The direct grant or distribution of a head, as the view sees it. REQUIRES: the view sees the
/// head, and the renderer is of the view.
Result<Grant> RenderHead(View& view, GrantRenderer& renderer, const fb::GrantHeadT& head);

}  // namespace grantledger

#endif  // GRANTLEDGER_QUERY_GRANT_VIEW_H_
