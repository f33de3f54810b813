// FlushStarts: keeps RocksDB from forgetting a flush.
//
// RocksDB 7.8.3 asks a thread to flush. Where an error of another thread stops what it does in the
// background before that thread begins, the flush is forgotten: DBImpl::BackgroundFlush returns
// before it takes the request from its queue, and no thread is asked for it again. Who waits for
// it, as DB::Resume does, waits for ever. So who is about to stop the work of the background waits
// first until every flush that a thread was asked for has begun.
#ifndef GRANTLEDGER_LEDGER_FLUSH_STARTS_H_
#define GRANTLEDGER_LEDGER_FLUSH_STARTS_H_

#include <condition_variable>
#include <memory>
#include <mutex>

#include <rocksdb/env.h>
#include <rocksdb/listener.h>

namespace grantledger {

/// A listener of the database whose threads are those of `Watched`. Thread-safe.
class FlushStarts : public rocksdb::EventListener {
 public:
  /// `env`, whose flushes are known to `starts`. `env` is not owned; both outlive the database.
  static std::unique_ptr<rocksdb::Env> Watched(rocksdb::Env* env,
                                               std::shared_ptr<FlushStarts> starts);

  /// This thread took the request from the queue.
  void OnFlushBegin(rocksdb::DB* db, const rocksdb::FlushJobInfo& info) override;
  /// Called before RocksDB stops the work of the background, and without its mutex. Waits, but no
  /// longer than some seconds, since the threads are those of all databases of the process.
  void OnBackgroundError(rocksdb::BackgroundErrorReason reason, rocksdb::Status* error) override;

 private:
  class WatchedEnv;
  class Job;
  void Add(int count);

  std::mutex mutex_;
  std::condition_variable begun_;
  int awaited_ = 0;  // that a thread was asked for, and did not begin
};

}  // namespace grantledger

#endif  // GRANTLEDGER_LEDGER_FLUSH_STARTS_H_
