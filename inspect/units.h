// Rows of roots and units, one after the other.
#ifndef GRANTLEDGER_INSPECT_UNITS_H_
#define GRANTLEDGER_INSPECT_UNITS_H_

#include <string>

#include "ledger/tables.h"

namespace grantledger {

/// Visits those whose keys begin with the prefix (UnitsPrefix, UnitsOfPrefix) in the order of their
/// keys, deleted ones too. Errors: Corruption, with what was visited by then.
template <typename Visit>
Status ForEachUnit(const Rows& rows, const std::string& prefix, const Visit& visit) {
  RowIterator units = rows.Scan(Family::kState, prefix);
  for (;; units.Next()) {
    GL_ASSIGN_OR_RETURN(const bool at_row, units.AtRow());
    if (!at_row) break;
    GL_ASSIGN_OR_RETURN(const std::string_view payload, units.payload());
    GL_ASSIGN_OR_RETURN(const auto unit,
                        ReadTable<fb::UnitT>(Family::kState, units.key(), payload));
    visit(unit);
  }
  return {};
}

}  // namespace grantledger

#endif  // GRANTLEDGER_INSPECT_UNITS_H_
