#include "ledger/store.h"

#include <utility>
#include <vector>

#include "codec/frame.h"
#include "ledger/background.h"
#include "ledger/caught.h"
#include "ledger/errors.h"
#include "ledger/macros.h"
#include "ledger/salvage.h"

namespace grantledger {

Store::Size Store::SizeOf(Family family) const {
  Size size;
  (void)db_->GetIntProperty(handle(family), rocksdb::DB::Properties::kEstimateNumKeys, &size.rows);
  (void)db_->GetIntProperty(handle(family), rocksdb::DB::Properties::kTotalSstFilesSize,
                            &size.bytes);
  return size;
}

std::uint64_t Store::WriteAheadBytes() const {
  rocksdb::VectorLogPtr files;
  if (!db_->GetSortedWalFiles(files).ok()) return 0;
  std::uint64_t bytes = 0;
  for (const auto& file : files) bytes += file->SizeFileBytes();
  return bytes;
}

Status Store::Commit(rocksdb::WriteBatch* batch) {
  return Write(write_options_, batch, "committing");
}

Status Store::CommitDerived(rocksdb::WriteBatch* batch) {
  rocksdb::WriteOptions options;
  options.low_pri = true;
  Status written;
  AtNormalPriority([&] {
    // Else it may go to a log that the anchor does not know yet, and be lost without its end.
    const std::shared_lock not_recovering(recovering_);
    written = Write(options, batch, "committing what was folded");
  });
  return written;
}

Status Store::Write(const rocksdb::WriteOptions& options, rocksdb::WriteBatch* batch,
                    std::string_view what) {
  const auto log_failed = [this] { return files_ != nullptr && files_->failed_log() != 0; };
  if (log_failed()) return FromRocks(files_->failure(), what);
  if (is_stuck_) return WhyNotWritten();
  TableCache::Writing writing(*tables_, *batch);
  const ResumableFiles::Writing here;
  rocksdb::Status written = writing.status();
  if (written.ok()) written = OrStuck([&] { return db_->Write(options, batch); });
  writing.End(db_->GetLatestSequenceNumber());
  ForgetLatest();
  // Also one that worked may be in a log which others began since, and the anchor knows of none.
  if ((written.ok() || written.IsBusy()) && log_failed()) {
    return FromRocks(files_->failure(), what);
  }
  // RocksDB tells of an error before it stops writing for it: it may have gone on since.
  if (!written.ok() && errors_ != nullptr) errors_->Remember();
  return FromRocks(written, what);
}

std::shared_ptr<const Snapshot> Store::Latest() const {
  const std::scoped_lock lock(mutex_);
  if (latest_ == nullptr || latest_->at() != db_->GetLatestSequenceNumber()) {
    latest_ = std::make_shared<const Snapshot>(*this);
  }
  return latest_;
}

/// So that what is superseded is not kept for nobody.
void Store::ForgetLatest() {
  const std::scoped_lock lock(mutex_);
  latest_.reset();
}

Status Store::Settle() {
  ForgetLatest();
  GL_RETURN_IF_ERROR(FromRocks(Flush(), "flushing"));
  rocksdb::CompactRangeOptions options;
  options.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForceOptimized;
  for (auto* family : handles_) {
    const rocksdb::Status merged =
        OrStuck([&] { return db_->CompactRange(options, family, nullptr, nullptr); });
    GL_RETURN_IF_ERROR(FromRocks(merged, "merging"));
  }
  return {};
}

Status Store::Reclaim(std::atomic<bool>& stop) {
  constexpr std::uint64_t kWorthMerging = 10'000;
  constexpr std::uint64_t kShare = 4;
  rocksdb::CompactRangeOptions options;
  options.exclusive_manual_compaction = false;
  options.canceled = &stop;
  for (const Family family : {Family::kLog, Family::kState, Family::kMember, Family::kIndex}) {
    std::atomic<std::uint64_t>& dropped = dropped_[static_cast<std::size_t>(family)];
    const std::uint64_t rows = dropped;
    if (rows < kWorthMerging || rows < SizeOf(family).rows / kShare) continue;
    ForgetLatest();
    const rocksdb::Status merged =
        OrStuck([&] { return db_->CompactRange(options, handle(family), nullptr, nullptr); });
    if (merged.IsIncomplete()) return {};
    GL_RETURN_IF_ERROR(FromRocks(merged, "merging"));
    dropped -= rows;
  }
  return {};
}

rocksdb::Status Store::GetRow(Family family, const rocksdb::Slice& key,
                              rocksdb::PinnableSlice* value) const {
  return db_->Get(rocksdb::ReadOptions(), handle(family), key, value);
}

rocksdb::Status Snapshot::GetRow(Family family, const rocksdb::Slice& key,
                                 rocksdb::PinnableSlice* value) const {
  rocksdb::ReadOptions options;
  options.snapshot = taken_;
  return store_.db()->Get(options, store_.handle(family), key, value);
}

rocksdb::Iterator* Snapshot::NewIterator(Family family, const rocksdb::ReadOptions& options) const {
  rocksdb::ReadOptions at_snapshot = options;
  at_snapshot.snapshot = taken_;
  return store_.db()->NewIterator(at_snapshot, store_.handle(family));
}

rocksdb::Iterator* Store::NewIterator(Family family, const rocksdb::ReadOptions& options) const {
  return db_->NewIterator(options, handle(family));
}

}  // namespace grantledger
