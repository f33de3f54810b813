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

}  // namespace

IdCodec::IdCodec(std::uint64_t key) : round_keys_{} {
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
