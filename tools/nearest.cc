#include "tools/nearest.h"

#include <algorithm>
#include <cctype>
#include <numeric>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace grantledger::tools {
namespace {

constexpr std::size_t kAlwaysNear = 2;
constexpr std::size_t kLongestName = 64;  ///< No name of the API is longer.

char Lower(char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); }

/// How many letters must be inserted, removed or replaced to make one name of the other.
std::size_t Distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), 0U);
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = diagonal + (Lower(a[i - 1]) == Lower(b[j - 1]) ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
    }
  }
  return row[b.size()];
}

}  // namespace

std::string_view Nearest(std::string_view name, std::span<const std::string_view> names) {
  if (name.size() > kLongestName) return {};
  std::string_view nearest;
  std::size_t least = std::max(kAlwaysNear, name.size() / 3) + 1;
  for (const std::string_view candidate : names) {
    const std::size_t distance = Distance(name, candidate);
    if (distance >= least || distance >= candidate.size()) continue;
    least = distance;
    nearest = candidate;
  }
  return nearest;
}

std::string Suggest(std::string_view name, std::span<const std::string_view> names,
                    std::string_view prefix) {
  const std::string_view nearest = Nearest(name, names);
  if (!nearest.empty()) return fmt::format("did you mean {}{}?", prefix, nearest);
  if (names.empty()) return "expected none";
  return fmt::format("expected {}{}", names.size() == 1 ? "" : "one of ", fmt::join(names, ", "));
}

}  // namespace grantledger::tools
