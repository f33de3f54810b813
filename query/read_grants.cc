// GetGrant, ListGrantVersions, CountGrants, CheckEntitlement.
#include <algorithm>

#include "ledger/decide.h"
#include "ledger/errors.h"
#include "ledger/respond.h"
#include "ledger/target.h"
#include "query/filters.h"
#include "query/grant_view.h"
#include "query/member_grants.h"
#include "query/read_context.h"
#include "query/received.h"

namespace grantledger {
namespace {

/// The grantor, the grantee, and the administrators of the distribution's organization.
Status CheckMayRead(const ReadContext& in, const Target& target) {
  if (AccountId(target.head->grantor) == in.caller || target.grantee == in.caller) return {};
  if (target.kind != GrantKind::kDirect) {
    GL_ASSIGN_OR_RETURN(const auto organization, in.view.Organization(target.head->organization));
    if (organization && IsAdministrator(*organization, in.caller, in.view.lsn())) return {};
  }
  std::string expected = "the grantor";
  if (target.kind != GrantKind::kDistribution) expected += " or the grantee";
  if (target.kind != GrantKind::kDirect) {
    expected += " or an administrator of the distribution's organization";
  }
  return Refuse(Code::kAccessDenied, "Caller", in.caller.ToString(),
                expected + " of " + target.arn);
}

Result<Grant> RenderTarget(GrantRenderer& renderer, const Target& target) {
  if (target.kind == GrantKind::kDistribution) return renderer.Render(target.distribution());
  return renderer.Render(target.grant(), target.grantee);
}

/// A version as the fold made it, or as it stood at the horizon.
struct MadeGrant {
  Lsn lsn = 0;
  FoldedGrant grant;
};

class History : public VersionListener {
 public:
  explicit History(std::uint64_t grant) : grant_(grant) {}
  void OnVersion(const FoldedGrant& grant, Lsn lsn) override {
    if (grant.grant == grant_) made_.push_back({lsn, grant});
  }
  [[nodiscard]] const std::vector<MadeGrant>& made() const { return made_; }

