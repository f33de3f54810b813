// The positions at which accounts stand, or stood, that are folded by themselves.
#ifndef GRANTLEDGER_LEDGER_EXCEPTIONS_H_
#define GRANTLEDGER_LEDGER_EXCEPTIONS_H_

#include <functional>

#include "ledger/position_rows.h"

namespace grantledger {

/// Those of a product and those of every product, in one order.
MergedPositions Exceptions(const View& view, std::uint64_t organization, std::uint64_t product,
                           const Path& subtree);

/// Visits them: each position once.
Status WalkExceptions(const View& view, std::uint64_t organization, std::uint64_t product,
                      const Path& subtree, const std::function<Status(const Position&)>& visit);

/// Whether the index has the stay's position as an exception of the product at the moment, told
/// from the account's row.
bool IsExceptionAt(const fb::AccountT& row, const fb::StayT& stay, std::uint64_t product, Lsn lsn);

/// Whether the account has a stay at the position.
bool StoodAt(const fb::AccountT& row, std::uint64_t organization, const Position& position);

}  // namespace grantledger

#endif  // GRANTLEDGER_LEDGER_EXCEPTIONS_H_
