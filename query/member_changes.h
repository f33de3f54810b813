// What an event of a distribution does to the grants of its accounts: in order, from any on.
#ifndef GRANTLEDGER_QUERY_MEMBER_CHANGES_H_
#define GRANTLEDGER_QUERY_MEMBER_CHANGES_H_

#include <string>
#include <vector>

#include "query/cell_changes.h"
#include "query/grant_view.h"
#include "query/member_grants.h"

namespace grantledger {

/// An event of a distribution, done or only thought of. Changes of a cell begin with that of the
/// distribution's member grant, if it is among them.
class DistributionChange {
 public:
  DistributionChange() = default;
  virtual ~DistributionChange() = default;
  DistributionChange(const DistributionChange&) = delete;
  DistributionChange& operator=(const DistributionChange&) = delete;

  /// In each regular account of the cohort.
  virtual Result<std::vector<CellChange>> OfCohort(const Path& path, Epoch epoch) = 0;
  /// In an account that is folded by itself.
  virtual Result<std::vector<CellChange>> OfAccount(AccountId account, const fb::AccountT& row) = 0;
};

/// The changes of all accounts, a page of them.
class MemberChanges {
 public:
  /// References are kept. `view` is of a moment at which the distribution exists.
  MemberChanges(View& view, GrantRenderer& renderer, const fb::GrantHeadT& head,
                DistributionChange& change)
      : view_(view), renderer_(renderer), head_(head), change_(change) {}

  /// Appends to `page` what follows the cursor (empty: all) until it holds `limit`.
  Status List(const std::string& cursor, std::size_t limit, std::vector<GrantChange>* page);
  /// Whether the page was full before the end.
  [[nodiscard]] bool more() const { return more_; }
  /// The cursor behind the change that filled the page; empty: it was filled before, or is not
  /// full.
  [[nodiscard]] const std::string& last() const { return last_; }

 private:
  friend class MemberChangeLister;
  View& view_;
  GrantRenderer& renderer_;
  const fb::GrantHeadT& head_;
  DistributionChange& change_;
  bool more_ = false;
  std::string last_;
};

Result<GrantChange> RenderChange(GrantRenderer& renderer, const CellChange& change,
                                 AccountId account);

}  // namespace grantledger

#endif  // GRANTLEDGER_QUERY_MEMBER_CHANGES_H_
