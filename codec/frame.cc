#include "codec/frame.h"

#include <xxhash.h>

namespace grantledger {
namespace {

constexpr std::size_t kRecordHeader = 1 + 8;
constexpr std::size_t kRowHeader = 4;

void AppendLittleEndian(std::string* out, std::uint64_t value, std::size_t bytes) {
  for (std::size_t i = 0; i < bytes; ++i) out->push_back(static_cast<char>(value >> (8 * i)));
}

std::uint64_t ReadLittleEndian(std::string_view bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = bytes.size(); i-- > 0;) {
    value = value << 8 | static_cast<unsigned char>(bytes[i]);
  }
  return value;
}

std::uint64_t RowHash(std::string_view key, std::string_view payload) {
  const std::uint64_t seed = XXH3_64bits(key.data(), key.size());
  return XXH3_64bits_withSeed(payload.data(), payload.size(), seed) & 0xffffffff;
}

}  // namespace

/// LSNs stay below 2^56: the version has the highest byte of the seed to itself.
std::uint64_t RecordChecksum(Lsn lsn, std::string_view payload, std::uint8_t version) {
  const std::uint64_t seed = lsn ^ std::uint64_t{version} << 56;
  return XXH3_64bits_withSeed(payload.data(), payload.size(), seed);
}

std::string FrameRecord(Lsn lsn, std::string_view payload, std::uint8_t version) {
  std::string frame;
  frame.reserve(kRecordHeader + payload.size());
  frame.push_back(static_cast<char>(version));
  AppendLittleEndian(&frame, RecordChecksum(lsn, payload, version), 8);
  return frame.append(payload);
}

std::string FrameRow(std::string_view key, std::string_view payload) {
  std::string frame;
  frame.reserve(kRowHeader + payload.size());
  AppendLittleEndian(&frame, RowHash(key, payload), kRowHeader);
  return frame.append(payload);
}

std::uint8_t FrameVersion(std::string_view frame) {
  return frame.empty() ? 0 : static_cast<std::uint8_t>(frame[0]);
}

std::optional<std::string_view> UnframeRecord(Lsn lsn, std::string_view frame) {
  if (frame.size() < kRecordHeader) return std::nullopt;
  const std::string_view payload = frame.substr(kRecordHeader);
  const std::uint64_t checksum = RecordChecksum(lsn, payload, FrameVersion(frame));
  if (ReadLittleEndian(frame.substr(1, 8)) != checksum) return std::nullopt;
  return payload;
}

std::optional<std::string_view> UnframeRow(std::string_view key, std::string_view frame) {
  if (frame.size() < kRowHeader) return std::nullopt;
  const std::string_view payload = frame.substr(kRowHeader);
  if (ReadLittleEndian(frame.substr(0, kRowHeader)) != RowHash(key, payload)) return std::nullopt;
  return payload;
}

}  // namespace grantledger
