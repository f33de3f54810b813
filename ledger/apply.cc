#include "ledger/apply.h"

#include "codec/frame.h"
#include "ledger/applier.h"

namespace grantledger {
namespace {

Status CheckIsAccount(const fb::RecordT& record, std::uint64_t account) {
  if (account <= AccountId::kMax) return {};
  return RowCorruption(Family::kLog, LogKey(record.lsn),
                       "it names account " + std::to_string(account) + ", expected 12 digits");
}

/// A record that came from elsewhere may name what is no account.
template <typename Fact>
Status CheckAccounts(const fb::RecordT& record, const Fact& fact) {
  GL_RETURN_IF_ERROR(CheckIsAccount(record, record.caller));
  if constexpr (requires { fact.account; }) {
    GL_RETURN_IF_ERROR(CheckIsAccount(record, fact.account));
  }
  if constexpr (requires { fact.grantee; }) {
    GL_RETURN_IF_ERROR(CheckIsAccount(record, fact.grantee));
  }
  return {};
}

/// `visit` gets the fact.
template <typename Visit>
Status VisitBody(const fb::BodyUnion& body, const Visit& visit) {
  switch (body.type) {
    case fb::Body::Genesis:
      return visit(*body.AsGenesis());
    case fb::Body::LicenseCreated:
      return visit(*body.AsLicenseCreated());
    case fb::Body::LicenseVersioned:
      return visit(*body.AsLicenseVersioned());
    case fb::Body::LicenseDeleted:
      return visit(*body.AsLicenseDeleted());
    case fb::Body::GrantCreated:
      return visit(*body.AsGrantCreated());
    case fb::Body::GrantVersioned:
      return visit(*body.AsGrantVersioned());
    case fb::Body::GrantAccepted:
      return visit(*body.AsGrantAccepted());
    case fb::Body::GrantRejected:
      return visit(*body.AsGrantRejected());
    case fb::Body::GrantDeleted:
      return visit(*body.AsGrantDeleted());
    case fb::Body::SettingsUpdated:
      return visit(*body.AsSettingsUpdated());
    case fb::Body::OrganizationCreated:
      return visit(*body.AsOrganizationCreated());
    case fb::Body::UnitCreated:
      return visit(*body.AsUnitCreated());
    case fb::Body::UnitDeleted:
      return visit(*body.AsUnitDeleted());
    case fb::Body::AccountCreated:
      return visit(*body.AsAccountCreated());
    case fb::Body::AccountInvited:
      return visit(*body.AsAccountInvited());
    case fb::Body::HandshakeAccepted:
      return visit(*body.AsHandshakeAccepted());
    case fb::Body::AccountMoved:
      return visit(*body.AsAccountMoved());
    case fb::Body::AccountRemoved:
      return visit(*body.AsAccountRemoved());
    case fb::Body::AccountLeft:
      return visit(*body.AsAccountLeft());
    case fb::Body::DelegateRegistered:
      return visit(*body.AsDelegateRegistered());
    case fb::Body::DelegateDeregistered:
      return visit(*body.AsDelegateDeregistered());
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
  const auto apply = [&](const auto& fact) -> Status {
    GL_RETURN_IF_ERROR(CheckAccounts(record, fact));
    return applier.Apply(fact);
  };
  GL_RETURN_IF_ERROR(VisitBody(record.body, apply));
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
