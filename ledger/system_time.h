// The system's clock, in the resolution of ledger times.
#ifndef GRANTLEDGER_LEDGER_SYSTEM_TIME_H_
#define GRANTLEDGER_LEDGER_SYSTEM_TIME_H_

#include <chrono>

#include <grantledger/types.h>

namespace grantledger {

inline Time SystemNow() {
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

}  // namespace grantledger

#endif  // GRANTLEDGER_LEDGER_SYSTEM_TIME_H_
