// The exception that is being handled, as a Status: so that no thread ends, or waits for ever, by
// what a caller's clock throws or for want of memory.
#ifndef GRANTLEDGER_LEDGER_CAUGHT_H_
#define GRANTLEDGER_LEDGER_CAUGHT_H_

#include <exception>
#include <new>
#include <string>

#include <grantledger/status.h>

namespace grantledger {

/// IoError. REQUIRES: called in a handler.
inline Status Caught() noexcept {
  static_assert(sizeof("out of memory") <= 16);  // such a string needs no memory
  try {
    try {
      throw;
    } catch (const std::bad_alloc&) {
      return {Code::kIoError, "out of memory"};
    } catch (const std::exception& exception) {
      return {Code::kIoError, std::string("an exception was thrown: ") + exception.what()};
    } catch (...) {
      return {Code::kIoError, "an exception of an unknown kind was thrown"};
    }
  } catch (...) {
    return {Code::kIoError, "out of memory"};
  }
}

/// A copy, or what there is memory for.
inline Status CopyOf(const Status& status) noexcept {
  try {
    return status;
  } catch (...) {
    return Caught();
  }
}

}  // namespace grantledger

#endif  // GRANTLEDGER_LEDGER_CAUGHT_H_
