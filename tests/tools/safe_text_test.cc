// Safe text: no character of a user's text moves the cursor, turns the direction, forges a row or
// is run.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <utility>

#include <nlohmann/json.hpp>

#include "tools/dump/output.h"
#include "tools/page.h"
#include "tools/safe_text.h"

namespace grantledger::tools {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

/// UTF-8 of a character.
std::string Utf8(char32_t character) {
  if (character < 0x80) return {static_cast<char>(character)};
  const auto tail = [character](int shift) {
    return static_cast<char>(0x80 | (character >> shift & 0x3f));
  };
  if (character < 0x800) return {static_cast<char>(0xc0 | character >> 6), tail(0)};
  if (character < 0x10000) return {static_cast<char>(0xe0 | character >> 12), tail(6), tail(0)};
  return {static_cast<char>(0xf0 | character >> 18), tail(12), tail(6), tail(0)};
}

std::string Hex4(char32_t character) {
  char text[8];
  std::snprintf(text, sizeof(text), "\\u%04x", static_cast<unsigned>(character));
  return text;
}

TEST(SafeText, EveryDangerousCharacterIsEscapedAndNoOther) {
  for (char32_t character = 0; character < 0x11000; ++character) {
    if (character >= 0xd800 && character <= 0xdfff) continue;
    const bool bad = character < 0x20 || (character >= 0x7f && character <= 0x9f) ||
                     character == 0x61c || character == 0x200e || character == 0x200f ||
                     (character >= 0x2028 && character <= 0x202e) ||
                     (character >= 0x2066 && character <= 0x2069);
    const std::string text = "a" + Utf8(character) + "b";
    std::string expected = bad ? "a" + Hex4(character) + "b" : text;
    if (character == '\t') expected = "a\\tb";
    if (character == '\n') expected = "a\\nb";
    if (character == '\r') expected = "a\\rb";
    ASSERT_EQ(Escaped(text), expected);
    ASSERT_EQ(EscapedInJson(text), expected);
  }
  EXPECT_EQ(Escaped(Utf8(0x10ffff)), Utf8(0x10ffff));
}

TEST(SafeText, BytesThatAreNoUtf8AreEscapedOneByOne) {
  const std::vector<std::pair<std::string, std::string>> texts = {
      {"a\x80z", "a\\x80z"},                         // no lead
      {"a\xc3", "a\\xc3"},                           // ends too early
      {"a\xe2\x82z", "a\\xe2\\x82z"},                // interrupted
      {"\xc0\x8a", "\\xc0\\x8a"},                    // a newline in two bytes
      {"\xe0\x80\x8a", "\\xe0\\x80\\x8a"},           // in three
      {"\xf0\x80\x80\x8a", "\\xf0\\x80\\x80\\x8a"},  // in four
      {"\xed\xa0\x80", "\\xed\\xa0\\x80"},           // half of a pair
      {"\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80"},  // above U+10FFFF
      {"\xff\xfe\xf8", "\\xff\\xfe\\xf8"},
      {"ä€𝄞", "ä€𝄞"}};
  for (const auto& [text, expected] : texts) EXPECT_EQ(Escaped(text), expected);
  EXPECT_EQ(EscapedInJson("\"a\xff\""), "\"a\\ufffd\"");
}

TEST(SafeText, JsonKeepsItsMeaning) {
  const std::string name = "\x1b[31m\n\x7f" + Utf8(0x9b) + Utf8(0x202e) + Utf8(0x2028) + "\\\"ä";
  const std::string line = DumpLine({{name, name}});
  EXPECT_EQ(line, Escaped(line));
  EXPECT_EQ(nlohmann::json::parse(line), nlohmann::json({{name, name}}));
}

TEST(SafeText, HtmlIsEscapedAndIsolated) {
  EXPECT_EQ(EscapedInHtml("<b a='1' b=\"2\">&" + Utf8(0x202e) + "\n"),
            "<bdi>&lt;b a=&#39;1&#39; b=&quot;2&quot;&gt;&amp;\\u202e\\n</bdi>");
  EXPECT_EQ(EscapedInAttribute("\"><script>"), "&quot;&gt;&lt;script&gt;");
}

TEST(SafeText, NoSpreadsheetRunsACell) {
  const std::vector<std::pair<std::string, std::string>> cells = {
      {"=1+1", "\"'=1+1\""},
      {"+1", "\"'+1\""},
      {"-1", "\"'-1\""},
      {"@SUM(A1)", "\"'@SUM(A1)\""},
      {"\t=1", "\"'\t=1\""},
      {"\r=1", "\"'\r=1\""},
      {"\n=1", "\"'\n=1\""},
      {"＝1", "\"'＝1\""},
      {"=HYPERLINK(\"http://x\",\"y\")", "\"'=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\""},
      {"a=1", "a=1"},
      {"", ""},
      {"a,b", "\"a,b\""},
      {"say \"hi\"", "\"say \"\"hi\"\"\""},
      {"two\nlines", "\"two\nlines\""}};
  for (const auto& [text, expected] : cells) EXPECT_EQ(CsvField(text), expected);
}

TEST(SafeText, ColoursAreOursAlone) {
  const std::string text = "\x1b[31m" + Marked("faint\x1b[0m", "2") + "\n";
  EXPECT_EQ(Rendered(text, true), "\\u001b[31m\x1b[2mfaint\\u001b[0m\x1b[0m\\n");
  EXPECT_EQ(Rendered(text, false), "\\u001b[31mfaint\\u001b[0m\\n");
  EXPECT_EQ(Rendered("\xff"
                     "00000000000000002mx",
                     true),
            "\\xff00000000000000002mx");
}

/// What is written to a terminal.
std::string Written(const std::function<void(Output&)>& write, bool json = false) {
  std::FILE* file = std::tmpfile();
  OutputStyle style;
  style.terminal = !json;
  style.json = json;
  Output out(file, style);
  write(out);
  out.Flush();
  std::string text(static_cast<std::size_t>(std::ftell(file)), '\0');
  std::rewind(file);
  EXPECT_EQ(std::fread(text.data(), 1, text.size(), file), text.size());
  std::fclose(file);
  return text;
}

const std::string kRow = "x\x1b[31m\r\n  forged";
const std::string kShown = "x\\u001b[31m\\r\\n  forged";

TEST(SafeText, EachWayOfOutputEscapes) {
  const std::vector<std::pair<std::string, std::function<void(Output&)>>> ways = {
      {"Line", [](Output& out) { out.Line(kRow); }},
      {"Title", [](Output& out) { out.Title(kRow); }},
      {"Title, right", [](Output& out) { out.Title("title", kRow); }},
      {"Print, title",
       [](Output& out) {
         out.Print({{kRow, {"cell"}}});
       }},
      {"Print, cell",
       [](Output& out) {
         out.Print({{"title", {kRow}}});
       }},
      {"Facts",
       [](Output& out) {
         out.Facts({{"name", kRow}});
       }},
      {"Note", [](Output& out) { out.Note(kRow); }},
      {"Faint", [](Output& out) { out.Line(out.Faint(kRow)); }},
      {"Toned", [](Output& out) { out.Line(out.Toned(kRow)); }}};
  for (const auto& [way, write] : ways) {
    SCOPED_TRACE(way);
    const std::string text = Written(write);
    EXPECT_THAT(text, HasSubstr(kShown));
    EXPECT_THAT(text, Not(HasSubstr("forged\n  ")));
    EXPECT_THAT(text, Not(HasSubstr("\x1b[31m")));
  }
}

TEST(SafeText, ColumnsStandBelowEachOtherWhateverIsInThem) {
  const std::string text = Written([](Output& out) {
    out.Print({{"name", {"x\n", out.Toned("ACTIVE"), "abc"}}, {"of", {"1", "2", "3"}}});
  });
  EXPECT_THAT(text, HasSubstr("  x\\n     1\n"));
  EXPECT_THAT(text, HasSubstr("  \x1b[32mACTIVE\x1b[0m  2\n"));
  EXPECT_THAT(text, HasSubstr("  abc     3\n"));
}

TEST(SafeText, LinesOfJsonThatWerePutTogetherAreEscapedToo) {
  const std::string line = "{\"Name\":\"" + Utf8(0x9b) + Utf8(0x202e) + "\xff\"}";
  EXPECT_EQ(Written([&line](Output& out) { out.Line(line); }, true),
            "{\"Name\":\"\\u009b\\u202e\\ufffd\"}\n");
}

TEST(SafeText, APageEscapes) {
  Page page(false);
  page.Title(kRow, kRow);
  page.Text("a " + kRow);
  page.Print({{"title", {kRow}}});
  page.Note(kRow);
  const std::string text = page.Take();
  EXPECT_EQ(text.find(0x1b), std::string::npos);
  EXPECT_EQ(text.find('\r'), std::string::npos);
}

}  // namespace
}  // namespace grantledger::tools
