// Resuming: makes a RocksDB database go on after an error, and does not wait for ever.
#ifndef GRANTLEDGER_LEDGER_RESUMING_H_
#define GRANTLEDGER_LEDGER_RESUMING_H_

#include <functional>
#include <future>

#include <rocksdb/db.h>

namespace grantledger {

/// DB::Resume waits for what RocksDB does in the background: for merging, which is tried again for
/// as long as it fails, and for flushes. A flush is forgotten where merging fails in the moment in
/// which it is about to begin (DBImpl::BackgroundFlush of 7.8.3 returns before it takes its request
/// from the queue, for which no other thread is asked); then DB::Resume ends with the database.
///
/// The same holds for a flush that is asked for. Used by one thread at a time.
class Resuming {
 public:
  Resuming() = default;
  ~Resuming() = default;  // REQUIRES: Stop, where it goes on
  Resuming(const Resuming&) = delete;
  Resuming& operator=(const Resuming&) = delete;

  /// Whether one was begun that had not ended when it was waited for last.
  [[nodiscard]] bool goes_on() const { return resumed_.valid(); }
  /// Begins `resume` in a thread of its own, or goes on with the one that goes on; waits some
  /// seconds. TimedOut: it goes on.
  rocksdb::Status Run(const std::function<rocksdb::Status()>& resume);
  /// Ends it. Nothing but closing is possible then.
  void Stop(rocksdb::DB& db);

 private:
  std::future<rocksdb::Status> resumed_;
};

}  // namespace grantledger

#endif  // GRANTLEDGER_LEDGER_RESUMING_H_
