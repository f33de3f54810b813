// FlushGate: keeps RocksDB from forgetting a flush.
//
// RocksDB 7.8.3 asks a thread to flush. Where an error stops what it does in the background before
// that thread begins, or a DB::Resume fails before, the flush is forgotten: DBImpl::BackgroundFlush
// returns before it takes the request from its queue, and no thread is asked for it again. Who
// waits for it, as the next DB::Resume does, waits for ever. So a flush goes on only when it will
// begin:
// - Who is about to tell RocksDB of an error stops the gate, and waits until every flush that went
//   through has begun. What comes then is held until RocksDB resumes, be it before a thread is
//   asked or when the thread has come to it.
// - DB::Resume waits first until nothing is done in the background, and flushes then. It does not
//   end while it waits, so nothing is held; but an error in what it does itself, or flushes, ends
//   it.
#ifndef GRANTLEDGER_LEDGER_FLUSH_GATE_H_
#define GRANTLEDGER_LEDGER_FLUSH_GATE_H_

#include <condition_variable>
#include <cstdint>
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
  /// To a thread, or where it is held.
  void Pass(std::unique_ptr<Job> job);
  /// By the thread that has come to it. Null: it is held.
  std::unique_ptr<Job> GoOn(std::unique_ptr<Job> job);
  void Hold(std::unique_ptr<Job> job);  // REQUIRES: mutex_ is held
  void Give(std::unique_ptr<Job> job);
  void GiveHeld();
  void Begun();
  void Dropped();
  rocksdb::Status ResumeOrGive(rocksdb::DB& db, bool is_one_of_two);

  static thread_local const FlushGate* resumed_by_this_thread;

  std::mutex mutex_;  // of all below
  std::condition_variable begun_;
  State state_ = State::kWorks;
  std::uint64_t errors_ = 0;   // that were told
  int given_ = 0;              // to threads that have not come to them
  int awaited_ = 0;            // that went on, and did not begin
  std::unique_ptr<Job> held_;  // the last one; it has the one before it
};

}  // namespace grantledger

#endif  // GRANTLEDGER_LEDGER_FLUSH_GATE_H_
