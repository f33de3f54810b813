#include "ledger/grant_events.h"

namespace grantledger {
namespace {

GrantEvent::Kind KindOf(fb::ChangeKind kind) {
  switch (kind) {
    case fb::ChangeKind::Created:
      return GrantEvent::Kind::kCreated;
    case fb::ChangeKind::Accepted:
      return GrantEvent::Kind::kAccepted;
    case fb::ChangeKind::Rejected:
      return GrantEvent::Kind::kRejected;
    case fb::ChangeKind::Deleted:
    case fb::ChangeKind::ParentRejected:
    case fb::ChangeKind::ParentDeleted:
      return GrantEvent::Kind::kDeleted;
    case fb::ChangeKind::None:
    case fb::ChangeKind::Versioned:
      break;
  }
  return GrantEvent::Kind::kVersioned;
}

Reason ReasonOf(const fb::ChangeT& change) {
  if (change.kind == fb::ChangeKind::ParentRejected) {
    return {ReasonKind::kParentRejected, change.parent, nullptr};
  }
  if (change.kind == fb::ChangeKind::ParentDeleted) {
    return {ReasonKind::kParentDeleted, change.parent, nullptr};
  }
  if (change.reason.empty()) return {};
  return {ReasonKind::kText, 0, std::make_shared<const std::string>(change.reason)};
}

}  // namespace

fb::ChangeT ChangeOf(const fb::GrantVersionedT& fact) {
  fb::ChangeT change;
  change.kind = fb::ChangeKind::Versioned;
  change.has_name = fact.has_name;
  change.name = fact.name;
  change.operations = fact.operations;
  change.has_status = fact.has_status;
  change.status = fact.status;
  change.reason = fact.reason;
  change.behavior = fact.behavior;
  return change;
}

GrantEvent EventOf(fb::ChangeT change, Lsn lsn, std::uint64_t grant) {
  GrantEvent event;
  event.lsn = lsn;
  event.kind = KindOf(change.kind);
  event.grant = grant;
  event.reason = ReasonOf(change);
  if (change.has_name) event.name = std::move(change.name);
  if (!change.operations.empty()) event.operations = ToOperations(change.operations);
  if (change.has_status) event.status = static_cast<GrantStatus>(change.status);
  if (change.behavior != 0) {
    event.behavior = static_cast<ActivationOverrideBehavior>(change.behavior);
  }
  return event;
}

Result<GrantEvent> ReadGrantEvent(std::string_view key, std::string_view payload, Lsn lsn,
                                  std::uint64_t grant) {
  GL_ASSIGN_OR_RETURN(fb::ChangeT change, ReadTable<fb::ChangeT>(Family::kIndex, key, payload));
  return EventOf(std::move(change), lsn, grant);
}

}  // namespace grantledger
