#include "tools/progress.h"

#include <algorithm>
#include <string>
#include <utility>

#include <fmt/format.h>

namespace grantledger::tools {
namespace {

constexpr std::chrono::seconds kBeforeFirst(1);
constexpr std::chrono::milliseconds kBetween(200);
constexpr const char* kEraseLine = "\r\x1b[K";

/// 1234567 as "1,234,567".
std::string Grouped(std::uint64_t number) {
  std::string digits = fmt::format("{}", number);
  for (std::size_t at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, 1, ',');
  return digits;
}

}  // namespace

Progress::Progress(std::FILE* out, std::uint64_t total_bytes,
                   std::function<Clock::time_point()> now)
    : out_(out), total_bytes_(total_bytes), now_(std::move(now)) {
  if (out_ == nullptr) return;
  start_ = now_();
  next_ = start_ + kBeforeFirst;
}

void Progress::Update(std::uint64_t lines, std::uint64_t bytes) {
  if (out_ == nullptr) return;
  const Clock::time_point now = now_();
  if (now < next_) return;
  next_ = now + kBetween;
  Show(lines, bytes, now - start_);
}

void Progress::Show(std::uint64_t lines, std::uint64_t bytes,
                    std::chrono::duration<double> elapsed) {
  std::string text = fmt::format("{}  {} lines", kEraseLine, Grouped(lines));
  if (total_bytes_ != 0) {
    text += fmt::format(", {} %", std::min(bytes, total_bytes_) * 100 / total_bytes_);
  }
  const double rate = static_cast<double>(lines) / elapsed.count();
  text += fmt::format(", {} lines/s", Grouped(static_cast<std::uint64_t>(rate)));
  std::fputs(text.c_str(), out_);
  std::fflush(out_);
  shown_ = true;
}

void Progress::Clear() {
  if (!shown_) return;
  std::fputs(kEraseLine, out_);
  std::fflush(out_);
  shown_ = false;
}

}  // namespace grantledger::tools
