// FlushGate: keeps RocksDB from forgetting a flush.
//
// RocksDB 7.8.3 asks a thread to flush. Where an error stops what it does in the background before
// that thread begins, or a DB::Resume fails before, the flush is forgotten: DBImpl::BackgroundFlush
// returns before it takes the request from its queue, and no thread is asked for it again. Who
// waits for it, as the next DB::Resume does, waits for ever. So a thread is asked only when it will
// begin:
// - Who is about to tell RocksDB of an error waits until every flush that a thread was asked for
// has
//   begun; what is asked for after it is held until RocksDB resumes.
// - DB::Resume waits first until nothing is done in the background, and flushes then. It does not
//   end while it waits, so nothing is held; but an error in what it flushes ends it.
#ifndef GRANTLEDGER_LEDGER_FLUSH_GATE_H_
#define GRANTLEDGER_LEDGER_FLUSH_GATE_H_

#include <condition_variable>
#include <memory>
#include <mutex>

#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/listener.h>

namespace grantledger {

/// A listener of the database whose flushes it lets through. Thread-safe, but for Resume.
class FlushGate : public rocksdb::EventListener {
 public:
  FlushGate();
  ~FlushGate() override;
  FlushGate(const FlushGate&) = delete;
  FlushGate& operator=(const FlushGate&) = delete;

  /// `env`, whose flushes go through `gate`, with another clock. `env` is not owned; all outlive
  /// the database.
  static std::unique_ptr<rocksdb::Env> Watched(rocksdb::Env* env, std::shared_ptr<FlushGate> gate,
                                               std::shared_ptr<rocksdb::SystemClock> clock);

  /// DB::Resume, which does what was held, too.
  rocksdb::Status Resume(rocksdb::DB& db);
  /// Before the database is closed, which waits for what is held. Nothing is held after it.
  void Close();

  /// This thread took the request from the queue.
  void OnFlushBegin(rocksdb::DB* db, const rocksdb::FlushJobInfo& info) override;
  /// Called before RocksDB stops the work of the background, and without its mutex. Waits, but no
  /// longer than some seconds, since the threads are those of all databases of the process.
  void OnBackgroundError(rocksdb::BackgroundErrorReason reason, rocksdb::Status* error) override;

 private:
  class WatchedEnv;
  class Job;
  enum class State {
    kWorks,
    kStopped,  ///< By an error; what is asked for is held.
    kWaits,    ///< In DB::Resume, until nothing is done.
    kFlushes,  ///< In DB::Resume.
    kCloses,
  };
  void Pass(std::unique_ptr<Job> job);
  void GiveHeld();
  void Begun();
  rocksdb::Status ResumeOrGive(rocksdb::DB& db);

  static thread_local const FlushGate* resumed_by_this_thread;

  std::mutex mutex_;  // of all below
  std::condition_variable begun_;
  State state_ = State::kWorks;
  int awaited_ = 0;            // that a thread was asked for, and did not begin
  std::unique_ptr<Job> held_;  // the last one; it has the one before it
};

}  // namespace grantledger

#endif  // GRANTLEDGER_LEDGER_FLUSH_GATE_H_
