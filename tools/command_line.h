// What a command line gets wrong, said more helpfully than by naming it alone.
#ifndef GRANTLEDGER_TOOLS_COMMAND_LINE_H_
#define GRANTLEDGER_TOOLS_COMMAND_LINE_H_

#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace grantledger::tools {

/// The first of `arguments` that looks like an option and is none, with what was probably meant:
/// "there is no option --dbb, did you mean --db?". Empty where there is no such argument. `options`
/// are the long names, without dashes. "-h", "-", and what stands behind "--" are no mistakes.
std::string UnknownOption(std::span<const char* const> arguments,
                          std::span<const std::string_view> options);

// Values of options.

/// Decimal digits alone, less than 2^64. False: `text` is none; what else was expected is for the
/// caller to say.
bool ReadCount(std::string_view text, std::uint64_t* count);
/// Decimal digits and a unit: "90d", "12h", "30min", "10s". At most 2^63 - 1 milliseconds. Gives
/// what was `expected` where `text` is none, and the largest of its unit where it is too large;
/// empty: it was read.
std::string ReadDuration(std::string_view text, std::string_view expected,
                         std::chrono::milliseconds* duration);

}  // namespace grantledger::tools

#endif  // GRANTLEDGER_TOOLS_COMMAND_LINE_H_
