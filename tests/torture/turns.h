// Turns: one write without a ClientToken at a time, of each operation and caller. Two that are
// equal could not be told apart in the log.
#ifndef GRANTLEDGER_TESTS_TORTURE_TURNS_H_
#define GRANTLEDGER_TESTS_TORTURE_TURNS_H_

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "observed.h"

namespace grantledger::torture {

/// Thread-safe.
class Turns {
 public:
  using Keys = std::set<std::pair<std::string, std::string>>;  ///< (operation, caller)

  static Keys KeysOf(const std::vector<Json>& writes) {
    Keys keys;
    for (const Json& write : writes) {
      if (!write.at("Input").contains("ClientToken")) {
        keys.emplace(write.at("Operation"), write.at("Caller"));
      }
    }
    return keys;
  }

  void Take(const Keys& keys) {
    std::unique_lock lock(mutex_);
    left_.wait(lock, [&] {
      return std::ranges::none_of(keys, [this](const auto& key) { return taken_.contains(key); });
    });
    taken_.insert(keys.begin(), keys.end());
  }
  void Leave(const Keys& keys) {
    const std::scoped_lock lock(mutex_);
    for (const auto& key : keys) taken_.erase(key);
    left_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable left_;
  Keys taken_;
};

}  // namespace grantledger::torture

#endif  // GRANTLEDGER_TESTS_TORTURE_TURNS_H_
