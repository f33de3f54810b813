// Output: what ledger-dump says, for people or for programs.
#ifndef GRANTLEDGER_TOOLS_DUMP_OUTPUT_H_
#define GRANTLEDGER_TOOLS_DUMP_OUTPUT_H_

#include <cstdio>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <grantledger/status.h>
#include <grantledger/types.h>

#include "tools/json_text.h"
#include "tools/page.h"

namespace grantledger::tools {

/// How the output is made.
struct OutputStyle {
  bool json = false;               ///< One document, or JSON Lines, and no text.
  bool terminal = false;           ///< Colours, and how long ago times are.
  std::FILE* progress = nullptr;   ///< Where progress of long work is shown; null: nowhere.
  std::function<Time()> now = {};  ///< What "ago" is counted from.
};

class Output {
 public:
  Output(std::FILE* out, OutputStyle style)
      : out_(out), style_(std::move(style)), page_(style_.terminal) {}

  [[nodiscard]] bool json() const { return style_.json; }
  [[nodiscard]] bool terminal() const { return style_.terminal; }
  /// Where progress of long work is shown; null: nowhere.
  [[nodiscard]] std::FILE* progress() const { return style_.progress; }
  /// Hands on what was written so far.
  void Flush();
  /// Not ok: something could not be written, though somebody reads on.
  [[nodiscard]] Status written() const;
  /// False: nobody reads on, as after `| head`. Then there is no use in going on.
  [[nodiscard]] bool ok() const { return !closed_; }

  /// One value of JSON, in one line.
  void Write(const OrderedJson& value) { Line(DumpLine(value)); }
  /// One line, whatever is in the text: it is escaped (tools/safe_text.h), but for the colours that
  /// Faint and Toned gave it.
  void Line(std::string_view text);

  // For people.
  /// A headline, with something at its right.
  void Title(std::string_view title, std::string_view right = {});
  /// The columns are equally long.
  void Print(const Table& table);
  /// Lines of names and values, the values below each other.
  void Facts(const std::vector<std::pair<std::string, std::string>>& facts);
  void Note(std::string_view text);

  /// "2026-03-03T09:00:00Z", on a terminal with how long ago that is.
  [[nodiscard]] std::string Show(Time time) const;
  /// Faint on a terminal.
  [[nodiscard]] std::string Faint(std::string_view text) const;
  /// A status in its colour.
  [[nodiscard]] std::string Toned(std::string_view status) const;

 private:
  void Put(std::string_view line);
  void WritePage();
  void Close();

  std::FILE* out_;
  OutputStyle style_;
  Page page_;
  bool closed_ = false;
  int error_ = 0;  // errno of the first write that failed
};

/// "3 days ago", "in 2 hours", "just now".
std::string Ago(Time then, Time now);
/// Bytes as hexadecimal digits.
std::string Hex(std::string_view bytes);
/// "1.5 MB", "312 bytes": powers of 1,000.
std::string ShownBytes(std::uint64_t bytes);

}  // namespace grantledger::tools

#endif  // GRANTLEDGER_TOOLS_DUMP_OUTPUT_H_
