#include "tools/json_input.h"

#include <algorithm>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "tools/nearest.h"

namespace grantledger::tools {
namespace {

/// The integer, if `value` is one and lies between the two, both included.
std::optional<std::int64_t> Integer(const Json& value, std::int64_t least, std::int64_t most) {
  if (!value.is_number_integer()) return std::nullopt;
  if (value.is_number_unsigned() &&
      value.get<std::uint64_t>() > std::uint64_t{std::numeric_limits<std::int64_t>::max()}) {
    return std::nullopt;
  }
  const auto number = value.get<std::int64_t>();
  if (number < least || number > most) return std::nullopt;
  return number;
}

/// What is wrong with a number: its type, or its value.
Status WrongNumber(const Path& path, const Json& value, std::string_view expected) {
  return value.is_number() ? Mistyped(path, value, expected) : WrongType(path, value, expected);
}

template <typename Int>
Status ReadInteger(const Json& value, const Path& path, Int& out) {
  const auto number =
      Integer(value, std::numeric_limits<Int>::min(), std::numeric_limits<Int>::max());
  if (!number) return WrongNumber(path, value, kExpected<Int>);
  out = static_cast<Int>(*number);
  return {};
}

/// Reads a string that `parse` understands.
template <typename T, typename Parse>
Status ReadText(const Json& value, const Path& path, T& out, Parse parse) {
  if (!value.is_string()) return WrongType(path, value, kExpected<T>);
  Result<T> parsed = parse(value.get_ref<const std::string&>());
  if (!parsed) return Mistyped(path, value, kExpected<T>);
  out = *parsed;
  return {};
}

std::string Where(const Path& path) {
  std::string where = path.ToString();
  return where.empty() ? "the request" : where;
}

}  // namespace

std::string Path::ToString() const {
  if (parent_ == nullptr) return {};
  std::string text = parent_->ToString();
  if (field_.empty()) return fmt::format("{}[{}]", text, index_);
  return text.empty() ? std::string(field_) : fmt::format("{}.{}", text, field_);
}

Status Mistyped(const Path& path, const Json& found, std::string_view expected) {
  return {Code::kInvalidArgument,
          fmt::format("{} is {}, expected {}", Where(path), Describe(found), expected)};
}

Status WrongType(const Path& path, const Json& found, std::string_view expected) {
  std::string_view type;
  if (found.is_number()) type = "the number ";
  if (found.is_string()) type = "the string ";
  return {Code::kInvalidArgument,
          fmt::format("{} is {}{}, expected {}", Where(path), type, Describe(found), expected)};
}

Status Missing(const Path& path, std::string_view expected) {
  return {Code::kInvalidArgument,
          fmt::format("{} is missing, expected {}", path.ToString(), expected)};
}

Status UnknownName(const Path& path, std::string_view found,
                   std::span<const std::string_view> names) {
  return {Code::kInvalidArgument,
          fmt::format("{} is {}, {}", path.ToString(), Quote(found), Suggest(found, names))};
}

ObjectReader::ObjectReader(const Json& value, const Path& path) : value_(value), path_(path) {
  if (!value.is_object()) Note(WrongType(path, value, "an object"));
}

const Json* ObjectReader::Take(std::string_view field) {
  known_.push_back(field);
  if (!value_.is_object()) return nullptr;
  const auto& fields = value_.get_ref<const Json::object_t&>();
  const auto found = fields.find(field);
  return found == fields.end() ? nullptr : &found->second;
}

void ObjectReader::Note(Status status) {
  if (error_.ok()) error_ = std::move(status);
}

void ObjectReader::RequiredName(std::string_view field, std::span<const std::string_view> names,
                                std::string& out) {
  if (value_.is_object() && !value_.contains(field)) {
    Note(Missing(Path(&path_, field), kExpected<std::string>));
  }
  OptionalName(field, names, out);
}

void ObjectReader::OptionalName(std::string_view field, std::span<const std::string_view> names,
                                std::string& out) {
  const Json* value = Take(field);
  if (value == nullptr) return;
  const Path path(&path_, field);
  Status status = ReadValue(*value, path, out);
  if (status.ok() && std::ranges::find(names, out) == names.end()) {
    status = UnknownName(path, out, names);
  }
  Note(std::move(status));
}

Status ObjectReader::Finish() {
  Status unknown = Unknown();
  return unknown.ok() ? std::move(error_) : unknown;
}

Status ObjectReader::Unknown() const {
  if (!value_.is_object()) return {};
  for (const auto& [field, value] : value_.get_ref<const Json::object_t&>()) {
    if (std::ranges::find(known_, field) != known_.end()) continue;
    std::string prefix = path_.ToString();
    if (!prefix.empty()) prefix += '.';
    return {Code::kInvalidArgument,
            fmt::format("{}{} is not a field here, {}", prefix,
                        field.empty() ? "\"\"" : Shorten(field), Suggest(field, known_, prefix))};
  }
  return {};
}

Status ReadValue(const Json& value, const Path& path, std::string& out) {
  if (!value.is_string()) return WrongType(path, value, kExpected<std::string>);
  out = value.get_ref<const std::string&>();
  return {};
}

Status ReadValue(const Json& value, const Path& path, bool& out) {
  if (!value.is_boolean()) return WrongType(path, value, kExpected<bool>);
  out = value.get<bool>();
  return {};
}

Status ReadValue(const Json& value, const Path& path, std::int32_t& out) {
  return ReadInteger(value, path, out);
}

Status ReadValue(const Json& value, const Path& path, std::int64_t& out) {
  return ReadInteger(value, path, out);
}

Status ReadValue(const Json& value, const Path& path, Lsn& out) {
  const auto number = Integer(value, 0, std::numeric_limits<std::int64_t>::max());
  if (!number) return WrongNumber(path, value, kExpected<Lsn>);
  out = static_cast<Lsn>(*number);
  return {};
}

Status ReadValue(const Json& value, const Path& path, MaxResults& out) {
  constexpr std::int64_t kMost = 100;
  const auto number = Integer(value, 1, kMost);
  if (!number) return WrongNumber(path, value, kExpected<MaxResults>);
  out.value = static_cast<std::uint32_t>(*number);
  return {};
}

Status ReadValue(const Json& value, const Path& path, NextToken& out) {
  if (!value.is_string()) return WrongType(path, value, kExpected<NextToken>);
  if (value.get_ref<const std::string&>().empty()) {
    return Mistyped(path, value, kExpected<NextToken>);
  }
  out.value = value.get_ref<const std::string&>();
  return {};
}

Status ReadValue(const Json& value, const Path& path, Time& out) {
  return ReadText(value, path, out, ParseTime);
}

Status ReadValue(const Json& value, const Path& path, Moment& out) {
  Time time;
  if (value.is_number_unsigned()) {
    out = value.get<Lsn>();
  } else if (value.is_string() && ReadValue(value, path, time).ok()) {
    out = time;
  } else {
    return WrongNumber(path, value, kExpected<Moment>);
  }
  return {};
}

Status ReadValue(const Json& value, const Path& path, AccountId& out) {
  return ReadText(value, path, out, AccountId::Parse);
}

}  // namespace grantledger::tools
