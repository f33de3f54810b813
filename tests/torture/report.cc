#include "report.h"

#include <algorithm>

namespace grantledger::torture {

void Report::Add(const std::string& what, std::uint64_t count) {
  const auto known = std::ranges::find(rows, what, &std::pair<std::string, std::uint64_t>::first);
  if (known == rows.end()) {
    rows.emplace_back(what, count);
  } else {
    known->second += count;
  }
}

std::string Report::ToString() const {
  std::string text;
  for (const std::string& failure : failures) text += failure + "\n";
  text += "| " + campaign + ", --seed " + std::to_string(seed) + " | |\n| --- | --- |\n";
  for (const auto& [what, count] : rows) text += "| " + what + " | " + std::to_string(count) + " |\n";
  return text + "| violations | " + std::to_string(failures.size()) + " |\n";
}

}  // namespace grantledger::torture