 private:
  std::uint64_t grant_;
  std::vector<MadeGrant> made_;
};

/// A version of any kind of grant, rendered.
struct RenderedVersion {
  Lsn lsn = 0;
  std::shared_ptr<const Origin> origin;  // null: the record tells
  Grant grant;
};

Result<std::vector<RenderedVersion>> DistributionVersions(View& view, GrantRenderer& renderer,
                                                          const Target& target) {
  GL_ASSIGN_OR_RETURN(CellFold fold,
                      view.OldestDistributions(target.head->organization, target.head->product));
  std::vector<RenderedVersion> versions;
  const auto add = [&]() -> Status {
    const FoldedDistribution* made = fold.FindDistribution(target.head->ordinal);
    if (made == nullptr) return {};
    GL_ASSIGN_OR_RETURN(Grant grant, renderer.Render(*made));
    versions.push_back({made->made_at, made->origin, std::move(grant)});
    return {};
  };
  GL_RETURN_IF_ERROR(add());
  GL_ASSIGN_OR_RETURN(
      const auto events,
      view.DistributionEvents(target.head->organization, target.head->product, fold.last_lsn()));
  for (const GrantEvent& event : events) {
    if (event.grant != target.head->ordinal) continue;
    fold.ApplyDistribution(event);
    GL_RETURN_IF_ERROR(add());
  }
  return versions;
}

/// All that can be told of, some of which the horizon may have passed.
Result<std::vector<RenderedVersion>> KnownVersions(View& view, GrantRenderer& renderer,
                                                   const Target& target) {
  if (target.kind == GrantKind::kDistribution) return DistributionVersions(view, renderer, target);
  GL_ASSIGN_OR_RETURN(const auto row, view.Account(target.grantee));
  History history(target.head->ordinal);
  GL_ASSIGN_OR_RETURN(const CellFold folded,
                      view.FoldAlone(target.grantee, *row, target.head->product, &history));
  std::vector<RenderedVersion> versions;
  for (const MadeGrant& made : history.made()) {
    GL_ASSIGN_OR_RETURN(Grant grant, renderer.Render(made.grant, target.grantee));
    versions.push_back({made.lsn, made.grant.origin, std::move(grant)});
  }
  return versions;
}

/// Those that are kept: from the one that stands at the horizon on.
Result<std::vector<RenderedVersion>> VersionsOf(const ReadContext& in, GrantRenderer& renderer,
                                                const Target& target) {
  View view = in.view.WithOrigins();
  GL_ASSIGN_OR_RETURN(auto versions, KnownVersions(view, renderer, target));
  const auto later = std::ranges::upper_bound(versions, in.horizon.lsn, {}, &RenderedVersion::lsn);
  if (later != versions.begin()) versions.erase(versions.begin(), std::prev(later));
  return versions;
}

Result<Origin> OriginOf(const View& view, const RenderedVersion& version) {
  if (version.origin != nullptr) return *version.origin;
  GL_ASSIGN_OR_RETURN(const auto record, GetRecord(view.rows(), version.lsn));
  return Origin{ToTime(record->time_ms), AccountId(record->caller),
                static_cast<std::uint8_t>(record->body.type)};
}

}  // namespace

Result<GetGrantRequest::Response> Answer(const GetGrantRequest& request, ReadContext& in) {
  GL_ASSIGN_OR_RETURN(const Target target, ResolveGrant(in.view, request.grant_arn));
  GL_RETURN_IF_ERROR(CheckMayRead(in, target));
  GrantRenderer renderer(in.view);
  if (!request.version || *request.version == std::to_string(target.version())) {
    GL_ASSIGN_OR_RETURN(Grant grant, RenderTarget(renderer, target));
    return GetGrantRequest::Response{std::move(grant)};
  }
  GL_ASSIGN_OR_RETURN(const auto versions, VersionsOf(in, renderer, target));
  for (const RenderedVersion& version : versions) {
    if (version.grant.Version() == *request.version)
      return GetGrantRequest::Response{version.grant};
  }
  const std::string first = versions.empty() ? "1" : versions.front().grant.Version();
  const std::string kept = first == "1" ? "which has " : "of which the ledger still keeps ";
  return NotThere(
      "Version", *request.version,
      "version of " + target.arn + ", " + kept + first + " to " + std::to_string(target.version()));
}

namespace {

/// The index of the version with which the page begins.
Result<std::size_t> FirstOfPage(const std::vector<RenderedVersion>& versions,
                                const ReadContext& in) {
  if (in.cursor.empty()) return std::size_t{0};
  const std::uint64_t version = KeyReader(in.cursor).Uint();
  for (std::size_t i = 0; i < versions.size(); ++i) {
    if (versions[i].grant.state->version == version) return i;
  }
  return Invalid(
      "NextToken", "of version " + std::to_string(version),
      "one whose versions are kept: the horizon is LSN " + std::to_string(in.horizon.lsn) + " now");
}

}  // namespace

Result<ListGrantVersionsRequest::Response> Answer(const ListGrantVersionsRequest& request,
                                                  ReadContext& in) {
  GL_ASSIGN_OR_RETURN(const std::size_t limit, PageSize(request.paging, in.options));
  GL_ASSIGN_OR_RETURN(const Target target, ResolveGrant(in.view, request.grant_arn));
  GL_RETURN_IF_ERROR(CheckMayRead(in, target));
  GrantRenderer renderer(in.view);
  GL_ASSIGN_OR_RETURN(const auto versions, VersionsOf(in, renderer, target));
  in.oldest_needed = in.horizon.lsn;
  GL_ASSIGN_OR_RETURN(const std::size_t first, FirstOfPage(versions, in));
  ListGrantVersionsRequest::Response response;
  for (std::size_t i = first; i < versions.size() && i < first + limit; ++i) {
    GL_ASSIGN_OR_RETURN(const Origin origin, OriginOf(in.view, versions[i]));
    response.versions.push_back({versions[i].lsn, origin.time,
                                 std::string(OperationOf(static_cast<fb::Body>(origin.operation))),
                                 origin.caller, versions[i].grant});
  }
  if (first + limit < versions.size()) {
    response.next_token = PackNumber(versions[first + limit].grant.state->version);
  }
  return response;
}

Result<CountGrantsRequest::Response> Answer(const CountGrantsRequest& request, ReadContext& in) {
  GL_ASSIGN_OR_RETURN(const Target target, ResolveGrant(in.view, request.grant_arn));
  GL_RETURN_IF_ERROR(CheckMayRead(in, target));
  if (target.kind != GrantKind::kDistribution) {
    return Invalid("GrantArn", Quoted(target.arn), "the ARN of a distribution");
  }
  GL_ASSIGN_OR_RETURN(auto counts, CountMemberGrants(in.view, *target.head));
  return CountGrantsRequest::Response{std::move(counts)};
}

namespace {

/// Whether the license lets anybody use anything at the moment.
Result<bool> Entitles(const View& view, std::uint64_t license) {
  GL_ASSIGN_OR_RETURN(const auto row, view.License(license));
  const fb::LicenseMomentT* now = row ? MomentAt(*row, view.lsn()) : nullptr;
  if (now == nullptr || static_cast<LicenseStatus>(now->status) != LicenseStatus::kAvailable) {
    return false;
  }
  return ToTime(now->validity->begin_ms) <= view.time() &&
         (!now->validity->end_ms || view.time() <= ToTime(*now->validity->end_ms));
}

}  // namespace

Result<CheckEntitlementRequest::Response> Answer(const CheckEntitlementRequest& request,
                                                 ReadContext& in) {
  GL_ASSIGN_OR_RETURN(const AccountId account, ParseAccount("AccountId", request.account_id));
  GL_RETURN_IF_ERROR(CheckKeyText("ProductSKU", request.product_sku));
  GL_RETURN_IF_ERROR(CheckKeyText("IssuerName", request.issuer_name));
  GL_ASSIGN_OR_RETURN(const auto row, in.view.Account(account));
  GL_RETURN_IF_ERROR(CheckMayLookInto(in, account, *row));
  CheckEntitlementRequest::Response response;
  GL_ASSIGN_OR_RETURN(const auto product,
                      in.view.Product(request.issuer_name, request.product_sku));
  if (!product) return response;
  GL_ASSIGN_OR_RETURN(const auto cell, in.view.Cell(account, row, *product));
  GrantRenderer renderer(in.view);
  for (const FoldedGrant& grant : cell->grants()) {
    if (grant.status != GrantStatus::kActive) continue;
    GL_ASSIGN_OR_RETURN(const fb::GrantHeadT* head, renderer.Head(grant.grant));
    GL_ASSIGN_OR_RETURN(const bool entitles, Entitles(in.view, head->license));
    if (!entitles) continue;
    GL_ASSIGN_OR_RETURN(Grant rendered, renderer.Render(grant, account));
    response.grants.push_back(std::move(rendered));
  }
  response.entitled = !response.grants.empty();
  return response;
}

}  // namespace grantledger
