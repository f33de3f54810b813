// CreateGrant.
#include "codec/arn.h"
#include "ledger/decide.h"
#include "ledger/errors.h"
#include "ledger/grant_rules.h"

namespace grantledger {
namespace {

/// The principal, with its organization and place where it has one.
struct Principal {
  PrincipalArn arn;
  Table<fb::OrganizationT> organization;
  Path path;
};

Result<Principal> ResolvePrincipal(const View& view, const std::string& text) {
  Principal principal{*ParsePrincipalArn(text), {}, {}};
  if (principal.arn.organization_id.empty()) return principal;
  GL_ASSIGN_OR_RETURN(principal.organization, view.OrganizationById(principal.arn.organization_id));
  const bool known = principal.organization &&
                     AccountId(principal.organization->management) == principal.arn.account;
  if (!known) {
    return NotThere("Principals[0]", text, "organization with this management account");
  }
  if (principal.arn.unit_id.empty()) return principal;
  GL_ASSIGN_OR_RETURN(const auto unit, view.UnitById(principal.arn.unit_id));
  if (!unit || unit->organization != principal.organization->ordinal) {
    return NotThere("Principals[0]", text, "organizational unit of this organization");
  }
  principal.path = ToPath(unit->path);
  return principal;
}

/// The direct grant through which the caller may give the license on, the earliest of several;
/// 0: it is the issuer. AccessDenied: there is none.
Result<std::uint64_t> ParentFor(Deciding& in, const fb::LicenseT& license, const std::string& arn) {
  if (AccountId(license.issuer) == in.caller) return std::uint64_t{0};
  GL_ASSIGN_OR_RETURN(const auto row, in.view.Account(in.caller));
  GL_ASSIGN_OR_RETURN(const auto cell, in.view.Cell(in.caller, row, license.product));
  for (const FoldedGrant& grant : cell->grants()) {
    const bool usable =
        !grant.member &&
        (grant.status == GrantStatus::kActive || grant.status == GrantStatus::kDisabled) &&
        Allows(grant.text->operations, GrantOperation::kCreateGrant);
    if (!usable) continue;
    GL_ASSIGN_OR_RETURN(const auto head, in.view.Grant(grant.grant));
    if (head && head->license == license.ordinal) return grant.grant;
  }
  return Refuse(Code::kAccessDenied, "Caller", in.caller.ToString(),
                "the issuer account of " + arn +
                    ", or the grantee of a direct grant of it that is ACTIVE or DISABLED and "
                    "allows CreateGrant");
}

Status CheckOrganizationPrincipal(const Deciding& in, const Principal& principal) {
  if (!principal.organization) return {};
  if (!IsAdministrator(*principal.organization, in.caller, in.view.lsn())) {
    return Refuse(Code::kAccessDenied, "Caller", in.caller.ToString(),
                  "an administrator of " + principal.organization->id);
  }
  if (static_cast<FeatureSet>(principal.organization->feature_set) != FeatureSet::kAll) {
    return Refuse(Code::kInvalidState, "the feature set of " + principal.organization->id,
                  "CONSOLIDATED_BILLING", "ALL");
  }
  return {};
}

/// A direct grant inside a linked organization, by one of its administrators, is accepted at once.
Result<bool> IsAutoAccepted(const Deciding& in, AccountId grantee) {
  GL_ASSIGN_OR_RETURN(const auto ours, in.view.OrganizationOf(in.caller));
  GL_ASSIGN_OR_RETURN(const auto theirs, in.view.OrganizationOf(grantee));
  return ours && theirs && ours->ordinal == theirs->ordinal &&
         static_cast<FeatureSet>(ours->feature_set) == FeatureSet::kAll &&
         LinkedAt(*ours, in.view.lsn()) && IsAdministrator(*ours, in.caller, in.view.lsn());
}

}  // namespace

Decision Decide(const CreateGrantRequest& request, Deciding& in) {
  GL_ASSIGN_OR_RETURN(const auto license, ResolveLicense(in.view, request.license_arn));
  GL_ASSIGN_OR_RETURN(const auto principal, ResolvePrincipal(in.view, request.principals[0]));
  GL_ASSIGN_OR_RETURN(const auto parent, ParentFor(in, *license, request.license_arn));
  GL_RETURN_IF_ERROR(CheckOrganizationPrincipal(in, principal));
  GL_RETURN_IF_ERROR(CheckAvailable(in.view, *license, request.license_arn));
  fb::GrantHeadT origin;
  origin.parent = parent;
  origin.grantor = in.caller.value();
  origin.product = license->product;
  GL_ASSIGN_OR_RETURN(const auto allowed, OperationsOfParent(in.view, origin));
  GL_RETURN_IF_ERROR(CheckSubset(request.allowed_operations, allowed));
  const bool direct = !principal.organization;
  if (direct && principal.arn.account == in.caller) {
    return Invalid("Principals[0]", Quoted(request.principals[0]),
                   "another account than the caller");
  }
  if (license->live_grants >= in.options.max_grants_per_license) {
    return Refuse(Code::kLimitExceeded, "the number of grants of " + request.license_arn,
                  std::to_string(license->live_grants),
                  "fewer than " + std::to_string(in.options.max_grants_per_license));
  }
  fb::GrantCreatedT fact;
  fact.grant = in.counters.grants + 1;
  fact.license = license->ordinal;
  fact.product = license->product;
  fact.parent = parent;
  fact.name = request.grant_name;
  fact.operations = FromOperations(request.allowed_operations);
  fact.home_region = request.home_region;
  fact.principal_arn = request.principals[0];
  GrantStatus status = GrantStatus::kWorkflowCompleted;
  if (direct) {
    GL_ASSIGN_OR_RETURN(const bool accepted, IsAutoAccepted(in, principal.arn.account));
    status = accepted ? GrantStatus::kDisabled : GrantStatus::kPendingAccept;
    fact.grantee = principal.arn.account.value();
  } else {
    fact.organization = principal.organization->ordinal;
    fact.path = FromPath(principal.path);
  }
  fact.status = static_cast<std::uint8_t>(status);
  return MakeBody(std::move(fact));
}

}  // namespace grantledger
