#include "query/page_token.h"

#include <xxhash.h>

#include <optional>

#include "ledger/errors.h"

namespace grantledger {
namespace {

constexpr char kTokenVersion = 2;
constexpr std::size_t kNumberBytes = 8;
constexpr std::size_t kHeaderBytes = 1 + 3 * kNumberBytes;
constexpr std::string_view kDigits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr unsigned kDigitBits = 6;
constexpr unsigned kByteBits = 8;

void AppendNumber(std::string* out, std::uint64_t number) {
  for (std::size_t i = kNumberBytes; i-- > 0;) {
    out->push_back(static_cast<char>(number >> (kByteBits * i) & 0xff));
  }
}

std::uint64_t ReadNumberAt(std::string_view bytes, std::size_t at) {
  std::uint64_t number = 0;
  for (const char byte : bytes.substr(at, kNumberBytes)) {
    number = number << kByteBits | static_cast<unsigned char>(byte);
  }
  return number;
}

std::string ToBase64(std::string_view bytes) {
  std::string text;
  text.reserve((bytes.size() * kByteBits + kDigitBits - 1) / kDigitBits);
  std::uint32_t pending = 0;
  unsigned bits = 0;
  for (const char byte : bytes) {
    pending = (pending << kByteBits | static_cast<unsigned char>(byte)) & 0xffff;
    for (bits += kByteBits; bits >= kDigitBits; bits -= kDigitBits) {
      text.push_back(kDigits[pending >> (bits - kDigitBits) & 0x3f]);
    }
  }
  if (bits > 0) text.push_back(kDigits[pending << (kDigitBits - bits) & 0x3f]);
  return text;
}

/// Nullopt: not what ToBase64 makes of any bytes.
std::optional<std::string> FromBase64(std::string_view text) {
  std::string bytes;
  bytes.reserve(text.size() * kDigitBits / kByteBits);
  std::uint32_t pending = 0;
  unsigned bits = 0;
  for (const char c : text) {
    const std::size_t digit = kDigits.find(c);
    if (digit == std::string_view::npos) return std::nullopt;
    pending = (pending << kDigitBits | static_cast<std::uint32_t>(digit)) & 0xffff;
    bits += kDigitBits;
    if (bits < kByteBits) continue;
    bits -= kByteBits;
    bytes.push_back(static_cast<char>(pending >> bits & 0xff));
  }
  const bool whole = bits < kDigitBits && (pending & ((1U << bits) - 1)) == 0;
  if (!whole) return std::nullopt;
  return bytes;
}

std::uint64_t HashOf(std::string_view body, std::uint64_t key, std::uint64_t fingerprint_high,
                     std::uint64_t fingerprint_low) {
  std::string bytes(body);
  AppendNumber(&bytes, fingerprint_high);
  AppendNumber(&bytes, fingerprint_low);
  return XXH3_64bits_withSeed(bytes.data(), bytes.size(), key);
}

}  // namespace

std::string SealToken(const PageToken& token, std::uint64_t key, std::uint64_t fingerprint_high,
                      std::uint64_t fingerprint_low) {
  std::string bytes(1, kTokenVersion);
  AppendNumber(&bytes, token.lsn);
  AppendNumber(&bytes, static_cast<std::uint64_t>(token.time.time_since_epoch().count()));
  AppendNumber(&bytes, token.checksum);
  bytes += token.cursor;
  AppendNumber(&bytes, HashOf(bytes, key, fingerprint_high, fingerprint_low));
  return ToBase64(bytes);
}

Result<PageToken> OpenToken(std::string_view text, std::uint64_t key,
                            std::uint64_t fingerprint_high, std::uint64_t fingerprint_low) {
  const std::optional<std::string> bytes = FromBase64(text);
  const Status refused =
      Invalid("NextToken", "altered, cut or of another call",
              "the NextToken that the same call of the same caller with the same filters answered");
  if (!bytes || bytes->size() < kHeaderBytes + kNumberBytes) return refused;
  const std::string_view body(bytes->data(), bytes->size() - kNumberBytes);
  const bool proven =
      ReadNumberAt(*bytes, body.size()) == HashOf(body, key, fingerprint_high, fingerprint_low);
  if (!proven || body[0] != kTokenVersion) return refused;
  const auto time_ms = static_cast<std::int64_t>(ReadNumberAt(body, 1 + kNumberBytes));
  return PageToken{ReadNumberAt(body, 1), Time(std::chrono::milliseconds(time_ms)),
                   std::string(body.substr(kHeaderBytes)),
                   ReadNumberAt(body, 1 + 2 * kNumberBytes)};
}

}  // namespace grantledger
