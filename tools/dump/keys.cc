// ledger-dump DIR keys: rows as they are stored, and what they say.
#include <optional>

#include <fmt/format.h>

#include "tools/dump/verbs.h"

namespace grantledger::tools {
namespace {

std::optional<std::string> FromHex(std::string_view digits) {
  std::string bytes;
  if (digits.size() % 2 != 0) return std::nullopt;
  for (std::size_t i = 0; i < digits.size(); i += 2) {
    unsigned byte = 0;
    for (const char digit : digits.substr(i, 2)) {
      constexpr std::string_view kHexDigits = "0123456789abcdef";
      const std::size_t value = kHexDigits.find(digit);
      if (value == std::string_view::npos) return std::nullopt;
      byte = byte * 16 + static_cast<unsigned>(value);
    }
    bytes.push_back(static_cast<char>(byte));
  }
  return bytes;
}

std::string ToJsonLine(const InspectedRow& row) {
  OrderedJson head = {{"Family", row.family}, {"Kind", row.kind}};
  for (const auto& [name, value] : row.parts) head["Parts"][name] = value;
  head["Key"] = Hex(row.key);
  head["Value"] = Hex(row.value);
  if (!row.problem.ok()) head["Damage"] = row.problem.message();
  std::string line = DumpLine(head);
  if (row.payload.empty()) return line;
  line.pop_back();
  return line + ",\"Payload\":" + row.payload + "}";
}

/// The parts of a key as boxes, side by side.
std::string Boxes(const InspectedRow& row) {
  std::string boxes = "│ " + (row.kind.empty() ? std::string("?") : row.kind) + " │";
  for (const auto& [name, value] : row.parts) boxes += fmt::format(" {} {} │", name, value);
  return boxes;
}

void WriteText(Output& out, const InspectedRow& row) {
  out.Line(fmt::format("{:<10} {}", row.family, Boxes(row)));
  out.Line(out.Faint("           key   " + Hex(row.key)));
  out.Line(out.Faint("           value " + Hex(row.value)));
  if (!row.payload.empty()) out.Line("           " + row.payload);
  if (!row.problem.ok()) out.Line("           DAMAGED " + row.problem.message());
}

}  // namespace

Status ShowKeys(Dump& dump, const KeysArguments& arguments) {
  const auto prefix = FromHex(arguments.prefix);
  if (!prefix) {
    return {Code::kInvalidArgument, "--prefix is \"" + arguments.prefix +
                                        "\", expected pairs of the digits 0 to 9 and a to f"};
  }
  std::vector<std::string> families = {"log", "state", "member", "index", "activation", "base"};
  if (!arguments.family.empty()) families = {arguments.family};
  for (const std::string& family : families) {
    Status read = dump.inspector().ReadRows(family, *prefix, [&dump](const InspectedRow& row) {
      if (!row.problem.ok()) dump.NoteDamage();
      if (dump.out().json()) {
        dump.out().Line(ToJsonLine(row));
      } else {
        WriteText(dump.out(), row);
      }
      return dump.out().ok();
    });
    if (!read.ok()) return read;
  }
  return {};
}

}  // namespace grantledger::tools
