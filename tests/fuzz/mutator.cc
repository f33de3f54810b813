#include "tests/fuzz/mutator.h"

#include <algorithm>

namespace grantledger::fuzz {

std::string Mutator::Next() {
  std::string input = corpus_[Below(corpus_.size())];
  constexpr std::uint64_t kMostChanges = 4;
  for (std::uint64_t changes = 1 + Below(kMostChanges); changes > 0; --changes) Change(&input);
  return input;
}

void Mutator::Change(std::string* input) {
  constexpr std::uint64_t kMostBytes = 16;
  constexpr std::string_view kTelling = {"\x00\x01\x7f\x80\xff\"\\0 9", 10};
  const std::size_t at = input->empty() ? 0 : Below(input->size());
  const std::size_t bytes = std::min<std::size_t>(1 + Below(kMostBytes), input->size() - at);
  constexpr std::uint64_t kWays = 7;
  switch (Below(kWays)) {
    case 0:
      if (!input->empty()) (*input)[at] ^= static_cast<char>(1U << Below(8));
      break;
    case 1:
      if (!input->empty()) (*input)[at] = kTelling[Below(kTelling.size())];
      break;
    case 2:
      if (!input->empty()) (*input)[at] = static_cast<char>(Below(256));
      break;
    case 3:
      input->erase(at, bytes);
      break;
    case 4:
      input->insert(at, input->substr(at, bytes));
      break;
    case 5:
      for (std::uint64_t i = Below(4); i < 4; ++i) {
        input->insert(at, 1, static_cast<char>(Below(256)));
      }
      break;
    default: {  // a part of another takes the place of one
      const std::string& other = corpus_[Below(corpus_.size())];
      const std::size_t from = other.empty() ? 0 : Below(other.size());
      input->replace(at, bytes, other.substr(from, Below(4 * kMostBytes)));
    }
  }
}

}  // namespace grantledger::fuzz
