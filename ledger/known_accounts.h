// Which accounts the ledger knows: those that no CreateAccount makes anew.
#ifndef GRANTLEDGER_LEDGER_KNOWN_ACCOUNTS_H_
#define GRANTLEDGER_LEDGER_KNOWN_ACCOUNTS_H_

#include "ledger/tables.h"

namespace grantledger {

/// Whether any record names the account, one that was dropped included: it stood in an
/// organization, was invited, issued a license, is the beneficiary of one, or gave or received a
/// direct grant. No row that tells so is ever dropped. Two reads, and two more of one iterator.
Result<bool> IsKnown(const Rows& rows, AccountId account);

}  // namespace grantledger

#endif  // GRANTLEDGER_LEDGER_KNOWN_ACCOUNTS_H_
