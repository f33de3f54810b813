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

/// "[####------] 40 %, ", where the whole is known.
std::string Bar(std::uint64_t done, std::uint64_t total) {
  constexpr std::size_t kWidth = 40;
  if (total == 0) return {};
  const double share = static_cast<double>(std::min(done, total)) / static_cast<double>(total);
  const auto filled = static_cast<std::size_t>(share * kWidth);
  return fmt::format("[{}{}] {} %, ", std::string(filled, '#'), std::string(kWidth - filled, '-'),
                     static_cast<int>(share * 100));
}

}  // namespace

Progress::Progress(std::FILE* out, std::uint64_t total, std::string unit,
                   std::function<Clock::time_point()> now)
    : out_(out), total_(total), unit_(std::move(unit)), now_(std::move(now)) {
  if (out_ == nullptr) return;
  start_ = now_();
  next_ = start_ + kBeforeFirst;
}

void Progress::Update(std::uint64_t count, std::uint64_t done) {
  if (out_ == nullptr) return;
  const Clock::time_point now = now_();
  if (now < next_) return;
  next_ = now + kBetween;
  Show(count, done, now - start_);
}

void Progress::Show(std::uint64_t count, std::uint64_t done,
                    std::chrono::duration<double> elapsed) {
  const double rate = static_cast<double>(count) / elapsed.count();
  const std::string line =
      fmt::format("{}  {}{} {}, {} {}/s", kEraseLine, Bar(done, total_), Grouped(count), unit_,
                  Grouped(static_cast<std::uint64_t>(rate)), unit_);
  // Where it can't be shown, the work goes on.
  (void)std::fputs(line.c_str(), out_);
  (void)std::fflush(out_);
  shown_ = true;
}

void Progress::Clear() {
  if (!shown_) return;
  (void)std::fputs(kEraseLine, out_);
  (void)std::fflush(out_);
  shown_ = false;
}

}  // namespace grantledger::tools
