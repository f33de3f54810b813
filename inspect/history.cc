#include "inspect/history.h"

#include <algorithm>
#include <utility>

#include "ledger/errors.h"
#include "ledger/retention.h"
#include "ledger/system_time.h"
#include "ledger/tables.h"

namespace grantledger {
namespace {

std::unique_ptr<HistorySource> SourceOf(const BackupDescription& backup) {
  auto source = std::make_unique<HistorySource>();
  const BackupInfo& info = backup.info;
  source->backup = info.id;
  source->end = {info.identity, info.last_lsn, info.last_time, info.horizon, backup.last_record};
  source->known_to = std::max(info.made, info.last_time);
  return source;
}

/// Of the same history. The nearer of two that kept the same.
bool KeptMore(const HistorySource& source, const HistorySource& other) {
  return std::pair(source.end.horizon, source.end.last_lsn) <
         std::pair(other.end.horizon, other.end.last_lsn);
}

}  // namespace

Result<LedgerHistory> LedgerHistory::OfBackup(const BackupStore& store, BackupId head) {
  LedgerHistory history(&store);
  history.sources_.push_back(SourceOf(store.backups().at(head)));
  GL_RETURN_IF_ERROR(history.AddBackups(head - 1));
  return history;
}

Result<LedgerHistory> LedgerHistory::OfLedger(const BackupStore* store,
                                              const std::string& directory) {
  LedgerHistory history(store);
  history.directory_ = directory;
  auto source = std::make_unique<HistorySource>();
  const Time now = SystemNow();  // before it is opened: what was written by then is in it
  GL_ASSIGN_OR_RETURN(source->opened_ledger, OpenAsItIs(directory));
  GL_RETURN_IF_ERROR(source->opened_ledger.health);
  GL_ASSIGN_OR_RETURN(source->end, EndOf(*source->opened_ledger.store));
  if (store != nullptr) {
    GL_RETURN_IF_ERROR(store->CheckIsOf(source->end.identity, "whose log is to go on"));
  }
  source->known_to = std::max(now, source->end.last_time);
  history.sources_.push_back(std::move(source));
  if (store == nullptr || store->backups().empty()) return history;
  GL_RETURN_IF_ERROR(history.AddBackups(store->backups().rbegin()->first));
  return history;
}

Status LedgerHistory::AddBackups(BackupId up_to) {
  for (auto at = store_->backups().rbegin(); at != store_->backups().rend(); ++at) {
    const auto& [id, backup] = *at;
    if (id > up_to || !backup.info.problem.ok()) continue;
    GL_ASSIGN_OR_RETURN(const bool is_of_it, IsOf(backup));
    if (is_of_it) {
      sources_.push_back(SourceOf(backup));
    } else {
      others_.push_back(&backup.info);
    }
  }
  return {};
}

/// Whether what is known to be of this history has the record with which the backup ends.
Result<bool> LedgerHistory::IsOf(const BackupDescription& backup) {
  const BackupInfo& info = backup.info;
  if (info.identity != end().identity || backup.last_record.empty()) return false;
  // The nearest first: it kept most of what is before it.
  for (auto at = sources_.rbegin(); at != sources_.rend(); ++at) {
    HistorySource& later = **at;
    if (later.end.last_lsn < info.last_lsn) continue;
    GL_ASSIGN_OR_RETURN(const Rows* rows, Open(later));
    GL_ASSIGN_OR_RETURN(const std::string record, ProofOfRecord(*rows, info.last_lsn));
    if (!record.empty()) return record == backup.last_record;
  }
  return false;
}

Result<const Rows*> LedgerHistory::Open(HistorySource& source) {
  if (!source.backup) return source.opened_ledger.store.get();
  if (source.opened_backup.store == nullptr) {
    GL_ASSIGN_OR_RETURN(source.opened_backup, store_->Read(*source.backup));
  }
  return source.opened_backup.store.get();
}

std::string LedgerHistory::NameOf(const HistorySource& source) const {
  return source.backup ? "backup " + std::to_string(*source.backup) : "the ledger in " + directory_;
}

Result<Lsn> LedgerHistory::Find(const Moment& moment) {
  const HistorySource& head = *sources_.front();
  if (const Lsn* lsn = std::get_if<Lsn>(&moment)) {
    if (*lsn <= head.end.last_lsn) return *lsn;
    return Invalid(
        "AsOf", "LSN " + std::to_string(*lsn),
        "at most " + std::to_string(head.end.last_lsn) + ", where " + NameOf(head) + " ends");
  }
  const Time time = std::get<Time>(moment);
  if (time > head.known_to) {
    return Invalid("AsOf", FormatTime(time),
                   "at most " + FormatTime(head.known_to) + ", up to when " + NameOf(head) +
                       " knows what happened");
  }
  for (const auto& source : sources_) {
    GL_ASSIGN_OR_RETURN(const Rows* rows, Open(*source));
    GL_ASSIGN_OR_RETURN(const auto horizon,
                        FindTable<fb::HorizonT>(*rows, Family::kBase, HorizonKey()));
    if (horizon != nullptr && time < ToTime(horizon->time_ms)) continue;  // an older one may
    GL_ASSIGN_OR_RETURN(const Lsn lsn,
                        FindByTime(*rows, source->end.horizon, source->end.last_lsn, time));
    GL_ASSIGN_OR_RETURN(const auto made, GetRecord(*rows, 0));
    if (lsn != 0 || time >= ToTime(made->time_ms)) return lsn;
    return Invalid("AsOf", FormatTime(time),
                   "a moment of the ledger, which was made at " +
                       FormatTime(ToTime(made->time_ms)) + ", or LSN 0");
  }
  return Invalid("AsOf", FormatTime(time), "a moment that is kept: " + Possible());
}

Result<RestorePlan> LedgerHistory::Plan(Lsn to) {
  HistorySource* base = nullptr;
  HistorySource* records = nullptr;
  for (const auto& source : sources_) {
    const Lsn last = source->end.last_lsn;
    if (source->backup && last <= to && (base == nullptr || last > base->end.last_lsn)) {
      base = source.get();
    }
    if (last >= to && (records == nullptr || KeptMore(*source, *records))) records = source.get();
  }
  RestorePlan plan;
  plan.to = to;
  const bool goes_on = base != nullptr && records->end.horizon <= base->end.last_lsn;
  const bool ends_there = base != nullptr && base->end.last_lsn == to;
  if (goes_on || ends_there) {
    plan.base = base->backup;
    plan.from = base->end.last_lsn;
  } else if (records->end.horizon != 0) {
    return Invalid("AsOf", "LSN " + std::to_string(to),
                   "a moment that can be made of what is kept: " + Possible());
  }
  if (!ends_there) plan.records = records;
  return plan;
}

std::string LedgerHistory::Possible() const {
  struct Range {
    Lsn from = 0;
    Lsn to = 0;
  };
  std::vector<Range> ranges;
  for (const auto& source : sources_) {
    if (source->end.horizon == 0) ranges.push_back({0, source->end.last_lsn});
    // A ledger alone is copied as it is.
    if (store_ == nullptr) ranges.push_back({source->end.last_lsn, source->end.last_lsn});
    if (!source->backup) continue;
    const Lsn from = source->end.last_lsn;
    for (const auto& later : sources_) {
      if (later->end.last_lsn >= from && later->end.horizon <= from) {
        ranges.push_back({from, later->end.last_lsn});
      }
    }
    ranges.push_back({from, from});
  }
  std::ranges::sort(ranges, {}, &Range::from);
  std::vector<Range> merged;
  for (const Range& range : ranges) {
    if (merged.empty() || merged.back().to + 1 < range.from) {
      merged.push_back(range);
    } else {
      merged.back().to = std::max(merged.back().to, range.to);
    }
  }
  std::string text =
      merged.empty() ? "none, since history was dropped and no backup has it" : "LSN";
  for (const Range& range : merged) {
    text += (&range == &merged.front() ? " " : ", ") + std::to_string(range.from);
    if (range.to != range.from) text += " to " + std::to_string(range.to);
  }
  if (store_ == nullptr && end().horizon != 0) text += ", since history was dropped";
  if (others_.empty()) return text;
  text += "; by themselves, since nothing proves that they are of the same history:";
  for (const BackupInfo* other : others_) {
    text += " backup " + std::to_string(other->id) + " (LSN " + std::to_string(other->last_lsn) +
            ")" + (other == others_.back() ? "" : ",");
  }
  return text;
}

}  // namespace grantledger
