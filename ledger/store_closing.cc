// The part of Store that ends a session in order, and says what of that failed.
#include <optional>
#include <utility>

#include "ledger/anchor.h"
#include "ledger/caught.h"
#include "ledger/info_log.h"
#include "ledger/store.h"

namespace grantledger {

/// So that the next opening has little of the write-ahead log to read again.
Status Store::FlushMuch() {
  constexpr std::uint64_t kMuch = std::uint64_t{8} << 20;
  if (read_only_ || NeedsRecovery() || WriteAheadBytes() < kMuch) return {};
  return FromRocks(Flush(), "flushing what is in memory");
}

Store::~Store() { (void)Close(); }

/// Whatever fails, an older claim is true still, and what was not flushed is in the log.
Status Store::Close() noexcept {
  if (db_ == nullptr) return {};
  Status failed;
  const auto attempt = [&failed](const auto& step) noexcept {
    Status done;
    try {
      done = step();
    } catch (...) {
      done = Caught();
    }
    if (failed.ok()) failed = std::move(done);
  };
  latest_.reset();
  std::optional<ErrorRests::Ended> no_rest;
  if (error_rests_ != nullptr) no_rest.emplace(error_rests_);
  if (flush_gate_ != nullptr)
    attempt([this] {
      flush_gate_->Close();
      return Status();
    });
  attempt([this] { return FlushMuch(); });
  attempt([this] { return EndClaims(); });
  for (auto*& handle : handles_) {
    if (handle != nullptr) (void)db_->DestroyColumnFamilyHandle(std::exchange(handle, nullptr));
  }
  attempt([this] { return FromRocks(db_->Close(), "closing the files of the database"); });
  db_.reset();
  if (failed.ok()) return failed;
  try {
    logger_->Log(LogLevel::kError, "closing the ledger: " + failed.message());
  } catch (...) {
    logger_->Log(LogLevel::kError, "closing the ledger failed");
  }
  return failed;
}

}  // namespace grantledger
