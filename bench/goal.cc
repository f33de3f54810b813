#include "bench/goal.h"

#include <array>
#include <cstdio>
#include <sstream>

namespace grantledger::bench {

std::string Number(double value, const char* unit) {
  std::array<char, 64> text{};
  const int digits = value >= 100 ? 0 : value >= 10 ? 1 : 2;
  std::snprintf(text.data(), text.size(), "%.*f%s", digits, value, unit);
  return text.data();
}

std::string Duration(double seconds) {
  constexpr double kMilli = 1e-3;
  constexpr double kMicro = 1e-6;
  if (seconds >= 1) return Number(seconds, " s");
  if (seconds >= kMilli) return Number(seconds / kMilli, " ms");
  return Number(seconds / kMicro, " µs");
}

std::string Rate(double per_second) {
  constexpr double kMillion = 1e6;
  constexpr double kThousand = 1e3;
  if (per_second >= kMillion) return Number(per_second / kMillion, " M/s");
  if (per_second >= kThousand) return Number(per_second / kThousand, " k/s");
  return Number(per_second, "/s");
}

std::string Count(std::uint64_t count) {
  std::string digits = std::to_string(count);
  for (int at = static_cast<int>(digits.size()) - 3; at > 0; at -= 3) {
    digits.insert(static_cast<std::size_t>(at), 1, ',');
  }
  return digits;
}

std::string Goal::Text() const {
  std::ostringstream text;
  text << (at_most ? "≤ " : "≥ ") << bound << unit;
  return text.str();
}

}  // namespace grantledger::bench
