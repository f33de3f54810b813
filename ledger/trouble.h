// Remembers how something fares that is tried again when it failed.
#ifndef GRANTLEDGER_LEDGER_TROUBLE_H_
#define GRANTLEDGER_LEDGER_TROUBLE_H_

#include <atomic>
#include <chrono>
#include <mutex>
#include <optional>

#include <grantledger/health.h>

#include "ledger/caught.h"
#include "ledger/system_time.h"

namespace grantledger {

/// Thread-safe.
class TroubleLog {
 public:
  /// It failed, and is tried again after `pause`, if that is known. Returns how often in a row.
  std::uint64_t Failed(const Status& error,
                       std::optional<std::chrono::milliseconds> pause = {}) noexcept {
    const Time now = SystemNow();
    const std::scoped_lock lock(mutex_);
    if (trouble_.failures++ == 0) trouble_.since = now;
    trouble_.last_error = CopyOf(error);
    trouble_.last_at = now;
    trouble_.next_try.reset();
    if (pause) trouble_.next_try = now + *pause;
    fails_.store(true, std::memory_order_release);
    return trouble_.failures;
  }
  /// It worked. Returns whether it had failed before. Cheap where it had not.
  bool Worked() noexcept {
    if (!fails_.load(std::memory_order_acquire)) return false;
    const std::scoped_lock lock(mutex_);
    trouble_.failures = 0;
    trouble_.next_try.reset();
    return fails_.exchange(false);
  }
  /// How often in a row it failed.
  [[nodiscard]] std::uint64_t failures() const {
    const std::scoped_lock lock(mutex_);
    return trouble_.failures;
  }
  [[nodiscard]] Trouble Get() const {
    const std::scoped_lock lock(mutex_);
    return trouble_;
  }

 private:
  std::atomic<bool> fails_ = false;
  mutable std::mutex mutex_;  // of trouble_
  Trouble trouble_;
};

}  // namespace grantledger

#endif  // GRANTLEDGER_LEDGER_TROUBLE_H_
