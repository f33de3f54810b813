#include "codec/key.h"

#include <bit>

namespace grantledger {
namespace {

constexpr std::size_t kLsnBytes = 8;

void AppendBigEndian(std::string* out, std::uint64_t value, std::size_t bytes) {
  for (std::size_t i = bytes; i-- > 0;) out->push_back(static_cast<char>(value >> (8 * i)));
}

std::uint64_t ReadBigEndian(std::string_view bytes) {
  std::uint64_t value = 0;
  for (const char byte : bytes) value = value << 8 | static_cast<unsigned char>(byte);
  return value;
}

void AppendUint(std::string* out, std::uint64_t value) {
  const auto bytes = static_cast<std::size_t>((std::bit_width(value) + 7) / 8);
  out->push_back(static_cast<char>(bytes));
  AppendBigEndian(out, value, bytes);
}

}  // namespace

Path ChildPath(const Path& parent, std::uint64_t step) {
  Path path = parent;
  AppendUint(&path, step);
  return path;
}

int Depth(const Path& path) {
  int depth = 0;
  for (std::size_t at = 0; at < path.size(); at += 1 + static_cast<unsigned char>(path[at]))
    ++depth;
  return depth;
}

KeyWriter& KeyWriter::Tag(char tag) {
  key_.push_back(tag);
  return *this;
}

KeyWriter& KeyWriter::Uint(std::uint64_t value) {
  AppendUint(&key_, value);
  return *this;
}

KeyWriter& KeyWriter::Account(AccountId account) {
  AppendBigEndian(&key_, AccountBits(account), kAccountBytes);
  return *this;
}

KeyWriter& KeyWriter::NewestFirst(Lsn lsn) {
  AppendBigEndian(&key_, ~lsn, kLsnBytes);
  return *this;
}

KeyWriter& KeyWriter::PathPrefix(const Path& path) {
  key_ += path;
  return *this;
}

KeyWriter& KeyWriter::PlacePath(const Path& path) { return PathPrefix(path).Uint(0); }

KeyWriter& KeyWriter::Text(std::string_view text) {
  key_.append(text).push_back('\0');
  return *this;
}

std::string_view KeyReader::Take(std::size_t size) {
  if (!ok_ || rest_.size() < size) {
    ok_ = false;
    return {};
  }
  const std::string_view taken = rest_.substr(0, size);
  rest_.remove_prefix(size);
  return taken;
}

char KeyReader::Tag() {
  const std::string_view tag = Take(1);
  return tag.empty() ? '\0' : tag[0];
}

std::uint64_t KeyReader::Uint() {
  const std::string_view length = Take(1);
  if (length.empty()) return 0;
  const auto bytes = static_cast<std::size_t>(static_cast<unsigned char>(length[0]));
  if (bytes > sizeof(std::uint64_t)) {
    ok_ = false;
    return 0;
  }
  const std::string_view digits = Take(bytes);
  if (!digits.empty() && digits[0] == '\0') ok_ = false;  // not the shortest form
  return ok_ ? ReadBigEndian(digits) : 0;
}

AccountId KeyReader::Account() {
  const std::uint64_t value = ReadBigEndian(Take(kAccountBytes));
  if (value > AccountId::kMax) ok_ = false;
  return ok_ ? AccountId(value) : AccountId();
}

Lsn KeyReader::NewestFirst() {
  const std::string_view bytes = Take(kLsnBytes);
  return ok_ ? ~ReadBigEndian(bytes) : 0;
}

Path KeyReader::PlacePath() {
  const std::string_view start = rest_;
  while (ok_) {
    const std::string_view before = rest_;
    if (Uint() == 0) return ok_ ? Path(start.substr(0, start.size() - before.size())) : Path();
  }
  return {};
}

std::string KeyReader::Text() {
  const std::size_t end = rest_.find('\0');
  if (end == std::string_view::npos) {
    ok_ = false;
    return {};
  }
  std::string text(Take(end));
  Take(1);
  return text;
}

std::string PrefixEnd(std::string prefix) {
  while (!prefix.empty() && prefix.back() == '\xff') prefix.pop_back();
  if (!prefix.empty()) ++prefix.back();
  return prefix;
}

}  // namespace grantledger
