#include "ledger/flush_starts.h"

#include <chrono>
#include <utility>

namespace grantledger {

/// A job of the threads that flush, until it ends.
class FlushStarts::Job {
 public:
  using Function = void (*)(void*);
  Job(std::shared_ptr<FlushStarts> starts, Function run, Function drop, void* argument)
      : starts_(std::move(starts)), run_(run), drop_(drop), argument_(argument) {
    starts_->Add(1);
  }
  ~Job() { Begun(); }
  Job(const Job&) = delete;
  Job& operator=(const Job&) = delete;

  static void Run(void* job) {
    const std::unique_ptr<Job> mine(static_cast<Job*>(job));
    running = mine.get();
    mine->run_(mine->argument_);
    running = nullptr;
  }
  static void Drop(void* job) {
    const std::unique_ptr<Job> mine(static_cast<Job*>(job));
    if (mine->drop_ != nullptr) mine->drop_(mine->argument_);
  }
  void Begun() {
    if (!std::exchange(begun_, true)) starts_->Add(-1);
  }
  /// Whether it is one of these that has still to begin.
  [[nodiscard]] bool IsAwaitedBy(const FlushStarts* starts) const {
    return !begun_ && starts_.get() == starts;
  }

  static thread_local Job* running;  // by this thread; null: none

 private:
  const std::shared_ptr<FlushStarts> starts_;
  const Function run_;
  const Function drop_;
  void* const argument_;
  bool begun_ = false;
};

thread_local FlushStarts::Job* FlushStarts::Job::running = nullptr;

class FlushStarts::WatchedEnv : public rocksdb::EnvWrapper {
 public:
  WatchedEnv(rocksdb::Env* env, std::shared_ptr<FlushStarts> starts)
      : EnvWrapper(env), starts_(std::move(starts)) {
    // Else these are made of the functions of an Env, which lose what an IOStatus says.
    file_system_ = env->GetFileSystem();
    system_clock_ = env->GetSystemClock();
  }
  [[nodiscard]] const char* Name() const override { return "grantledger.WatchedEnv"; }
  void Schedule(void (*run)(void*), void* argument, Priority priority, void* tag,
                void (*drop)(void*)) override {
    // RocksDB flushes at high priority, and merges at a lower one.
    if (priority != Priority::HIGH) {
      return EnvWrapper::Schedule(run, argument, priority, tag, drop);
    }
    auto job = std::make_unique<Job>(starts_, run, drop, argument);
    EnvWrapper::Schedule(&Job::Run, job.get(), priority, tag, &Job::Drop);
    (void)job.release();
  }

 private:
  const std::shared_ptr<FlushStarts> starts_;
};

std::unique_ptr<rocksdb::Env> FlushStarts::Watched(rocksdb::Env* env,
                                                   std::shared_ptr<FlushStarts> starts) {
  return std::make_unique<WatchedEnv>(env, std::move(starts));
}

void FlushStarts::Add(int count) {
  {
    const std::scoped_lock lock(mutex_);
    awaited_ += count;
  }
  begun_.notify_all();
}

void FlushStarts::OnFlushBegin(rocksdb::DB* /*db*/, const rocksdb::FlushJobInfo& /*info*/) {
  if (Job::running != nullptr) Job::running->Begun();
}

void FlushStarts::OnBackgroundError(rocksdb::BackgroundErrorReason /*reason*/,
                                    rocksdb::Status* /*error*/) {
  constexpr std::chrono::seconds kMost(5);
  const bool is_mine = Job::running != nullptr && Job::running->IsAwaitedBy(this);
  std::unique_lock lock(mutex_);
  begun_.wait_for(lock, kMost, [&] { return awaited_ <= (is_mine ? 1 : 0); });
}

}  // namespace grantledger
