// The grants of one product that the accounts standing in an organization hold: in order, from any
// of them on.
#ifndef GRANTLEDGER_QUERY_HELD_GRANTS_H_
#define GRANTLEDGER_QUERY_HELD_GRANTS_H_

#include <functional>
#include <string>
#include <vector>

#include "query/grant_view.h"
#include "query/member_walk.h"

namespace grantledger {

class HeldGrants : public MemberVisitor {
 public:
  /// Whether a grant is listed.
  using Wanted = std::function<Result<bool>(const FoldedGrant&)>;

  /// References are kept. Appends to `page` until it holds `limit`.
  HeldGrants(View& view, GrantRenderer& renderer, std::uint64_t organization, std::uint64_t product,
             Wanted wanted, std::size_t limit, std::vector<Grant>* page)
      : view_(view),
        renderer_(renderer),
        organization_(organization),
        product_(product),
        wanted_(std::move(wanted)),
        limit_(limit),
        page_(page) {}

  /// What follows the cursor: first the grants of its account, then the accounts behind it.
  Status List(const std::string& cursor);
  /// The same of one account alone.
  Status ListOf(AccountId account, const std::string& cursor);
  /// Whether the page was full before the end.
  [[nodiscard]] bool more() const { return more_; }
  /// The cursor behind the grant that filled the page; empty: it was filled before, or is not full.
  [[nodiscard]] const std::string& last() const { return last_; }

  Result<Next> OnCohort(const Position& first) override;
  Result<Next> OnRegular(AccountId account, std::string_view position) override;
  Result<Next> OnException(const Position& at, std::string_view position) override;

 private:
  std::string Resume(const std::string& cursor);
  Result<std::vector<GrantTemplate>> PrepareAll(const CellFold& cell);
  Next Emit(const std::vector<GrantTemplate>& grants, AccountId account, std::string_view position);

  View& view_;
  GrantRenderer& renderer_;
  std::uint64_t organization_;
  std::uint64_t product_;
  Wanted wanted_;
  std::size_t limit_;
  std::vector<Grant>* page_;
  std::vector<GrantTemplate> cohort_;
  std::uint64_t after_ = 0;  // the grant that was listed last of the account at `resumed_`
  std::string resumed_;
  std::string last_;
  bool more_ = false;
};

}  // namespace grantledger

#endif  // GRANTLEDGER_QUERY_HELD_GRANTS_H_
