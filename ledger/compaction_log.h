// What the tail of the log touched: what compaction has to fold again.
#ifndef GRANTLEDGER_LEDGER_COMPACTION_LOG_H_
#define GRANTLEDGER_LEDGER_COMPACTION_LOG_H_

#include <compare>
#include <cstdint>
#include <functional>
#include <map>
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
  /// What they did, one after another, whoever the account is: the same number, the same events. 0:
  /// nothing that could have happened to another account.
  std::uint32_t happened = 0;
  auto operator<=>(const TouchedCell&) const = default;
};

struct TouchedTail {
  Lsn from = 0;
  Lsn to = 0;
  std::uint64_t records = 0;        ///< Behind `from`, up to and with `to`.
  std::set<OfProduct> distributed;  ///< Distributions were created, versioned or deleted.
  std::vector<TouchedCell> cells;   ///< By account and product, each once.
  std::vector<AccountId> placed;    ///< Accounts that entered or left a place, each once.
  /// Accounts that were created, by organization. They may be in `placed`, too.
  std::map<std::uint64_t, std::vector<AccountId>> created;
};

/// What is read at a time.
struct TailLimits {
  Lsn records = Lsn{1} << 20;
  /// In how many (organization, product) distributions change: what is folded of one is wanted
  /// several times, and kept in memory meanwhile.
  std::size_t products = 4096;
};

/// What a long walk returns that is told to stop. Whoever told so does not look at it.
inline Status Interrupted() { return {Code::kIoError, "stopped"}; }

/// Of the records behind `from`, up to and with `to`, or up to a limit. `stops` is asked at every
/// record; true: Interrupted.
Result<TouchedTail> ReadTail(const Rows& rows, Lsn from, Lsn to, const TailLimits& limits,
                             const std::function<bool()>& stops = {});

/// Everything that `base`, whose mark is `to`, tells of, as though the log up to there were the
/// tail.
Result<TouchedTail> ReadBase(const Rows& rows, Lsn from, Lsn to,
                             const std::function<bool()>& stops = {});

}  // namespace grantledger

#endif  // GRANTLEDGER_LEDGER_COMPACTION_LOG_H_
