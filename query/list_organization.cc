// ListReceivedGrantsForOrganization: the grants of one license that the accounts of an organization
// hold.
#include "ledger/errors.h"
#include "ledger/target.h"
#include "query/filters.h"
#include "query/grant_filter.h"
#include "query/member_walk.h"
#include "query/read_context.h"
#include "query/received.h"

namespace grantledger {
namespace {

class HeldGrants : public MemberVisitor {
 public:
  HeldGrants(ReadContext& in, const GrantFilter& filter, const fb::LicenseT& license,
             std::uint64_t organization, std::size_t limit)
      : in_(in),
        filter_(filter),
        license_(license),
        organization_(organization),
        limit_(limit),
        renderer_(in.view) {}

  /// Goes on behind the grant and position of a cursor: first the grants of that account that
  /// follow, then the accounts that follow.
  Status Run(const std::string& cursor) {
    std::string from;
    if (!cursor.empty()) {
      after_ = KeyReader(cursor).Uint();
      from = cursor.substr(PackNumber(after_).size());
      resumed_ = from;
    }
    if (filter_.grantee_arn) return ListGrantee(from);
    return WalkMembers(in_.view, organization_, license_.product, Path(), from, *this);
  }

  GrantPage Take() { return std::move(page_); }

  Result<Next> OnCohort(const Position& first) override {
    GL_ASSIGN_OR_RETURN(const auto cell,
                        in_.view.Cohort(organization_, license_.product, first.path, first.epoch));
    GL_ASSIGN_OR_RETURN(prepared_, PrepareAll(*cell));
    return prepared_.empty() ? Next::kSkipRegular : Next::kGoOn;
  }

  Result<Next> OnRegular(AccountId account, std::string_view position) override {
    return Emit(prepared_, account, position);
  }

  Result<Next> OnException(const Position& at, std::string_view position) override {
    GL_ASSIGN_OR_RETURN(const auto row, in_.view.Account(at.account));
    if (StayAtPosition(row, organization_, at, in_.view.lsn()) == nullptr) return Next::kGoOn;
    GL_ASSIGN_OR_RETURN(const CellFold cell,
                        in_.view.FoldAlone(at.account, row, license_.product, nullptr));
    GL_ASSIGN_OR_RETURN(const auto prepared, PrepareAll(cell));
    return Emit(prepared, at.account, position);
  }

 private:
  /// What the cell holds of the license and the filters let pass.
  Result<std::vector<GrantTemplate>> PrepareAll(const CellFold& cell) {
    std::vector<GrantTemplate> all;
    for (const FoldedGrant& grant : cell.grants()) {
      GL_ASSIGN_OR_RETURN(const std::uint64_t license, LicenseOf(renderer_, grant));
      if (license != license_.ordinal) continue;
      GL_ASSIGN_OR_RETURN(GrantTemplate prepared, renderer_.Prepare(grant));
      const bool wanted =
          !filter_.parent_arn || *filter_.parent_arn == prepared.state->origin->parent_arn;
      if (wanted) all.push_back(std::move(prepared));
    }
    return all;
  }

  Next Emit(const std::vector<GrantTemplate>& grants, AccountId account,
            std::string_view position) {
    for (const GrantTemplate& grant : grants) {
      if (position == resumed_ && grant.grant <= after_) continue;
      if (page_.grants.size() >= limit_) {
        page_.next_token = PackNumber(last_grant_) + last_position_;
        return Next::kStop;
      }
      page_.grants.push_back(renderer_.Stamp(grant, account));
      if (page_.grants.size() == limit_) {
        last_grant_ = grant.grant;
        last_position_ = position;
      }
    }
    return Next::kGoOn;
  }

  Status ListGrantee(const std::string& from) {
    if (!filter_.grantee) return {};
    GL_ASSIGN_OR_RETURN(const auto row, in_.view.Account(*filter_.grantee));
    const fb::StayT* stay = StayAt(row, in_.view.lsn());
    if (stay == nullptr || stay->organization != organization_) return {};
    const Position at = PositionOf(*stay, *filter_.grantee);
    const std::string position = EncodePosition(at);
    if (position < from) return {};
    GL_ASSIGN_OR_RETURN(const Next unused, OnException(at, position));
    (void)unused;
    return {};
  }

  ReadContext& in_;
  const GrantFilter& filter_;
  const fb::LicenseT& license_;
  std::uint64_t organization_;
  std::size_t limit_;
  GrantRenderer renderer_;
  std::vector<GrantTemplate> prepared_;
  GrantPage page_;
  std::uint64_t after_ = 0;
  std::string resumed_;
  std::uint64_t last_grant_ = 0;
  std::string last_position_;
};

}  // namespace

Result<GrantPage> Answer(const ListReceivedGrantsForOrganizationRequest& request, ReadContext& in) {
  GL_ASSIGN_OR_RETURN(const std::size_t limit, PageSize(request.paging, in.options));
  GL_ASSIGN_OR_RETURN(
      const GrantFilter filter,
      ReadGrantFilter(in.view, request.filters, {}, {"ParentArn", "GranteePrincipalArn"}));
  GL_ASSIGN_OR_RETURN(const auto license, ResolveLicense(in.view, request.license_arn));
  GL_ASSIGN_OR_RETURN(const auto organization, AdministeredBy(in));
  HeldGrants lister(in, filter, license, organization.ordinal, limit);
  GL_RETURN_IF_ERROR(lister.Run(in.cursor));
  return lister.Take();
}

}  // namespace grantledger
