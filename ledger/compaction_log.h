// What the tail of the log touched: what compaction has to fold again.
#ifndef GRANTLEDGER_LEDGER_COMPACTION_LOG_H_
#define GRANTLEDGER_LEDGER_COMPACTION_LOG_H_

#include <compare>
#include <cstdint>
#include <set>
#include <utility>
#include <vector>

#include "ledger/tables.h"

namespace grantledger {

/// A product in an organization: the distributions that can be in each other's way.
using OfProduct = std::pair<std::uint64_t, std::uint64_t>;  // (organization, product)

/// An account with own events of a product.
struct TouchedCell {
  AccountId account;
  std::uint64_t product = 0;
  Lsn last = 0;  ///< The last of them.
  auto operator<=>(const TouchedCell&) const = default;
};

struct TouchedTail {
  std::uint64_t records = 0;
  std::set<OfProduct> distributed;  ///< Distributions were created, versioned or deleted.
  std::vector<TouchedCell> cells;   ///< By account and product, each once.
  std::vector<AccountId> placed;    ///< Accounts that entered or left a place, each once.
};

/// Of the records behind `from`, up to and with `to`.
Result<TouchedTail> ReadTail(const Rows& rows, Lsn from, Lsn to);

/// Everything that `base` tells of, as though the whole log up to its mark were the tail.
Result<TouchedTail> ReadBase(const Rows& rows);

}  // namespace grantledger

#endif  // GRANTLEDGER_LEDGER_COMPACTION_LOG_H_
