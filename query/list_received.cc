// ListReceivedGrants: the direct and member grants of the caller.
#include "query/filters.h"
#include "query/grant_filter.h"
#include "query/read_context.h"
#include "query/received.h"

namespace grantledger {
Result<GrantPage> Answer(const ListReceivedGrantsRequest& request, ReadContext& in) {
  GL_ASSIGN_OR_RETURN(const std::size_t limit, PageSize(request.paging, in.options));
  GL_ASSIGN_OR_RETURN(const GrantFilter filter,
                      ReadGrantFilter(in.view, request.filters, request.grant_arns,
                                      {"ProductSKU", "LicenseIssuerName", "LicenseArn",
                                       "GrantStatus", "GranterAccountId"}));
  if (filter.nothing) return GrantPage();
  GL_ASSIGN_OR_RETURN(const auto row, in.view.Account(in.caller));
  GL_ASSIGN_OR_RETURN(const auto products, ProductsOf(in.view, *row));
  GrantRenderer renderer(in.view);
  return PageOfReceived(
      in, renderer, in.caller, row, products, limit, [&](const FoldedGrant& grant) -> Result<bool> {
        if (!filter.PassesStatus(grant.status)) return false;
        if (!filter.PassesName(grant.grant, grant.member ? in.caller : AccountId())) return false;
        GL_ASSIGN_OR_RETURN(const fb::GrantHeadT* head, renderer.Head(grant.grant));
        return filter.PassesHead(in.view, *head);
      });
}

}  // namespace grantledger
