// Must: in a benchmark a refused call is an error of the benchmark; it ends it with the message.
#ifndef GRANTLEDGER_BENCH_MUST_H_
#define GRANTLEDGER_BENCH_MUST_H_

#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include <grantledger/status.h>

namespace grantledger::bench {

/// Throws std::runtime_error where the call failed.
template <typename T>
T Must(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message());
  return std::move(result).value();
}

inline void Must(const Status& status) {
  if (!status.ok()) throw std::runtime_error(status.message());
}

/// Costs nothing where it holds.
inline void Check(bool holds, std::string_view what) {
  if (!holds) throw std::runtime_error(std::string(what));
}

}  // namespace grantledger::bench

#endif  // GRANTLEDGER_BENCH_MUST_H_
