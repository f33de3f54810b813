// How measured numbers and goals are written, and whether a goal is met.
#ifndef GRANTLEDGER_BENCH_GOAL_H_
#define GRANTLEDGER_BENCH_GOAL_H_

#include <cstdint>
#include <string>

namespace grantledger::bench {

/// Three digits at least: "0.52", "12.3", "1234", and the unit.
std::string Number(double value, const char* unit);
/// "1.50 s", "12.3 ms" or "45.6 µs".
std::string Duration(double seconds);
/// "1.20 M/s", "54.0 k/s" or "12.0/s".
std::string Rate(double per_second);
/// "1,234,567".
std::string Count(std::uint64_t count);

/// What is to hold of a result.
struct Goal {
  bool at_most = true;
  double bound = 0;
  std::string unit;

  [[nodiscard]] bool Holds(double result) const {
    return at_most ? result <= bound : result >= bound;
  }
  /// "met" or "NOT MET".
  [[nodiscard]] const char* Verdict(double result) const {
    return Holds(result) ? "met" : "NOT MET";
  }
  [[nodiscard]] std::string Text() const;
};

}  // namespace grantledger::bench

#endif  // GRANTLEDGER_BENCH_GOAL_H_
