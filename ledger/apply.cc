#include "ledger/apply.h"

#include "codec/frame.h"
#include "ledger/applier.h"

namespace grantledger {
namespace {

Status ApplyBody(const fb::BodyUnion& body, Applier& applier) {
  switch (body.type) {
    case fb::Body::Genesis:
      return applier.Apply(*body.AsGenesis());
    case fb::Body::LicenseCreated:
      return applier.Apply(*body.AsLicenseCreated());
    case fb::Body::LicenseVersioned:
      return applier.Apply(*body.AsLicenseVersioned());
    case fb::Body::LicenseDeleted:
      return applier.Apply(*body.AsLicenseDeleted());
    case fb::Body::GrantCreated:
      return applier.Apply(*body.AsGrantCreated());
    case fb::Body::GrantVersioned:
      return applier.Apply(*body.AsGrantVersioned());
    case fb::Body::GrantAccepted:
      return applier.Apply(*body.AsGrantAccepted());
    case fb::Body::GrantRejected:
      return applier.Apply(*body.AsGrantRejected());
    case fb::Body::GrantDeleted:
      return applier.Apply(*body.AsGrantDeleted());
    case fb::Body::SettingsUpdated:
      return applier.Apply(*body.AsSettingsUpdated());
    case fb::Body::OrganizationCreated:
      return applier.Apply(*body.AsOrganizationCreated());
    case fb::Body::UnitCreated:
      return applier.Apply(*body.AsUnitCreated());
    case fb::Body::UnitDeleted:
      return applier.Apply(*body.AsUnitDeleted());
    case fb::Body::AccountCreated:
      return applier.Apply(*body.AsAccountCreated());
    case fb::Body::AccountInvited:
      return applier.Apply(*body.AsAccountInvited());
    case fb::Body::HandshakeAccepted:
      return applier.Apply(*body.AsHandshakeAccepted());
    case fb::Body::AccountMoved:
      return applier.Apply(*body.AsAccountMoved());
    case fb::Body::AccountRemoved:
      return applier.Apply(*body.AsAccountRemoved());
    case fb::Body::AccountLeft:
      return applier.Apply(*body.AsAccountLeft());
    case fb::Body::DelegateRegistered:
      return applier.Apply(*body.AsDelegateRegistered());
    case fb::Body::DelegateDeregistered:
      return applier.Apply(*body.AsDelegateDeregistered());
    case fb::Body::NONE:
      break;
  }
  return {Code::kCorruption, "a record has a kind that this version does not know: " +
                                 std::to_string(static_cast<int>(body.type))};
}

}  // namespace

void AppendRecord(Lsn lsn, std::string_view payload, Batch& batch, fb::CountersT& counters) {
  batch.PutRecord(lsn, payload);
  counters.checksum = RecordChecksum(lsn, payload);
}

namespace {

std::uint32_t LinkTo(const fb::CountersT& counters) {
  return static_cast<std::uint32_t>(counters.checksum);
}

}  // namespace

void LinkRecord(const fb::CountersT& counters, fb::RecordT* record) {
  record->previous = LinkTo(counters);
  record->fork = counters.fork;
}

Status CheckLink(const fb::CountersT& counters, const fb::RecordT& record) {
  if (record.previous == LinkTo(counters)) return {};
  return RowCorruption(
      Family::kLog, LogKey(record.lsn),
      "it follows another record than LSN " + std::to_string(counters.lsn) + " of this history");
}

Status ApplyRecord(const fb::RecordT& record, Batch& batch, fb::CountersT& counters) {
  Applier applier(record, batch, counters);
  GL_RETURN_IF_ERROR(ApplyBody(record.body, applier));
  counters.lsn = record.lsn;
  counters.time_ms = record.time_ms;
  if (record.fork != 0) counters.fork = 0;
  return applier.KeepToken();
}

void WriteCounters(const fb::CountersT& counters, Batch& batch) {
  PutTable(batch, Family::kState, CountersKey(), counters);
}

Status Applier::KeepToken() {
  if (record_.token == nullptr) return {};
  fb::TokenUseT use;
  use.lsn = record_.lsn;
  const std::string key = TokenKey(
      AccountId(record_.caller), static_cast<std::uint8_t>(record_.body.type), record_.token->text);
  PutTable(batch_, Family::kState, key, use);
  return {};
}

Status Applier::Apply(const fb::GenesisT& /*fact*/) { return {}; }

}  // namespace grantledger
