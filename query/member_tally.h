// Counting over the accounts of a distribution: cohorts by their sizes, exceptions one by one.
#ifndef GRANTLEDGER_QUERY_MEMBER_TALLY_H_
#define GRANTLEDGER_QUERY_MEMBER_TALLY_H_

#include <map>
#include <vector>

#include "query/member_grants.h"

namespace grantledger {

/// What is counted of one account.
class Countable {
 public:
  Countable() = default;
  virtual ~Countable() = default;
  Countable(const Countable&) = delete;
  Countable& operator=(const Countable&) = delete;

  /// Of each regular account of the cohort: one status for each thing that is counted.
  virtual Result<std::vector<GrantStatus>> OfCohort(const Path& path, Epoch epoch) = 0;
  /// Of an account that is folded by itself.
  virtual Result<std::vector<GrantStatus>> OfAccount(AccountId account,
                                                     const fb::AccountT& row) = 0;
};

/// How often each status is counted over the accounts that have a member grant of the distribution.
Result<std::map<GrantStatus, std::uint64_t>> TallyMembers(View& view, const fb::GrantHeadT& head,
                                                          Countable& countable);

}  // namespace grantledger

#endif  // GRANTLEDGER_QUERY_MEMBER_TALLY_H_
