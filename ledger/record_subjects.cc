#include "ledger/record_subjects.h"

namespace grantledger {
namespace {

using Cascade = std::vector<std::unique_ptr<fb::CascadedT>>;

RecordSubjects Grants(std::uint64_t grant, std::uint64_t account, const Cascade& cascade = {}) {
  RecordSubjects subjects;
  subjects.grants.reserve(1 + cascade.size());
  subjects.grants.push_back({grant, account});
  for (const auto& one : cascade) subjects.grants.push_back({one->grant, 0});
  return subjects;
}

RecordSubjects Placed(std::uint64_t account) {
  RecordSubjects subjects;
  subjects.placed = AccountId(account);
  return subjects;
}

}  // namespace

Result<RecordSubjects> SubjectsOf(const Rows& rows, const fb::RecordT& record) {
  const fb::BodyUnion& body = record.body;
  if (const auto* fact = body.AsGrantCreated()) return Grants(fact->grant, 0);
  if (const auto* fact = body.AsGrantVersioned()) return Grants(fact->grant, fact->account);
  if (const auto* fact = body.AsGrantAccepted()) return Grants(fact->grant, fact->account);
  if (const auto* fact = body.AsGrantRejected()) {
    return Grants(fact->grant, fact->account, fact->cascade);
  }
  if (const auto* fact = body.AsGrantDeleted()) return Grants(fact->grant, 0, fact->cascade);
  if (const auto* fact = body.AsAccountCreated()) {
    RecordSubjects subjects = Placed(fact->account);
    subjects.created_in = fact->organization;
    return subjects;
  }
  if (const auto* fact = body.AsAccountMoved()) return Placed(fact->account);
  if (const auto* fact = body.AsAccountRemoved()) return Placed(fact->account);
  if (const auto* fact = body.AsAccountLeft()) return Placed(fact->account);
  if (body.AsOrganizationCreated() != nullptr) return Placed(record.caller);
  if (const auto* fact = body.AsHandshakeAccepted()) {
    GL_ASSIGN_OR_RETURN(
        const auto handshake,
        GetTable<fb::HandshakeT>(rows, Family::kState, HandshakeKey(fact->handshake_id)));
    return Placed(handshake->account);
  }
  return RecordSubjects();
}

}  // namespace grantledger
