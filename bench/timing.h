// How long something takes, and what most of many such times are below.
#ifndef GRANTLEDGER_BENCH_TIMING_H_
#define GRANTLEDGER_BENCH_TIMING_H_

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <utility>
#include <vector>

namespace grantledger::bench {

/// How long `act` takes, in seconds.
template <typename Act>
double Seconds(Act&& act) {
  const auto start = std::chrono::steady_clock::now();
  std::forward<Act>(act)();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// What `percent` of 100 times are at most. REQUIRES: there are times, and percent < 100.
inline double Percentile(std::vector<double> times, std::size_t percent) {
  const auto at = times.begin() + static_cast<std::ptrdiff_t>(times.size() * percent / 100);
  std::ranges::nth_element(times, at);
  return *at;
}

}  // namespace grantledger::bench

#endif  // GRANTLEDGER_BENCH_TIMING_H_
