// Safe text: what users wrote, made harmless for a terminal, a page, a spreadsheet and a parser.
// All that the programs print goes through here: by Output::Line and Page, by DumpLine, by
// Complain.
#ifndef GRANTLEDGER_TOOLS_SAFE_TEXT_H_
#define GRANTLEDGER_TOOLS_SAFE_TEXT_H_

#include <string>
#include <string_view>

namespace grantledger::tools {

/// One line in which every character is seen: control characters (C0, DEL, C1), the separators
/// U+2028 and U+2029, and what turns the direction of text (U+061C, U+200E, U+200F, U+202A to
/// U+202E, U+2066 to U+2069) become \n, \t, \u009b and so on; a byte that is no UTF-8 becomes \xff.
/// A backslash stays as it is.
std::string Escaped(std::string_view text);

/// The same characters in JSON text, where they stand in strings alone: escaped as JSON does. A
/// byte that is no UTF-8 becomes \ufffd.
std::string EscapedInJson(std::string_view json);

/// Escaped, as the content of an element of HTML, with a direction of its own.
std::string EscapedInHtml(std::string_view text);
/// Escaped, as the value of an attribute, in double quotes.
std::string EscapedInAttribute(std::string_view text);

/// A field of CSV: in quotes where it needs them (RFC 4180). What a spreadsheet would run (a field
/// that begins with =, +, -, @, their wide forms, a tab or the end of a line) is quoted, behind a
/// '.
std::string CsvField(std::string_view text);

/// `text` between marks that become the colour `code` ("2": faint) where Rendered shows it. The
/// marks are drawn anew by each process, so that no text of a ledger contains them.
std::string Marked(std::string_view text, std::string_view code);
/// Escaped, with the marks as the escape sequences of a terminal, or (`colours` false) without
/// them.
std::string Rendered(std::string_view text, bool colours);

/// "PROGRAM: SENTENCE" on standard error, escaped; where that can't be written, nothing.
void Complain(std::string_view program, std::string_view sentence) noexcept;

}  // namespace grantledger::tools

#endif  // GRANTLEDGER_TOOLS_SAFE_TEXT_H_
