#include "tools/page.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "tools/safe_text.h"

namespace grantledger::tools {
namespace {

constexpr std::size_t kLineWidth = 80;
constexpr std::string_view kIndent = "  ";
constexpr std::string_view kGap = "  ";

constexpr std::size_t kShortName = 3;  // "Tue", "Mar"
constexpr std::array<std::string_view, 7> kDays = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                   "Thursday", "Friday", "Saturday"};
constexpr std::array<std::string_view, 12> kMonths = {
    "January", "February", "March",     "April",   "May",      "June",
    "July",    "August",   "September", "October", "November", "December"};

/// Characters, not bytes, of UTF-8 text.
std::size_t Width(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U; }));
}

/// Of what is seen of it: marks of colours take no space.
std::size_t ShownWidth(std::string_view text) { return Width(Rendered(text, false)); }

std::size_t Width(const Column& column) {
  std::size_t width = Width(column.title);
  for (const std::string& cell : column.cells) width = std::max(width, ShownWidth(cell));
  return width;
}

/// As it is shown, with spaces around it.
std::string Padded(std::string_view text, std::size_t width, bool right, bool colours) {
  const std::size_t shown = ShownWidth(text);
  const std::string spaces(width - std::min(width, shown), ' ');
  const std::string rendered = Rendered(text, colours);
  return right ? spaces + rendered : rendered + spaces;
}

/// "Tuesday", "3 March", "2026" and "12:00".
struct TimeParts {
  std::string_view day;
  std::string date;
  int year;
  std::string hour;
};

TimeParts PartsOf(Time time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  const std::string_view month = kMonths[static_cast<unsigned>(date.month()) - 1];
  return {kDays[std::chrono::weekday(day).c_encoding()],
          fmt::format("{} {}", static_cast<unsigned>(date.day()), month),
          static_cast<int>(date.year()),
          fmt::format("{:02}:{:02}", clock.hours().count(), clock.minutes().count())};
}

void TrimEnd(std::string& line) { line.erase(line.find_last_not_of(' ') + 1); }

}  // namespace

void Page::Title(std::string_view title, std::string_view date) {
  text_ += fmt::format(
      "\n{}{}\n",
      Coloured(Padded(title, kLineWidth - ShownWidth(date), false, colours_), Tone::kStrong),
      Coloured(Rendered(date, colours_), Tone::kFaint));
}

void Page::Text(std::string_view raw) {
  const std::string escaped = Rendered(raw, false);
  std::string_view text = escaped;
  std::size_t at = kLineWidth;  // A first word begins a line.
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(word.size() + 1, text.size()));
    const bool fits = at + 1 + Width(word) <= kLineWidth;
    text_ += fmt::format("{}{}", fits ? ' ' : '\n', word);
    at = Width(word) + (fits ? at + 1 : 0);
  }
  text_ += '\n';
}

void Page::Print(const Table& table) {
  text_ += '\n';
  for (std::size_t row = 0; row <= table.front().cells.size(); ++row) {
    std::string line(kIndent);
    for (const Column& column : table) {
      const std::string_view cell = row == 0 ? column.title : column.cells[row - 1];
      const std::string padded = Padded(cell, Width(column), column.is_number, colours_);
      line += Coloured(padded, row == 0 ? Tone::kFaint : ToneOf(cell));
      if (&column != &table.back()) line += kGap;
    }
    TrimEnd(line);
    text_ += line + '\n';
  }
}

void Page::Note(std::string_view text) {
  text_ += fmt::format("\n{}{}\n", kIndent, Coloured(Rendered(text, colours_), Tone::kFaint));
}

void Page::Command(std::string_view command) { text_ += fmt::format("\n{}\n", command); }

std::string Page::Take() { return std::exchange(text_, {}); }

Page::Tone Page::ToneOf(std::string_view cell) {
  if (cell == "ACTIVE" || cell.starts_with("yes")) return Tone::kGood;
  if (cell == "DISABLED" || cell == "no") return Tone::kIdle;
  return Tone::kPlain;
}

std::string Page::Coloured(std::string_view text, Tone tone) const {
  constexpr std::array<std::string_view, 5> kCodes = {"", "1", "2", "32", "33"};
  if (!colours_ || tone == Tone::kPlain) return std::string(text);
  return fmt::format("\x1b[{}m{}\x1b[0m", kCodes[static_cast<std::size_t>(tone)], text);
}

std::string Shown(std::uint64_t number) {
  std::string digits = fmt::format("{}", number);
  for (std::size_t at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, 1, ',');
  return digits;
}

std::string Shown(std::uint64_t number, std::string_view unit) {
  return fmt::format("{} {}{}", Shown(number), unit, number == 1 ? "" : "s");
}

std::string Shown(std::chrono::nanoseconds duration) {
  const auto us = static_cast<double>(duration.count()) / 1000;
  if (us < 1000) return fmt::format("{:.0f} µs", us);
  if (us < 1'000'000) return fmt::format("{:.1f} ms", us / 1000);
  return fmt::format("{:.2f} s", us / 1'000'000);
}

std::string Shown(Time time) {
  const TimeParts parts = PartsOf(time);
  return fmt::format("{} {} {}, {}", parts.day, parts.date, parts.year, parts.hour);
}

std::string ShownShort(Time time) {
  const TimeParts parts = PartsOf(time);
  const std::size_t month = parts.date.find(' ') + 1;
  return fmt::format("{} {}, {}", parts.day.substr(0, kShortName),
                     parts.date.substr(0, month + kShortName), parts.hour);
}

std::string WithShortArns(std::string_view text) {
  constexpr std::string_view kBegin = "arn:aws:license-manager::";
  constexpr std::string_view kId = ":grant:g-";
  constexpr std::size_t kDigits = 32;
  constexpr std::size_t kShownDigits = 8;
  std::string shown;
  while (true) {
    const std::size_t begin = text.find(kBegin);
    const std::size_t id = begin == std::string_view::npos ? begin : text.find(kId, begin);
    if (id == std::string_view::npos) return shown.append(text);
    const std::string_view digits = text.substr(id + kId.size(), kDigits);
    shown += fmt::format("{}g-{}…", text.substr(0, begin), digits.substr(0, kShownDigits));
    text.remove_prefix(id + kId.size() + digits.size());
  }
}

}  // namespace grantledger::tools
