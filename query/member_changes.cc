#include "query/member_changes.h"

#include "query/member_walk.h"

namespace grantledger {

/// A change with everything in it but the account.
struct ChangeTemplate {
  std::optional<GrantStatus> from;
  GrantTemplate after;
};

/// Lists the changes of the accounts that the walk passes. A cursor is how many of an account's
/// changes were listed, and its position.
class MemberChangeLister : public MemberVisitor {
 public:
  MemberChangeLister(MemberChanges& list, Homes homes, std::size_t limit,
                     std::vector<GrantChange>* page)
      : list_(list), homes_(std::move(homes)), limit_(limit), page_(page) {}

  /// Goes on behind the cursor; gives the position at which the walk begins.
  std::string Resume(const std::string& cursor) {
    if (cursor.empty()) return {};
    done_ = KeyReader(cursor).Uint();
    resumed_ = cursor.substr(PackNumber(done_).size());
    return resumed_;
  }

  Result<Next> OnCohort(const Position& first) override {
    GL_ASSIGN_OR_RETURN(const auto changes, list_.change_.OfCohort(first.path, first.epoch));
    GL_ASSIGN_OR_RETURN(cohort_, PrepareAll(changes));
    return cohort_.empty() ? Next::kSkipRegular : Next::kGoOn;
  }

  Result<Next> OnRegular(AccountId account, std::string_view position) override {
    return Emit(cohort_, account, position);
  }

  Result<Next> OnException(const Position& at, std::string_view position) override {
    GL_ASSIGN_OR_RETURN(const auto row, list_.view_.Account(at.account));
    if (homes_.Find(at.account, *row) != at) return Next::kGoOn;
    GL_ASSIGN_OR_RETURN(const auto changes, list_.change_.OfAccount(at.account, *row));
    GL_ASSIGN_OR_RETURN(const auto prepared, PrepareAll(changes));
    return Emit(prepared, at.account, position);
  }

 private:
  Result<std::vector<ChangeTemplate>> PrepareAll(const std::vector<CellChange>& changes) {
    std::vector<ChangeTemplate> all;
    for (const CellChange& change : changes) {
      GL_ASSIGN_OR_RETURN(GrantTemplate after, list_.renderer_.Prepare(change.after));
      all.push_back({change.from, std::move(after)});
    }
    return all;
  }

  Next Emit(const std::vector<ChangeTemplate>& changes, AccountId account,
            std::string_view position) {
    const std::size_t first = position == resumed_ ? done_ : 0;
    for (std::size_t i = first; i < changes.size(); ++i) {
      if (page_->size() >= limit_) {
        list_.more_ = true;
        return Next::kStop;
      }
      page_->push_back({changes[i].from, list_.renderer_.Stamp(changes[i].after, account)});
      if (page_->size() == limit_) list_.last_ = PackNumber(i + 1) + std::string(position);
    }
    return Next::kGoOn;
  }

  MemberChanges& list_;
  Homes homes_;
  std::size_t limit_;
  std::vector<GrantChange>* page_;
  std::vector<ChangeTemplate> cohort_;
  std::size_t done_ = 0;
  std::string resumed_;
};

Status MemberChanges::List(const std::string& cursor, std::size_t limit,
                           std::vector<GrantChange>* page) {
  GL_ASSIGN_OR_RETURN(Homes homes, Homes::Of(view_, head_));
  MemberChangeLister lister(*this, std::move(homes), limit, page);
  const std::string from = lister.Resume(cursor);
  return WalkMembers(view_, head_.organization, head_.product, ToPath(head_.path), from, lister);
}

Result<GrantChange> RenderChange(GrantRenderer& renderer, const CellChange& change,
                                 AccountId account) {
  GL_ASSIGN_OR_RETURN(Grant after, renderer.Render(change.after, account));
  return GrantChange{change.from, std::move(after)};
}

}  // namespace grantledger
