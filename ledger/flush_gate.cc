#include "ledger/flush_gate.h"

#include <chrono>
#include <new>
#include <system_error>
#include <thread>
#include <utility>

#include <rocksdb/system_clock.h>

#include "ledger/background_errors.h"

namespace grantledger {

/// A job of the threads that flush, until it ends.
class FlushGate::Job {
 public:
  using Function = void (*)(void*);
  struct Call {
    Function run;
    Function drop;
    void* argument;
    void* tag;
  };
  Job(rocksdb::EnvWrapper& env, std::shared_ptr<FlushGate> gate, const Call& call)
      : env_(env), gate_(std::move(gate)), call_(call) {}
  ~Job() { Begun(); }
  Job(const Job&) = delete;
  Job& operator=(const Job&) = delete;

  /// Asks a thread for it. What is thrown leaves it as it is.
  void Schedule() {
    env_.EnvWrapper::Schedule(&Job::Run, this, rocksdb::Env::HIGH, call_.tag, &Job::Drop);
  }
  static void Run(void* job) {
    FlushGate& gate = *static_cast<Job*>(job)->gate_;
    const auto mine = gate.GoOn(std::unique_ptr<Job>(static_cast<Job*>(job)));
    if (mine == nullptr) return;
    mine->is_awaited_ = true;
    running = mine.get();
    mine->call_.run(mine->call_.argument);
    running = nullptr;
  }
  static void Drop(void* job) {
    const std::unique_ptr<Job> mine(static_cast<Job*>(job));
    mine->gate_->Dropped();
    if (mine->call_.drop != nullptr) mine->call_.drop(mine->call_.argument);
  }
  void Begun() {
    if (std::exchange(is_awaited_, false)) gate_->Begun();
  }
  [[nodiscard]] bool IsAwaitedBy(const FlushGate* gate) const {
    return is_awaited_ && gate_.get() == gate;
  }

  static thread_local Job* running;  // by this thread; null: none

  std::unique_ptr<Job> held_before;

 private:
  rocksdb::EnvWrapper& env_;
  const std::shared_ptr<FlushGate> gate_;
  const Call call_;
  bool is_awaited_ = false;  // it went on, and did not begin
};

thread_local FlushGate::Job* FlushGate::Job::running = nullptr;
thread_local const FlushGate* FlushGate::resumed_by_this_thread = nullptr;

class FlushGate::WatchedEnv : public rocksdb::EnvWrapper {
 public:
  WatchedEnv(rocksdb::Env* env, std::shared_ptr<FlushGate> gate,
             std::shared_ptr<rocksdb::SystemClock> clock)
      : EnvWrapper(env), gate_(std::move(gate)) {
    // Else it is made of the functions of an Env, which lose what an IOStatus says.
    file_system_ = env->GetFileSystem();
    system_clock_ = std::move(clock);
  }
  [[nodiscard]] const char* Name() const override { return "grantledger.WatchedEnv"; }
  void Schedule(void (*run)(void*), void* argument, Priority priority, void* tag,
                void (*drop)(void*)) override {
    // RocksDB flushes at high priority, and merges at a lower one.
    if (priority != Priority::HIGH) {
      return EnvWrapper::Schedule(run, argument, priority, tag, drop);
    }
    gate_->Pass(std::make_unique<Job>(*this, gate_, Job::Call{run, drop, argument, tag}));
  }

