#include "tools/record_line.h"

#include <optional>

#include "tools/json_output.h"

namespace grantledger::tools {
namespace {

constexpr std::string_view kDigits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::size_t kBytes = 3;  // that become four digits

std::optional<std::string> FromBase64(std::string_view text) {
  std::string bytes;
  if (text.size() % 4 != 0) return std::nullopt;
  const std::size_t end = text.find_last_not_of('=');
  const std::size_t digits = end == std::string_view::npos ? 0 : end + 1;
  if (text.size() - digits > 2) return std::nullopt;
  std::uint32_t pending = 0;
  unsigned bits = 0;
  for (const char c : text.substr(0, digits)) {
    const std::size_t digit = kDigits.find(c);
    if (digit == std::string_view::npos) return std::nullopt;
    pending = (pending << 6 | static_cast<std::uint32_t>(digit)) & 0xffff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes.push_back(static_cast<char>(pending >> bits & 0xff));
  }
  if ((pending & ((1U << bits) - 1)) != 0) return std::nullopt;
  return bytes;
}

}  // namespace

std::string ToBase64(std::string_view bytes) {
  std::string text;
  text.reserve((bytes.size() + kBytes - 1) / kBytes * 4);
  for (std::size_t at = 0; at < bytes.size(); at += kBytes) {
    std::uint32_t group = 0;
    for (std::size_t i = 0; i < kBytes; ++i) {
      const bool there = at + i < bytes.size();
      group = group << 8 | (there ? static_cast<unsigned char>(bytes[at + i]) : 0U);
    }
    for (int shift = 18; shift >= 0; shift -= 6) text.push_back(kDigits[group >> shift & 0x3f]);
  }
  for (std::size_t i = 0; i < (kBytes - bytes.size() % kBytes) % kBytes; ++i) {
    text[text.size() - 1 - i] = '=';
  }
  return text;
}

OrderedJson RecordLine(const InspectedRecord& record) {
  OrderedJson line = {{"Lsn", record.lsn},
                      {"Time", FormatTime(record.time)},
                      {"Operation", record.operation},
                      {"Caller", record.caller.ToString()}};
  Put(line, "Subject", record.subject);
  line["Payload"] = ToBase64(record.payload);
  return line;
}

Result<RecordToApply> ReadRecordLine(const Json& line) {
  const auto refuse = [](const std::string& field, const std::string& expected) {
    return Status(Code::kInvalidArgument,
                  field + " is not " + expected + ", expected a line of `ledger-dump export log`");
  };
  if (!line.is_object()) return refuse("the line", "an object");
  const auto lsn = line.find("Lsn");
  if (lsn == line.end() || !lsn->is_number_unsigned()) return refuse("Lsn", "a whole number");
  const auto payload = line.find("Payload");
  if (payload == line.end() || !payload->is_string()) return refuse("Payload", "base64");
  auto bytes = FromBase64(payload->get_ref<const std::string&>());
  if (!bytes) return refuse("Payload", "base64");
  return RecordToApply{lsn->get<std::uint64_t>(), *std::move(bytes)};
}

}  // namespace grantledger::tools
