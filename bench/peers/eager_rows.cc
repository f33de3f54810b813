#include "bench/peers/eager_rows.h"

#include <algorithm>

namespace grantledger::bench {

std::string PackDistribution(const DistributionRow& row) {
  std::string value;
  PutNumber(&value, row.product, kOrdinalBytes);
  PutNumber(&value, static_cast<std::uint64_t>(row.setting), kEnumBytes);
  PutNumber(&value, static_cast<std::uint64_t>(row.conflict), kEnumBytes);
  PutNumber(&value, row.set_at, kMomentBytes);
  return value;
}

DistributionRow UnpackDistribution(std::string_view value) {
  DistributionRow row;
  row.product = TakeOrdinal(&value);
  row.setting = static_cast<GrantStatus>(TakeNumber(&value, kEnumBytes));
  row.conflict = static_cast<Conflict>(TakeNumber(&value, kEnumBytes));
  row.set_at = TakeNumber(&value, kMomentBytes);
  return row;
}

std::string PackGrant(const MemberGrant& grant) {
  std::string value;
  PutNumber(&value, static_cast<std::uint64_t>(grant.status), kEnumBytes);
  PutNumber(&value, grant.version, kOrdinalBytes);
  PutNumber(&value, static_cast<std::uint64_t>(grant.why), kEnumBytes);
  PutNumber(&value, grant.rival, kOrdinalBytes);
  return value;
}

MemberGrant UnpackGrant(AccountId account, Distribution distribution, std::string_view value) {
  MemberGrant grant;
  grant.distribution = distribution;
  grant.account = account;
  grant.status = static_cast<GrantStatus>(TakeNumber(&value, kEnumBytes));
  grant.version = TakeOrdinal(&value);
  grant.why = static_cast<Why>(TakeNumber(&value, kEnumBytes));
  grant.rival = TakeOrdinal(&value);
  return grant;
}

std::string PackCounts(const Counts& counts) {
  std::string value;
  PutNumber(&value, static_cast<std::uint64_t>(counts.active), kCountBytes);
  PutNumber(&value, static_cast<std::uint64_t>(counts.disabled), kCountBytes);
  return value;
}

Counts UnpackCounts(std::string_view value) {
  Counts counts;
  counts.active = static_cast<std::int64_t>(TakeNumber(&value, kCountBytes));
  counts.disabled = static_cast<std::int64_t>(TakeNumber(&value, kCountBytes));
  return counts;
}

std::string PackMoment(StoreMoment moment) {
  std::string value;
  PutNumber(&value, moment, kMomentBytes);
  return value;
}

StoreMoment UnpackMoment(std::string_view value) { return TakeNumber(&value, kMomentBytes); }

std::string MergeCount(std::string_view key, std::string_view row, std::string_view operand) {
  if (row.empty()) return std::string(operand);
  if (key == kMomentKey) return std::string(std::max(row, operand));
  const Counts before = UnpackCounts(row);
  const Counts added = UnpackCounts(operand);
  return PackCounts({before.active + added.active, before.disabled + added.disabled});
}

std::string DistributionKey(Distribution distribution) {
  std::string key;
  PutNumber(&key, distribution, kOrdinalBytes);
  return key;
}

std::string AccountKeyOf(AccountId account) {
  std::string key;
  PutNumber(&key, account.value(), kAccountBytes);
  return key;
}

std::string GrantKeyOf(AccountId account, Distribution distribution) {
  std::string key = AccountKeyOf(account);
  PutNumber(&key, distribution, kOrdinalBytes);
  return key;
}

std::string StatusPrefix(Distribution distribution, GrantStatus status) {
  std::string key = DistributionKey(distribution);
  PutNumber(&key, static_cast<std::uint64_t>(status), kEnumBytes);
  return key;
}

std::string StatusKey(Distribution distribution, GrantStatus status, AccountId account) {
  std::string key = StatusPrefix(distribution, status);
  PutNumber(&key, account.value(), kAccountBytes);
  return key;
}

std::string ActiveKey(AccountId account, Product product) { return GrantKeyOf(account, product); }

std::string HistoryKey(AccountId account, Distribution distribution, std::uint32_t version) {
  std::string key = GrantKeyOf(account, distribution);
  PutNumber(&key, version, kOrdinalBytes);
  return key;
}

}  // namespace grantledger::bench
