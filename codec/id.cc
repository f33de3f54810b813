#include "codec/id.h"

#include <xxhash.h>

#include "codec/key.h"

namespace grantledger {
namespace {

// high: ordinal (40 bits), kind (8), zero (16);  low: account (40 bits), zero (24).
constexpr int kHighSpare = 16;
constexpr int kLowSpare = 24;
constexpr std::uint64_t kLowSpareMask = (std::uint64_t{1} << kLowSpare) - 1;
constexpr std::uint64_t kHighSpareMask = (std::uint64_t{1} << kHighSpare) - 1;

std::uint64_t Mix(std::uint64_t half, std::uint64_t key) {
  return XXH3_64bits_withSeed(&half, sizeof(half), key);
}

constexpr std::uint64_t kBase = 36;
/// Apart from those of the rounds, which are small.
constexpr std::uint64_t kShortIdKeys = 0x100;

/// One number below 2^(2 * half_bits) for each: a Feistel network, as below.
std::uint64_t Permute(std::uint64_t number, unsigned half_bits, std::uint64_t key) {
  const std::uint64_t mask = (std::uint64_t{1} << half_bits) - 1;
  std::uint64_t left = number >> half_bits;
  std::uint64_t right = number & mask;
  constexpr std::uint64_t kShortRounds = 6;
  for (std::uint64_t round = 0; round < kShortRounds; ++round) {
    const std::uint64_t mixed = left ^ (Mix(right, key + round) & mask);
    left = right;
    right = mixed;
  }
  return left << half_bits | right;
}

}  // namespace

std::uint64_t IdCodec::KeyOf(ShortIdKind kind) const {
  return Mix(kShortIdKeys + static_cast<std::uint64_t>(kind), key_);
}

std::string IdCodec::ShortId(ShortIdKind kind, Lsn lsn, std::size_t length) const {
  std::uint64_t ids = 1;
  for (std::size_t i = 0; i < length; ++i) ids *= kBase;
  unsigned half_bits = 1;
  while (half_bits < 32 && (std::uint64_t{1} << (2 * half_bits)) < ids) ++half_bits;
  // A permutation of more numbers than there are ids. Walking along a cycle of it from an id, the
  // next id that is met is that of no other.
  std::uint64_t number = lsn;
  do {
    number = Permute(number, half_bits, KeyOf(kind));
  } while (number >= ids);
  constexpr std::string_view kCharacters = "0123456789abcdefghijklmnopqrstuvwxyz";
  std::string text(length, '0');
  for (auto character = text.rbegin(); character != text.rend(); ++character) {
    *character = kCharacters[number % kBase];
    number /= kBase;
  }
  return text;
}

AccountId IdCodec::DrawAccount(Lsn lsn, std::uint64_t attempt) const {
  constexpr std::uint64_t kFirst = 100'000'000'000;
  const std::uint64_t mixed = Mix(attempt, Mix(lsn, KeyOf(ShortIdKind::kAccount)));
  return AccountId(kFirst + mixed % (AccountId::kMax - kFirst + 1));
}

IdCodec::IdCodec(std::uint64_t key) : key_(key), round_keys_{} {
  for (std::size_t i = 0; i < round_keys_.size(); ++i) round_keys_[i] = Mix(i + 1, key);
}

ResourceId IdCodec::Encode(IdKind kind, std::uint64_t ordinal, AccountId account) const {
  ResourceId id{ordinal << 24 | static_cast<std::uint64_t>(kind) << kHighSpare, AccountBits(account)
                                                                                    << kLowSpare};
  // A Feistel network: each round is its own inverse with the halves exchanged.
  for (const std::uint64_t key : round_keys_) id = {id.low, id.high ^ Mix(id.low, key)};
  return id;
}

std::optional<DecodedId> IdCodec::Decode(ResourceId id) const {
  for (auto key = round_keys_.rbegin(); key != round_keys_.rend(); ++key) {
    id = {id.low ^ Mix(id.high, *key), id.high};
  }
  if ((id.high & kHighSpareMask) != 0 || (id.low & kLowSpareMask) != 0) return std::nullopt;
  const std::uint64_t account = id.low >> kLowSpare;
  const auto kind = static_cast<std::uint8_t>(id.high >> kHighSpare);
  if (account > AccountId::kMax || kind < 1 || kind > 3) return std::nullopt;
  return DecodedId{static_cast<IdKind>(kind), id.high >> 24, AccountId(account)};
}

}  // namespace grantledger
