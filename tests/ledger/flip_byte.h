// Damage of a file: one bit.
#ifndef GRANTLEDGER_TESTS_LEDGER_FLIP_BYTE_H_
#define GRANTLEDGER_TESTS_LEDGER_FLIP_BYTE_H_

#include <cstdint>
#include <filesystem>
#include <fstream>

namespace grantledger {

/// Alters a bit of the byte at an offset. REQUIRES: the file has it.
inline void FlipByte(const std::filesystem::path& path, std::uintmax_t at) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekg(static_cast<std::streamoff>(at));
  const int byte = file.get();
  file.seekp(static_cast<std::streamoff>(at));
  file.put(static_cast<char>(byte ^ 0x01));
}
/// The same, this part of it from its beginning: 0.5 is the middle.
inline void FlipByteAtPart(const std::filesystem::path& path, double part) {
  const auto size = static_cast<double>(std::filesystem::file_size(path));
  FlipByte(path, static_cast<std::uintmax_t>(size * part));
}

}  // namespace grantledger

#endif  // GRANTLEDGER_TESTS_LEDGER_FLIP_BYTE_H_
