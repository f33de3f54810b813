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

/// Whether the bytes, which are aligned, are such a table, and can be read: beside what FlatBuffers
/// verifies, a body has a kind, and numbers of 8 bytes are aligned.
template <typename Table>
bool VerifyTable(const std::uint8_t* bytes, std::size_t size, const char* file_identifier) {
  flatbuffers::Verifier verifier(bytes, size);
  if (!verifier.VerifyBuffer<Table>(file_identifier)) return false;
  [[maybe_unused]] const Table& table = *flatbuffers::GetRoot<Table>(bytes);
  if constexpr (requires { table.body_type(); }) {
    if (table.body() != nullptr && static_cast<int>(table.body_type()) == 0) return false;
  }
  const auto is_aligned = [bytes](const auto* numbers) {
    return numbers == nullptr || (numbers->Data() - bytes) % sizeof(std::uint64_t) == 0;
  };
  if constexpr (requires { table.lsns(); }) {
    if (!is_aligned(table.lsns())) return false;
  }
  if constexpr (requires { table.own(); }) {
    if (!is_aligned(table.own())) return false;
  }
  return true;
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
  if (!VerifyTable<typename Native::TableType>(aligned, bytes.size(), file_identifier)) {
    return std::nullopt;
  }
  Native native;
  flatbuffers::GetRoot<typename Native::TableType>(aligned)->UnPackTo(&native);
  return native;
}

}  // namespace grantledger

#endif  // GRANTLEDGER_CODEC_TABLES_H_
