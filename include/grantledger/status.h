// Status and Result: how every call of grantledger reports failure.
//
// Neither can be ignored ([[nodiscard]]). Result<T> has the member names of std::expected, which
// gcc 12 does not have yet.
#ifndef GRANTLEDGER_STATUS_H_
#define GRANTLEDGER_STATUS_H_

#include <new>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

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

/// Throws std::logic_error.
[[noreturn]] void FailNoSuchResult();

/// A T, or the Status that tells why there is none (never an ok one). To ask for the one that is
/// not there is a fault of the program, and throws std::logic_error.
template <typename T>
class [[nodiscard]] Result {
 public:
  // NOLINTBEGIN(google-explicit-constructor): what is returned is one or the other.
  Result(T value) : has_value_(true), value_(std::move(value)) {}
  Result(Status error) : has_value_(false), error_(std::move(error)) {}
  // NOLINTEND(google-explicit-constructor)
  Result(Result&& other) noexcept : has_value_(other.has_value_) {
    static_assert(std::is_nothrow_move_constructible_v<T>);
    Construct(std::move(other));
  }
  Result(const Result& other) : has_value_(other.has_value_) { Construct(other); }
  Result& operator=(Result&& other) noexcept {
    if (this != &other) {
      Destroy();
      has_value_ = other.has_value_;
      Construct(std::move(other));
    }
    return *this;
  }
  Result& operator=(const Result& other) { return *this = Result(other); }
  ~Result() { Destroy(); }

  [[nodiscard]] bool has_value() const { return has_value_; }
  /// Not of a Result<bool>, of which nobody could see which of both is meant.
  explicit operator bool() const requires(!std::is_same_v<T, bool>) { return has_value(); }

  /// REQUIRES: has_value().
  T& value() & {
    Require(has_value_);
    return value_;
  }
  const T& value() const& {
    Require(has_value_);
    return value_;
  }
  T&& value() && {
    Require(has_value_);
    return std::move(value_);
  }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  /// REQUIRES: !has_value().
  const Status& error() const& {
    Require(!has_value_);
    return error_;
  }
  Status&& error() && {
    Require(!has_value_);
    return std::move(error_);
  }

 private:
  static void Require(bool is_there) {
    if (!is_there) FailNoSuchResult();
  }
  /// REQUIRES: nothing is constructed.
  template <typename Other>
  void Construct(Other&& other) {
    if (has_value_) {
      new (&value_) T(std::forward<Other>(other).value_);
    } else {
      new (&error_) Status(std::forward<Other>(other).error_);
    }
  }
  void Destroy() {
    if (has_value_) {
      value_.~T();
    } else {
      error_.~Status();
    }
  }

  // By hand: of each of hundreds of types, a std::variant takes ten times as long to compile.
  bool has_value_;
  // NOLINTBEGIN(readability-identifier-naming): they are members of the class.
  union {
    T value_;
    Status error_;
  };
  // NOLINTEND(readability-identifier-naming)
};

}  // namespace grantledger

#endif  // GRANTLEDGER_STATUS_H_
