#include "query/member_grants.h"

#include <algorithm>

#include "query/kept_pages.h"
#include "query/member_walk.h"

namespace grantledger {
namespace {

/// The first key behind a position, since positions have one length for each path and epoch.
std::string Behind(const std::string& position) { return position + '\0'; }

/// When the distribution was deleted; the moment's end: it was not.
Result<Lsn> DeletedAt(View& view, const fb::GrantHeadT& head) {
  GL_ASSIGN_OR_RETURN(const auto all, view.Distributions(head.organization, head.product));
  const Lsn deleted_at = all->FindDistribution(head.ordinal)->deleted_at;
  return deleted_at == 0 ? view.lsn() + 1 : deleted_at;
}

}  // namespace

Result<Homes> Homes::Of(View& view, const fb::GrantHeadT& head) {
  GL_ASSIGN_OR_RETURN(const Lsn deleted, DeletedAt(view, head));
  return Homes(view.lsn(), {head.organization, ToPath(head.path), AccountId(head.grantor),
                            head.created_lsn, deleted});
}

std::optional<Position> Homes::Find(AccountId account, const fb::AccountT& row) const {
  const fb::StayT* home = HomeStay(life_, account, row, lsn_);
  if (home == nullptr) return std::nullopt;
  return PositionOf(*home, account);
}

/// How many grants a page makes room for before it has any.
constexpr std::size_t kMostReserved = 65'536;

/// Lists what the walk passes.
class MemberGrantLister : public MemberVisitor {
 public:
  MemberGrantLister(MemberGrants& grants, Homes homes, std::size_t limit, std::vector<Grant>* page)
      : grants_(grants), homes_(std::move(homes)), limit_(limit), page_(page) {}

  Result<Next> OnCohort(const Position& first) override {
    GL_ASSIGN_OR_RETURN(const auto cell,
                        grants_.view_.Cohort(grants_.head_.organization, grants_.head_.product,
                                             first.path, first.epoch));
    const FoldedGrant* grant = cell->FindGrant(grants_.head_.ordinal);
    if (grant == nullptr || !grants_.filter_.PassesStatus(grant->status)) {
      return Next::kSkipRegular;
    }
    GL_ASSIGN_OR_RETURN(prepared_, grants_.renderer_.Prepare(*grant));
    return Next::kGoOn;
  }

  Result<Next> OnRegular(AccountId account, std::string_view position) override {
    if (page_->size() >= limit_) return Full();
    if (page_->capacity() == page_->size()) page_->reserve(std::min(limit_, kMostReserved));
    page_->push_back(grants_.renderer_.Stamp(prepared_, account));
    if (page_->size() == limit_) grants_.last_ = position;
    return Next::kGoOn;
  }

  Result<Next> OnException(const Position& at, std::string_view position) override {
    GL_ASSIGN_OR_RETURN(const auto row, grants_.view_.Account(at.account));
    if (homes_.Find(at.account, *row) != at) return Next::kGoOn;
    GL_ASSIGN_OR_RETURN(const auto cell,
                        grants_.view_.Alone(at.account, row, grants_.head_.product));
    const FoldedGrant* grant = cell->FindGrant(grants_.head_.ordinal);
    if (grant == nullptr || !grants_.filter_.PassesStatus(grant->status)) return Next::kGoOn;
    if (page_->size() >= limit_) return Full();
    GL_RETURN_IF_ERROR(PrepareLike(*grant));
    page_->push_back(grants_.renderer_.Stamp(like_prepared_, at.account));
    if (page_->size() == limit_) grants_.last_ = position;
    return Next::kGoOn;
  }

 private:
  /// Many exceptions are alike: one template serves those that follow each other.
  Status PrepareLike(const FoldedGrant& grant) {
    if (like_ && *like_ == grant) return {};
    GL_ASSIGN_OR_RETURN(like_prepared_, grants_.renderer_.Prepare(grant));
    like_ = grant;
    return {};
  }

  Next Full() {
    grants_.more_ = true;
    return Next::kStop;
  }

  MemberGrants& grants_;
  Homes homes_;
  std::size_t limit_;
  std::vector<Grant>* page_;
  GrantTemplate prepared_;
  std::optional<FoldedGrant> like_;
  GrantTemplate like_prepared_;
};

Status MemberGrants::List(const std::string& after, std::size_t limit, std::vector<Grant>* page) {
  if (filter_.arns || filter_.grantee_arn) return ListNamed(after, limit, page);
  const std::size_t before = page->size();
  GL_ASSIGN_OR_RETURN(const KeptPages kept,
                      KeptPages::Of(view_, {head_, filter_.status, after, limit - before}));
  if (const auto found = kept.Find()) {
    page->insert(page->end(), found->grants.begin(), found->grants.end());
    last_ = found->last;
    more_ = found->more;
    return {};
  }
  GL_ASSIGN_OR_RETURN(Homes homes, Homes::Of(view_, head_));
  MemberGrantLister lister(*this, std::move(homes), limit, page);
  GL_RETURN_IF_ERROR(WalkMembers(view_, head_.organization, head_.product, ToPath(head_.path),
                                 after.empty() ? after : Behind(after), lister));
  kept.Keep(std::span(*page).subspan(before), last_, more_);
  return {};
}

/// The accounts that GrantArns and GranteePrincipalARN name.
std::vector<AccountId> MemberGrants::NamedAccounts() const {
  std::vector<AccountId> accounts;
  if (filter_.arns) {
    const auto named = filter_.arns->find(head_.ordinal);
    if (named != filter_.arns->end()) accounts.assign(named->second.begin(), named->second.end());
  } else if (filter_.grantee) {
    accounts.push_back(*filter_.grantee);
  }
  std::erase_if(accounts, [this](AccountId account) {
    return account == AccountId() ||
           (filter_.grantee_arn && (!filter_.grantee || *filter_.grantee != account));
  });
  return accounts;
}

Status MemberGrants::ListNamed(const std::string& after, std::size_t limit,
                               std::vector<Grant>* page) {
  GL_ASSIGN_OR_RETURN(const Homes all, Homes::Of(view_, head_));
  std::map<std::string, AccountId> homes;
  const std::vector<AccountId> accounts = NamedAccounts();
  for (const AccountId account : accounts) {
    GL_ASSIGN_OR_RETURN(const auto row, view_.Account(account));
    const auto home = all.Find(account, *row);
    if (home) homes.emplace(EncodePosition(*home), account);
  }
  for (auto at = homes.upper_bound(after); at != homes.end(); ++at) {
    GL_ASSIGN_OR_RETURN(const auto row, view_.Account(at->second));
    GL_ASSIGN_OR_RETURN(const auto cell, view_.Cell(at->second, row, head_.product));
    const FoldedGrant* grant = cell->FindGrant(head_.ordinal);
    if (grant == nullptr || !filter_.PassesStatus(grant->status)) continue;
    if (page->size() >= limit) {
      more_ = true;
      return {};
    }
    GL_ASSIGN_OR_RETURN(Grant rendered, renderer_.Render(*grant, at->second));
    page->push_back(std::move(rendered));
    last_ = at->first;
  }
  return {};
}

}  // namespace grantledger
