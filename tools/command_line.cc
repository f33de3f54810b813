#include "tools/command_line.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <limits>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "tools/nearest.h"

namespace grantledger::tools {

std::string UnknownOption(std::span<const char* const> arguments,
                          std::span<const std::string_view> options) {
  for (const std::string_view argument : arguments) {
    if (argument == "--") return {};
    if (argument == "-" || argument == "-h" || !argument.starts_with('-')) continue;
    if (std::isdigit(static_cast<unsigned char>(argument[1])) != 0) continue;  // a value below 0
    const std::string_view option = argument.substr(0, argument.find('='));
    const std::string_view name = option.substr(option.starts_with("--") ? 2 : 1);
    const bool is_known = std::ranges::find(options, name) != options.end();
    if (is_known && option.starts_with("--")) continue;
    if (is_known) return fmt::format("there is no option {}, did you mean --{}?", option, name);
    const std::string_view nearest = Nearest(name, options);
    if (!nearest.empty()) {
      return fmt::format("there is no option {}, did you mean --{}?", option, nearest);
    }
    return fmt::format("there is no option {}, expected one of --{}", option,
                       fmt::join(options, ", --"));
  }
  return {};
}

bool ReadCount(std::string_view text, std::uint64_t* count) {
  const char* const end = text.data() + text.size();
  const auto [last, error] = std::from_chars(text.data(), end, *count);
  return error == std::errc() && last == end;
}

std::string ReadDuration(std::string_view text, std::string_view expected,
                         std::chrono::milliseconds* duration) {
  constexpr std::pair<std::string_view, std::uint64_t> kUnits[] = {
      {"s", 1000}, {"min", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}};
  constexpr auto kMost = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  for (const auto& [unit, milliseconds] : kUnits) {
    if (digits == 0 || text.substr(digits) != unit) continue;
    std::uint64_t count = 0;
    if (!ReadCount(text.substr(0, digits), &count) || count > kMost / milliseconds) {
      return fmt::format("{}{} at most: it is too large", kMost / milliseconds, unit);
    }
    *duration = std::chrono::milliseconds(count * milliseconds);
    return {};
  }
  return std::string(expected);
}

}  // namespace grantledger::tools
