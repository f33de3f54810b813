// Estate: a ledger of many organizations that are alike. Each bought a license of every product,
// granted it to the whole organization, and activated it for all accounts at once.
//
// A license is issued by the management account of its organization, as in the other benchmarks:
// only an administrator may distribute. The management account gives the grants, so none covers it;
// each distribution has exactly `accounts` member grants. Failures throw std::runtime_error.
#ifndef GRANTLEDGER_BENCH_ESTATE_H_
#define GRANTLEDGER_BENCH_ESTATE_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

#include <grantledger/ledger.h>

namespace grantledger::bench {

struct EstateShape {
  std::size_t organizations = 10'000;
  std::size_t accounts = 1'000;  ///< Of each organization, beside its management account.
  std::size_t licenses = 100;    ///< Of each organization, and so many products in all.

  [[nodiscard]] std::uint64_t distributions() const { return organizations * licenses; }
  [[nodiscard]] std::uint64_t grants() const { return distributions() * accounts; }
  /// The accounts are known by their numbers, which nobody has to remember.
  [[nodiscard]] AccountId ManagementOf(std::size_t organization) const;
  [[nodiscard]] AccountId MemberOf(std::size_t organization, std::size_t member) const;
};

/// The SKU of a product.
std::string SkuOf(std::size_t product);

/// A call of an account, now.
inline Call CallOf(AccountId account) { return {account, std::nullopt, std::nullopt}; }

/// Writes the estate into a new ledger, organization by organization: CreateAccount, CreateLicense,
/// CreateGrant and CreateGrantVersion in batches of at most 1,000. `done` hears of each
/// organization.
void BuildEstate(Ledger& ledger, const EstateShape& shape,
                 const std::function<void(std::size_t organizations)>& done);

}  // namespace grantledger::bench

#endif  // GRANTLEDGER_BENCH_ESTATE_H_
