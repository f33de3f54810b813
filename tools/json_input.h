// Reading the fields of a request strictly: what is missing, misspelt or mistyped is named by its
// path ("Input.Filters[0].Values"), with what was found and what was expected.
//
//   void ReadFields(ObjectReader& in, GetGrantRequest& out) {
//     in.Required("GrantArn", out.grant_arn);
//     in.Optional("Version", out.version);
//   }
//
// A type with such a function can be a field itself, also in a list.
#ifndef GRANTLEDGER_TOOLS_JSON_INPUT_H_
#define GRANTLEDGER_TOOLS_JSON_INPUT_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include <grantledger/status.h>
#include <grantledger/types.h>

#include "tools/json_text.h"

namespace grantledger::tools {

/// Where a value stands in a request. Holds on to its parent and name, and costs nothing until it
/// is printed.
class Path {
 public:
  /// The request itself: its fields are named without anything before them.
  Path() = default;
  Path(const Path* parent, std::string_view field) : parent_(parent), field_(field) {}
  Path(const Path* parent, std::size_t index) : parent_(parent), index_(index) {}

  [[nodiscard]] std::string ToString() const;

 private:
  const Path* parent_ = nullptr;
  std::string_view field_;  ///< Empty: an element of a list.
  std::size_t index_ = 0;
};

/// A value of another type: "Input.GrantArn is the number 5, expected a string".
Status WrongType(const Path& path, const Json& found, std::string_view expected);
/// Another value: "Input.MaxResults is 0, expected an integer from 1 to 100".
Status Mistyped(const Path& path, const Json& found, std::string_view expected);
/// "Input.GrantArn is missing, expected a string".
Status Missing(const Path& path, std::string_view expected);
/// "Input.Status is "ACTIV", did you mean ACTIVE?".
Status UnknownName(const Path& path, std::string_view found,
                   std::span<const std::string_view> names);

/// A page size, 1..100.
struct MaxResults {
  std::uint32_t value = 0;
};

/// A NextToken: an answer gives none that is empty.
struct NextToken {
  std::string value;
};

// What a field of the type T is expected to be, for messages.
template <typename T>
inline constexpr std::string_view kExpected = std::is_enum_v<T> ? "a string" : "an object";
template <typename T>
inline constexpr std::string_view kExpected<std::vector<T>> = "a list";
template <>
inline constexpr std::string_view kExpected<std::string> = "a string";
template <>
inline constexpr std::string_view kExpected<bool> = "true or false";
template <>
inline constexpr std::string_view kExpected<std::int32_t> = "an integer of 32 bits";
template <>
inline constexpr std::string_view kExpected<std::int64_t> = "an integer of 64 bits";
template <>
inline constexpr std::string_view kExpected<Lsn> = "a log sequence number like 17";
template <>
inline constexpr std::string_view kExpected<MaxResults> = "an integer from 1 to 100";
template <>
inline constexpr std::string_view kExpected<NextToken> = "the NextToken of an answer, a string";
template <>
inline constexpr std::string_view kExpected<Time> = "a time like \"2026-01-02T03:04:05Z\"";
template <>
inline constexpr std::string_view kExpected<Moment> =
    "a log sequence number or a time like \"2026-01-02T03:04:05Z\"";
template <>
inline constexpr std::string_view kExpected<AccountId> = "a string of 12 digits, not all of them 0";

/// Takes the fields of one object, each at most once, and finds what is wrong with it. What is
/// wrong does not stop the reading; Finish tells.
class ObjectReader {
 public:
  /// `value` and `path` must outlive the reader. A value that is no object has no fields.
  ObjectReader(const Json& value, const Path& path);

  template <typename T>
  void Required(std::string_view field, T& out);

  /// Leaves `out` as it is where the field is left out.
  template <typename T>
  void Optional(std::string_view field, T& out);
  template <typename T>
  void Optional(std::string_view field, std::optional<T>& out);

