// Waits for what other threads do.
#ifndef GRANTLEDGER_TESTS_LEDGER_EVENTUALLY_H_
#define GRANTLEDGER_TESTS_LEDGER_EVENTUALLY_H_

#include <chrono>
#include <thread>

namespace grantledger {

/// Asks every few milliseconds, for as long as there is patience. Whether it holds in the end.
template <typename Condition>
bool Eventually(const Condition& holds) {
  constexpr std::chrono::seconds kPatience(30);
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (!holds()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return true;
}

}  // namespace grantledger

#endif  // GRANTLEDGER_TESTS_LEDGER_EVENTUALLY_H_
