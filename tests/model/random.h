// Random numbers that are the same on every machine (splitmix64).
#ifndef GRANTLEDGER_TESTS_MODEL_RANDOM_H_
#define GRANTLEDGER_TESTS_MODEL_RANDOM_H_

#include <cstddef>
#include <cstdint>
#include <vector>

namespace grantledger::model {

class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}

  std::uint64_t Next() {
    state_ += 0x9e3779b97f4a7c15U;
    std::uint64_t mixed = state_;
    mixed = (mixed ^ (mixed >> 30U)) * 0xbf58476d1ce4e5b9U;
    mixed = (mixed ^ (mixed >> 27U)) * 0x94d049bb133111ebU;
    return mixed ^ (mixed >> 31U);
  }
  /// 0 <= result < bound. REQUIRES: bound > 0.
  std::size_t Below(std::size_t bound) { return static_cast<std::size_t>(Next() % bound); }
  bool Percent(std::size_t chance) { return Below(100) < chance; }
  template <typename T>
  const T& Pick(const std::vector<T>& from) {
    return from[Below(from.size())];
  }

 private:
  std::uint64_t state_;
};

/// One seed of two.
inline std::uint64_t MixSeeds(std::uint64_t a, std::uint64_t b) {
  Random random(a);
  return Random(random.Next() ^ b).Next();
}

}  // namespace grantledger::model

#endif  // GRANTLEDGER_TESTS_MODEL_RANDOM_H_
