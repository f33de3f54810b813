// Logger: where a ledger tells what happens inside it that is no answer to a call: errors of its
// work in the background, and what the database below says.
#ifndef GRANTLEDGER_LOGGER_H_
#define GRANTLEDGER_LOGGER_H_

#include <string_view>

namespace grantledger {

enum class LogLevel {
  kInfo,
  kWarning,
  kError,
};

/// "info", "warning", "error".
std::string_view Name(LogLevel level);

/// Implemented by whoever embeds a ledger. Called by any number of threads at the same time, some
/// of which hold locks: it must be quick, and must not call the ledger.
class Logger {
 public:
  virtual ~Logger() = default;
  Logger(const Logger&) = delete;
  Logger& operator=(const Logger&) = delete;

  /// One message, of one line mostly, without a newline at its end. `text` is good during the call.
  virtual void Log(LogLevel level, std::string_view text) noexcept = 0;

 protected:
  Logger() = default;
};

}  // namespace grantledger

#endif  // GRANTLEDGER_LOGGER_H_
