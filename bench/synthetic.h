// Synthetic accounts and licenses: numbers, names and addresses such as large organizations have.
#ifndef GRANTLEDGER_BENCH_SYNTHETIC_H_
#define GRANTLEDGER_BENCH_SYNTHETIC_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <grantledger/licenses.h>
#include <grantledger/types.h>

namespace grantledger::bench {

/// `count` different random numbers of 12 digits, in no order; the same in every run.
std::vector<AccountId> DrawAccounts(std::size_t count);

/// The `ordinal`-th of numbers of 12 digits that look random and are all different, without a list
/// of them. REQUIRES: ordinal < 900,000,000,000.
AccountId AccountAt(std::uint64_t ordinal);

struct Label {
  std::string name;   ///< "payments-ledger-prod-eu-48213"
  std::string email;  ///< "aws+payments-ledger-prod-eu-48213@acme.example"
};

/// Of the account that joins as the `ordinal`-th.
Label LabelOf(std::size_t ordinal);

/// The issuer name of every license.
inline constexpr const char* kIssuerName = "AWS/Marketplace";
/// What every license states.
LicenseTerms SyntheticTerms();

}  // namespace grantledger::bench

#endif  // GRANTLEDGER_BENCH_SYNTHETIC_H_
