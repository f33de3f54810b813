#include "ledger/known_accounts.h"

namespace grantledger {

Result<bool> IsKnown(const Rows& rows, AccountId account) {
  // Whoever stood in an organization, received a direct grant, or gave a grant without having
  // issued its license, has this row.
  GL_ASSIGN_OR_RETURN(const auto row,
                      FindTable<fb::AccountT>(rows, Family::kState, AccountKey(account)));
  if (row != nullptr) return true;
  GL_ASSIGN_OR_RETURN(const auto beneficiary, rows.Get(Family::kState, BeneficiaryKey(account)));
  if (beneficiary) return true;
  RowIterator state = rows.Within(Family::kState, "");
  for (const std::string& prefix : {InvitationsPrefix(account), LicensesOfIssuerPrefix(account)}) {
    state.Seek(prefix);
    GL_ASSIGN_OR_RETURN(const bool at_row, state.AtRow());
    if (at_row && state.key().starts_with(prefix)) return true;
  }
  return false;
}

}  // namespace grantledger
