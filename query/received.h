// What one account has received: its direct and member grants of every product.
#ifndef GRANTLEDGER_QUERY_RECEIVED_H_
#define GRANTLEDGER_QUERY_RECEIVED_H_

#include <set>

#include "query/grant_view.h"
#include "query/read_context.h"

namespace grantledger {

/// The products of which the account may hold grants at the moment: those of its own events, and
/// those distributed in the organizations in which it stood.
Result<std::set<std::uint64_t>> ProductsOf(const View& view, const fb::AccountT& row);

/// The products that were distributed in the organization by the moment.
Result<std::set<std::uint64_t>> ProductsIn(const View& view, std::uint64_t organization);

/// The organization that the caller administers; AccessDenied: there is none.
Result<fb::OrganizationT> AdministeredBy(const ReadContext& in);

/// The license of a grant in a cell.
Result<std::uint64_t> LicenseOf(GrantRenderer& renderer, const FoldedGrant& grant);

}  // namespace grantledger

#endif  // GRANTLEDGER_QUERY_RECEIVED_H_
