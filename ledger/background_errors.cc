#include "ledger/background_errors.h"

#include "ledger/caught.h"
#include "ledger/store.h"

namespace grantledger {

bool StopsWork(rocksdb::BackgroundErrorReason reason, const rocksdb::Status& error) {
  return reason != rocksdb::BackgroundErrorReason::kCompaction ||
         error.severity() != rocksdb::Status::Severity::kNoError;
}

void BackgroundErrors::OnBackgroundError(rocksdb::BackgroundErrorReason reason,
                                         rocksdb::Status* error) {
  try {
    const Status told = FromRocks(*error, "flushing or merging files");
    (void)troubles_.Failed(told);
    events_->TellOfError(BackgroundJob::kDatabase, told);
  } catch (...) {
    (void)troubles_.Failed(Caught());  // nothing may be thrown into RocksDB's threads
  }
  if (StopsWork(reason, *error)) any_.store(true, std::memory_order_release);
}

void BackgroundErrors::OnCompactionCompleted(rocksdb::DB* /*db*/,
                                             const rocksdb::CompactionJobInfo& info) {
  constexpr std::uint32_t kBits = 64;
  const std::uint64_t family = std::uint64_t{1} << info.cf_id % kBits;
  if (info.status.IsIOError()) unmerged_ |= family;
  if (!info.status.ok() || (unmerged_.fetch_and(~family) & family) == 0) return;
  try {
    NoteResumed();
  } catch (...) {
    (void)Caught();
  }
}

void BackgroundErrors::NoteResumed() {
  if (any() || unmerged_ != 0) return;  // any: since Forget
  if (troubles_.Worked()) events_->Tell(&Listener::OnRecovered, BackgroundJob::kDatabase);
}

}  // namespace grantledger
