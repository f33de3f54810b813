#include "inspect/log_check.h"

#include "codec/key_tags.h"
#include "ledger/compactor.h"

namespace grantledger {
namespace {

constexpr auto kMissing = Finding::Kind::kMissing;
constexpr auto kContradicts = Finding::Kind::kContradicts;

std::string Range(Lsn from, Lsn to) {
  if (from == to) return "record " + std::to_string(from) + " is missing";
  return "records " + std::to_string(from) + " to " + std::to_string(to) + " are missing";
}

}  // namespace

void LogCheck::Add(Lsn lsn, const fb::RecordT* record) {
  if (!begun_ && lsn != 0) {
    findings_.Add(RowFinding(kMissing, Family::kLog, LogKey(0),
                             "record 0 is missing, expected that which has the ledger's identity"));
  }
  begun_ = true;
  last_ = lsn;
  if (lsn > next_) FindGap(lsn);
  if (lsn >= next_) next_ = lsn + 1;
  if (record == nullptr) return;
  const bool is_genesis = record->body.AsGenesis() != nullptr;
  if (is_genesis != (lsn == 0)) {
    findings_.Add(RowFinding(kContradicts, Family::kLog, LogKey(lsn),
                             is_genesis ? "it is a Genesis, which only record 0 is"
                                        : "it is no Genesis, which record 0 is"));
  }
  if (lsn != 0) FindBackwards(*record);
}

void LogCheck::FindGap(Lsn next) {
  findings_.Add(RowFinding(kMissing, Family::kLog, LogKey(next_),
                           Range(next_, next - 1) + ", expected every record up to the last"));
}

void LogCheck::FindBackwards(const fb::RecordT& record) {
  if (timed_ != 0 && record.time_ms < time_ms_) {
    findings_.Add(RowFinding(kContradicts, Family::kLog, LogKey(record.lsn),
                             "its time is " + FormatTime(ToTime(record.time_ms)) +
                                 ", earlier than that of record " + std::to_string(timed_) +
                                 ", expected " + FormatTime(ToTime(time_ms_)) + " or later"));
  }
  timed_ = record.lsn;
  time_ms_ = record.time_ms;
}

void LogCheck::End(const fb::CountersT* counters) {
  if (!begun_) {
    findings_.Add(RowFinding(kMissing, Family::kLog, LogKey(0), "there are no records at all"));
  }
  if (counters == nullptr) return;
  if (counters->lsn >= next_) FindGap(counters->lsn + 1);
  const auto contradiction = [&](const std::string& what) {
    Finding finding = RowFinding(kContradicts, Family::kState, CountersKey(), what);
    finding.lsn = counters->lsn;
    findings_.Add(finding);
  };
  if (counters->lsn < last_) {
    contradiction("the counters say that record " + std::to_string(counters->lsn) +
                  " is the last, expected " + std::to_string(last_) + ", the last of the log");
  }
  if (counters->lsn == timed_ && timed_ != 0 && counters->time_ms != time_ms_) {
    contradiction("the counters have the time " + FormatTime(ToTime(counters->time_ms)) +
                  ", expected " + FormatTime(ToTime(time_ms_)) + ", that of the last record");
  }
}

namespace {

/// The record to which a row refers.
Status Expect(const Rows& rows, Lsn lsn, Family family, std::string_view key, Lsn horizon,
              Findings& findings) {
  if (lsn == 0 || lsn > horizon) return {};
  const auto record = rows.Get(Family::kLog, LogKey(lsn));
  // One that is damaged is found in the log.
  if (!record || *record) return {};
  findings.Add(RowFinding(kMissing, Family::kLog, LogKey(lsn),
                          Range(lsn, lsn) + ", expected it though it is not behind the horizon: " +
                              std::string(FamilyName(family)) + " refers to it under key " +
                              HexText(key)));
  return {};
}

}  // namespace

Status CheckReferences(const Rows& rows, Family family, std::string_view key,
                       std::string_view payload, Lsn horizon, Findings& findings) {
  if (key.empty() || horizon == 0) return {};
  const auto expect = [&](Lsn lsn) { return Expect(rows, lsn, family, key, horizon, findings); };
  if (family == Family::kBase && key[0] == tag::kKeptToken) return expect(ReadKeptTokenKey(key));
  if (family != Family::kState) return {};
  if (key[0] == tag::kToken) {
    GL_ASSIGN_OR_RETURN(const auto use, ReadTable<fb::TokenUseT>(family, key, payload));
    return expect(use.lsn);
  }
  if (key[0] != tag::kAccount) return {};
  GL_ASSIGN_OR_RETURN(const auto account, ReadTable<fb::AccountT>(family, key, payload));
  GL_RETURN_IF_ERROR(expect(account.created_lsn));
  for (const auto& stay : account.stays) {
    if (stay->from != account.created_lsn) GL_RETURN_IF_ERROR(expect(stay->from));
  }
  return {};
}

namespace {

void CheckAtMost(Lsn lsn, Lsn most, Family family, std::string_view key, std::string_view what,
                 Findings& findings) {
  if (lsn <= most) return;
  Finding finding = RowFinding(kContradicts, family, key,
                               std::string(what) + " is LSN " + std::to_string(lsn) +
                                   ", expected at most " + std::to_string(most));
  finding.lsn = lsn;
  findings.Add(finding);
}

}  // namespace

void CheckMarks(const Rows& rows, Lsn last, Findings& findings) {
  // Of rows that do not prove themselves it is told elsewhere.
  if (const auto mark = ReadMark(rows, Family::kActivation)) {
    CheckAtMost(mark->lsn, last, Family::kActivation, MarkKey(), "the mark", findings);
    CheckAtMost(mark->swept, mark->lsn, Family::kActivation, MarkKey(), "what is swept", findings);
  }
  const auto horizon = FindTable<fb::HorizonT>(rows, Family::kBase, HorizonKey());
  if (!horizon) return;
  const Lsn lsn = *horizon != nullptr ? (*horizon)->lsn : 0;
  CheckAtMost(lsn, last, Family::kBase, HorizonKey(), "the horizon", findings);
  if (*horizon != nullptr) {
    CheckAtMost((*horizon)->dropped, lsn, Family::kBase, HorizonKey(), "what is dropped", findings);
  }
  if (const auto base = ReadMark(rows, Family::kBase)) {
    if (base->lsn != 0 && *horizon == nullptr) {
      findings.Add(RowFinding(kMissing, Family::kBase, HorizonKey(),
                              "the horizon is missing, expected one: history is folded up to LSN " +
                                  std::to_string(base->lsn)));
      return;
    }
    CheckAtMost(base->lsn, lsn, Family::kBase, MarkKey(), "the mark", findings);
  }
}

}  // namespace grantledger
