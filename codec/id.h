// Ids: computed from what is unique in the log, so that no two things share one.
//
// Those of grants and licenses are read back without a lookup.
// An id is (kind, ordinal, account, check bits) sent through a keyed bijection of 128 bits. It
// looks random, can't be guessed, and decodes to what it was made of; a made-up one fails the check
// (one in 2^46 passes, and then still names a grant that must exist). The key is drawn when the
// ledger is created; it is no cryptographic secret.
#ifndef GRANTLEDGER_CODEC_ID_H_
#define GRANTLEDGER_CODEC_ID_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include <grantledger/types.h>

namespace grantledger {

/// Stored inside ids: never reused.
enum class IdKind : std::uint8_t { kGrant = 1, kLicense = 2, kAccountRequest = 3 };

struct DecodedId {
  IdKind kind = IdKind::kGrant;
  std::uint64_t ordinal = 0;  ///< Of an account request: its LSN. Below 2^40.
  AccountId account;          ///< Of a member grant; else 0.
};

/// The ids of the Organizations API, each kind by a permutation of its own. Never reused.
enum class ShortIdKind : std::uint8_t {
  kOrganization = 1,
  kRoot = 2,
  kUnit = 3,
  kHandshake = 4,
  kAccount = 5,
};

class IdCodec {
 public:
  explicit IdCodec(std::uint64_t key);

  /// The characters of [0-9a-z] that stand for the record `lsn`, which made the thing: those of two
  /// records differ. REQUIRES: 8 <= length <= 12, lsn < 36^length.
  [[nodiscard]] std::string ShortId(ShortIdKind kind, Lsn lsn, std::size_t length) const;
  /// A 12-digit number that does not begin with 0, for the account that the record `lsn` makes.
  /// Others may have it: then the next `attempt` gives another.
  [[nodiscard]] AccountId DrawAccount(Lsn lsn, std::uint64_t attempt) const;

  /// REQUIRES: ordinal < 2^40.
  [[nodiscard]] ResourceId Encode(IdKind kind, std::uint64_t ordinal, AccountId account) const;
  /// Nullopt: no id that this codec made.
  [[nodiscard]] std::optional<DecodedId> Decode(ResourceId id) const;

 private:
  static constexpr int kRounds = 4;
  [[nodiscard]] std::uint64_t KeyOf(ShortIdKind kind) const;

  std::uint64_t key_;
  std::array<std::uint64_t, kRounds> round_keys_;
};

}  // namespace grantledger

#endif  // GRANTLEDGER_CODEC_ID_H_
