// The part of Store that makes the database write again after something failed below it.
#include "ledger/macros.h"
#include "ledger/store.h"

namespace grantledger {

bool Store::NeedsRecovery() const {
  return files_ != nullptr && (files_->broken() || errors_->any());
}

Status Store::Recover() {
  if (!NeedsRecovery()) return {};
  ForgetLatest();
  GL_RETURN_IF_ERROR(FromRocks(files_->Cut(), "cutting off what could not be committed"));
  errors_->Forget();
  const rocksdb::Status resumed = db_->Resume();
  if (!resumed.ok()) errors_->Remember();
  GL_RETURN_IF_ERROR(FromRocks(resumed, "resuming after an error"));
  return files_->broken() ? BeginLogAnew() : Status();
}

/// RocksDB begins another log where a family has something to flush. That may be none: so a row
/// that is always there is written anew, past the log.
Status Store::BeginLogAnew() {
  const std::string key = CountersKey();
  std::string value;
  GL_RETURN_IF_ERROR(FromRocks(
      db_->Get(rocksdb::ReadOptions(), handle(Family::kState), key, &value), "reading counters"));
  rocksdb::WriteOptions options;
  options.disableWAL = true;
  GL_RETURN_IF_ERROR(
      FromRocks(db_->Put(options, handle(Family::kState), key, value), "beginning another log"));
  rocksdb::FlushOptions flush;
  flush.allow_write_stall = true;
  const std::vector<rocksdb::ColumnFamilyHandle*> all(handles_.begin(), handles_.end());
  return FromRocks(db_->Flush(flush, all), "flushing what is in memory");
}

}  // namespace grantledger
