// What the campaigns of `./dev torture` have in common: what they are told, and what they report.
#ifndef GRANTLEDGER_TESTS_TORTURE_CAMPAIGN_H_
#define GRANTLEDGER_TESTS_TORTURE_CAMPAIGN_H_

#include <chrono>
#include <cstdint>
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
  /// Where trials keep their files: a directory of the run's own, which is there and empty.
  std::string directory = {};
};

/// When to end. Used by one thread.
class Budget {
 public:
  explicit Budget(const Settings& settings) : settings_(settings) {}
  /// Whether one more trial may begin; counts it.
  bool Take() {
    const bool late = settings_.time.count() != 0 && Elapsed() >= settings_.time;
    if (late || (settings_.trials != 0 && taken_ >= settings_.trials)) return false;
    ++taken_;
    return true;
  }
  [[nodiscard]] std::uint64_t taken() const { return taken_; }

 private:
  [[nodiscard]] std::chrono::steady_clock::duration Elapsed() const {
    return std::chrono::steady_clock::now() - begun_;
  }

  const Settings& settings_;
  std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
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
