// The part of Engine that says where reads begin.
#include "ledger/engine.h"
#include "ledger/errors.h"

namespace grantledger {

Result<Time> Engine::TimeOfRead(const Call& call) const {
  return TimeOf(call, ToTime(visible_ms_.load(std::memory_order_acquire)));
}

// The snapshot comes first: what is dropped after it is still there.
std::optional<Reading> Engine::ReadAt(const At& at) const {
  Reading reading{at, store_->Latest(), {}};
  reading.horizon = retention_.horizon();
  if (at.lsn < reading.horizon.lsn) return std::nullopt;
  return reading;
}

Result<Reading> Engine::Read(const Call& call) const {
  while (true) {
    GL_ASSIGN_OR_RETURN(const At at, Resolve(call));
    if (auto reading = ReadAt(at)) return *std::move(reading);
    if (call.as_of) return retention_.Refusal("AsOf", "LSN " + std::to_string(at.lsn));
    // The latest moment, and the horizon went past it meanwhile: there is a later one.
  }
}

Result<Reading> Engine::ReadAgain(std::string_view field, const At& at,
                                  std::uint64_t checksum) const {
  const std::string found = "of LSN " + std::to_string(at.lsn);
  const Lsn last = last_lsn();
  const auto reading = ReadAt(at);
  if (!reading) return retention_.Refusal(field, found);
  if (at.lsn <= last) {
    GL_ASSIGN_OR_RETURN(const std::uint64_t own, ChecksumOf(*reading->rows, at.lsn));
    if (own == checksum) return *reading;
  }
  return Invalid(field, found + " of another history",
                 "one that this ledger gave, whose records go up to LSN " + std::to_string(last) +
                     ", and that no restored backup or lost write took back; of a ledger that "
                     "somebody else writes, one that refreshing has come to");
}

Result<std::unique_ptr<MomentHold>> Engine::Hold(const Moment& moment) const {
  GL_ASSIGN_OR_RETURN(const At at, Resolve(moment));
  std::unique_ptr<MomentHold> hold = retention_.Hold(at.lsn);
  if (hold != nullptr) return hold;
  return retention_.Refusal("Moment", "LSN " + std::to_string(at.lsn));
}

Result<At> Engine::Resolve(const Call& call) const {
  const Lsn lsn = last_lsn();
  GL_ASSIGN_OR_RETURN(const Time time, TimeOfRead(call));
  if (!call.as_of) return At{lsn, time};
  return Resolve(*call.as_of);
}

Result<At> Engine::Resolve(const Moment& moment) const {
  while (true) {
    const Lsn horizon = retention_.horizon().lsn;
    auto at = AtMoment(moment);
    // Records are dropped when the horizon has passed them.
    if (at || retention_.horizon().lsn == horizon) return at;
  }
}

Result<At> Engine::AtMoment(const Moment& moment) const {
  const Lsn* asked = std::get_if<Lsn>(&moment);
  return asked != nullptr ? AtLsn(*asked) : AtTime(std::get<Time>(moment));
}

Result<At> Engine::AtLsn(Lsn lsn) const {
  if (!retention_.Keeps(lsn)) return retention_.Refusal("AsOf", "LSN " + std::to_string(lsn));
  const Lsn last = last_lsn();
  if (lsn > last) {
    return Invalid("AsOf", std::to_string(lsn), "at most the last LSN, " + std::to_string(last));
  }
  GL_ASSIGN_OR_RETURN(const Time time, TimeOfRecord(lsn));
  return At{lsn, time};
}

Result<Time> Engine::TimeOfRecord(Lsn lsn) const {
  const At horizon = retention_.horizon();
  if (lsn == horizon.lsn && lsn != 0) return horizon.time;
  GL_ASSIGN_OR_RETURN(const auto record, GetRecord(*store_->Latest(), lsn));
  return ToTime(record->time_ms);
}

Result<At> Engine::AtTime(Time time) const {
  const At horizon = retention_.horizon();
  if (horizon.lsn != 0 && time < horizon.time) {
    return retention_.Refusal("AsOf", FormatTime(time));
  }
  GL_ASSIGN_OR_RETURN(const Lsn lsn, FindByTime(*store_, horizon.lsn, last_lsn(), time));
  return At{lsn, time};
}

}  // namespace grantledger
