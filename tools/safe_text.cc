#include "tools/safe_text.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <random>

#include <fmt/format.h>

namespace grantledger::tools {
namespace {

constexpr unsigned char kFirstPlain = 0x20;
constexpr unsigned char kDelete = 0x7f;
constexpr char32_t kInvalid = 0xffffffff;

struct Range {
  char32_t first;
  char32_t last;
};
constexpr std::array kEscapedCharacters = {Range{0x00, 0x1f},     Range{0x7f, 0x9f},
                                           Range{0x61c, 0x61c},   Range{0x200e, 0x200f},
                                           Range{0x2028, 0x202e}, Range{0x2066, 0x2069}};

bool IsEscaped(char32_t character) {
  return std::ranges::any_of(kEscapedCharacters, [character](const Range& range) {
    return character >= range.first && character <= range.last;
  });
}

struct Decoded {
  char32_t character = kInvalid;
  std::size_t bytes = 1;
};

/// The first character of the text, which is not empty; kInvalid: its first byte is part of none.
Decoded Decode(std::string_view text) {
  constexpr std::array<char32_t, 5> kLeast = {0, 0, 0x80, 0x800, 0x10000};  // by bytes
  const auto lead = static_cast<unsigned char>(text[0]);
  if (lead < 0x80) return {lead, 1};
  const std::size_t bytes = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || text.size() < bytes) return {};
  char32_t character = lead & (0x7fU >> bytes);
  for (std::size_t i = 1; i < bytes; ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if ((byte & 0xc0U) != 0x80U) return {};
    character = character << 6 | (byte & 0x3fU);
  }
  const bool is_surrogate = character >= 0xd800 && character <= 0xdfff;
  if (character < kLeast[bytes] || character > 0x10ffff || is_surrogate) return {};
  return {character, bytes};
}

/// As JSON escapes it, and people read it.
std::string EscapeOf(char32_t character) {
  switch (character) {
    case '\t':
      return "\\t";
    case '\n':
      return "\\n";
    case '\r':
      return "\\r";
    default:
      return fmt::format("\\u{:04x}", static_cast<std::uint32_t>(character));
  }
}

bool IsPlain(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= kFirstPlain && byte < kDelete;
}

/// `invalid` writes a byte that is no UTF-8.
template <typename Invalid>
std::string Escape(std::string_view text, const Invalid& invalid) {
  std::string escaped;
  while (!text.empty()) {
    const auto plain =
        static_cast<std::size_t>(std::ranges::find_if_not(text, IsPlain) - text.begin());
    escaped += text.substr(0, plain);
    text.remove_prefix(plain);
    if (text.empty()) break;
    const Decoded next = Decode(text);
    if (next.character == kInvalid) {
      escaped += invalid(static_cast<unsigned char>(text[0]));
    } else if (IsEscaped(next.character)) {
      escaped += EscapeOf(next.character);
    } else {
      escaped += text.substr(0, next.bytes);
    }
    text.remove_prefix(next.bytes);
  }
  return escaped;
}

/// Begins with a byte that no text has which is UTF-8.
const std::string& Mark() {
  static const std::string kMark = [] {
    std::random_device random;
    return fmt::format("\xff{:08x}{:08x}", random(), random());
  }();
  return kMark;
}

std::string EscapedEntities(std::string_view text) {
  std::string escaped;
  for (const char c : Escaped(text)) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      case '\'':
        escaped += "&#39;";
        break;
      default:
        escaped += c;
    }
  }
  return escaped;
}

/// Whether a spreadsheet takes the field for a formula.
bool IsRun(std::string_view text) {
  if (text.empty()) return false;
  constexpr std::array<std::string_view, 4> kWide = {"＝", "＋", "－", "＠"};
  return std::string_view("=+-@\t\r\n").find(text[0]) != std::string_view::npos ||
         std::ranges::any_of(kWide,
                             [text](std::string_view wide) { return text.starts_with(wide); });
}

}  // namespace

std::string Escaped(std::string_view text) {
  return Escape(text, [](unsigned char byte) { return fmt::format("\\x{:02x}", byte); });
}

std::string EscapedInJson(std::string_view json) {
  return Escape(json, [](unsigned char /*byte*/) { return std::string("\\ufffd"); });
}

std::string EscapedInHtml(std::string_view text) {
  return "<bdi>" + EscapedEntities(text) + "</bdi>";
}

std::string EscapedInAttribute(std::string_view text) { return EscapedEntities(text); }

std::string CsvField(std::string_view text) {
  const bool is_run = IsRun(text);
  if (!is_run && text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(text);
  std::string quoted = is_run ? "\"'" : "\"";
  for (const char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + '"';
}

std::string Marked(std::string_view text, std::string_view code) {
  return fmt::format("{0}{1}m{2}{0}0m", Mark(), code, text);
}

std::string Rendered(std::string_view text, bool colours) {
  std::string rendered;
  while (true) {
    const std::size_t mark = text.find(Mark());
    rendered += Escaped(text.substr(0, mark));
    if (mark == std::string_view::npos) return rendered;
    text.remove_prefix(mark + Mark().size());
    const std::size_t code = text.find('m') + 1;
    if (colours) rendered.append("\x1b[").append(text.substr(0, code));
    text.remove_prefix(code);
  }
}

void Complain(std::string_view program, std::string_view sentence) noexcept {
  try {
    const std::string line = fmt::format("{}: {}\n", program, Escaped(sentence));
    (void)std::fwrite(line.data(), 1, line.size(), stderr);
  } catch (...) {
    (void)std::fputs("memory ran out, expected enough to tell of an error\n", stderr);
  }
}

}  // namespace grantledger::tools
