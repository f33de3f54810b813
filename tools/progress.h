// Progress of long work, shown to people.
#ifndef GRANTLEDGER_TOOLS_PROGRESS_H_
#define GRANTLEDGER_TOOLS_PROGRESS_H_

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <string>

namespace grantledger::tools {

/// Keeps one line of a terminal up to date: "  [#####-----] 48 %, 120,000 lines, 40,000 lines/s",
/// with a bar of 40. Shows nothing in the first second, and is renewed five times a second after
/// that. Where the terminal is gone it shows nothing, and the work goes on.
class Progress {
 public:
  using Clock = std::chrono::steady_clock;

  /// `out` is a terminal, or null for no progress. `total` is 0 where it is not known: there is no
  /// bar then. `unit` is what is counted, in the plural.
  Progress(std::FILE* out, std::uint64_t total, std::string unit = "lines",
           std::function<Clock::time_point()> now = Clock::now);

  /// So many units are done, and so much of the total.
  void Update(std::uint64_t count, std::uint64_t done);
  /// Where the total is of units.
  void Update(std::uint64_t count) { Update(count, count); }

  /// Takes the line away again.
  void Clear();

 private:
  void Show(std::uint64_t count, std::uint64_t done, std::chrono::duration<double> elapsed);

  std::FILE* out_;
  std::uint64_t total_;
  std::string unit_;
  std::function<Clock::time_point()> now_;
  Clock::time_point start_;
  Clock::time_point next_;
  bool shown_ = false;
};

}  // namespace grantledger::tools

#endif  // GRANTLEDGER_TOOLS_PROGRESS_H_
