// Numbers as RocksDB and our anchor store them.
#ifndef GRANTLEDGER_LEDGER_LITTLE_ENDIAN_H_
#define GRANTLEDGER_LEDGER_LITTLE_ENDIAN_H_

#include <cstdint>
#include <string_view>

namespace grantledger {

/// REQUIRES: 8 bytes at most.
inline std::uint64_t LittleEndian(std::string_view bytes) {
  std::uint64_t number = 0;
  for (std::size_t i = bytes.size(); i-- > 0;) {
    number = number << 8 | static_cast<unsigned char>(bytes[i]);
  }
  return number;
}

}  // namespace grantledger

#endif  // GRANTLEDGER_LEDGER_LITTLE_ENDIAN_H_
