#include "ledger/table_proof.h"

#include <optional>
#include <string_view>

#include <xxhash.h>

#include "ledger/little_endian.h"

namespace grantledger {
namespace {

using rocksdb::IOStatus;

// RocksDB's table/format.cc: a footer is the kind of checksum (1 byte), where the index of metadata
// is, where the index is, padding, the version (4) and the magic number (8). A block is followed by
// its compression (1) and its checksum (4).
constexpr std::size_t kTableFooter = 53;
constexpr std::size_t kTableVersionAt = kTableFooter - 12;
constexpr std::size_t kTableMagicAt = kTableFooter - 8;
constexpr std::uint64_t kTableMagic = 0x88e241b785f4cff7;
constexpr std::uint64_t kTableVersion = 5;
constexpr char kXxh3 = 4;
constexpr std::size_t kBlockTrailer = 5;
constexpr std::size_t kMostOfBlock = std::size_t{1} << 20;  // of a block of metadata

std::optional<std::uint64_t> TakeVarint(std::string_view* bytes) {
  constexpr unsigned kBits = 7;
  constexpr unsigned kMostBits = 63;
  constexpr unsigned char kMore = 0x80;
  std::uint64_t number = 0;
  for (unsigned shift = 0; shift <= kMostBits && !bytes->empty(); shift += kBits) {
    const auto byte = static_cast<unsigned char>(bytes->front());
    bytes->remove_prefix(1);
    number |= static_cast<std::uint64_t>(byte & (kMore - 1U)) << shift;
    if ((byte & kMore) == 0) return number;
  }
  return std::nullopt;
}

struct BlockHandle {
  std::uint64_t offset = 0;
  std::uint64_t size = 0;
};

std::optional<BlockHandle> TakeHandle(std::string_view* bytes) {
  const auto offset = TakeVarint(bytes);
  const auto size = offset ? TakeVarint(bytes) : std::nullopt;
  if (!size) return std::nullopt;
  return BlockHandle{*offset, *size};
}

/// So many bytes, or nullopt: the file has fewer. An error of the file is left for RocksDB to meet.
std::optional<std::string> ReadAt(rocksdb::FSRandomAccessFile& file, std::uint64_t offset,
                                  std::size_t size) {
  std::string room(size, '\0');
  rocksdb::Slice read;
  const IOStatus status = file.Read(offset, size, {}, &read, room.data(), nullptr);
  if (!status.ok() || read.size() != size) return std::nullopt;
  return std::string(read.data(), read.size());
}

/// A block with its trailer.
std::optional<std::string> ReadBlock(rocksdb::FSRandomAccessFile& file, const BlockHandle& handle,
                                     std::uint64_t size) {
  const bool is_within = handle.size <= kMostOfBlock && handle.offset <= size &&
                         handle.size + kBlockTrailer <= size - handle.offset;
  if (!is_within) return std::nullopt;
  return ReadAt(file, handle.offset, static_cast<std::size_t>(handle.size) + kBlockTrailer);
}

/// Whether a block is as it was written (ComputeBuiltinChecksumWithLastByte).
bool IsProven(std::string_view block) {
  constexpr std::uint32_t kOfLastByte = 0x6b9083d9;
  const std::string_view content = block.substr(0, block.size() - kBlockTrailer);
  const auto compression = static_cast<unsigned char>(block[content.size()]);
  const auto checksum = static_cast<std::uint32_t>(XXH3_64bits(content.data(), content.size())) ^
                        compression * kOfLastByte;
  return LittleEndian(block.substr(content.size() + 1)) == checksum;
}

/// Where the index of metadata says that the properties are.
std::optional<BlockHandle> FindProperties(std::string_view entries) {
  std::string key;
  while (!entries.empty()) {
    const auto shared = TakeVarint(&entries);
    const auto rest = shared ? TakeVarint(&entries) : std::nullopt;
    const auto bytes = rest ? TakeVarint(&entries) : std::nullopt;
    if (!bytes || *shared > key.size() || *rest > entries.size()) return std::nullopt;
    key.resize(static_cast<std::size_t>(*shared));
    key.append(entries.substr(0, static_cast<std::size_t>(*rest)));
    entries.remove_prefix(static_cast<std::size_t>(*rest));
    if (*bytes > entries.size()) return std::nullopt;
    std::string_view value = entries.substr(0, static_cast<std::size_t>(*bytes));
    if (key == "rocksdb.properties") return TakeHandle(&value);
    entries.remove_prefix(value.size());
  }
  return std::nullopt;
}

}  // namespace

IOStatus ProveProperties(const std::string& name, rocksdb::FSRandomAccessFile& file,
                         std::uint64_t size) {
  if (size < kTableFooter) return IOStatus::OK();
  const auto footer = ReadAt(file, size - kTableFooter, kTableFooter);
  if (!footer) return IOStatus::OK();
  const std::string_view end = *footer;
  const bool is_ours = end.front() == kXxh3 &&
                       LittleEndian(end.substr(kTableVersionAt, 4)) == kTableVersion &&
                       LittleEndian(end.substr(kTableMagicAt)) == kTableMagic;
  if (!is_ours) return IOStatus::OK();
  std::string_view handles = end.substr(1, kTableVersionAt - 1);
  const auto index = TakeHandle(&handles);
  const auto metadata = index ? ReadBlock(file, *index, size) : std::nullopt;
  if (!metadata || !IsProven(*metadata)) return IOStatus::OK();
  const auto properties = FindProperties(*metadata);
  const auto block = properties ? ReadBlock(file, *properties, size) : std::nullopt;
  if (!block || IsProven(*block)) return IOStatus::OK();
  return IOStatus::Corruption("the properties of " + name +
                              " are not those that were written: their checksum differs");
}

}  // namespace grantledger
