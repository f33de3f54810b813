// Refusals in one form: the field or resource, what was found, what was expected.
#ifndef GRANTLEDGER_LEDGER_ERRORS_H_
#define GRANTLEDGER_LEDGER_ERRORS_H_

#include <string>
#include <string_view>

#include <grantledger/status.h>
#include <grantledger/types.h>

namespace grantledger {

/// In quotes; long text by its beginning and its length.
inline std::string Quoted(std::string_view text) {
  constexpr std::size_t kLongest = 256;
  constexpr std::size_t kShown = 64;
  if (text.size() <= kLongest) return "\"" + std::string(text) + "\"";
  std::size_t shown = kShown;
  // Not in the middle of a character of UTF-8.
  while (shown > 0 && (static_cast<unsigned char>(text[shown]) & 0xc0) == 0x80) --shown;
  return "\"" + std::string(text.substr(0, shown)) + "…\" (" + std::to_string(text.size()) +
         " bytes)";
}

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

/// The account that a field of a request names, or the refusal.
inline Result<AccountId> ParseAccount(std::string_view field, std::string_view digits) {
  const auto account = AccountId::Parse(digits);
  if (account) return *account;
  return Invalid(field, Quoted(digits), "12 digits, not all of them 0");
}

/// Whether a caller of the library gave an account; else the refusal.
inline Status CheckAccount(std::string_view field, AccountId account) {
  if (account.IsAccount()) return {};
  if (account == AccountId()) return Invalid(field, "missing", "an account");
  return Invalid(field, account.ToString(), "an account of 12 digits, not all of them 0");
}

}  // namespace grantledger

#endif  // GRANTLEDGER_LEDGER_ERRORS_H_
