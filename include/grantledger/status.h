// Status and Result: how every call of grantledger reports failure.
//
// Neither can be ignored ([[nodiscard]]). Result<T> has the member names of std::expected, which
// gcc 12 does not have yet.
#ifndef GRANTLEDGER_STATUS_H_
#define GRANTLEDGER_STATUS_H_

#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

namespace grantledger {

/// What kind of failure. The list is closed.
enum class Code {
  kOk,
  kInvalidArgument,  ///< A field is missing, malformed, or not allowed here.
  kVersionMismatch,  ///< SourceVersion or Version is not the current one.
  kInvalidState,     ///< The thing exists, but its state does not allow the call.
  kTokenReused,      ///< The ClientToken was used with another input.
  kNotFound,         ///< The thing that the call names does not exist.
  kAccessDenied,     ///< The caller may not do this.
  kLimitExceeded,    ///< A documented limit would be passed.
  kCorruption,       ///< Stored data does not prove itself; it was not used.
  kIoError,          ///< The file system or the database below failed, or the ledger is in use.
};

/// "InvalidArgument" and so on.
std::string_view CodeName(Code code);

/// The AWS exception that stands for `code`: "ValidationException" and so on.
std::string_view ApiException(Code code);

class [[nodiscard]] Status {
 public:
  Status() = default;
  Status(Code code, std::string message) : code_(code), message_(std::move(message)) {}

  [[nodiscard]] bool ok() const { return code_ == Code::kOk; }
  [[nodiscard]] Code code() const { return code_; }
  /// Names the field or resource, what was found and what was expected. Empty when ok.
  [[nodiscard]] const std::string& message() const { return message_; }

 private:
  Code code_ = Code::kOk;
  std::string message_;
};

/// A T, or the Status that tells why there is none (never an ok one).
template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::move(value)) {}       // NOLINT(google-explicit-constructor)
  Result(Status error) : state_(std::move(error)) {}  // NOLINT(google-explicit-constructor)

  [[nodiscard]] bool has_value() const { return state_.index() == 0; }
  /// Not of a Result<bool>, of which nobody could see which of both is meant.
  explicit operator bool() const requires(!std::is_same_v<T, bool>) { return has_value(); }

  /// REQUIRES: has_value().
  T& value() & { return std::get<0>(state_); }
  const T& value() const& { return std::get<0>(state_); }
  T&& value() && { return std::get<0>(std::move(state_)); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  /// REQUIRES: !has_value().
  const Status& error() const& { return std::get<1>(state_); }
  Status&& error() && { return std::get<1>(std::move(state_)); }

 private:
  std::variant<T, Status> state_;
};

}  // namespace grantledger

#endif  // GRANTLEDGER_STATUS_H_
