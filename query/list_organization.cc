// ListReceivedGrantsForOrganization: the grants of one license that the accounts of an organization
// hold.
#include "ledger/errors.h"
#include "ledger/target.h"
#include "query/filters.h"
#include "query/grant_filter.h"
#include "query/held_grants.h"
#include "query/read_context.h"
#include "query/received.h"

namespace grantledger {

Result<GrantPage> Answer(const ListReceivedGrantsForOrganizationRequest& request, ReadContext& in) {
  GL_ASSIGN_OR_RETURN(const std::size_t limit, PageSize(request.paging, in.options));
  GL_ASSIGN_OR_RETURN(
      const GrantFilter filter,
      ReadGrantFilter(in.view, request.filters, {}, {"ParentArn", "GranteePrincipalArn"}));
  GL_ASSIGN_OR_RETURN(const auto license, ResolveLicense(in.view, request.license_arn));
  GL_ASSIGN_OR_RETURN(const auto organization, AdministeredBy(in));
  GrantRenderer renderer(in.view);
  const auto wanted = [&](const FoldedGrant& grant) -> Result<bool> {
    GL_ASSIGN_OR_RETURN(const std::uint64_t of, LicenseOf(renderer, grant));
    if (of != license->ordinal) return false;
    if (!filter.parent_arn) return true;
    GL_ASSIGN_OR_RETURN(const GrantTemplate prepared, renderer.Prepare(grant));
    return *filter.parent_arn == prepared.state->origin->parent_arn;
  };
  GrantPage page;
  HeldGrants held(in.view, renderer, organization->ordinal, license->product, wanted, limit,
                  &page.grants);
  if (!filter.grantee_arn) {
    GL_RETURN_IF_ERROR(held.List(in.cursor));
  } else if (filter.grantee) {
    GL_RETURN_IF_ERROR(held.ListOf(*filter.grantee, in.cursor));
  }
  if (held.more()) page.next_token = held.last();
  return page;
}

}  // namespace grantledger
