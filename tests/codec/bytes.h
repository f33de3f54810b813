// Bytes for the tests of codec: as hexadecimal digits, and random ones.
#ifndef GRANTLEDGER_TESTS_CODEC_BYTES_H_
#define GRANTLEDGER_TESTS_CODEC_BYTES_H_

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <random>
#include <string>
#include <string_view>

#include "tests/model/random.h"

namespace grantledger {

inline std::string ToHex(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string hex;
  for (const char byte : bytes) {
    const auto value = static_cast<unsigned char>(byte);
    hex.push_back(kDigits[value >> 4]);
    hex.push_back(kDigits[value & 15]);
  }
  return hex;
}

/// REQUIRES: an even number of lower case digits; blanks between bytes are passed over.
inline std::string FromHex(std::string_view hex) {
  const auto nibble = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
  std::string bytes;
  for (std::size_t i = 0; i < hex.size();) {
    if (hex[i] == ' ') {
      ++i;
      continue;
    }
    bytes.push_back(static_cast<char>(nibble(hex[i]) << 4 | nibble(hex[i + 1])));
    i += 2;
  }
  return bytes;
}

/// The seed of a random test: GRANTLEDGER_SEED where it is set, to do a failure again, else another
/// one in every run. Put it into a SCOPED_TRACE.
inline std::uint64_t FreshSeed() {
  if (const char* given = std::getenv("GRANTLEDGER_SEED")) {
    return std::strtoull(given, nullptr, 10);
  }
  return std::random_device()();
}

inline std::string RandomBytes(model::Random* random, std::size_t size) {
  std::string bytes;
  while (bytes.size() < size) bytes.push_back(static_cast<char>(random->Next() & 0xff));
  return bytes;
}

}  // namespace grantledger

#endif  // GRANTLEDGER_TESTS_CODEC_BYTES_H_
