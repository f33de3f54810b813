// Makes new inputs of old ones, for where there is no libFuzzer.
#ifndef GRANTLEDGER_TESTS_FUZZ_MUTATOR_H_
#define GRANTLEDGER_TESTS_FUZZ_MUTATOR_H_

#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace grantledger::fuzz {

class Mutator {
 public:
  /// `corpus` is not empty. The nth input follows from the seed and the corpus alone.
  Mutator(std::uint64_t seed, std::vector<std::string> corpus)
      : random_(seed), corpus_(std::move(corpus)) {}

  /// One of the corpus, changed in some places.
  std::string Next();

 private:
  std::uint64_t Below(std::uint64_t bound) { return random_() % bound; }
  void Change(std::string* input);

  std::mt19937_64 random_;
  std::vector<std::string> corpus_;
};

}  // namespace grantledger::fuzz

#endif  // GRANTLEDGER_TESTS_FUZZ_MUTATOR_H_
