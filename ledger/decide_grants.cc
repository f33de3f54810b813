// What is done to a grant that exists: CreateGrantVersion, AcceptGrant, RejectGrant, DeleteGrant.
#include "codec/arn.h"
#include "ledger/decide.h"
#include "ledger/errors.h"
#include "ledger/grant_rules.h"

namespace grantledger {
namespace {

/// Who calls, as far as a version of the grant is concerned.
struct Role {
  bool grantor = false;
  bool grantee = false;
  bool administrator = false;  ///< Of the grantee's, or of the distribution's organization.
};

Result<Role> RoleOf(const Deciding& in, const Target& target) {
  Role role;
  role.grantor = AccountId(target.head->grantor) == in.caller;
  role.grantee = target.grantee == in.caller;
  Table<fb::OrganizationT> organization;
  if (target.kind == GrantKind::kDirect) {
    GL_ASSIGN_OR_RETURN(organization, in.view.OrganizationOf(target.grantee));
  } else {
    GL_ASSIGN_OR_RETURN(organization, in.view.Organization(target.head->organization));
  }
  role.administrator = organization && IsAdministrator(*organization, in.caller, in.view.lsn());
  return role;
}

Status Denied(const Deciding& in, const Target& target, std::string_view expected) {
  return Refuse(Code::kAccessDenied, "Caller", in.caller.ToString(),
                std::string(expected) + " of " + target.arn);
}

Status CheckVersionCaller(const CreateGrantVersionRequest& request, const Deciding& in,
                          const Target& target, const Role& role) {
  if (target.kind == GrantKind::kDistribution) {
    if (role.grantor || role.administrator) return {};
    return Denied(in, target, "the grantor or an administrator of the organization");
  }
  if (!role.grantor && !role.grantee && !role.administrator) {
    return Denied(in, target, "the grantor, the grantee or an administrator of the organization");
  }
  const bool text = request.grant_name || request.allowed_operations;
  if (target.kind == GrantKind::kDirect && text && !role.grantor) {
    return Denied(in, target, "for GrantName and AllowedOperations the grantor");
  }
  return {};
}

Status CheckVersion(std::string_view field, const std::string& given, const Target& target) {
  const std::string current = std::to_string(target.version());
  if (given == current) return {};
  return Refuse(Code::kVersionMismatch, field, Quoted(given),
                "the current version " + Quoted(current) + " of " + target.arn);
}

Status WrongStatus(const Target& target, GrantStatus found, std::string_view expected) {
  return Refuse(Code::kInvalidState, "the status of " + target.arn, Name(found), expected);
}

Status CheckStatusChange(const CreateGrantVersionRequest& request, const Target& target) {
  const FoldedGrant& grant = target.grant();
  const bool open = grant.status == GrantStatus::kActive || grant.status == GrantStatus::kDisabled;
  if (request.status && !open) return WrongStatus(target, grant.status, "DISABLED or ACTIVE");
  if (grant.IsFinal()) return WrongStatus(target, grant.status, "one that is not final");
  if (target.kind == GrantKind::kMember && !grant.covered) {
    return {Code::kInvalidState, target.arn + " is of account " + target.grantee.ToString() +
                                     ", which the distribution does not cover now"};
  }
  return {};
}

Status CheckMember(const CreateGrantVersionRequest& request, const Target& target,
                   const Role& role) {
  if (request.grant_name || request.allowed_operations) {
    return Invalid(request.grant_name ? "GrantName" : "AllowedOperations", "given",
                   "none for a member grant: they are its distribution's");
  }
  const bool only_grantee = !role.grantor && !role.administrator;
  if (request.options && only_grantee && target.distribution().last_activation_gave_options) {
    return Invalid("Options", "given",
                   "none from the grantee, since the last bulk activation of the distribution "
                   "gave some");
  }
  return {};
}

Status CheckRival(const CreateGrantVersionRequest& request, const View& view,
                  const Target& target) {
  const FoldedGrant* rival = target.cell->RivalOf(target.head->ordinal);
  const bool replaces =
      request.options && request.options->activation_override_behavior ==
                             ActivationOverrideBehavior::kAllGrantsPermittedByIssuer;
  if (rival == nullptr || replaces) return {};
  GL_ASSIGN_OR_RETURN(const auto arn, ArnInCell(view, rival->grant, target.grantee));
  return {Code::kInvalidState, "grant " + arn + " of the same product is ACTIVE in account " +
                                   target.grantee.ToString() +
                                   ", expected none, or Options.ActivationOverrideBehavior "
                                   "ALL_GRANTS_PERMITTED_BY_ISSUER"};
}

/// The rules of activation that hold for every kind of grant.
Status CheckActivation(const CreateGrantVersionRequest& request, const View& view,
                       const Target& target) {
  const bool activates = request.status == GrantStatus::kActive;
  if (request.options && !target.head->marketplace) {
    return Invalid("Options", "given", "none, since the license's issuer is not AWS/Marketplace");
  }
  if (!activates) return {};
  GL_ASSIGN_OR_RETURN(const auto license, GetTable<fb::LicenseT>(view.rows(), Family::kState,
                                                                 LicenseKey(target.head->license)));
  const std::string arn =
      LicenseArnOf(AccountId(license->issuer),
                   view.ids().Encode(IdKind::kLicense, license->ordinal, AccountId()));
  return CheckAvailable(view, *license, arn);
}

fb::GrantVersionedT VersionFact(const CreateGrantVersionRequest& request, const Target& target) {
  fb::GrantVersionedT fact;
  fact.grant = target.head->ordinal;
  if (target.kind == GrantKind::kMember) fact.account = target.grantee.value();
  fact.version = target.version() + 1;
  fact.has_name = request.grant_name.has_value();
  fact.name = request.grant_name.value_or("");
  if (request.allowed_operations) fact.operations = FromOperations(*request.allowed_operations);
  fact.has_status = request.status.has_value();
  if (request.status) fact.status = static_cast<std::uint8_t>(*request.status);
  fact.reason = request.status_reason.value_or("");
  if (request.options && request.options->activation_override_behavior) {
    fact.behavior = static_cast<std::uint8_t>(*request.options->activation_override_behavior);
  }
  GrantStatus result = GrantStatus::kWorkflowCompleted;
  if (target.kind != GrantKind::kDistribution) {
    result = request.status.value_or(target.grant().status);
  }
  fact.result = static_cast<std::uint8_t>(result);
  return fact;
}

}  // namespace

Decision Decide(const CreateGrantVersionRequest& request, Deciding& in) {
  GL_ASSIGN_OR_RETURN(const Target target, ResolveGrant(in.view, request.grant_arn));
  GL_ASSIGN_OR_RETURN(const Role role, RoleOf(in, target));
  GL_RETURN_IF_ERROR(CheckVersionCaller(request, in, target, role));
  if (request.source_version) {
    GL_RETURN_IF_ERROR(CheckVersion("SourceVersion", *request.source_version, target));
  }
  if (target.kind == GrantKind::kMember) {
    GL_RETURN_IF_ERROR(CheckMember(request, target, role));
  }
  GL_RETURN_IF_ERROR(CheckActivation(request, in.view, target));
  if (request.allowed_operations) {
    GL_ASSIGN_OR_RETURN(const auto allowed, OperationsOfParent(in.view, *target.head));
    GL_RETURN_IF_ERROR(CheckSubset(*request.allowed_operations, allowed));
  }
  if (target.kind == GrantKind::kDistribution) {
    if (target.distribution().deleted_at != 0) {
      return WrongStatus(target, GrantStatus::kDeleted, "WORKFLOW_COMPLETED");
    }
  } else {
    GL_RETURN_IF_ERROR(CheckStatusChange(request, target));
    if (request.status == GrantStatus::kActive) {
      GL_RETURN_IF_ERROR(CheckRival(request, in.view, target));
    }
  }
  return MakeBody(VersionFact(request, target));
}

namespace {

Status CheckGranteeAnswers(const Deciding& in, const Target& target) {
  if (target.kind == GrantKind::kDistribution) {
    return {Code::kInvalidState,
            target.arn + " is a distribution, expected a direct or a member grant"};
  }
  if (target.grantee == in.caller) return {};
  return Invalid("Caller", in.caller.ToString(),
                 "the grantee of " + target.arn + ", " + target.grantee.ToString());
}

std::uint64_t AccountOf(const Target& target) {
  return target.kind == GrantKind::kMember ? target.grantee.value() : 0;
}

/// Whether the grant (direct or distribution) is neither REJECTED nor DELETED.
Result<bool> IsLive(View& view, const fb::GrantHeadT& head) {
  if (head.grantee == 0) {
    GL_ASSIGN_OR_RETURN(const auto all, view.Distributions(head.organization, head.product));
    return all->FindDistribution(head.ordinal)->deleted_at == 0;
  }
  const AccountId grantee(head.grantee);
  GL_ASSIGN_OR_RETURN(const auto row, view.Account(grantee));
  GL_ASSIGN_OR_RETURN(const auto cell, view.Cell(grantee, row, head.product));
  return !cell->FindGrant(head.ordinal)->IsFinal();
}

using Cascade = std::vector<std::unique_ptr<fb::CascadedT>>;

/// Every grant below `parent`, to any depth, that is not final; parents before their children.
Result<Cascade> GrantsBelow(View& view, std::uint64_t parent, bool rejected) {
  Cascade cascade;
  std::vector<std::uint64_t> parents = {parent};
  for (std::size_t next = 0; next < parents.size(); ++next) {
    const std::string prefix = GrantsBelowPrefix(parents[next]);
    for (auto rows = view.rows().Scan(Family::kIndex, prefix);; rows.Next()) {
      GL_ASSIGN_OR_RETURN(const bool at_row, rows.AtRow());
      if (!at_row) break;
      const std::uint64_t child = KeyReader(rows.key().substr(prefix.size())).Uint();
      GL_ASSIGN_OR_RETURN(const auto head,
                          GetTable<fb::GrantHeadT>(view.rows(), Family::kState, GrantKey(child)));
      GL_ASSIGN_OR_RETURN(const bool live, IsLive(view, *head));
      if (!live) continue;
      auto cascaded = std::make_unique<fb::CascadedT>();
      cascaded->grant = child;
      cascaded->parent = parents[next];
      cascaded->parent_rejected = rejected && next == 0;
      cascade.push_back(std::move(cascaded));
      if (head->grantee != 0) parents.push_back(child);
    }
  }
  return cascade;
}

}  // namespace

Decision Decide(const AcceptGrantRequest& request, Deciding& in) {
  GL_ASSIGN_OR_RETURN(const Target target, ResolveGrant(in.view, request.grant_arn));
  GL_RETURN_IF_ERROR(CheckGranteeAnswers(in, target));
  if (target.grant().status != GrantStatus::kPendingAccept) {
    return WrongStatus(target, target.grant().status, "PENDING_ACCEPT");
  }
  fb::GrantAcceptedT fact;
  fact.grant = target.head->ordinal;
  fact.account = AccountOf(target);
  fact.version = target.version() + 1;
  return MakeBody(std::move(fact));
}

Decision Decide(const RejectGrantRequest& request, Deciding& in) {
  GL_ASSIGN_OR_RETURN(const Target target, ResolveGrant(in.view, request.grant_arn));
  GL_RETURN_IF_ERROR(CheckGranteeAnswers(in, target));
  if (target.grant().IsFinal()) {
    return WrongStatus(target, target.grant().status, "PENDING_ACCEPT, DISABLED or ACTIVE");
  }
  fb::GrantRejectedT fact;
  fact.grant = target.head->ordinal;
  fact.account = AccountOf(target);
  fact.version = target.version() + 1;
  if (target.kind == GrantKind::kDirect) {
    GL_ASSIGN_OR_RETURN(fact.cascade, GrantsBelow(in.view, target.head->ordinal, true));
  }
  return MakeBody(std::move(fact));
}

Decision Decide(const DeleteGrantRequest& request, Deciding& in) {
  GL_ASSIGN_OR_RETURN(const Target target, ResolveGrant(in.view, request.grant_arn));
  if (target.kind == GrantKind::kMember) {
    return Status(Code::kInvalidState, target.arn +
                                           " is a member grant, expected a direct grant or a "
                                           "distribution: disable it, or delete its distribution");
  }
  GL_ASSIGN_OR_RETURN(const Role role, RoleOf(in, target));
  const bool distribution = target.kind == GrantKind::kDistribution;
  if (!role.grantor && !(distribution && role.administrator)) {
    return Denied(
        in, target,
        distribution ? "the grantor or an administrator of the organization" : "the grantor");
  }
  GL_RETURN_IF_ERROR(CheckVersion("Version", request.version, target));
  if (distribution ? target.distribution().deleted_at != 0 : target.grant().IsFinal()) {
    return WrongStatus(target, distribution ? GrantStatus::kDeleted : target.grant().status,
                       "one that is not final");
  }
  fb::GrantDeletedT fact;
  fact.grant = target.head->ordinal;
  fact.version = target.version() + 1;
  fact.reason = request.status_reason.value_or("");
  if (!distribution) {
    GL_ASSIGN_OR_RETURN(fact.cascade, GrantsBelow(in.view, target.head->ordinal, false));
  }
  return MakeBody(std::move(fact));
}

}  // namespace grantledger
