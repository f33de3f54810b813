// Progress of a long file, shown to people.
#ifndef GRANTLEDGER_TOOLS_PROGRESS_H_
#define GRANTLEDGER_TOOLS_PROGRESS_H_

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <functional>

namespace grantledger::tools {

/// Keeps one line of a terminal up to date: "  120,000 lines, 48 %, 40,000 lines/s". Shows nothing
/// in the first second, and is renewed five times a second after that.
class Progress {
 public:
  using Clock = std::chrono::steady_clock;

  /// `out` is a terminal, or null for no progress. `total_bytes` is 0 where it is not known.
  Progress(std::FILE* out, std::uint64_t total_bytes,
           std::function<Clock::time_point()> now = Clock::now);

  /// So much is done.
  void Update(std::uint64_t lines, std::uint64_t bytes);

  /// Takes the line away again.
  void Clear();

 private:
  void Show(std::uint64_t lines, std::uint64_t bytes, std::chrono::duration<double> elapsed);

  std::FILE* out_;
  std::uint64_t total_bytes_;
  std::function<Clock::time_point()> now_;
  Clock::time_point start_;
  Clock::time_point next_;
  bool shown_ = false;
};

}  // namespace grantledger::tools

#endif  // GRANTLEDGER_TOOLS_PROGRESS_H_