  /// A field of the API that has no meaning here: checked for its type, and forgotten.
  template <typename T>
  void Ignored(std::string_view field);

  /// A string that is one of the API's `names`.
  void RequiredName(std::string_view field, std::span<const std::string_view> names,
                    std::string& out);
  void OptionalName(std::string_view field, std::span<const std::string_view> names,
                    std::string& out);

  /// Ok, or what is wrong: a field that no call above asked for comes first, as a misspelt field is
  /// mostly missing too; then the first of the others.
  Status Finish();

  /// For checks beyond a field's type: keeps `status` if it is the first that is not ok.
  void Note(Status status);

  [[nodiscard]] const Path& path() const { return path_; }

 private:
  /// The field's value; null where it is left out.
  const Json* Take(std::string_view field);
  [[nodiscard]] Status Unknown() const;

  const Json& value_;
  const Path& path_;
  std::vector<std::string_view> known_;
  Status error_;
};

Status ReadValue(const Json& value, const Path& path, std::string& out);
Status ReadValue(const Json& value, const Path& path, bool& out);
Status ReadValue(const Json& value, const Path& path, std::int32_t& out);
Status ReadValue(const Json& value, const Path& path, Lsn& out);
Status ReadValue(const Json& value, const Path& path, std::int64_t& out);
Status ReadValue(const Json& value, const Path& path, MaxResults& out);
Status ReadValue(const Json& value, const Path& path, NextToken& out);
Status ReadValue(const Json& value, const Path& path, Time& out);
Status ReadValue(const Json& value, const Path& path, Moment& out);
Status ReadValue(const Json& value, const Path& path, AccountId& out);

/// The API's names of all values of an enumeration.
template <typename Enum>
std::vector<std::string_view> EnumNames() {
  constexpr int kLargest = 31;
  std::vector<std::string_view> names;
  for (int number = 0; number <= kLargest; ++number) {
    const std::string_view name = Name(static_cast<Enum>(number));
    if (FromName<Enum>(name) == static_cast<Enum>(number)) names.push_back(name);
  }
  return names;
}

template <typename T>
Status ReadValue(const Json& value, const Path& path, std::vector<T>& out) {
  if (!value.is_array()) return WrongType(path, value, kExpected<std::vector<T>>);
  out.reserve(value.size());
  for (std::size_t i = 0; i < value.size(); ++i) {
    const Path element(&path, i);
    if (Status status = ReadValue(value[i], element, out.emplace_back()); !status.ok()) {
      return status;
    }
  }
  return {};
}

/// An enumeration, or an object with ReadFields.
template <typename T>
Status ReadValue(const Json& value, const Path& path, T& out) {
  if constexpr (std::is_enum_v<T>) {
    if (!value.is_string()) return WrongType(path, value, kExpected<T>);
    const auto& name = value.get_ref<const std::string&>();
    const std::optional<T> found = FromName<T>(name);
    if (!found) return UnknownName(path, name, EnumNames<T>());
    out = *found;
    return {};
  } else {
    ObjectReader in(value, path);
    ReadFields(in, out);
    return in.Finish();
  }
}

template <typename T>
void ObjectReader::Required(std::string_view field, T& out) {
  const Json* value = Take(field);
  const Path path(&path_, field);
  Note(value == nullptr ? Missing(path, kExpected<T>) : ReadValue(*value, path, out));
}

template <typename T>
void ObjectReader::Optional(std::string_view field, T& out) {
  if (const Json* value = Take(field)) Note(ReadValue(*value, Path(&path_, field), out));
}

template <typename T>
void ObjectReader::Optional(std::string_view field, std::optional<T>& out) {
  if (const Json* value = Take(field)) Note(ReadValue(*value, Path(&path_, field), out.emplace()));
}

template <typename T>
void ObjectReader::Ignored(std::string_view field) {
  T forgotten{};
  Optional(field, forgotten);
}

}  // namespace grantledger::tools

#endif  // GRANTLEDGER_TOOLS_JSON_INPUT_H_
