#include "ledger/events.h"

#include <string>

namespace grantledger {

std::string_view Name(BackgroundJob job) {
  return job == BackgroundJob::kCompaction ? "compaction" : "database";
}

void Events::LogThrown(const Status& thrown) const noexcept {
  try {
    logger_->Log(LogLevel::kError, "the listener: " + thrown.message());
  } catch (...) {
    logger_->Log(LogLevel::kError, "the listener threw an exception");
  }
}

}  // namespace grantledger
