// Report: what a campaign did and found, as a table.
#ifndef GRANTLEDGER_TESTS_TORTURE_REPORT_H_
#define GRANTLEDGER_TESTS_TORTURE_REPORT_H_

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace grantledger::torture {

/// What every campaign takes.
struct Settings {
  std::uint64_t seed = 0;
  /// The campaign begins nothing new when this much time is over.
  std::chrono::milliseconds budget{0};
  /// It ends after so many rounds, too; 0: not.
  std::uint64_t rounds = 0;
  bool verbose = false;
  /// Where what fails is written to; empty: the directory for temporary files.
  std::string keep_in = {};
};

struct Report {
  std::string campaign;
  std::uint64_t seed = 0;
  std::vector<std::pair<std::string, std::uint64_t>> rows;  ///< What was counted.
  std::vector<std::string> failures;                        ///< What must not happen.

  [[nodiscard]] bool ok() const { return failures.empty(); }
  void Add(const std::string& what, std::uint64_t count);
  /// The failures, then a table in Markdown.
  [[nodiscard]] std::string ToString() const;
};

/// Whether the time of a campaign is over.
class Deadline {
 public:
  explicit Deadline(std::chrono::milliseconds budget)
      : end_(std::chrono::steady_clock::now() + budget) {}
  [[nodiscard]] bool passed() const { return std::chrono::steady_clock::now() >= end_; }

 private:
  std::chrono::steady_clock::time_point end_;
};

}  // namespace grantledger::torture

#endif  // GRANTLEDGER_TESTS_TORTURE_REPORT_H_
