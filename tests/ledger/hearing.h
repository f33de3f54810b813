// A logger for tests.
#ifndef GRANTLEDGER_TESTS_LEDGER_HEARING_H_
#define GRANTLEDGER_TESTS_LEDGER_HEARING_H_

#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include <grantledger/logger.h>

namespace grantledger {

/// Keeps what it is told.
class Hearing : public Logger {
 public:
  void Log(LogLevel level, std::string_view text) noexcept override {
    const std::scoped_lock lock(mutex_);
    told_.push_back(std::string(Name(level)) + ": " + std::string(text));
  }
  std::vector<std::string> told() {
    const std::scoped_lock lock(mutex_);
    return told_;
  }

 private:
  std::mutex mutex_;
  std::vector<std::string> told_;
};

}  // namespace grantledger

#endif  // GRANTLEDGER_TESTS_LEDGER_HEARING_H_
