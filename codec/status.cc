#include <grantledger/status.h>

#include <stdexcept>

namespace grantledger {

std::string_view CodeName(Code code) {
  switch (code) {
    case Code::kOk:
      return "Ok";
    case Code::kInvalidArgument:
      return "InvalidArgument";
    case Code::kVersionMismatch:
      return "VersionMismatch";
    case Code::kInvalidState:
      return "InvalidState";
    case Code::kTokenReused:
      return "TokenReused";
    case Code::kNotFound:
      return "NotFound";
    case Code::kAccessDenied:
      return "AccessDenied";
    case Code::kLimitExceeded:
      return "LimitExceeded";
    case Code::kCorruption:
      return "Corruption";
    case Code::kIoError:
      return "IoError";
  }
  return "Unknown";
}

std::string_view ApiException(Code code) {
  switch (code) {
    case Code::kOk:
      return "";
    case Code::kInvalidArgument:
    case Code::kVersionMismatch:
    case Code::kInvalidState:
      return "ValidationException";
    case Code::kTokenReused:
      return "InvalidParameterValueException";
    case Code::kNotFound:
      return "ResourceNotFoundException";
    case Code::kAccessDenied:
      return "AccessDeniedException";
    case Code::kLimitExceeded:
      return "ResourceLimitExceededException";
    case Code::kCorruption:
    case Code::kIoError:
      return "ServerInternalException";
  }
  return "ServerInternalException";
}

void FailNoSuchResult() {
  throw std::logic_error("the value or the error of a Result is asked for that has the other");
}

}  // namespace grantledger
