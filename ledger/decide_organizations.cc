// Organizations: who stands where, who administers, and the linked setting.
#include "codec/arn.h"
#include "ledger/decide.h"
#include "ledger/errors.h"
#include "ledger/known_accounts.h"

namespace grantledger {
namespace {

constexpr int kMaxDepth = 5;
constexpr auto kInvitationLifetime = std::chrono::hours(24 * 15);

/// The organization of the caller. AccessDenied: there is none, so it manages none.
Result<Table<fb::OrganizationT>> OrganizationOfCaller(const Deciding& in) {
  GL_ASSIGN_OR_RETURN(auto organization, in.view.OrganizationOf(in.caller));
  if (!organization) {
    return Refuse(Code::kAccessDenied, "Caller", in.caller.ToString(),
                  "the management account of an organization");
  }
  return organization;
}

Status CheckManagement(const Deciding& in, const fb::OrganizationT& organization) {
  if (AccountId(organization.management) == in.caller) return {};
  return Refuse(Code::kAccessDenied, "Caller", in.caller.ToString(),
                "the management account of " + organization.id + ", " +
                    AccountId(organization.management).ToString());
}

Result<Table<fb::UnitT>> UnitIn(const Deciding& in, const fb::OrganizationT& organization,
                                std::string_view field, const std::string& id) {
  GL_ASSIGN_OR_RETURN(auto unit, in.view.UnitById(id));
  if (!unit || unit->organization != organization.ordinal) {
    return NotThere(field, id, "root or organizational unit of " + organization.id);
  }
  return unit;
}

/// The stay of a member of the organization.
Result<fb::StayT> MemberStay(const Deciding& in, const fb::OrganizationT& organization,
                             const std::string& account_id) {
  GL_ASSIGN_OR_RETURN(const AccountId account, AccountId::Parse(account_id));
  GL_ASSIGN_OR_RETURN(const auto row, in.view.Account(account));
  const fb::StayT* stay = StayAt(*row, in.view.lsn());
  if (stay == nullptr || stay->organization != organization.ordinal) {
    return NotThere("AccountId", account_id, "member account of " + organization.id);
  }
  return *stay;
}

/// Neither the management account nor the delegated administrator leaves.
Status CheckMayLeave(const Deciding& in, const fb::OrganizationT& organization, AccountId account) {
  if (AccountId(organization.management) == account) {
    return Refuse(Code::kInvalidState, "account " + account.ToString(),
                  "the management account of " + organization.id, "another member");
  }
  if (DelegateAt(organization, in.view.lsn()) == account) {
    return Refuse(Code::kInvalidState, "account " + account.ToString(),
                  "the delegated administrator of " + organization.id,
                  "a member that is deregistered first");
  }
  return {};
}

Status CheckInNoOrganization(const Deciding& in, AccountId account) {
  GL_ASSIGN_OR_RETURN(const auto organization, in.view.OrganizationOf(account));
  if (!organization) return {};
  return Refuse(Code::kInvalidState, "account " + account.ToString(),
                "a member of " + organization->id, "an account in no organization");
}

Result<AccountId> NewAccount(const CreateAccountRequest& request, const Deciding& in) {
  if (!request.account_id) {
    for (std::uint64_t attempt = 0;; ++attempt) {
      const AccountId drawn = in.view.ids().DrawAccount(in.lsn(), attempt);
      GL_ASSIGN_OR_RETURN(const bool known, IsKnown(in.view.rows(), drawn));
      if (!known) return drawn;
    }
  }
  GL_ASSIGN_OR_RETURN(const AccountId given, AccountId::Parse(*request.account_id));
  GL_ASSIGN_OR_RETURN(const bool known, IsKnown(in.view.rows(), given));
  if (!known) return given;
  return Refuse(
      Code::kInvalidState, "AccountId", Quoted(*request.account_id),
      "an account that the ledger does not know (one that it knows is invited, and accepts)");
}

}  // namespace

Decision Decide(const CreateOrganizationRequest& request, Deciding& in) {
  GL_RETURN_IF_ERROR(CheckInNoOrganization(in, in.caller));
  fb::OrganizationCreatedT fact;
  fact.organization = in.counters.organizations + 1;
  fact.id = in.ShortId("o-", ShortIdKind::kOrganization, 10);
  fact.root_id = in.ShortId("r-", ShortIdKind::kRoot, 8);
  fact.feature_set = static_cast<std::uint8_t>(request.feature_set);
  return MakeBody(std::move(fact));
}

Decision Decide(const CreateOrganizationalUnitRequest& request, Deciding& in) {
  GL_ASSIGN_OR_RETURN(const auto organization, OrganizationOfCaller(in));
  GL_ASSIGN_OR_RETURN(const auto parent, UnitIn(in, *organization, "ParentId", request.parent_id));
  GL_RETURN_IF_ERROR(CheckManagement(in, *organization));
  const Path parent_path = ToPath(parent->path);
  if (Depth(parent_path) >= kMaxDepth) {
    return Refuse(Code::kLimitExceeded, "the depth of " + request.parent_id,
                  std::to_string(Depth(parent_path)), "less than " + std::to_string(kMaxDepth));
  }
  GL_ASSIGN_OR_RETURN(const auto sibling,
                      in.view.rows().Get(Family::kState, UnitNameKey(organization->ordinal,
                                                                     parent_path, request.name)));
  if (sibling) {
    return Refuse(Code::kInvalidState, "Name", Quoted(request.name),
                  "a name that is not " + *sibling + "'s, in the same parent");
  }
  fb::UnitCreatedT fact;
  fact.organization = organization->ordinal;
  fact.path = FromPath(ChildPath(parent_path, parent->last_step + 1));
  fact.id = in.ShortId("ou-" + organization->root_id.substr(2) + "-", ShortIdKind::kUnit, 8);
  fact.name = request.name;
  fact.parent_id = request.parent_id;
  return MakeBody(std::move(fact));
}

Decision Decide(const DeleteOrganizationalUnitRequest& request, Deciding& in) {
  GL_ASSIGN_OR_RETURN(const auto organization, OrganizationOfCaller(in));
  GL_ASSIGN_OR_RETURN(const auto unit, UnitIn(in, *organization, "OrganizationalUnitId",
                                              request.organizational_unit_id));
  GL_RETURN_IF_ERROR(CheckManagement(in, *organization));
  if (unit->units != 0 || unit->accounts != 0) {
    return Refuse(Code::kInvalidState, request.organizational_unit_id,
                  "the parent of accounts (" + std::to_string(unit->accounts) +
                      ") or organizational units (" + std::to_string(unit->units) + ")",
                  "empty");
  }
  fb::UnitDeletedT fact;
  fact.id = request.organizational_unit_id;
  return MakeBody(std::move(fact));
}

Decision Decide(const CreateAccountRequest& request, Deciding& in) {
  GL_ASSIGN_OR_RETURN(const auto organization, OrganizationOfCaller(in));
  GL_RETURN_IF_ERROR(CheckManagement(in, *organization));
  GL_ASSIGN_OR_RETURN(const AccountId account, NewAccount(request, in));
  fb::AccountCreatedT fact;
  fact.organization = organization->ordinal;
  fact.account = account.value();
  fact.name = request.account_name;
  fact.email = request.email;
  return MakeBody(std::move(fact));
}

Decision Decide(const InviteAccountToOrganizationRequest& request, Deciding& in) {
  GL_ASSIGN_OR_RETURN(const auto organization, OrganizationOfCaller(in));
  GL_RETURN_IF_ERROR(CheckManagement(in, *organization));
  GL_ASSIGN_OR_RETURN(const AccountId account, AccountId::Parse(request.target_id));
  GL_RETURN_IF_ERROR(CheckInNoOrganization(in, account));
  GL_ASSIGN_OR_RETURN(
      const auto open,
      in.view.rows().Get(Family::kState, InvitationKey(account, organization->ordinal)));
  if (open) {
    GL_ASSIGN_OR_RETURN(const auto before, GetTable<fb::HandshakeT>(in.view.rows(), Family::kState,
                                                                    HandshakeKey(*open)));
    if (before->accepted_lsn == 0 && ToTime(before->expires_ms) > in.time) {
      return Refuse(Code::kInvalidState, "account " + request.target_id,
                    "invited already by handshake " + *open, "an account without open invitation");
    }
  }
  fb::AccountInvitedT fact;
  fact.organization = organization->ordinal;
  fact.account = account.value();
  fact.handshake_id = in.ShortId("h-", ShortIdKind::kHandshake, 12);
  fact.notes = request.notes;
  fact.expires_ms = FromTime(in.time + kInvitationLifetime);
  return MakeBody(std::move(fact));
}

Decision Decide(const AcceptHandshakeRequest& request, Deciding& in) {
  GL_ASSIGN_OR_RETURN(const auto handshake,
                      FindTable<fb::HandshakeT>(in.view.rows(), Family::kState,
                                                HandshakeKey(request.handshake_id)));
  if (!handshake) return NotThere("HandshakeId", request.handshake_id, "handshake");
  if (AccountId(handshake->account) != in.caller) {
    return Refuse(Code::kAccessDenied, "Caller", in.caller.ToString(),
                  "the invited account " + AccountId(handshake->account).ToString());
  }
  if (handshake->accepted_lsn != 0) {
    return Refuse(Code::kInvalidState, "handshake " + request.handshake_id, "ACCEPTED", "OPEN");
  }
  if (ToTime(handshake->expires_ms) <= in.time) {
    return Refuse(Code::kInvalidState, "handshake " + request.handshake_id,
                  "EXPIRED since " + FormatTime(ToTime(handshake->expires_ms)), "OPEN");
  }
  GL_RETURN_IF_ERROR(CheckInNoOrganization(in, in.caller));
  fb::HandshakeAcceptedT fact;
  fact.handshake_id = request.handshake_id;
  return MakeBody(std::move(fact));
}

Decision Decide(const MoveAccountRequest& request, Deciding& in) {
  GL_ASSIGN_OR_RETURN(const auto organization, OrganizationOfCaller(in));
  GL_ASSIGN_OR_RETURN(const auto stay, MemberStay(in, *organization, request.account_id));
  GL_ASSIGN_OR_RETURN(const auto source,
                      UnitIn(in, *organization, "SourceParentId", request.source_parent_id));
  GL_ASSIGN_OR_RETURN(const auto destination, UnitIn(in, *organization, "DestinationParentId",
                                                     request.destination_parent_id));
  GL_RETURN_IF_ERROR(CheckManagement(in, *organization));
  if (source->path != stay.path) {
    GL_ASSIGN_OR_RETURN(const auto here, in.view.Unit(organization->ordinal, ToPath(stay.path)));
    return Refuse(Code::kInvalidState, "SourceParentId", Quoted(request.source_parent_id),
                  "where the account stands" + (here ? ", " + Quoted(here->id) : ""));
  }
  if (destination->path == stay.path) {
    return Refuse(Code::kInvalidState, "DestinationParentId", Quoted(request.destination_parent_id),
                  "another place than the one where the account stands");
  }
  fb::AccountMovedT fact;
  fact.account = AccountId::Parse(request.account_id)->value();
  fact.path = destination->path;
  return MakeBody(std::move(fact));
}

Decision Decide(const RemoveAccountFromOrganizationRequest& request, Deciding& in) {
  GL_ASSIGN_OR_RETURN(const auto organization, OrganizationOfCaller(in));
  GL_ASSIGN_OR_RETURN(const auto stay, MemberStay(in, *organization, request.account_id));
  GL_RETURN_IF_ERROR(CheckManagement(in, *organization));
  GL_ASSIGN_OR_RETURN(const AccountId account, AccountId::Parse(request.account_id));
  GL_RETURN_IF_ERROR(CheckMayLeave(in, *organization, account));
  fb::AccountRemovedT fact;
  fact.account = account.value();
  return MakeBody(std::move(fact));
}

Decision Decide(const LeaveOrganizationRequest& /*request*/, Deciding& in) {
  GL_ASSIGN_OR_RETURN(const auto organization, in.view.OrganizationOf(in.caller));
  if (!organization) {
    return Refuse(Code::kAccessDenied, "Caller", in.caller.ToString(),
                  "a member of an organization");
  }
  GL_RETURN_IF_ERROR(CheckMayLeave(in, *organization, in.caller));
  fb::AccountLeftT fact;
  fact.account = in.caller.value();
  return MakeBody(std::move(fact));
}

Decision Decide(const RegisterDelegatedAdministratorRequest& request, Deciding& in) {
  GL_ASSIGN_OR_RETURN(const auto organization, OrganizationOfCaller(in));
  GL_ASSIGN_OR_RETURN(const auto stay, MemberStay(in, *organization, request.account_id));
  GL_RETURN_IF_ERROR(CheckManagement(in, *organization));
  GL_ASSIGN_OR_RETURN(const AccountId account, AccountId::Parse(request.account_id));
  if (account == in.caller) {
    return Refuse(Code::kInvalidState, "AccountId", Quoted(request.account_id),
                  "another account than the management account");
  }
  const AccountId delegate = DelegateAt(*organization, in.view.lsn());
  if (delegate != AccountId()) {
    return Refuse(Code::kInvalidState, "the delegated administrator of " + organization->id,
                  delegate.ToString(), "none: one at a time");
  }
  fb::DelegateRegisteredT fact;
  fact.organization = organization->ordinal;
  fact.account = account.value();
  return MakeBody(std::move(fact));
}

Decision Decide(const DeregisterDelegatedAdministratorRequest& request, Deciding& in) {
  GL_ASSIGN_OR_RETURN(const auto organization, OrganizationOfCaller(in));
  GL_ASSIGN_OR_RETURN(const auto stay, MemberStay(in, *organization, request.account_id));
  GL_RETURN_IF_ERROR(CheckManagement(in, *organization));
  GL_ASSIGN_OR_RETURN(const AccountId account, AccountId::Parse(request.account_id));
  if (DelegateAt(*organization, in.view.lsn()) != account) {
    return Refuse(Code::kInvalidState, "AccountId", Quoted(request.account_id),
                  "the delegated administrator of " + organization->id);
  }
  fb::DelegateDeregisteredT fact;
  fact.organization = organization->ordinal;
  fact.account = account.value();
  return MakeBody(std::move(fact));
}

Decision Decide(const UpdateServiceSettingsRequest& request, Deciding& in) {
  GL_ASSIGN_OR_RETURN(const auto organization, OrganizationOfCaller(in));
  GL_RETURN_IF_ERROR(CheckManagement(in, *organization));
  fb::SettingsUpdatedT fact;
  fact.organization = organization->ordinal;
  fact.has_integration = request.enable_integration.has_value();
  fact.enable_integration = request.enable_integration.value_or(false);
  return MakeBody(std::move(fact));
}

}  // namespace grantledger
