// The records of the log, one by one.
#include "codec/arn.h"
#include "codec/table_text.h"
#include "inspect/inspector.h"
#include "inspect/proof.h"
#include "ledger/record_subjects.h"
#include "ledger/respond.h"
#include "ledger/target.h"

namespace grantledger {
namespace {

/// Of what has neither grants nor an account that is placed; empty: of another kind.
Result<std::string> NamedIn(const Rows& rows, const IdCodec& ids, const fb::RecordT& record) {
  const auto license = [&](std::uint64_t ordinal) {
    // Licenses are written by their issuer alone.
    return LicenseArnOf(AccountId(record.caller),
                        ids.Encode(IdKind::kLicense, ordinal, AccountId()));
  };
  const auto organization = [&](std::uint64_t ordinal) -> Result<std::string> {
    GL_ASSIGN_OR_RETURN(const auto row, FindTable<fb::OrganizationT>(rows, Family::kState,
                                                                     OrganizationKey(ordinal)));
    return row != nullptr ? row->id : std::string();
  };
  const fb::BodyUnion& body = record.body;
  if (const auto* fact = body.AsLicenseCreated()) return license(fact->license);
  if (const auto* fact = body.AsLicenseVersioned()) return license(fact->license);
  if (const auto* fact = body.AsLicenseDeleted()) return license(fact->license);
  if (const auto* fact = body.AsSettingsUpdated()) return organization(fact->organization);
  if (const auto* fact = body.AsOrganizationCreated()) return fact->id;
  if (const auto* fact = body.AsUnitCreated()) return fact->id;
  if (const auto* fact = body.AsUnitDeleted()) return fact->id;
  if (const auto* fact = body.AsAccountInvited()) return AccountId(fact->account).ToString();
  if (const auto* fact = body.AsDelegateRegistered()) return AccountId(fact->account).ToString();
  if (const auto* fact = body.AsDelegateDeregistered()) return AccountId(fact->account).ToString();
  return std::string();
}

Result<fb::RecordT> ReadRow(const RowIterator& row) {
  GL_ASSIGN_OR_RETURN(const std::string_view payload, row.payload());
  GL_ASSIGN_OR_RETURN(fb::RecordT record, ReadRecord(row.key(), payload));
  if (record.lsn == ReadLogKey(row.key())) return record;
  return RowCorruption(Family::kLog, row.key(),
                       "it holds the record of LSN " + std::to_string(record.lsn));
}

}  // namespace

std::string StoreInspector::SubjectOf(const fb::RecordT& record) {
  auto subject = FindSubject(record);
  if (subject) return *std::move(subject);
  NoteDamage(std::move(subject).error());
  return {};
}

Result<std::string> StoreInspector::FindSubject(const fb::RecordT& record) const {
  GL_ASSIGN_OR_RETURN(std::string named, NamedIn(*snapshot_, *ids_, record));
  if (!named.empty()) return named;
  GL_ASSIGN_OR_RETURN(const RecordSubjects subjects, SubjectsOf(*snapshot_, record));
  if (subjects.placed != AccountId()) return subjects.placed.ToString();
  if (subjects.grants.empty()) return std::string();
  const auto& [grant, account] = subjects.grants.front();
  GL_ASSIGN_OR_RETURN(const auto head,
                      FindTable<fb::GrantHeadT>(*snapshot_, Family::kState, GrantKey(grant)));
  if (head == nullptr) return std::string();
  return GrantArnOf(AccountId(head->grantor),
                    ids_->Encode(IdKind::kGrant, grant, AccountId(account)));
}

/// Behind the horizon all are, up to the last.
Result<bool> StoreInspector::IsKept(Lsn lsn) {
  GL_ASSIGN_OR_RETURN(const auto payload, snapshot_->Get(Family::kLog, LogKey(lsn)));
  if (payload) return true;
  GL_ASSIGN_OR_RETURN(const auto horizon,
                      FindTable<fb::HorizonT>(*snapshot_, Family::kBase, HorizonKey()));
  GL_ASSIGN_OR_RETURN(const Lsn last, LastLsn());
  return lsn > (horizon != nullptr ? horizon->lsn : 0) && lsn <= last;
}

Table<fb::RecordT> StoreInspector::RecordIfKept(Lsn lsn) {
  auto record = GetRecord(*snapshot_, lsn);
  if (record) return *std::move(record);
  const auto kept = IsKept(lsn);
  if (!kept.has_value() || *kept) NoteDamage(std::move(record).error());
  return nullptr;
}

Result<InspectedRecord> StoreInspector::Inspect(const RowIterator& row) {
  static constexpr TableSchema kSchema = SchemaOf<fb::Record>("Record", kRecordIdentifier);
  GL_ASSIGN_OR_RETURN(const fb::RecordT record, ReadRow(row));
  InspectedRecord shown;
  shown.lsn = record.lsn;
  shown.time = ToTime(record.time_ms);
  shown.caller = AccountId(record.caller);
  shown.operation = record.lsn == 0 ? "Genesis" : std::string(OperationOf(record.body.type));
  if (record.token != nullptr) shown.client_token = record.token->text;
  shown.subject = SubjectOf(record);
  shown.payload = *row.payload();
  shown.body = TableText(kSchema, shown.payload).value_or("");
  return shown;
}

Status StoreInspector::ReadLog(Lsn from, Lsn to, const RecordVisitor& visit) {
  Status failed;
  bool goes_on = true;
  RowWalk walk;
  walk.visit = [&](const RowIterator& row) {
    const bool is_lsn = row.key().size() == sizeof(Lsn);
    if (!goes_on || (is_lsn && ReadLogKey(row.key()) > to)) return false;
    return goes_on = visit(Inspect(row));
  };
  walk.lost = [&](const Status& why, std::string_view lost_from, std::string_view lost_to) {
    if (!goes_on || lost_from > LogKey(to)) return false;
    if (why.code() == Code::kCorruption) {
      goes_on =
          visit(Status(Code::kCorruption, WhatIsLost(Family::kLog, lost_from, lost_to, why).what));
    } else {
      failed = why;
    }
    return goes_on && failed.ok();
  };
  WalkRows(*store_, *snapshot_, Family::kLog, walk, LogKey(from));
  return failed;
}

std::optional<RecordOrigin> StoreInspector::OriginOf(Lsn lsn) {
  const auto record = RecordIfKept(lsn);
  if (record == nullptr) return std::nullopt;
  RecordOrigin origin;
  origin.time = ToTime(record->time_ms);
  origin.operation = std::string(OperationOf(record->body.type));
  origin.caller = AccountId(record->caller);
  origin.subject = SubjectOf(*record);
  if (const auto* fact = record->body.AsGrantVersioned()) {
    if (fact->has_status) origin.status = static_cast<GrantStatus>(fact->status);
    if (fact->behavior != 0) {
      origin.behavior = static_cast<ActivationOverrideBehavior>(fact->behavior);
    }
  }
  return origin;
}

}  // namespace grantledger
