// Page: what programs print, laid out for people: titles, paragraphs, tables and notes.
#ifndef GRANTLEDGER_TOOLS_PAGE_H_
#define GRANTLEDGER_TOOLS_PAGE_H_

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <grantledger/types.h>

namespace grantledger::tools {

/// A table by its columns.
struct Column {
  std::string title;
  std::vector<std::string> cells;
  bool is_number = false;  ///< Numbers stand at the right.
};
using Table = std::vector<Column>;

/// What it is given is text of users, which it escapes (tools/safe_text.h), but for Command.
class Page {
 public:
  explicit Page(bool colours) : colours_(colours) {}

  void Title(std::string_view title, std::string_view date);
  /// A paragraph, in lines of 80 characters.
  void Text(std::string_view raw);
  /// REQUIRES: the columns are equally long.
  void Print(const Table& table);
  /// What was measured.
  void Note(std::string_view text);
  /// A line as it is, to be copied.
  void Command(std::string_view command);

  /// All of it; the page is then empty.
  std::string Take();

 private:
  enum class Tone { kPlain, kStrong, kFaint, kGood, kIdle };

  [[nodiscard]] static Tone ToneOf(std::string_view cell);
  [[nodiscard]] std::string Coloured(std::string_view text, Tone tone) const;

  bool colours_;
  std::string text_;
};

/// 1234567 as "1,234,567".
std::string Shown(std::uint64_t number);
/// "1 account", "1,234 accounts".
std::string Shown(std::uint64_t number, std::string_view unit);
/// "312 µs", "4.2 ms", "1.42 s".
std::string Shown(std::chrono::nanoseconds duration);
/// "Tuesday 3 March 2026, 12:00".
std::string Shown(Time time);
/// "Tue 3 Mar, 12:00".
std::string ShownShort(Time time);
/// The ARNs of grants in `text`, cut to "g-0123abcd…".
std::string WithShortArns(std::string_view text);

}  // namespace grantledger::tools

#endif  // GRANTLEDGER_TOOLS_PAGE_H_
