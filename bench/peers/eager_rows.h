// Keys and values of the eager stores' tables. Numbers are big-endian, of the widths below.
//
//   table         key                             value
//   distribution  distribution                    product, setting, conflict, moment of setting it
//   account       account                         1: it stands there; 0: it left
//   grant         account, distribution           MemberGrant
//   by_status     distribution, status, account   MemberGrant
//   active        account, product                distribution
//   history       account, distribution, version  moment, MemberGrant
//   count         distribution                    Counts
//                 kMomentKey                      the moment of the last write
#ifndef GRANTLEDGER_BENCH_PEERS_EAGER_ROWS_H_
#define GRANTLEDGER_BENCH_PEERS_EAGER_ROWS_H_

#include <stdexcept>
#include <string>
#include <string_view>

#include "bench/peers/grant_store.h"

namespace grantledger::bench {

inline constexpr std::size_t kEnumBytes = 1;  // of a status, a conflict or a reason
inline constexpr std::size_t kAccountBytes = 5;
inline constexpr std::size_t kOrdinalBytes = 4;  // of a distribution, a product or a version
inline constexpr std::size_t kMomentBytes = 8;
inline constexpr std::size_t kCountBytes = 8;
inline constexpr std::string_view kMomentKey = "moment";

/// Appends the low `bytes` bytes.
inline void PutNumber(std::string* to, std::uint64_t number, std::size_t bytes) {
  for (std::size_t i = bytes; i > 0; --i) to->push_back(static_cast<char>(number >> (8 * (i - 1))));
}

/// Takes a number of so many bytes off the front.
inline std::uint64_t TakeNumber(std::string_view* from, std::size_t bytes) {
  if (from->size() < bytes) throw std::runtime_error("a row is too short");
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < bytes; ++i) {
    number = number << 8 | static_cast<unsigned char>((*from)[i]);
  }
  from->remove_prefix(bytes);
  return number;
}

inline AccountId TakeAccount(std::string_view* from) {
  return AccountId(TakeNumber(from, kAccountBytes));
}
inline std::uint32_t TakeOrdinal(std::string_view* from) {
  return static_cast<std::uint32_t>(TakeNumber(from, kOrdinalBytes));
}

struct DistributionRow {
  Product product = 0;
  GrantStatus setting = GrantStatus::kDisabled;
  Conflict conflict = Conflict::kLeaveOut;
  StoreMoment set_at = 0;
};

std::string PackDistribution(const DistributionRow& row);
DistributionRow UnpackDistribution(std::string_view value);

/// Without what the key has.
std::string PackGrant(const MemberGrant& grant);
MemberGrant UnpackGrant(AccountId account, Distribution distribution, std::string_view value);

/// Of a distribution's member grants, or what is added to them.
struct Counts {
  std::int64_t active = 0;
  std::int64_t disabled = 0;
  std::int64_t& Of(GrantStatus status) {
    return status == GrantStatus::kActive ? active : disabled;
  }
  bool operator==(const Counts&) const = default;
};

std::string PackCounts(const Counts& counts);
Counts UnpackCounts(std::string_view value);
std::string PackMoment(StoreMoment moment);
StoreMoment UnpackMoment(std::string_view value);
/// Of a row of `count` (empty: there is none) and what is merged into it: the sum of both Counts,
/// or the later moment.
std::string MergeCount(std::string_view key, std::string_view row, std::string_view operand);

std::string DistributionKey(Distribution distribution);
std::string AccountKeyOf(AccountId account);
std::string GrantKeyOf(AccountId account, Distribution distribution);
std::string StatusPrefix(Distribution distribution, GrantStatus status);
std::string StatusKey(Distribution distribution, GrantStatus status, AccountId account);
std::string ActiveKey(AccountId account, Product product);
std::string HistoryKey(AccountId account, Distribution distribution, std::uint32_t version);

}  // namespace grantledger::bench

#endif  // GRANTLEDGER_BENCH_PEERS_EAGER_ROWS_H_
