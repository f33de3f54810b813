#include "ledger/retention.h"

#include <algorithm>
#include <limits>

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

class Retention::Held : public MomentHold {
 public:
  Held(Retention& retention, std::uint64_t number, Lsn lsn)
      : retention_(retention), number_(number), lsn_(lsn) {}
  ~Held() override { retention_.Release(number_); }
  [[nodiscard]] Lsn lsn() const override { return lsn_; }

 private:
  Retention& retention_;
  std::uint64_t number_;
  Lsn lsn_;
};

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

void Retention::SetPolicy(RetentionPolicy policy) {
  const std::scoped_lock lock(mutex_);
  policy_ = policy;
}

Time Retention::Now() const { return options_.clock ? options_.clock() : SystemNow(); }

bool Retention::NoteToken(Lsn lsn) {
  const Time until = Now() + options_.max_hold;
  const std::scoped_lock lock(mutex_);
  if (lsn < horizon_.lsn) return false;
  Time& known = tokens_[lsn];
  known = std::max(known, until);
  return true;
}

std::unique_ptr<MomentHold> Retention::Hold(Lsn lsn) {
  const Time until = Now() + options_.max_hold;
  const std::scoped_lock lock(mutex_);
  if (lsn < horizon_.lsn) return nullptr;
  holds_[++last_hold_] = {lsn, until};
  return std::make_unique<Held>(*this, last_hold_, lsn);
}

void Retention::Release(std::uint64_t hold) {
  const std::scoped_lock lock(mutex_);
  holds_.erase(hold);
}

Lsn Retention::OldestHeld() {
  const Time now = Now();
  std::erase_if(tokens_, [now](const auto& token) { return token.second <= now; });
  std::erase_if(holds_, [now](const auto& hold) { return hold.second.until <= now; });
  Lsn oldest = tokens_.empty() ? std::numeric_limits<Lsn>::max() : tokens_.begin()->first;
  for (const auto& [number, hold] : holds_) oldest = std::min(oldest, hold.lsn);
  return oldest;
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
  lock.lock();
  const Lsn lsn = std::min({wanted, folded, OldestHeld()});
  lock.unlock();
  if (lsn <= before.lsn) return before;
  GL_ASSIGN_OR_RETURN(const auto record, GetRecord(rows, lsn));
  lock.lock();
  // A moment may have been held meanwhile.
  if (OldestHeld() < lsn) return before;
  return horizon_ = {lsn, ToTime(record->time_ms)};
}

}  // namespace grantledger
