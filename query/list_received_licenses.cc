// ListReceivedLicenses and ListReceivedLicensesForOrganization: the licenses behind the grants.
#include <algorithm>
#include <map>

#include "codec/arn.h"
#include "query/filters.h"
#include "query/grant_filter.h"
#include "query/license_view.h"
#include "query/member_walk.h"
#include "query/read_context.h"
#include "query/received.h"

namespace grantledger {
namespace {

/// How much a grant of this status gives: less is more.
int RankOf(GrantStatus status) {
  switch (status) {
    case GrantStatus::kActive:
      return 0;
    case GrantStatus::kDisabled:
      return 1;
    case GrantStatus::kPendingAccept:
      return 2;
    case GrantStatus::kRejected:
      return 3;
    default:
      return 4;
  }
}

/// The grant that gives most, of each license: of equals, the one that is considered first.
class BestGrants {
 public:
  explicit BestGrants(GrantRenderer& renderer) : renderer_(renderer) {}

  Status Consider(const FoldedGrant& grant, AccountId grantee) {
    GL_ASSIGN_OR_RETURN(const std::uint64_t license, LicenseOf(renderer_, grant));
    const int rank = RankOf(grant.status);
    const auto known = best_.find(license);
    if (known != best_.end() && known->second.rank <= rank) return {};
    GL_ASSIGN_OR_RETURN(Grant rendered, renderer_.Render(grant, grantee));
    best_.insert_or_assign(license, Best{rank, std::move(rendered)});
    return {};
  }

  struct Best {
    int rank = 0;
    Grant grant;
  };
  /// By license, in the order of creation.
  [[nodiscard]] const std::map<std::uint64_t, Best>& all() const { return best_; }

 private:
  GrantRenderer& renderer_;
  std::map<std::uint64_t, Best> best_;
};

Result<GrantedLicensePage> PageOf(ReadContext& in, const BestGrants& best,
                                  const FilterValues& filters,
                                  const std::vector<std::string>& license_arns, std::size_t limit) {
  GrantedLicensePage page;
  const std::uint64_t after = in.cursor.empty() ? 0 : KeyReader(in.cursor).Uint();
  std::uint64_t last = 0;
  for (auto at = best.all().upper_bound(after); at != best.all().end(); ++at) {
    GL_ASSIGN_OR_RETURN(const auto row, GetTable<fb::LicenseT>(in.view.rows(), Family::kState,
                                                               LicenseKey(at->first)));
    GL_ASSIGN_OR_RETURN(License license, LicenseAt(in.view, *row, *MomentAt(*row, in.view.lsn())));
    const bool named = license_arns.empty() ||
                       std::ranges::find(license_arns, license.license_arn) != license_arns.end();
    if (!named || !PassesLicenseFilters(license, filters)) continue;
    if (page.licenses.size() == limit) {
      page.next_token = PackNumber(last);
      break;
    }
    const Grant& grant = at->second.grant;
    page.licenses.push_back(
        {std::move(license), {grant.state->status, grant.StatusReason(), grant.state->operations}});
    last = at->first;
  }
  return page;
}

/// Considers what the accounts of an organization hold of one product: a cohort at once.
class OrganizationVisitor : public MemberVisitor {
 public:
  OrganizationVisitor(ReadContext& in, std::uint64_t organization, std::uint64_t product,
                      BestGrants& best)
      : in_(in), organization_(organization), product_(product), best_(best) {}

  Result<Next> OnCohort(const Position& first) override {
    GL_ASSIGN_OR_RETURN(cohort_, in_.view.Cohort(organization_, product_, first.path, first.epoch));
    return cohort_->grants().empty() ? Next::kSkipRegular : Next::kGoOn;
  }

  Result<Next> OnRegular(AccountId account, std::string_view /*position*/) override {
    GL_RETURN_IF_ERROR(ConsiderAll(*cohort_, account));
    return Next::kSkipRegular;
  }

  Result<Next> OnException(const Position& at, std::string_view /*position*/) override {
    GL_ASSIGN_OR_RETURN(const auto row, in_.view.Account(at.account));
    if (StayAtPosition(*row, organization_, at, in_.view.lsn()) == nullptr) return Next::kGoOn;
    GL_ASSIGN_OR_RETURN(const auto cell, in_.view.Alone(at.account, row, product_));
    GL_RETURN_IF_ERROR(ConsiderAll(*cell, at.account));
    return Next::kGoOn;
  }

 private:
  Status ConsiderAll(const CellFold& cell, AccountId account) {
    for (const FoldedGrant& grant : cell.grants()) {
      GL_RETURN_IF_ERROR(best_.Consider(grant, account));
    }
    return {};
  }

  ReadContext& in_;
  std::uint64_t organization_;
  std::uint64_t product_;
  BestGrants& best_;
  std::shared_ptr<const CellFold> cohort_;
};

}  // namespace

Result<GrantedLicensePage> Answer(const ListReceivedLicensesRequest& request, ReadContext& in) {
  GL_ASSIGN_OR_RETURN(const std::size_t limit, PageSize(request.paging, in.options));
  GL_ASSIGN_OR_RETURN(const FilterValues filters,
                      ReadFilters(request.filters, {"ProductSKU", "Status", "Fingerprint",
                                                    "IssuerName", "Beneficiary"}));
  GL_RETURN_IF_ERROR(CheckArns("LicenseArns", request.license_arns));
  GL_ASSIGN_OR_RETURN(const auto row, in.view.Account(in.caller));
  GL_ASSIGN_OR_RETURN(const auto products, ProductsOf(in.view, *row));
  GrantRenderer renderer(in.view);
  BestGrants best(renderer);
  for (const std::uint64_t product : products) {
    GL_ASSIGN_OR_RETURN(const auto cell, in.view.Cell(in.caller, row, product));
    for (const FoldedGrant& grant : cell->grants()) {
      GL_RETURN_IF_ERROR(best.Consider(grant, in.caller));
    }
  }
  return PageOf(in, best, filters, request.license_arns, limit);
}

Result<GrantedLicensePage> Answer(const ListReceivedLicensesForOrganizationRequest& request,
                                  ReadContext& in) {
  GL_ASSIGN_OR_RETURN(const std::size_t limit, PageSize(request.paging, in.options));
  GL_ASSIGN_OR_RETURN(const FilterValues filters,
                      ReadFilters(request.filters, {"Beneficiary", "ProductSKU"}));
  GL_ASSIGN_OR_RETURN(const auto organization, AdministeredBy(in));
  GL_ASSIGN_OR_RETURN(const auto products, ProductsHeldIn(in.view, organization->ordinal));
  GrantRenderer renderer(in.view);
  BestGrants best(renderer);
  for (const std::uint64_t product : products) {
    OrganizationVisitor visitor(in, organization->ordinal, product, best);
    GL_RETURN_IF_ERROR(WalkMembers(in.view, organization->ordinal, product, Path(), {}, visitor));
  }
  return PageOf(in, best, filters, {}, limit);
}

}  // namespace grantledger
