// The filters of the lists of grants, resolved once and held against each row.
#ifndef GRANTLEDGER_QUERY_GRANT_FILTER_H_
#define GRANTLEDGER_QUERY_GRANT_FILTER_H_

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "query/grant_view.h"

namespace grantledger {

/// What a list of grants is restricted to. Nothing set: all pass.
struct GrantFilter {
  bool nothing = false;  ///< A value that no grant can have.
  std::optional<std::uint64_t> license;
  std::optional<std::string> product_sku;
  std::optional<std::string> issuer_name;
  std::optional<GrantStatus> status;
  std::optional<AccountId> grantor;
  std::optional<std::string> grantee_arn;
  std::optional<AccountId> grantee;  ///< Where grantee_arn names an account.
  std::optional<std::string> parent_arn;
  /// GrantArns: the accounts (0: the grant itself) that are wanted of each grant.
  std::optional<std::map<std::uint64_t, std::set<AccountId>>> arns;

  /// What can be said of all grants of a head, its member grants included.
  Result<bool> PassesHead(const View& view, const fb::GrantHeadT& head) const;
  /// Whether the grant itself, or the account's member grant, is wanted by its name.
  [[nodiscard]] bool PassesName(std::uint64_t grant, AccountId member) const;
  [[nodiscard]] bool PassesStatus(GrantStatus found) const { return !status || *status == found; }
};

/// Filters by the names of the API, of which `allowed` are taken by the call.
Result<GrantFilter> ReadGrantFilter(const View& view, const std::vector<Filter>& filters,
                                    const std::vector<std::string>& grant_arns,
                                    const std::vector<std::string_view>& allowed);

}  // namespace grantledger

#endif  // GRANTLEDGER_QUERY_GRANT_FILTER_H_
