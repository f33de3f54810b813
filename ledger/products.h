// Which products there is something to know of.
#ifndef GRANTLEDGER_LEDGER_PRODUCTS_H_
#define GRANTLEDGER_LEDGER_PRODUCTS_H_

#include <set>

#include "ledger/view.h"

namespace grantledger {

/// The products of which the account may hold grants at the moment: those of its own events, and
/// those distributed in the organizations in which it stood.
Result<std::set<std::uint64_t>> ProductsOf(const View& view, const fb::AccountT& row);

/// The products that were distributed in the organization by the moment.
Result<std::set<std::uint64_t>> ProductsIn(const View& view, std::uint64_t organization);

}  // namespace grantledger

#endif  // GRANTLEDGER_LEDGER_PRODUCTS_H_
