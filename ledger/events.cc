#include "ledger/events.h"

#include <string>

namespace grantledger {

std::string_view Name(BackgroundJob job) {
  return job == BackgroundJob::kCompaction ? "compaction" : "database";
}

void Events::TellOfError(BackgroundJob job, const Status& error) const noexcept {
  Log(Name(job), error);
  Tell(&Listener::OnBackgroundError, job, error);
}

void Events::Log(std::string_view what, const Status& error) const noexcept {
  if (logger_ == nullptr) return;
  try {
    logger_->Log(LogLevel::kError, std::string(what) + ": " + error.message());
  } catch (...) {
    logger_->Log(LogLevel::kError, what);
  }
}

}  // namespace grantledger
