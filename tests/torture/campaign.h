// What the campaigns of `./dev torture` have in common: what they are told, and what they report.
#ifndef GRANTLEDGER_TESTS_TORTURE_CAMPAIGN_H_
#define GRANTLEDGER_TESTS_TORTURE_CAMPAIGN_H_

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <iostream>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace grantledger::torture {

struct Settings {
  std::uint64_t seed = 0;
  /// A campaign begins no further trial after this time; 0: there is no such bound.
  std::chrono::milliseconds time = {};
  /// Nor after so many; 0: there is no such bound. One of the two is given.
  std::uint64_t trials = 0;
  /// The trials of `faults` and `fault-pairs` are cut into so many parts, which together are all;
  /// this one is run, from 1.
  std::uint64_t parts = 1;
  std::uint64_t part = 1;
  /// Where trials keep their files: a directory of the run's own, which is there and empty.
  std::string directory = {};
};

/// When to end. Tells on standard error, every half minute, how many trials were begun. Used by one
/// thread at a time.
class Budget {
 public:
  /// `most`: trials there are, if that is known; 0: any number.
  explicit Budget(const Settings& settings, std::uint64_t most = 0)
      : settings_(settings), most_(LesserOf(settings.trials, most)) {}
  /// Whether one more trial may begin; counts it.
  bool Take() {
    const auto elapsed = std::chrono::steady_clock::now() - begun_;
    const bool late = settings_.time.count() != 0 && elapsed >= settings_.time;
    if (late || (most_ != 0 && taken_ >= most_)) return false;
    if (elapsed >= next_told_) Tell(elapsed);
    ++taken_;
    return true;
  }
  [[nodiscard]] std::uint64_t taken() const { return taken_; }

 private:
  using Duration = std::chrono::steady_clock::duration;
  static constexpr std::chrono::seconds kTellEvery{30};

  static std::uint64_t LesserOf(std::uint64_t bound, std::uint64_t other) {
    if (bound == 0 || other == 0) return std::max(bound, other);
    return std::min(bound, other);
  }
  void Tell(Duration elapsed) {
    next_told_ = elapsed + kTellEvery;
    std::cerr << "  " << taken_ << " trials";
    if (most_ != 0) std::cerr << " of " << most_;
    std::cerr << " in " << std::chrono::duration_cast<std::chrono::seconds>(elapsed).count()
              << " s\n";
  }

  const Settings& settings_;
  const std::uint64_t most_;
  const std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
  Duration next_told_ = kTellEvery;
  std::uint64_t taken_ = 0;
};

/// What a campaign saw.
struct Tally {
  std::uint64_t trials = 0;
  /// How often each outcome was seen ("opened with all that was answered"), failures among them.
  std::map<std::string, std::uint64_t> outcomes = {};
  /// What must not be: a sentence each, with what replays it.
  std::vector<std::string> failures = {};
};

struct Campaign {
  std::string_view name;
  std::string_view about;  ///< One line of --help.
  Tally (*run)(const Settings& settings);
};

/// Every campaign there is, in the order of docs/RELIABILITY.md.
std::span<const Campaign> Campaigns();

}  // namespace grantledger::torture

#endif  // GRANTLEDGER_TESTS_TORTURE_CAMPAIGN_H_
