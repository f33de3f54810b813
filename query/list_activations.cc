// ListActivations: which grants are active, of one account or of all accounts of an organization.
#include "codec/arn.h"
#include "ledger/decide.h"
#include "ledger/errors.h"
#include "query/filters.h"
#include "query/held_grants.h"
#include "query/read_context.h"
#include "query/received.h"

namespace grantledger {
namespace {

Result<bool> IsActive(const FoldedGrant& grant) { return grant.status == GrantStatus::kActive; }

Status CheckFields(const ListActivationsRequest& request) {
  if (request.account_id.has_value() == request.organization_id.has_value()) {
    return {Code::kInvalidArgument,
            std::string(request.account_id ? "both" : "neither") +
                " of AccountId and OrganizationId given, expected exactly one"};
  }
  if (request.product_sku.has_value() != request.issuer_name.has_value()) {
    return Invalid(request.product_sku ? "IssuerName" : "ProductSKU", "missing",
                   "one, as ProductSKU and IssuerName name a product together");
  }
  if (!request.product_sku) return {};
  GL_RETURN_IF_ERROR(CheckKeyText("ProductSKU", *request.product_sku));
  return CheckKeyText("IssuerName", *request.issuer_name);
}

/// The products to look at, of all that there are: the one that was asked for, or each.
Result<std::set<std::uint64_t>> Selected(const ListActivationsRequest& request, View& view,
                                         std::set<std::uint64_t> all) {
  if (!request.product_sku) return all;
  GL_ASSIGN_OR_RETURN(const auto one, view.Product(*request.issuer_name, *request.product_sku));
  std::set<std::uint64_t> selected;
  if (one && all.contains(*one)) selected.insert(*one);
  return selected;
}

Result<GrantPage> ListOfAccount(const ListActivationsRequest& request, std::size_t limit,
                                ReadContext& in) {
  GL_ASSIGN_OR_RETURN(const AccountId account, ParseAccount("AccountId", *request.account_id));
  GL_ASSIGN_OR_RETURN(const auto row, in.view.Account(account));
  GL_RETURN_IF_ERROR(CheckMayLookInto(in, account, *row));
  GL_ASSIGN_OR_RETURN(auto all, ProductsOf(in.view, *row));
  GL_ASSIGN_OR_RETURN(const auto products, Selected(request, in.view, std::move(all)));
  GrantRenderer renderer(in.view);
  return PageOfReceived(in, renderer, account, row, products, limit, IsActive);
}

Result<Table<fb::OrganizationT>> OrganizationFor(const std::string& id, const ReadContext& in) {
  if (!IsOrganizationId(id)) {
    return Invalid("OrganizationId", Quoted(id), "the id of an organization (o-…)");
  }
  GL_ASSIGN_OR_RETURN(auto organization, in.view.OrganizationById(id));
  if (!organization) return NotThere("OrganizationId", id, "organization");
  if (IsAdministrator(*organization, in.caller, in.view.lsn())) return organization;
  return Refuse(Code::kAccessDenied, "Caller", in.caller.ToString(), "an administrator of " + id);
}

/// Product by product. A cursor is the product, and how far into it.
Result<GrantPage> ListOfOrganization(const ListActivationsRequest& request, std::size_t limit,
                                     ReadContext& in) {
  GL_ASSIGN_OR_RETURN(const auto organization, OrganizationFor(*request.organization_id, in));
  GL_ASSIGN_OR_RETURN(auto all, ProductsHeldIn(in.view, organization->ordinal));
  GL_ASSIGN_OR_RETURN(const auto products, Selected(request, in.view, std::move(all)));
  const std::uint64_t resumed = in.cursor.empty() ? 0 : KeyReader(in.cursor).Uint();
  GrantRenderer renderer(in.view);
  GrantPage page;
  std::string last;
  for (auto product = products.lower_bound(resumed); product != products.end(); ++product) {
    HeldGrants held(in.view, renderer, organization->ordinal, *product, IsActive, limit,
                    &page.grants);
    const bool inside = *product == resumed && !in.cursor.empty();
    GL_RETURN_IF_ERROR(
        held.List(inside ? in.cursor.substr(PackNumber(resumed).size()) : std::string()));
    if (!held.last().empty()) last = PackNumber(*product) + held.last();
    if (held.more()) {
      page.next_token = last;
      break;
    }
  }
  return page;
}

}  // namespace

Result<GrantPage> Answer(const ListActivationsRequest& request, ReadContext& in) {
  GL_ASSIGN_OR_RETURN(const std::size_t limit, PageSize(request.paging, in.options));
  GL_RETURN_IF_ERROR(CheckFields(request));
  return request.account_id ? ListOfAccount(request, limit, in)
                            : ListOfOrganization(request, limit, in);
}

}  // namespace grantledger
