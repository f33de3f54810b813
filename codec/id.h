// Ids of grants and licenses: computed, and read back without a lookup.
//
// An id is (kind, ordinal, account, check bits) sent through a keyed bijection of 128 bits. It
// looks random, can't be guessed, and decodes to what it was made of; a made-up one fails the check
// (one in 2^46 passes, and then still names a grant that must exist). The key is drawn when the
// ledger is created; it is no cryptographic secret.
#ifndef GRANTLEDGER_CODEC_ID_H_
#define GRANTLEDGER_CODEC_ID_H_

#include <array>
#include <cstdint>
#include <optional>

#include <grantledger/types.h>

namespace grantledger {

/// Stored inside ids: never reused.
enum class IdKind : std::uint8_t { kGrant = 1, kLicense = 2, kAccountRequest = 3 };

struct DecodedId {
  IdKind kind = IdKind::kGrant;
  std::uint64_t ordinal = 0;  ///< Of an account request: its LSN. Below 2^40.
  AccountId account;          ///< Of a member grant; else 0.
};

class IdCodec {
 public:
  explicit IdCodec(std::uint64_t key);

  /// REQUIRES: ordinal < 2^40.
  [[nodiscard]] ResourceId Encode(IdKind kind, std::uint64_t ordinal, AccountId account) const;
  /// Nullopt: no id that this codec made.
  [[nodiscard]] std::optional<DecodedId> Decode(ResourceId id) const;

 private:
  static constexpr int kRounds = 4;
  std::array<std::uint64_t, kRounds> round_keys_;
};

}  // namespace grantledger

#endif  // GRANTLEDGER_CODEC_ID_H_
