#include "tools/command_line.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "tools/nearest.h"

namespace grantledger::tools {

std::string UnknownOption(std::span<const char* const> arguments,
                          std::span<const std::string_view> options) {
  for (const std::string_view argument : arguments) {
    if (argument == "--") return {};
    if (argument == "-" || argument == "-h" || !argument.starts_with('-')) continue;
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

}  // namespace grantledger::tools
