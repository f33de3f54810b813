// What one account has received: its direct and member grants of every product.
#ifndef GRANTLEDGER_QUERY_RECEIVED_H_
#define GRANTLEDGER_QUERY_RECEIVED_H_

#include <memory>
#include <set>
#include <vector>

#include "ledger/products.h"
#include "query/grant_view.h"
#include "query/read_context.h"

namespace grantledger {

/// The products of which accounts of the organization may hold grants.
Result<std::set<std::uint64_t>> ProductsHeldIn(const View& view, std::uint64_t organization);

/// A grant in its cell, which is kept alive.
struct ReceivedGrant {
  std::shared_ptr<const CellFold> cell;
  const FoldedGrant* grant = nullptr;
};

/// The grants that the account holds of the products, in the order in which they, and for member
/// grants their distributions, were created.
Result<std::vector<ReceivedGrant>> ReceivedBy(View& view, AccountId account,
                                              const fb::AccountT& row,
                                              const std::set<std::uint64_t>& products);

/// Ok for the account itself and the administrators of its organization; else AccessDenied.
Status CheckMayLookInto(const ReadContext& in, AccountId account, const fb::AccountT& row);

/// The organization that the caller administers; AccessDenied: there is none.
Result<fb::OrganizationT> AdministeredBy(const ReadContext& in);

/// The license of a grant in a cell.
Result<std::uint64_t> LicenseOf(GrantRenderer& renderer, const FoldedGrant& grant);

}  // namespace grantledger

#endif  // GRANTLEDGER_QUERY_RECEIVED_H_
