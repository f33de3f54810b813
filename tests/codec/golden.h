// Golden bytes: what is on disk is what it was. A failure prints the bytes in the form of a golden
// header, to take their place where the format was changed on purpose (docs/FORMAT.md, Versions).
#ifndef GRANTLEDGER_TESTS_CODEC_GOLDEN_H_
#define GRANTLEDGER_TESTS_CODEC_GOLDEN_H_

#include <gtest/gtest.h>

#include <algorithm>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "codec/tables.h"
#include "tests/codec/bytes.h"

namespace grantledger {

struct Golden {
  std::string_view name;
  std::string_view hex;
};

/// Bytes as this version writes them.
struct Written {
  std::string_view name;
  std::string bytes;
};

/// The golden hex of the name; empty: there is none.
inline std::string_view GoldenOf(std::span<const Golden> golden, std::string_view name) {
  const auto found = std::ranges::find(golden, name, &Golden::name);
  return found == golden.end() ? std::string_view() : found->hex;
}

inline std::string AsSource(const Written& written) {
  constexpr std::size_t kLine = 88;
  const std::string hex = ToHex(written.bytes);
  std::string source = "    {\"" + std::string(written.name) + "\",";
  for (std::size_t i = 0; i < hex.size(); i += kLine) {
    source += "\n     \"" + hex.substr(i, kLine) + "\"";
  }
  return source + "},\n";
}

inline void ExpectGolden(std::span<const Golden> golden, const std::vector<Written>& all) {
  for (const Written& written : all) {
    EXPECT_EQ(ToHex(written.bytes), GoldenOf(golden, written.name)) << AsSource(written);
  }
  EXPECT_EQ(golden.size(), all.size());
}

/// Golden bytes are read, and nothing of them is lost: writing what was read gives them again.
template <typename Native>
void ExpectReadAgain(std::span<const Golden> golden, std::string_view name,
                     const char* file_identifier = nullptr) {
  const std::string bytes = FromHex(GoldenOf(golden, name));
  const auto native = Unpack<Native>(bytes, file_identifier);
  ASSERT_TRUE(native) << name;
  EXPECT_EQ(ToHex(Pack(*native, file_identifier)), ToHex(bytes)) << name;
}

}  // namespace grantledger

#endif  // GRANTLEDGER_TESTS_CODEC_GOLDEN_H_
