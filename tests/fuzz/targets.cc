#include "tests/fuzz/targets.h"

#include <cstdio>
#include <cstdlib>

namespace grantledger::fuzz {

void Check(bool holds, std::string_view promise) {
  if (holds) return;
  std::fprintf(stderr, "broken: %.*s\n", static_cast<int>(promise.size()), promise.data());
  std::abort();
}

std::string BlockOf(std::string_view bytes) {
  std::string block = {static_cast<char>(bytes.size() >> 8), static_cast<char>(bytes.size())};
  return block.append(bytes);
}

}  // namespace grantledger::fuzz
