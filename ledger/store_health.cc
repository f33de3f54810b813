// The part of Store that says how it is, to an operator.
#include <algorithm>
#include <string>

#include <rocksdb/db.h>

#include "ledger/anchor.h"
#include "ledger/store.h"
#include "ledger/wal_files.h"

namespace grantledger {

Status Store::WhyNotWritten() const {
  if (read_only_) {
    return {Code::kInvalidState, "the ledger is open read-only, expected one open to write"};
  }
  if (!NeedsRecovery()) return {};
  if (is_stuck_) {
    return {
        Code::kIoError,
        "memory failed while the database below wrote, expected that there is some: it takes no "
        "writes until the ledger is opened anew"};
  }
  if (files_->broken()) return FromRocks(files_->failure(), "writing the write-ahead log");
  Status told = errors_->trouble().last_error;
  if (errors_->any() && !told.ok()) return told;
  if (errors_->any()) return {Code::kIoError, "the database below has to go on after an error"};
  return {Code::kIoError, "the anchor does not tell of the write-ahead log that was begun"};
}

Lsn Store::SyncedLsn(Lsn last) const {
  if (read_only_) return found_ == nullptr ? 0 : std::min(found_->end.lsn, last);
  return write_options_.sync ? last : std::min(anchor_->claim().end.lsn, last);
}

Trouble Store::database_trouble() const {
  return errors_ == nullptr ? Trouble() : errors_->trouble();
}

void Store::AddDiskUse(LedgerHealth* health) const {
  const std::string& directory = db_->GetName();
  rocksdb::Env* const env = db_->GetEnv();
  (void)db_->GetAggregatedIntProperty(rocksdb::DB::Properties::kTotalSstFilesSize,
                                      &health->table_bytes);
  if (const auto wals = ListWals(directory, 0, env)) {
    for (const auto& [number, name] : *wals) {
      std::uint64_t bytes = 0;  // of one that went meanwhile
      std::string path = directory;
      path.append("/").append(name);
      (void)env->GetFileSize(path, &bytes);
      health->write_ahead_bytes += bytes;
    }
  }
  std::uint64_t left = 0;
  if (env->GetFreeSpace(directory, &left).ok()) health->free_bytes = left;
}

void Store::AddMemoryUse(LedgerStatistics* statistics) const {
  const rocksdb::Cache& cache = *tables_->cache();
  statistics->cache_bytes = cache.GetUsage();
  statistics->pinned_bytes = cache.GetPinnedUsage();
  (void)db_->GetAggregatedIntProperty(rocksdb::DB::Properties::kSizeAllMemTables,
                                      &statistics->memtable_bytes);
}

std::shared_ptr<const FileMeters> Store::file_meters() const {
  return files_ == nullptr ? nullptr : files_->meters();
}

}  // namespace grantledger
