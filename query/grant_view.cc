#include "query/grant_view.h"

#include "codec/arn.h"
#include "ledger/target.h"

namespace grantledger {
namespace {

std::string ParentArnOf(const View& view, const fb::GrantHeadT& head, const std::string& license) {
  if (head.parent == 0) return license;
  return GrantArnOf(AccountId(head.parent_grantor),
                    view.ids().Encode(IdKind::kGrant, head.parent, AccountId()));
}

}  // namespace

Result<const fb::GrantHeadT*> GrantRenderer::Head(std::uint64_t grant) {
  const auto known = heads_.find(grant);
  if (known != heads_.end()) return known->second.get();
  GL_ASSIGN_OR_RETURN(auto head,
                      GetTable<fb::GrantHeadT>(view_.rows(), Family::kState, GrantKey(grant)));
  return heads_.emplace(grant, std::move(head)).first->second.get();
}

Result<std::shared_ptr<const GrantOrigin>> GrantRenderer::Origin(std::uint64_t grant, bool member) {
  // Beside the row of the grant, which never changes.
  const std::string key = GrantKey(grant) + (member ? 'm' : 'g');
  if (auto kept = view_.rows().FindKept(Family::kState, key)) {
    return std::static_pointer_cast<const GrantOrigin>(*std::move(kept));
  }
  GL_ASSIGN_OR_RETURN(const fb::GrantHeadT* head, Head(grant));
  auto origin = std::make_shared<GrantOrigin>();
  origin->license_arn = LicenseArnOf(
      AccountId(head->issuer), view_.ids().Encode(IdKind::kLicense, head->license, AccountId()));
  origin->home_region = head->home_region;
  origin->grantor = AccountId(head->grantor);
  origin->parent_arn =
      member ? ArnOf(view_, *head, AccountId()) : ParentArnOf(view_, *head, origin->license_arn);
  if (head->grantee == 0 && !member) origin->principal_arn = head->principal_arn;
  constexpr std::size_t kBytes = 400;  // of texts, about
  view_.rows().Keep(Family::kState, key, origin, sizeof(GrantOrigin) + kBytes);
  return std::shared_ptr<const GrantOrigin>(std::move(origin));
}

Status GrantRenderer::RenderReason(const Reason& reason, GrantState* state,
                                   GrantTemplate* prepared) {
  switch (reason.kind) {
    case ReasonKind::kText:
      if (reason.text != nullptr) state->reason_before = *reason.text;
      return {};
    case ReasonKind::kLeftOrganization:
      state->reason_before = "account left the organization";
      return {};
    case ReasonKind::kLeftUnit:
      state->reason_before = "account left the organizational unit";
      return {};
    case ReasonKind::kReplacedBy:
      state->reason_before = "replaced by ";
      break;
    case ReasonKind::kIsActive:
      state->reason_after = " is active";
      break;
    case ReasonKind::kParentRejected:
    case ReasonKind::kParentDeleted:
      state->reason_before = "parent grant ";
      state->reason_after =
          reason.kind == ReasonKind::kParentRejected ? " was rejected" : " was deleted";
      break;
  }
  GL_ASSIGN_OR_RETURN(const fb::GrantHeadT* head, Head(reason.grant));
  state->rival_grantor = AccountId(head->grantor);
  prepared->rival = reason.grant;
  prepared->rival_member = head->grantee == 0;
  return {};
}

Result<GrantTemplate> GrantRenderer::Prepare(const FoldedGrant& grant) {
  GrantTemplate prepared{grant.grant, grant.member, 0, false, nullptr};
  auto state = std::make_shared<GrantState>();
  GL_ASSIGN_OR_RETURN(state->origin, Origin(grant.grant, grant.member));
  state->name = grant.text->name;
  state->operations = grant.text->operations;
  state->status = grant.status;
  state->version = grant.version;
  state->activation_override_behavior = grant.behavior;
  GL_RETURN_IF_ERROR(RenderReason(grant.reason, state.get(), &prepared));
  prepared.state = std::move(state);
  return prepared;
}

Grant GrantRenderer::Stamp(const GrantTemplate& prepared, AccountId grantee) const {
  Grant grant;
  grant.grantee = grantee;
  grant.id =
      view_.ids().Encode(IdKind::kGrant, prepared.grant, prepared.member ? grantee : AccountId());
  if (prepared.rival != 0) {
    grant.rival = view_.ids().Encode(IdKind::kGrant, prepared.rival,
                                     prepared.rival_member ? grantee : AccountId());
  }
  grant.state = prepared.state;
  return grant;
}

Result<Grant> GrantRenderer::Render(const FoldedGrant& grant, AccountId grantee) {
  GL_ASSIGN_OR_RETURN(const GrantTemplate prepared, Prepare(grant));
  return Stamp(prepared, grantee);
}

Result<Grant> GrantRenderer::Render(const FoldedDistribution& distribution) {
  FoldedGrant shown;
  shown.grant = distribution.grant;
  shown.status =
      distribution.deleted_at != 0 ? GrantStatus::kDeleted : GrantStatus::kWorkflowCompleted;
  shown.version = distribution.version;
  shown.reason = distribution.reason;
  shown.text = distribution.text;
  shown.behavior = distribution.behavior;
  return Render(shown, AccountId());
}

Result<Grant> RenderHead(View& view, GrantRenderer& renderer, const fb::GrantHeadT& head) {
  if (head.grantee == 0) {
    GL_ASSIGN_OR_RETURN(const auto all, view.Distributions(head.organization, head.product));
    return renderer.Render(*all->FindDistribution(head.ordinal));
  }
  const AccountId grantee(head.grantee);
  GL_ASSIGN_OR_RETURN(const auto row, view.Account(grantee));
  GL_ASSIGN_OR_RETURN(const auto cell, view.Cell(grantee, row, head.product));
  return renderer.Render(*cell->FindGrant(head.ordinal), grantee);
}

}  // namespace grantledger
