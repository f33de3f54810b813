// What one account has received: its direct and member grants of every product.
#ifndef GRANTLEDGER_QUERY_RECEIVED_H_
#define GRANTLEDGER_QUERY_RECEIVED_H_

#include <functional>
#include <set>

#include "ledger/products.h"
#include "query/grant_view.h"
#include "query/read_context.h"

namespace grantledger {

/// The products of which accounts of the organization may hold grants.
Result<std::set<std::uint64_t>> ProductsHeldIn(const View& view, std::uint64_t organization);

/// A page of the grants that the account holds of the products and that are wanted, in the order in
/// which they, and for member grants their distributions, were created.
Result<GrantPage> PageOfReceived(ReadContext& in, GrantRenderer& renderer, AccountId account,
                                 const Table<fb::AccountT>& row,
                                 const std::set<std::uint64_t>& products, std::size_t limit,
                                 const std::function<Result<bool>(const FoldedGrant&)>& wanted);

/// Ok for the account itself and the administrators of its organization; else AccessDenied.
Status CheckMayLookInto(const ReadContext& in, AccountId account, const fb::AccountT& row);

/// The organization that the caller administers; AccessDenied: there is none.
Result<Table<fb::OrganizationT>> AdministeredBy(const ReadContext& in);

/// The license of a grant in a cell.
Result<std::uint64_t> LicenseOf(GrantRenderer& renderer, const FoldedGrant& grant);

}  // namespace grantledger

#endif  // GRANTLEDGER_QUERY_RECEIVED_H_
