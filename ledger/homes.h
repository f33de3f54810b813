// Where a member grant is found: the stay that is its home.
//
// Its account may have stood at several places that its distribution covers; lists and counts find
// it at the first of these, in the distribution's life.
#ifndef GRANTLEDGER_LEDGER_HOMES_H_
#define GRANTLEDGER_LEDGER_HOMES_H_

#include <map>
#include <vector>

#include "ledger/view.h"

namespace grantledger {

/// What of a distribution decides whom it covers, and when.
struct DistributionLife {
  std::uint64_t organization = 0;
  Path path;
  AccountId grantor;
  Lsn created = 0;
  Lsn deleted = 0;  ///< Behind every moment that is asked for: it was not.
};

/// The home of the account's member grant among the stays that began by `lsn`; null: it has none.
const fb::StayT* HomeStay(const DistributionLife& life, AccountId account, const fb::AccountT& row,
                          Lsn lsn);

/// Whether stays are homes, as of one moment. Used by one thread.
class StayHomes {
 public:
  /// The view is kept.
  explicit StayHomes(View& view) : view_(view) {}

  /// Reads what IsHome needs to know of the account's organizations, which it else reads itself.
  Status Learn(const fb::AccountT& row);
  /// Of any member grant. `stay` is one of `row`.
  Result<bool> IsHome(AccountId account, const fb::AccountT& row, const fb::StayT& stay);

 private:
  /// The distributions that the organization had by the moment.
  Result<const std::vector<DistributionLife>*> LivesIn(std::uint64_t organization);

  View& view_;
  std::map<std::uint64_t, std::vector<DistributionLife>> lives_;
};

}  // namespace grantledger

#endif  // GRANTLEDGER_LEDGER_HOMES_H_
