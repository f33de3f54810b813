// Synthetic accounts: numbers, names and addresses such as large organizations have.
#ifndef GRANTLEDGER_BENCH_SYNTHETIC_H_
#define GRANTLEDGER_BENCH_SYNTHETIC_H_

#include <cstddef>
#include <string>
#include <vector>

#include <grantledger/types.h>

namespace grantledger::bench {

/// `count` different random numbers of 12 digits, in no order; the same in every run.
std::vector<AccountId> DrawAccounts(std::size_t count);

struct Label {
  std::string name;   ///< "payments-ledger-prod-eu-48213"
  std::string email;  ///< "aws+payments-ledger-prod-eu-48213@acme.example"
};

/// Of the account that joins as the `ordinal`-th.
Label LabelOf(std::size_t ordinal);

}  // namespace grantledger::bench

#endif  // GRANTLEDGER_BENCH_SYNTHETIC_H_
