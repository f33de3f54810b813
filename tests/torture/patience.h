// Patience: notices a call that does not return.
#ifndef GRANTLEDGER_TESTS_TORTURE_PATIENCE_H_
#define GRANTLEDGER_TESTS_TORTURE_PATIENCE_H_

#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <iostream>
#include <mutex>
#include <string>
#include <thread>
#include <utility>

namespace grantledger::torture {

/// Ends the process, and says why, where a call does not return: what waits for ever can't be
/// stopped otherwise. Used by one thread.
class Patience {
 public:
  /// `who` is told of with it: what replays the run.
  explicit Patience(std::string who) : who_(std::move(who)) {}
  ~Patience() {
    {
      const std::scoped_lock lock(mutex_);
      ends_ = true;
    }
    changed_.notify_one();
    thread_.join();
  }
  Patience(const Patience&) = delete;
  Patience& operator=(const Patience&) = delete;

  template <typename F>
  auto Call(std::string what, const F& call) {
    struct Under {
      Patience& patience;
      ~Under() { patience.Now({}); }
    };
    Now(std::move(what));
    const Under under{*this};
    return call();
  }

 private:
  using Clock = std::chrono::steady_clock;
  static constexpr std::chrono::seconds kMost{120};

  void Now(std::string what) {
    const std::scoped_lock lock(mutex_);
    what_ = std::move(what);
    since_ = Clock::now();
  }
  void Watch() {
    std::unique_lock lock(mutex_);
    while (!ends_) {
      changed_.wait_for(lock, std::chrono::seconds(1));
      if (what_.empty() || Clock::now() - since_ < kMost) continue;
      std::cout << "FAILED: " << who_ << ": " << what_ << " has not returned for " << kMost.count()
                << " s" << std::endl;
      std::_Exit(1);
    }
  }

  const std::string who_;
  std::mutex mutex_;  // of all below, but for the thread
  std::condition_variable changed_;
  bool ends_ = false;
  std::string what_;  ///< The call that is under way; empty: none.
  Clock::time_point since_;
  std::thread thread_{[this] { Watch(); }};
};

}  // namespace grantledger::torture

#endif  // GRANTLEDGER_TESTS_TORTURE_PATIENCE_H_