 private:
  const std::shared_ptr<FlushGate> gate_;
};

FlushGate::FlushGate() = default;
FlushGate::~FlushGate() = default;

std::unique_ptr<rocksdb::Env> FlushGate::Watched(rocksdb::Env* env, std::shared_ptr<FlushGate> gate,
                                                 std::shared_ptr<rocksdb::SystemClock> clock) {
  return std::make_unique<WatchedEnv>(env, std::move(gate), std::move(clock));
}

void FlushGate::Pass(std::unique_ptr<Job> job) {
  {
    const std::scoped_lock lock(mutex_);
    if (state_ == State::kStopped) return Hold(std::move(job));
    // Of what it resumes, this thread asks for flushes alone.
    if (state_ == State::kWaits && resumed_by_this_thread == this) state_ = State::kFlushes;
  }
  Give(std::move(job));
}

std::unique_ptr<FlushGate::Job> FlushGate::GoOn(std::unique_ptr<Job> job) {
  const std::scoped_lock lock(mutex_);
  --given_;
  if (state_ == State::kStopped) {
    Hold(std::move(job));
  } else {
    ++awaited_;
  }
  return job;
}

void FlushGate::Hold(std::unique_ptr<Job> job) {
  job->held_before = std::move(held_);
  held_ = std::move(job);
}

void FlushGate::Give(std::unique_ptr<Job> job) {
  constexpr std::chrono::milliseconds kMoment(1);
  {
    const std::scoped_lock lock(mutex_);
    ++given_;
  }
  while (true) {
    try {
      job->Schedule();
      break;
    } catch (const std::bad_alloc&) {  // RocksDB counts on it
      std::this_thread::sleep_for(kMoment);
    }
  }
  (void)job.release();
}

void FlushGate::GiveHeld() {
  std::unique_ptr<Job> held;
  {
    const std::scoped_lock lock(mutex_);
    if (state_ == State::kStopped) state_ = State::kWaits;
    held = std::move(held_);
  }
  while (held != nullptr) {
    std::unique_ptr<Job> before = std::move(held->held_before);
    Give(std::exchange(held, std::move(before)));
  }
}

void FlushGate::Close() {
  {
    const std::scoped_lock lock(mutex_);
    state_ = State::kCloses;
  }
  GiveHeld();
}

void FlushGate::Dropped() {
  const std::scoped_lock lock(mutex_);
  --given_;
}

void FlushGate::Begun() {
  {
    const std::scoped_lock lock(mutex_);
    --awaited_;
  }
  begun_.notify_all();
}

void FlushGate::OnFlushBegin(rocksdb::DB* /*db*/, const rocksdb::FlushJobInfo& /*info*/) {
  if (Job::running != nullptr) Job::running->Begun();
}

void FlushGate::OnBackgroundError(rocksdb::BackgroundErrorReason reason, rocksdb::Status* error) {
  constexpr std::chrono::seconds kMost(5);
  if (!StopsWork(reason, *error)) return;
  const bool is_mine = Job::running != nullptr && Job::running->IsAwaitedBy(this);
  std::unique_lock lock(mutex_);
  ++errors_;
  if (state_ == State::kCloses) return;
  if (state_ != State::kWaits || resumed_by_this_thread == this) state_ = State::kStopped;
  begun_.wait_for(lock, kMost, [&] { return awaited_ <= (is_mine ? 1 : 0); });
}

/// What ran before RocksDB resumes would be forgotten, and DB::Resume waits for what is held. When
/// RocksDB resumes can be told by a second DB::Resume: only then it is busy. Which of the two is
/// the second does not matter.
rocksdb::Status FlushGate::Resume(rocksdb::DB& db) {
  bool any_left = false;
  std::uint64_t errors = 0;
  {
    const std::scoped_lock lock(mutex_);
    any_left = held_ != nullptr || given_ != 0;
    if (!any_left) state_ = State::kWaits;  // until it resumes, RocksDB asks for nothing
    errors = errors_;
  }
  rocksdb::Status second = rocksdb::Status::Busy();
  rocksdb::Status resumed;
  {
    std::jthread other;
    try {
      if (any_left) other = std::jthread([&] { second = ResumeOrGive(db, any_left); });
      resumed = ResumeOrGive(db, any_left);
    } catch (const std::system_error& error) {
      resumed = rocksdb::Status::IOError("no thread can be started", error.what());
    }
  }
  if (resumed.IsBusy()) resumed = second;
  {
    const std::scoped_lock lock(mutex_);
    // That may not count yet.
    if (resumed.ok() && errors_ != errors)
      resumed = rocksdb::Status::IOError("an error came since");
    if (state_ != State::kCloses) state_ = resumed.ok() ? State::kWorks : State::kStopped;
  }
  return resumed;
}

rocksdb::Status FlushGate::ResumeOrGive(rocksdb::DB& db, bool is_one_of_two) {
  constexpr std::chrono::milliseconds kMoment(1);
  resumed_by_this_thread = this;
  rocksdb::Status resumed;
  while (true) {
    try {
      resumed = db.Resume();
      break;
    } catch (const std::bad_alloc&) {
      resumed = rocksdb::Status::MemoryLimit("resuming");
      if (!is_one_of_two) break;
      std::this_thread::sleep_for(kMoment);  // the other one may wait for what is held
    }
  }
  resumed_by_this_thread = nullptr;
  // Ok: there was no error any more.
  if (resumed.IsBusy() || resumed.ok()) GiveHeld();
  return resumed;
}

}  // namespace grantledger
