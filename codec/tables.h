// FlatBuffers tables to bytes and back, with the checks that reading them needs.
#ifndef GRANTLEDGER_CODEC_TABLES_H_
#define GRANTLEDGER_CODEC_TABLES_H_

#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <flatbuffers/flatbuffers.h>

namespace grantledger {

/// The bytes of a table given as its object ("OrganizationT").
template <typename Native>
std::string Pack(const Native& native, const char* file_identifier = nullptr) {
  flatbuffers::FlatBufferBuilder builder(256);
  builder.Finish(Native::TableType::Pack(builder, &native), file_identifier);
  return {reinterpret_cast<const char*>(builder.GetBufferPointer()), builder.GetSize()};
}

/// The object of a table's bytes. Nullopt: the bytes are no such table.
///
/// RocksDB's memory is mostly not aligned, and reading a FlatBuffer in place there is undefined
/// behaviour: the bytes are copied into aligned memory first.
template <typename Native>
std::optional<Native> Unpack(std::string_view bytes, const char* file_identifier = nullptr) {
  if (bytes.size() >= FLATBUFFERS_MAX_BUFFER_SIZE) return std::nullopt;
  constexpr std::size_t kSmall = 512;
  alignas(std::uint64_t) std::uint8_t small[kSmall];
  std::vector<std::uint64_t> large;
  std::uint8_t* aligned = small;
  if (bytes.size() > kSmall) {
    large.resize((bytes.size() + sizeof(std::uint64_t) - 1) / sizeof(std::uint64_t));
    aligned = reinterpret_cast<std::uint8_t*>(large.data());
  }
  std::memcpy(aligned, bytes.data(), bytes.size());
  flatbuffers::Verifier verifier(aligned, bytes.size());
  if (!verifier.VerifyBuffer<typename Native::TableType>(file_identifier)) return std::nullopt;
  Native native;
  flatbuffers::GetRoot<typename Native::TableType>(aligned)->UnPackTo(&native);
  return native;
}

}  // namespace grantledger

#endif  // GRANTLEDGER_CODEC_TABLES_H_
