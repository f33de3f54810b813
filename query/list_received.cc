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
  GrantPage page;
  if (filter.nothing) return page;
  const std::uint64_t after = in.cursor.empty() ? 0 : KeyReader(in.cursor).Uint();
  GrantRenderer renderer(in.view);
  GL_ASSIGN_OR_RETURN(const auto row, in.view.Account(in.caller));
  GL_ASSIGN_OR_RETURN(const auto products, ProductsOf(in.view, row));
  GL_ASSIGN_OR_RETURN(const auto received, ReceivedBy(in.view, in.caller, row, products));
  std::uint64_t last = 0;
  for (const ReceivedGrant& one : received) {
    const FoldedGrant& grant = *one.grant;
    if (grant.grant <= after || !filter.PassesStatus(grant.status)) continue;
    if (!filter.PassesName(grant.grant, grant.member ? in.caller : AccountId())) continue;
    GL_ASSIGN_OR_RETURN(const fb::GrantHeadT* head, renderer.Head(grant.grant));
    GL_ASSIGN_OR_RETURN(const bool passes, filter.PassesHead(in.view, *head));
    if (!passes) continue;
    if (page.grants.size() == limit) {
      page.next_token = PackNumber(last);
      break;
    }
    GL_ASSIGN_OR_RETURN(Grant rendered, renderer.Render(grant, in.caller));
    page.grants.push_back(std::move(rendered));
    last = grant.grant;
  }
  return page;
}

}  // namespace grantledger
