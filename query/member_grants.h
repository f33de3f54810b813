// The member grants of one distribution: in order, filtered, from any of them on; and counted.
#ifndef GRANTLEDGER_QUERY_MEMBER_GRANTS_H_
#define GRANTLEDGER_QUERY_MEMBER_GRANTS_H_

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "ledger/homes.h"
#include "query/grant_filter.h"
#include "query/grant_view.h"

namespace grantledger {

class MemberGrants {
 public:
  /// References are kept. `head` is a distribution's.
  MemberGrants(View& view, GrantRenderer& renderer, const fb::GrantHeadT& head,
               const GrantFilter& filter)
      : view_(view), renderer_(renderer), head_(head), filter_(filter) {}

  /// Appends to `page` what follows the position `after` (empty: all) until it holds `limit`.
  Status List(const std::string& after, std::size_t limit, std::vector<Grant>* page);
  /// Whether the page was full before the end.
  [[nodiscard]] bool more() const { return more_; }
  /// The position of the last that was listed; empty: none was.
  [[nodiscard]] const std::string& last() const { return last_; }

 private:
  friend class MemberGrantLister;
  Status ListNamed(const std::string& after, std::size_t limit, std::vector<Grant>* page);
  [[nodiscard]] std::vector<AccountId> NamedAccounts() const;

  View& view_;
  GrantRenderer& renderer_;
  const fb::GrantHeadT& head_;
  const GrantFilter& filter_;
  bool more_ = false;
  std::string last_;
};

/// Where the walk of the organization lists an account's member grant of the distribution: the
/// position of its first stay that was covered, which never changes.
class Homes {
 public:
  static Result<Homes> Of(View& view, const fb::GrantHeadT& head);
  /// Nullopt: it has no member grant of it.
  [[nodiscard]] std::optional<Position> Find(AccountId account, const fb::AccountT& row) const;

 private:
  Homes(Lsn lsn, DistributionLife life) : lsn_(lsn), life_(std::move(life)) {}

  Lsn lsn_;
  DistributionLife life_;
};

/// The member grants of a distribution in each status. Costs a fold for a cohort or exception.
/// (query/count_grants.cc)
Result<std::map<GrantStatus, std::uint64_t>> CountMemberGrants(View& view,
                                                               const fb::GrantHeadT& head);
/// The same by the place in which the account stands at the moment; at nullopt: of those that left.
Result<std::map<std::optional<Path>, std::map<GrantStatus, std::uint64_t>>>
CountMemberGrantsByPlace(View& view, const fb::GrantHeadT& head);

}  // namespace grantledger

#endif  // GRANTLEDGER_QUERY_MEMBER_GRANTS_H_
