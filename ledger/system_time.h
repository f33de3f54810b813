// The system's clock, in the resolution of ledger times.
#ifndef GRANTLEDGER_LEDGER_SYSTEM_TIME_H_
#define GRANTLEDGER_LEDGER_SYSTEM_TIME_H_

#include <chrono>

#include <grantledger/types.h>

namespace grantledger {

inline Time SystemNow() {
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

/// `span` later, or the last moment that there is. REQUIRES: the span is at least 0.
inline Time LaterBy(Time time, std::chrono::milliseconds span) {
  return time > Time::max() - span ? Time::max() : time + span;
}

}  // namespace grantledger

#endif  // GRANTLEDGER_LEDGER_SYSTEM_TIME_H_
