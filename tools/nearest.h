// What a misspelt name was probably meant to be.
#ifndef GRANTLEDGER_TOOLS_NEAREST_H_
#define GRANTLEDGER_TOOLS_NEAREST_H_

#include <span>
#include <string>
#include <string_view>

namespace grantledger::tools {

/// The one of `names` that is spelt most like `name`, upper and lower case alike; empty where none
/// is near (more than a third of its letters, and more than two, differ).
std::string_view Nearest(std::string_view name, std::span<const std::string_view> names);

/// The end of a message about the unknown `name`: "did you mean <prefix><nearest>?", or "expected
/// <all of the names>", or "expected none" where there are no names.
std::string Suggest(std::string_view name, std::span<const std::string_view> names,
                    std::string_view prefix = "");

}  // namespace grantledger::tools

#endif  // GRANTLEDGER_TOOLS_NEAREST_H_
