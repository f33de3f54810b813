#include "query/member_grants.h"

#include <algorithm>

#include "query/member_walk.h"

namespace grantledger {
namespace {

/// The first key behind a position, since positions have one length for each path and epoch.
std::string Behind(const std::string& position) { return position + '\0'; }

/// When the distribution was deleted; the moment's end: it was not.
Result<Lsn> DeletedAt(View& view, const fb::GrantHeadT& head) {
  GL_ASSIGN_OR_RETURN(const auto all, view.Distributions(head.organization, head.product));
  if (!all->FindDistribution(head.ordinal)->deleted) return view.lsn() + 1;
  GL_ASSIGN_OR_RETURN(const auto* events, view.DistributionEvents(head.organization, head.product));
  const auto deleted = std::ranges::find_if(*events, [&head](const GrantEvent& event) {
    return event.grant == head.ordinal && event.kind == GrantEvent::Kind::kDeleted;
  });
  return deleted == events->end() ? view.lsn() + 1 : deleted->lsn;
}

}  // namespace

Result<std::optional<Position>> HomeOf(View& view, const fb::GrantHeadT& head, AccountId account,
                                       const fb::AccountT& row) {
  if (AccountId(head.grantor) == account) return std::optional<Position>();
  GL_ASSIGN_OR_RETURN(const Lsn deleted, DeletedAt(view, head));
  for (const auto& stay : row.stays) {
    if (stay->from > view.lsn()) break;
    const bool lived = (stay->until == 0 || stay->until > head.created_lsn) && stay->from < deleted;
    if (lived && stay->organization == head.organization &&
        Covers(ToPath(head.path), ToPath(stay->path))) {
      return std::optional(PositionOf(*stay, account));
    }
  }
  return std::optional<Position>();
}

/// Lists what the walk passes.
class MemberGrantLister : public MemberVisitor {
 public:
  MemberGrantLister(MemberGrants& grants, std::size_t limit, std::vector<Grant>* page)
      : grants_(grants), limit_(limit), page_(page) {}

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
    page_->push_back(grants_.renderer_.Stamp(prepared_, account));
    if (page_->size() == limit_) grants_.last_ = position;
    return Next::kGoOn;
  }

  Result<Next> OnException(const Position& at, std::string_view position) override {
    GL_ASSIGN_OR_RETURN(const auto row, grants_.view_.Account(at.account));
    GL_ASSIGN_OR_RETURN(const auto home, HomeOf(grants_.view_, grants_.head_, at.account, row));
    if (!home || *home != at) return Next::kGoOn;
    GL_ASSIGN_OR_RETURN(const CellFold cell,
                        grants_.view_.FoldAlone(at.account, row, grants_.head_.product, nullptr));
    const FoldedGrant* grant = cell.FindGrant(grants_.head_.ordinal);
    if (grant == nullptr || !grants_.filter_.PassesStatus(grant->status)) return Next::kGoOn;
    if (page_->size() >= limit_) return Full();
    GL_ASSIGN_OR_RETURN(Grant rendered, grants_.renderer_.Render(*grant, at.account));
    page_->push_back(std::move(rendered));
    if (page_->size() == limit_) grants_.last_ = position;
    return Next::kGoOn;
  }

 private:
  Next Full() {
    grants_.more_ = true;
    return Next::kStop;
  }

  MemberGrants& grants_;
  std::size_t limit_;
  std::vector<Grant>* page_;
  GrantTemplate prepared_;
};

Status MemberGrants::List(const std::string& after, std::size_t limit, std::vector<Grant>* page) {
  if (filter_.arns || filter_.grantee_arn) return ListNamed(after, limit, page);
  MemberGrantLister lister(*this, limit, page);
  return WalkMembers(view_, head_.organization, head_.product, ToPath(head_.path),
                     after.empty() ? after : Behind(after), lister);
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
  std::map<std::string, AccountId> homes;
  const std::vector<AccountId> accounts = NamedAccounts();
  for (const AccountId account : accounts) {
    GL_ASSIGN_OR_RETURN(const auto row, view_.Account(account));
    GL_ASSIGN_OR_RETURN(const auto home, HomeOf(view_, head_, account, row));
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

namespace {

/// Counts cohorts by their size, and exceptions one by one.
class Counter : public MemberVisitor {
 public:
  Counter(View& view, const fb::GrantHeadT& head) : view_(view), head_(head) {}

  Result<Next> OnCohort(const Position& first) override {
    GL_ASSIGN_OR_RETURN(const std::uint64_t size, SizeOf(first));
    GL_ASSIGN_OR_RETURN(const auto cell,
                        view_.Cohort(head_.organization, head_.product, first.path, first.epoch));
    const FoldedGrant* grant = cell->FindGrant(head_.ordinal);
    regular_ = nullptr;
    if (grant != nullptr) {
      regular_ = &counts_[grant->status];
      *regular_ += size;
    }
    return Next::kSkipRegular;
  }

  Result<Next> OnRegular(AccountId /*account*/, std::string_view /*position*/) override {
    return Next::kSkipRegular;
  }

  Result<Next> OnException(const Position& at, std::string_view /*position*/) override {
    if (regular_ != nullptr) --*regular_;
    GL_ASSIGN_OR_RETURN(const auto row, view_.Account(at.account));
    GL_ASSIGN_OR_RETURN(const auto home, HomeOf(view_, head_, at.account, row));
    if (!home || *home != at) return Next::kGoOn;
    GL_ASSIGN_OR_RETURN(const CellFold cell,
                        view_.FoldAlone(at.account, row, head_.product, nullptr));
    const FoldedGrant* grant = cell.FindGrant(head_.ordinal);
    if (grant != nullptr) ++counts_[grant->status];
    return Next::kGoOn;
  }

  [[nodiscard]] std::map<GrantStatus, std::uint64_t> Take() {
    std::erase_if(counts_, [](const auto& count) { return count.second == 0; });
    return std::move(counts_);
  }

 private:
  /// How many accounts had entered the cohort by the moment.
  Result<std::uint64_t> SizeOf(const Position& first) const {
    const std::string key = CohortSizeKey(head_.organization, first.path, first.epoch, view_.lsn());
    RowIterator rows = view_.rows().Scan(
        Family::kMember, CohortSizePrefix(head_.organization, first.path, first.epoch));
    rows.Seek(key);
    GL_RETURN_IF_ERROR(rows.status());
    if (!rows.Valid()) return RowCorruption(Family::kMember, key, "the cohort's size is missing");
    GL_ASSIGN_OR_RETURN(const std::string_view payload, rows.payload());
    return ReadNumber(Family::kMember, rows.key(), payload);
  }

  View& view_;
  const fb::GrantHeadT& head_;
  std::map<GrantStatus, std::uint64_t> counts_;
  std::uint64_t* regular_ = nullptr;
};

}  // namespace

Result<std::map<GrantStatus, std::uint64_t>> CountMemberGrants(View& view,
                                                               const fb::GrantHeadT& head) {
  Counter counter(view, head);
  GL_RETURN_IF_ERROR(
      WalkMembers(view, head.organization, head.product, ToPath(head.path), {}, counter));
  return counter.Take();
}

}  // namespace grantledger
