// Refusals in one form: the field or resource, what was found, what was expected.
#ifndef GRANTLEDGER_LEDGER_ERRORS_H_
#define GRANTLEDGER_LEDGER_ERRORS_H_

#include <string>
#include <string_view>

#include <grantledger/status.h>

namespace grantledger {

inline std::string Quoted(std::string_view text) { return "\"" + std::string(text) + "\""; }

inline Status Refuse(Code code, std::string_view field, std::string_view found,
                     std::string_view expected) {
  return {code,
          std::string(field) + " is " + std::string(found) + ", expected " + std::string(expected)};
}

inline Status Invalid(std::string_view field, std::string_view found, std::string_view expected) {
  return Refuse(Code::kInvalidArgument, field, found, expected);
}

inline Status NotThere(std::string_view field, std::string_view found, std::string_view what) {
  return {Code::kNotFound,
          std::string(field) + " " + Quoted(found) + " names no " + std::string(what)};
}

}  // namespace grantledger

#endif  // GRANTLEDGER_LEDGER_ERRORS_H_
