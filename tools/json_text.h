// JSON text: reading it strictly, writing it as one line, and quoting values in messages.
#ifndef GRANTLEDGER_TOOLS_JSON_TEXT_H_
#define GRANTLEDGER_TOOLS_JSON_TEXT_H_

#include <string>
#include <string_view>

#include <grantledger/status.h>
#include <nlohmann/json.hpp>

namespace grantledger::tools {

using Json = nlohmann::json;                 ///< What comes in.
using OrderedJson = nlohmann::ordered_json;  ///< What goes out, in the order of the API's fields.

/// How deep lists and objects may be nested. The API's shapes need 6.
inline constexpr std::size_t kMaxJsonDepth = 32;

/// Reads one JSON value that fills `text`. InvalidArgument for anything else, for bytes that are
/// not UTF-8, for a field that stands twice in one object, and for nesting beyond kMaxJsonDepth;
/// the message tells where.
Result<Json> ParseJson(std::string_view text);

/// `value` as text without line breaks, safe to print (tools/safe_text.h). Bytes that are not UTF-8
/// become U+FFFD.
std::string DumpLine(const OrderedJson& value);

/// `text`, cut after 100 bytes.
std::string Shorten(std::string_view text);

/// `text` in quotes, cut after 100 bytes.
std::string Quote(std::string_view text);

/// `value` for the middle of a sentence: `"abc"`, `5`, `null`, `a list`, `an object`.
std::string Describe(const Json& value);

}  // namespace grantledger::tools

#endif  // GRANTLEDGER_TOOLS_JSON_TEXT_H_
