// BackgroundErrors: what RocksDB tells of what failed in the background.
#ifndef GRANTLEDGER_LEDGER_BACKGROUND_ERRORS_H_
#define GRANTLEDGER_LEDGER_BACKGROUND_ERRORS_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <utility>

#include <rocksdb/listener.h>

#include "ledger/events.h"
#include "ledger/trouble.h"

namespace grantledger {

/// Whether RocksDB stops its work in the background for an error, until it is resumed. It does not
/// where merging fails and it takes the error for one that may go away (to which it gives no
/// severity): it merges again.
bool StopsWork(rocksdb::BackgroundErrorReason reason, const rocksdb::Status& error);

/// Knows whether RocksDB has a background error that a DB::Resume may end, and never lets it resume
/// by itself. Thread-safe.
class BackgroundErrors : public rocksdb::EventListener {
 public:
  explicit BackgroundErrors(std::shared_ptr<const Events> events) : events_(std::move(events)) {}
  void OnBackgroundError(rocksdb::BackgroundErrorReason reason, rocksdb::Status* error) override;
  void OnErrorRecoveryBegin(rocksdb::BackgroundErrorReason /*reason*/, rocksdb::Status /*error*/,
                            bool* recovers) override {
    *recovers = false;
  }
  void OnCompactionCompleted(rocksdb::DB* db, const rocksdb::CompactionJobInfo& info) override;
  [[nodiscard]] bool any() const { return any_.load(std::memory_order_acquire); }
  void Forget() { any_.store(false, std::memory_order_release); }
  void Remember() { any_.store(true, std::memory_order_release); }
  /// The database goes on. Ends the trouble where merging does not fail either.
  void NoteResumed();
  [[nodiscard]] Trouble trouble() const { return troubles_.Get(); }

 private:
  const std::shared_ptr<const Events> events_;
  TroubleLog troubles_;
  std::atomic<bool> any_ = false;
  std::atomic<std::uint64_t> unmerged_ = 0;  // a bit for each family that was not merged last
};

}  // namespace grantledger

#endif  // GRANTLEDGER_LEDGER_BACKGROUND_ERRORS_H_
