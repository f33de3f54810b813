#include "tools/dump/output.h"

#include <algorithm>
#include <array>
#include <cerrno>

#include <fmt/format.h>

#include "tools/safe_text.h"
#include "tools/standard_streams.h"

namespace grantledger::tools {

void Output::Line(std::string_view text) {
  Put(style_.json ? EscapedInJson(text) : Rendered(text, style_.terminal));
}

void Output::Put(std::string_view line) {
  if (closed_) return;
  const bool written = std::fwrite(line.data(), 1, line.size(), out_) == line.size() &&
                       std::fputc('\n', out_) != EOF;
  if (!written) Close();
}

void Output::Close() {
  if (!closed_) error_ = errno;
  closed_ = true;
}

void Output::Flush() {
  if (std::fflush(out_) != 0) Close();
}

Status Output::written() const { return OutputError(error_); }

void Output::WritePage() {
  std::string text = page_.Take();
  while (text.ends_with('\n')) text.pop_back();
  Put(text);
}

void Output::Title(std::string_view title, std::string_view right) {
  page_.Title(title, right);
  WritePage();
}

void Output::Print(const Table& table) {
  page_.Print(table);
  WritePage();
}

void Output::Facts(const std::vector<std::pair<std::string, std::string>>& facts) {
  std::size_t width = 0;
  for (const auto& [name, value] : facts) width = std::max(width, name.size());
  for (const auto& [name, value] : facts) {
    Line(fmt::format("  {}{}  {}", Faint(name), std::string(width - name.size(), ' '), value));
  }
}

void Output::Note(std::string_view text) {
  page_.Note(text);
  WritePage();
}

std::string Output::Show(Time time) const {
  std::string shown = FormatTime(time);
  if (style_.terminal && style_.now) shown += Faint(" (" + Ago(time, style_.now()) + ")");
  return shown;
}

std::string Output::Faint(std::string_view text) const {
  return style_.terminal ? Marked(text, "2") : std::string(text);
}

std::string Output::Toned(std::string_view status) const {
  if (!style_.terminal) return std::string(status);
  if (status == "ACTIVE") return Marked(status, "32");
  if (status == "DISABLED") return Marked(status, "33");
  return std::string(status);
}

std::string Ago(Time then, Time now) {
  struct Unit {
    std::int64_t seconds;
    const char* name;
  };
  constexpr std::array kUnits = {Unit{31'557'600, "year"}, Unit{2'629'800, "month"},
                                 Unit{86'400, "day"},      Unit{3'600, "hour"},
                                 Unit{60, "minute"},       Unit{1, "second"}};
  const std::int64_t between = (now - then).count() / 1000;
  const std::int64_t seconds = between < 0 ? -between : between;
  for (const Unit& unit : kUnits) {
    const std::int64_t count = seconds / unit.seconds;
    if (count == 0) continue;
    const std::string many = fmt::format("{} {}{}", count, unit.name, count == 1 ? "" : "s");
    return between < 0 ? "in " + many : many + " ago";
  }
  return "just now";
}

std::string Hex(std::string_view bytes) {
  std::string hex;
  for (const char byte : bytes) hex += fmt::format("{:02x}", static_cast<unsigned char>(byte));
  return hex;
}

std::string ShownBytes(std::uint64_t bytes) {
  constexpr std::array<const char*, 4> kUnits = {"kB", "MB", "GB", "TB"};
  constexpr double kStep = 1000;
  if (bytes < 1000) return fmt::format("{} bytes", bytes);
  double shown = static_cast<double>(bytes) / kStep;
  std::size_t unit = 0;
  for (; shown >= kStep && unit + 1 < kUnits.size(); ++unit) shown /= kStep;
  return fmt::format("{:.1f} {}", shown, kUnits[unit]);
}

}  // namespace grantledger::tools
