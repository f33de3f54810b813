// Keys and values of the eager stores' tables. Numbers are big-endian.
//
//   distribution  (distribution)                    -> product, setting, conflict, since when it is
//   set account       (account)                         -> 1: stands there; 0: left grant (account,
//   distribution)           -> MemberGrant by_status     (distribution, status, account)   ->
//   MemberGrant active        (account, product)                -> distribution history (account,
//   distribution, version)  -> moment, MemberGrant count         (distribution, status) -> number;
//   (): the moment of the last write
#ifndef GRANTLEDGER_BENCH_PEERS_EAGER_ROWS_H_
#define GRANTLEDGER_BENCH_PEERS_EAGER_ROWS_H_

#include <string>
#include <string_view>

#include "bench/peers/grant_store.h"

namespace grantledger::bench {

/// Appends the low `bytes` bytes.
void PutNumber(std::string* to, std::uint64_t number, int bytes);
/// Takes a number of so many bytes off the front.
std::uint64_t TakeNumber(std::string_view* from, int bytes);

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

std::string DistributionKey(Distribution distribution);
std::string AccountKeyOf(AccountId account);
std::string GrantKeyOf(AccountId account, Distribution distribution);
std::string StatusPrefix(Distribution distribution, GrantStatus status);
std::string StatusKey(Distribution distribution, GrantStatus status, AccountId account);
std::string ActiveKey(AccountId account, Product product);
std::string HistoryKey(AccountId account, Distribution distribution, std::uint32_t version);
std::string CountKey(Distribution distribution, GrantStatus status);

}  // namespace grantledger::bench

#endif  // GRANTLEDGER_BENCH_PEERS_EAGER_ROWS_H_
