#include "bench/peers/eager_rows.h"

namespace grantledger::bench {
namespace {

constexpr int kAccountBytes = 5;
constexpr int kOrdinalBytes = 4;
constexpr int kMomentBytes = 8;

}  // namespace

void PutNumber(std::string* to, std::uint64_t number, int bytes) {
  for (int i = bytes - 1; i >= 0; --i) to->push_back(static_cast<char>(number >> (8 * i)));
}

std::uint64_t TakeNumber(std::string_view* from, int bytes) {
  std::uint64_t number = 0;
  for (int i = 0; i < bytes; ++i) {
    number = number << 8 | static_cast<unsigned char>(from->at(static_cast<std::size_t>(i)));
  }
  from->remove_prefix(static_cast<std::size_t>(bytes));
  return number;
}

std::string PackDistribution(const DistributionRow& row) {
  std::string value;
  PutNumber(&value, row.product, kOrdinalBytes);
  PutNumber(&value, static_cast<std::uint64_t>(row.setting), 1);
  PutNumber(&value, static_cast<std::uint64_t>(row.conflict), 1);
  PutNumber(&value, row.set_at, kMomentBytes);
  return value;
}

DistributionRow UnpackDistribution(std::string_view value) {
  DistributionRow row;
  row.product = static_cast<Product>(TakeNumber(&value, kOrdinalBytes));
  row.setting = static_cast<GrantStatus>(TakeNumber(&value, 1));
  row.conflict = static_cast<Conflict>(TakeNumber(&value, 1));
  row.set_at = TakeNumber(&value, kMomentBytes);
  return row;
}

std::string PackGrant(const MemberGrant& grant) {
  std::string value;
  PutNumber(&value, static_cast<std::uint64_t>(grant.status), 1);
  PutNumber(&value, grant.version, kOrdinalBytes);
  PutNumber(&value, static_cast<std::uint64_t>(grant.why), 1);
  PutNumber(&value, grant.rival, kOrdinalBytes);
  return value;
}

MemberGrant UnpackGrant(AccountId account, Distribution distribution, std::string_view value) {
  MemberGrant grant;
  grant.distribution = distribution;
  grant.account = account;
  grant.status = static_cast<GrantStatus>(TakeNumber(&value, 1));
  grant.version = static_cast<std::uint32_t>(TakeNumber(&value, kOrdinalBytes));
  grant.why = static_cast<Why>(TakeNumber(&value, 1));
  grant.rival = static_cast<Distribution>(TakeNumber(&value, kOrdinalBytes));
  return grant;
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
  PutNumber(&key, static_cast<std::uint64_t>(status), 1);
  return key;
}

std::string StatusKey(Distribution distribution, GrantStatus status, AccountId account) {
  return StatusPrefix(distribution, status) + AccountKeyOf(account);
}

std::string ActiveKey(AccountId account, Product product) { return GrantKeyOf(account, product); }

std::string HistoryKey(AccountId account, Distribution distribution, std::uint32_t version) {
  std::string key = GrantKeyOf(account, distribution);
  PutNumber(&key, version, kOrdinalBytes);
  return key;
}

std::string CountKey(Distribution distribution, GrantStatus status) {
  return StatusPrefix(distribution, status);
}

}  // namespace grantledger::bench
