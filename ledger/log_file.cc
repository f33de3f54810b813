#include "ledger/log_file.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "ledger/macros.h"

namespace grantledger {
namespace {

std::uint32_t Crc32cByTable(std::uint32_t crc, std::string_view bytes) {
  static constexpr auto kTable = [] {
    constexpr std::uint32_t kPolynomial = 0x82f63b78;
    std::array<std::uint32_t, 256> table{};
    for (std::uint32_t i = 0; i < table.size(); ++i) {
      std::uint32_t entry = i;
      for (int bit = 0; bit < 8; ++bit) entry = entry >> 1 ^ (entry & 1 ? kPolynomial : 0);
      table[i] = entry;
    }
    return table;
  }();
  for (const char byte : bytes) {
    crc = crc >> 8 ^ kTable[(crc ^ static_cast<unsigned char>(byte)) & 0xff];
  }
  return crc;
}

#ifdef __x86_64__
/// The processor's own instruction, at twenty times the speed.
__attribute__((target("sse4.2"))) std::uint32_t Crc32cBySse(std::uint32_t crc,
                                                            std::string_view bytes) {
  std::uint64_t wide = crc;
  while (bytes.size() >= sizeof(wide)) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data(), sizeof(word));
    wide = __builtin_ia32_crc32di(wide, word);
    bytes.remove_prefix(sizeof(word));
  }
  return Crc32cByTable(static_cast<std::uint32_t>(wide), bytes);
}
#endif

std::uint32_t Crc32c(std::string_view bytes) {
  constexpr std::uint32_t kBegin = 0xffffffff;
#ifdef __x86_64__
  static const bool kHasSse = __builtin_cpu_supports("sse4.2") != 0;
  if (kHasSse) return ~Crc32cBySse(kBegin, bytes);
#endif
  return ~Crc32cByTable(kBegin, bytes);
}

std::uint32_t Rotated(std::uint32_t crc) {
  constexpr std::uint32_t kDelta = 0xa282ead8;
  return (crc >> 15 | crc << 17) + kDelta;
}

}  // namespace

void LogFileReader::NoteRest() {
  const std::uint64_t from = whole_ > begin_ ? whole_ - begin_ : 0;
  rest_is_zeros_ = rest_is_zeros_ && block_.find_first_not_of('\0', from) == std::string::npos;
}

Status LogFileReader::ReadBlock() {
  NoteRest();
  begin_ += block_.size();
  at_ = 0;
  block_.clear();
  while (block_.size() < kBlock && !last_) {
    GL_ASSIGN_OR_RETURN(const std::string_view bytes, read_(kBlock - block_.size()));
    last_ = bytes.empty();
    block_ += bytes;
  }
  return {};
}

Result<std::optional<LogFileReader::Fragment>> LogFileReader::ReadFragment() {
  const std::optional<Fragment> none;
  // The end of a block is left empty where no header has room.
  if (at_ + kHeader > kBlock || block_.empty()) GL_RETURN_IF_ERROR(ReadBlock());
  const std::string_view rest = std::string_view(block_).substr(at_);
  if (rest.empty()) return none;
  cut_ = rest.size() < kHeader;
  if (cut_) return none;
  const auto byte = [&rest](std::size_t i) {
    return static_cast<std::uint32_t>(static_cast<unsigned char>(rest[i]));
  };
  const std::size_t size = kHeader + (byte(kLengthAt) | byte(kLengthAt + 1) << 8);
  const auto type = static_cast<std::uint8_t>(byte(kTypeAt));
  if (type < kFull || type > kLast) return none;
  // Only in the last block: else what follows it would have been written after it.
  cut_ = size > rest.size() && block_.size() < kBlock;
  if (size > rest.size()) return none;
  const std::uint32_t stored = byte(0) | byte(1) << 8 | byte(2) << 16 | byte(3) << 24;
  if (stored != Rotated(Crc32c(rest.substr(kTypeAt, size - kTypeAt)))) return none;
  at_ += size;
  return std::optional(Fragment{type, rest.substr(kHeader, size - kHeader)});
}

Result<std::optional<std::string_view>> LogFileReader::Next() {
  bool within = false;
  while (true) {
    GL_ASSIGN_OR_RETURN(const auto fragment, ReadFragment());
    if (!fragment) break;
    const bool begins = fragment->type == kFull || fragment->type == kFirst;
    if (begins == within) return std::optional<std::string_view>();
    if (begins) entry_.clear();
    entry_ += fragment->payload;
    within = fragment->type == kFirst || fragment->type == kMiddle;
    if (within) continue;
    whole_ = begin_ + at_;
    rest_is_zeros_ = true;
    return std::optional<std::string_view>(entry_);
  }
  cut_ = cut_ || (within && begin_ + at_ >= begin_ + block_.size() && block_.size() < kBlock);
  return std::optional<std::string_view>();
}

Result<bool> LogFileReader::EndsHere() {
  while (!block_.empty()) GL_RETURN_IF_ERROR(ReadBlock());
  return rest_is_zeros_;
}

}  // namespace grantledger
