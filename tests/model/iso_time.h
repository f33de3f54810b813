// Times of the model: milliseconds since 1970, and their ISO notation.
#ifndef GRANTLEDGER_TESTS_MODEL_ISO_TIME_H_
#define GRANTLEDGER_TESTS_MODEL_ISO_TIME_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace grantledger::model {

using Millis = std::int64_t;

inline constexpr Millis kSecond = 1000;
inline constexpr Millis kHour = 3600 * kSecond;
inline constexpr Millis kDay = 24 * kHour;

/// Reads "2026-01-02T03:04:05Z" or "2026-01-02T03:04:05.678Z"; anything else is nullopt.
std::optional<Millis> ParseIsoTime(std::string_view text);

/// The same notation, the fraction only where it is not zero.
std::string FormatIsoTime(Millis time);

}  // namespace grantledger::model

#endif  // GRANTLEDGER_TESTS_MODEL_ISO_TIME_H_
