#include "ledger/background.h"

#include <utility>

#include <sys/resource.h>
#include <unistd.h>

namespace grantledger {
namespace {

/// That this thread works for; null: this thread has normal priority.
thread_local Background* this_background = nullptr;

/// Whatever else has work to do comes first. Where the system does not grant it, nothing is lost.
void LowerPriority() {
  constexpr int kLeast = 19;
  (void)setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), kLeast);
}

}  // namespace

void AtNormalPriority(const std::function<void()>& errand) {
  if (this_background == nullptr) return errand();
  this_background->Send(errand);
}

Background::~Background() { Join(); }

void Background::Start(std::function<void()> work) {
  errands_ = std::thread([this] { RunErrands(); });
  try {
    worker_ = std::thread([this, work = std::move(work)] {
      this_background = this;
      LowerPriority();
      work();
    });
  } catch (...) {
    Join();
    throw;
  }
}

void Background::Join() {
  if (worker_.joinable()) worker_.join();
  {
    const std::scoped_lock lock(mutex_);
    ends_ = true;
    changed_.notify_all();
  }
  if (errands_.joinable()) errands_.join();
}

void Background::Send(const std::function<void()>& errand) {
  std::unique_lock lock(mutex_);
  errand_ = &errand;
  changed_.notify_all();
  changed_.wait(lock, [this] { return errand_ == nullptr; });
  if (thrown_) std::rethrow_exception(std::exchange(thrown_, nullptr));
}

void Background::RunErrands() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return ends_ || errand_ != nullptr; });
    if (errand_ == nullptr) return;
    lock.unlock();
    std::exception_ptr thrown;
    try {
      (*errand_)();
    } catch (...) {
      thrown = std::current_exception();
    }
    lock.lock();
    thrown_ = std::move(thrown);
    errand_ = nullptr;
    changed_.notify_all();
  }
}

}  // namespace grantledger
