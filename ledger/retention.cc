#include "ledger/retention.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "ledger/errors.h"
#include "ledger/system_time.h"

namespace grantledger {

// Times never go back in the log, so the record is found by halving.
Result<Lsn> FindByTime(const Rows& rows, Lsn from, Lsn to, Time time) {
  Lsn low = from;
  Lsn high = to;
  while (low < high) {
    const Lsn middle = low + (high - low + 1) / 2;
    GL_ASSIGN_OR_RETURN(const auto record, GetRecord(rows, middle));
    if (ToTime(record->time_ms) <= time) {
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  return low;
}

/// The moments that are held. Thread-safe.
class Retention::Holds {
 public:
  std::uint64_t Add(Lsn lsn, Time until) {
    const std::scoped_lock lock(mutex_);
    holds_[++last_] = {lsn, until};
    return last_;
  }
  void Remove(std::uint64_t number) {
    const std::scoped_lock lock(mutex_);
    holds_.erase(number);
  }
  /// Of those that are held at `now`; else the greatest there is.
  Lsn Oldest(Time now) {
    const std::scoped_lock lock(mutex_);
    std::erase_if(holds_, [now](const auto& hold) { return hold.second.until <= now; });
    Lsn oldest = std::numeric_limits<Lsn>::max();
    for (const auto& [number, hold] : holds_) oldest = std::min(oldest, hold.lsn);
    return oldest;
  }

 private:
  struct Holding {
    Lsn lsn = 0;
    Time until;
  };
  std::mutex mutex_;
  std::map<std::uint64_t, Holding> holds_;  // by number
  std::uint64_t last_ = 0;
};

class Retention::Held : public MomentHold {
 public:
  Held(std::shared_ptr<Holds> holds, Lsn lsn, Time until)
      : holds_(std::move(holds)), number_(holds_->Add(lsn, until)), lsn_(lsn) {}
  ~Held() override { holds_->Remove(number_); }
  [[nodiscard]] Lsn lsn() const override { return lsn_; }

 private:
  std::shared_ptr<Holds> holds_;
  std::uint64_t number_;
  Lsn lsn_;
};

Retention::Retention(const Options& options)
    : options_(options), policy_(options.retention), holds_(std::make_shared<Holds>()) {}

Status Retention::Load(const Rows& rows) {
  GL_ASSIGN_OR_RETURN(const auto row, FindTable<fb::HorizonT>(rows, Family::kBase, HorizonKey()));
  const std::scoped_lock lock(mutex_);
  if (row) horizon_ = {row->lsn, ToTime(row->time_ms)};
  return {};
}

At Retention::horizon() const {
  const std::scoped_lock lock(mutex_);
  return horizon_;
}

bool Retention::Keeps(Lsn lsn) const { return lsn >= horizon().lsn; }

Status Retention::Refusal(std::string_view field, const std::string& found) const {
  const At at = horizon();
  return Invalid(field, found,
                 "a moment that is kept: the horizon is LSN " + std::to_string(at.lsn) + ", of " +
                     FormatTime(at.time));
}

Status CheckPolicy(std::string_view field, const RetentionPolicy& policy) {
  const auto* keep = std::get_if<KeepFor>(&policy);
  if (keep == nullptr || keep->duration.count() >= 0) return {};
  return Invalid(std::string(field), "KeepFor " + std::to_string(keep->duration.count()) + " ms",
                 "at least 0");
}

void Retention::SetPolicy(RetentionPolicy policy) {
  const std::scoped_lock lock(mutex_);
  policy_ = policy;
}

Time Retention::Now() const { return options_.clock ? options_.clock() : SystemNow(); }

Time Retention::PeriodOf(Time time) const {
  constexpr int kPeriods = 64;
  const auto length = std::max<Time::duration>(options_.max_hold / kPeriods, Time::duration(1));
  return Time(time.time_since_epoch() / length * length);
}

bool Retention::NoteToken(Lsn lsn) {
  const Time now = Now();
  const std::scoped_lock lock(mutex_);
  if (lsn < horizon_.lsn) return false;
  const auto [known, is_new] = tokens_.try_emplace(PeriodOf(now), lsn);
  if (is_new) {
    ForgetTokens(now);
  } else {
    known->second = std::min(known->second, lsn);
  }
  return true;
}

void Retention::ForgetTokens(Time now) {
  std::erase_if(tokens_,
                [&](const auto& token) { return LaterBy(token.first, options_.max_hold) <= now; });
}

std::size_t Retention::tokens_kept() const {
  const std::scoped_lock lock(mutex_);
  return tokens_.size();
}

void Retention::NoteWanted(Lsn wanted, Time now) {
  Lsn& known = wanted_[PeriodOf(now)];
  known = std::max(known, wanted);
}

Lsn Retention::Overdue(Time now) {
  Lsn overdue = 0;
  for (auto known = wanted_.begin(); known != wanted_.end();) {
    if (LaterBy(known->first, options_.max_hold) > now) break;
    overdue = std::max(overdue, known->second);
    // The last of them goes on to be known.
    const auto next = std::next(known);
    if (next == wanted_.end() || LaterBy(next->first, options_.max_hold) > now) break;
    known = wanted_.erase(known);
  }
  return overdue;
}

std::unique_ptr<MomentHold> Retention::Hold(Lsn lsn) {
  const Time until = LaterBy(Now(), options_.max_hold);
  const std::scoped_lock lock(mutex_);
  if (lsn < horizon_.lsn) return nullptr;
  return std::make_unique<Held>(holds_, lsn, until);
}

Lsn Retention::OldestHeld(Time now) {
  ForgetTokens(now);
  Lsn oldest = std::numeric_limits<Lsn>::max();
  for (const auto& [period, lsn] : tokens_) oldest = std::min(oldest, lsn);
  oldest = std::max(oldest, Overdue(now));
  return std::min(oldest, holds_->Oldest(now));
}

Result<Lsn> Retention::Wanted(const Rows& rows, Lsn last, const RetentionPolicy& policy,
                              At horizon) const {
  if (const auto* keep = std::get_if<KeepRecords>(&policy)) {
    return last > keep->records ? last - keep->records : Lsn{0};
  }
  if (const auto* keep = std::get_if<KeepFor>(&policy)) {
    GL_ASSIGN_OR_RETURN(const auto record, GetRecord(rows, last));
    return FindByTime(rows, horizon.lsn, last, ToTime(record->time_ms) - keep->duration);
  }
  if (const auto* keep = std::get_if<KeepFrom>(&policy)) {
    if (const auto* lsn = std::get_if<Lsn>(&keep->moment)) return *lsn;
    return FindByTime(rows, horizon.lsn, last, std::get<Time>(keep->moment));
  }
  return Lsn{0};
}

Result<At> Retention::Advance(const Rows& rows, Lsn folded) {
  std::unique_lock lock(mutex_);
  const At before = horizon_;
  const RetentionPolicy policy = policy_;
  lock.unlock();
  if (folded <= before.lsn) return before;
  GL_ASSIGN_OR_RETURN(const Lsn wanted, Wanted(rows, folded, policy, before));
  const Time now = Now();
  lock.lock();
  NoteWanted(std::min(wanted, folded), now);
  const Lsn lsn = std::min({wanted, folded, OldestHeld(now)});
  lock.unlock();
  if (lsn <= before.lsn) return before;
  GL_ASSIGN_OR_RETURN(const auto record, GetRecord(rows, lsn));
  lock.lock();
  // A moment may have been held meanwhile.
  if (OldestHeld(now) < lsn) return before;
  return horizon_ = {lsn, ToTime(record->time_ms)};
}

}  // namespace grantledger
