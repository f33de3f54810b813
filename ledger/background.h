// A thread of the lowest priority, and one of normal priority that does for it what others wait
// for.
#ifndef GRANTLEDGER_LEDGER_BACKGROUND_H_
#define GRANTLEDGER_LEDGER_BACKGROUND_H_

#include <condition_variable>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>

namespace grantledger {

/// Does the errand, and returns when it is done, with the exception that it threw. On a thread of
/// Background, whatever else has work comes before it: what it did while others wait for it, such
/// as leading a group of writes, they would wait for long. Its errands are another thread's.
void AtNormalPriority(const std::function<void()>& errand);

/// Owns both threads.
class Background {
 public:
  Background() = default;
  /// Waits for the end of `work`, if it was begun.
  ~Background();
  Background(const Background&) = delete;
  Background& operator=(const Background&) = delete;

  /// Begins to work. REQUIRES: called at most once. Throws std::system_error where there are no
  /// threads to be had.
  void Start(std::function<void()> work);
  [[nodiscard]] bool started() const { return worker_.joinable(); }
  /// Waits for the end of the work.
  void Join();

 private:
  friend void AtNormalPriority(const std::function<void()>& errand);
  void Send(const std::function<void()>& errand);
  void RunErrands();

  std::mutex mutex_;  // of all below
  std::condition_variable changed_;
  const std::function<void()>* errand_ = nullptr;
  std::exception_ptr thrown_;
  bool ends_ = false;
  std::thread errands_;
  std::thread worker_;
};

}  // namespace grantledger

#endif  // GRANTLEDGER_LEDGER_BACKGROUND_H_
