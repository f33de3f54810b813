#include "ledger/respond.h"

#include "codec/arn.h"
#include "ledger/target.h"

namespace grantledger {
namespace {

std::string OrganizationsArn(std::uint64_t management, std::string_view resource) {
  return "arn:aws:organizations::" + AccountId(management).ToString() + ":" + std::string(resource);
}

Result<WriteResponse> OfGrant(const View& view, std::uint64_t grant, std::uint64_t account,
                              std::uint8_t status, std::uint64_t version) {
  GL_ASSIGN_OR_RETURN(const auto head,
                      GetTable<fb::GrantHeadT>(view.rows(), Family::kState, GrantKey(grant)));
  return WriteResponse(GrantResponse{ArnOf(view, *head, AccountId(account)),
                                     static_cast<GrantStatus>(status), std::to_string(version)});
}

Result<WriteResponse> OfLicense(const View& view, std::uint64_t license, std::uint8_t status,
                                std::uint64_t version) {
  GL_ASSIGN_OR_RETURN(const auto row,
                      GetTable<fb::LicenseT>(view.rows(), Family::kState, LicenseKey(license)));
  const ResourceId id = view.ids().Encode(IdKind::kLicense, license, AccountId());
  return WriteResponse(LicenseResponse{LicenseArnOf(AccountId(row->issuer), id),
                                       static_cast<LicenseStatus>(status),
                                       std::to_string(version)});
}

WriteResponse OfOrganization(const fb::RecordT& record, const fb::OrganizationCreatedT& fact) {
  Organization organization;
  organization.id = fact.id;
  organization.feature_set = static_cast<FeatureSet>(fact.feature_set);
  organization.master_account_id = AccountId(record.caller).ToString();
  organization.arn = OrganizationsArn(record.caller, "organization/" + fact.id);
  organization.master_account_arn =
      OrganizationsArn(record.caller, "account/" + fact.id + "/" + organization.master_account_id);
  return CreateOrganizationRequest::Response{std::move(organization)};
}

Result<WriteResponse> OfUnit(const View& view, const fb::UnitCreatedT& fact) {
  GL_ASSIGN_OR_RETURN(
      const auto organization,
      GetTable<fb::OrganizationT>(view.rows(), Family::kState, OrganizationKey(fact.organization)));
  OrganizationalUnit unit{
      fact.id, OrganizationsArn(organization->management, "ou/" + organization->id + "/" + fact.id),
      fact.name};
  return WriteResponse(CreateOrganizationalUnitRequest::Response{std::move(unit)});
}

Result<WriteResponse> OfHandshake(const View& view, const std::string& id) {
  GL_ASSIGN_OR_RETURN(const auto row,
                      GetTable<fb::HandshakeT>(view.rows(), Family::kState, HandshakeKey(id)));
  GL_ASSIGN_OR_RETURN(
      const auto organization,
      GetTable<fb::OrganizationT>(view.rows(), Family::kState, OrganizationKey(row->organization)));
  Handshake handshake;
  handshake.id = id;
  handshake.arn =
      OrganizationsArn(organization->management, "handshake/" + organization->id + "/invite/" + id);
  handshake.organization_id = organization->id;
  handshake.account_id = AccountId(row->account).ToString();
  handshake.notes = row->notes;
  handshake.accepted = row->accepted_lsn != 0;
  handshake.requested_timestamp = ToTime(row->invited_ms);
  handshake.expiration_timestamp = ToTime(row->expires_ms);
  return WriteResponse(InviteAccountToOrganizationRequest::Response{std::move(handshake)});
}

constexpr std::uint8_t Number(GrantStatus status) { return static_cast<std::uint8_t>(status); }

}  // namespace

Result<WriteResponse> Respond(const fb::RecordT& record, const View& view) {
  const fb::BodyUnion& body = record.body;
  if (const auto* fact = body.AsGrantCreated()) {
    return OfGrant(view, fact->grant, 0, fact->status, 1);
  }
  if (const auto* fact = body.AsGrantVersioned()) {
    return OfGrant(view, fact->grant, fact->account, fact->result, fact->version);
  }
  if (const auto* fact = body.AsGrantAccepted()) {
    return OfGrant(view, fact->grant, fact->account, Number(GrantStatus::kDisabled), fact->version);
  }
  if (const auto* fact = body.AsGrantRejected()) {
    return OfGrant(view, fact->grant, fact->account, Number(GrantStatus::kRejected), fact->version);
  }
  if (const auto* fact = body.AsGrantDeleted()) {
    return OfGrant(view, fact->grant, 0, Number(GrantStatus::kDeleted), fact->version);
  }
  if (const auto* fact = body.AsLicenseCreated()) {
    return OfLicense(view, fact->license, static_cast<std::uint8_t>(LicenseStatus::kAvailable), 1);
  }
  if (const auto* fact = body.AsLicenseVersioned()) {
    return OfLicense(view, fact->license, fact->status, fact->version);
  }
  if (body.AsLicenseDeleted() != nullptr) {
    return WriteResponse(
        DeleteLicenseRequest::Response{LicenseStatus::kDeleted, ToTime(record.time_ms)});
  }
  if (const auto* fact = body.AsOrganizationCreated()) return OfOrganization(record, *fact);
  if (const auto* fact = body.AsUnitCreated()) return OfUnit(view, *fact);
  if (const auto* fact = body.AsAccountInvited()) return OfHandshake(view, fact->handshake_id);
  if (const auto* fact = body.AsHandshakeAccepted()) return OfHandshake(view, fact->handshake_id);
  if (const auto* fact = body.AsAccountCreated()) {
    const ResourceId request = view.ids().Encode(IdKind::kAccountRequest, record.lsn, AccountId());
    return WriteResponse(CreateAccountRequest::Response{AccountRequestIdOf(request), fact->name,
                                                        AccountId(fact->account).ToString(),
                                                        ToTime(record.time_ms)});
  }
  return WriteResponse(EmptyResponse{});
}

std::string_view OperationOf(fb::Body body) {
  switch (body) {
    case fb::Body::LicenseCreated:
      return "CreateLicense";
    case fb::Body::LicenseVersioned:
      return "CreateLicenseVersion";
    case fb::Body::LicenseDeleted:
      return "DeleteLicense";
    case fb::Body::GrantCreated:
      return "CreateGrant";
    case fb::Body::GrantVersioned:
      return "CreateGrantVersion";
    case fb::Body::GrantAccepted:
      return "AcceptGrant";
    case fb::Body::GrantRejected:
      return "RejectGrant";
    case fb::Body::GrantDeleted:
      return "DeleteGrant";
    case fb::Body::SettingsUpdated:
      return "UpdateServiceSettings";
    case fb::Body::OrganizationCreated:
      return "CreateOrganization";
    case fb::Body::UnitCreated:
      return "CreateOrganizationalUnit";
    case fb::Body::UnitDeleted:
      return "DeleteOrganizationalUnit";
    case fb::Body::AccountCreated:
      return "CreateAccount";
    case fb::Body::AccountInvited:
      return "InviteAccountToOrganization";
    case fb::Body::HandshakeAccepted:
      return "AcceptHandshake";
    case fb::Body::AccountMoved:
      return "MoveAccount";
    case fb::Body::AccountRemoved:
      return "RemoveAccountFromOrganization";
    case fb::Body::AccountLeft:
      return "LeaveOrganization";
    case fb::Body::DelegateRegistered:
      return "RegisterDelegatedAdministrator";
    case fb::Body::DelegateDeregistered:
      return "DeregisterDelegatedAdministrator";
    case fb::Body::Genesis:
    case fb::Body::NONE:
      break;
  }
  return "";
}

}  // namespace grantledger
