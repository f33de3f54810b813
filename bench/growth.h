// The exponent with which a cost grows.
#ifndef GRANTLEDGER_BENCH_GROWTH_H_
#define GRANTLEDGER_BENCH_GROWTH_H_

#include <cmath>
#include <cstdint>
#include <map>
#include <optional>

namespace grantledger::bench {

/// Of costs by size: the slope of a line through the points, both logarithmic, by least squares. 0:
/// it does not grow; 1: it doubles with the size. Nullopt: less than two costs are positive.
inline std::optional<double> GrowthOf(const std::map<std::uint64_t, double>& costs) {
  double count = 0;
  double x = 0;
  double y = 0;
  for (const auto& [size, cost] : costs) {
    if (cost <= 0) continue;
    ++count;
    x += std::log(static_cast<double>(size));
    y += std::log(cost);
  }
  if (count < 2) return std::nullopt;
  double products = 0;
  double squares = 0;
  for (const auto& [size, cost] : costs) {
    if (cost <= 0) continue;
    const double dx = std::log(static_cast<double>(size)) - x / count;
    products += dx * (std::log(cost) - y / count);
    squares += dx * dx;
  }
  return products / squares;
}

}  // namespace grantledger::bench

#endif  // GRANTLEDGER_BENCH_GROWTH_H_
