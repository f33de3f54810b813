// What the overview and `stats` both tell.
#ifndef GRANTLEDGER_TOOLS_DUMP_OVERVIEW_H_
#define GRANTLEDGER_TOOLS_DUMP_OVERVIEW_H_

#include <string>

#include <grantledger/inspect.h>

#include "tools/dump/output.h"

namespace grantledger::tools {

/// The records that compaction did not fold yet.
Lsn NotFolded(const LedgerOverview& overview);
std::string ShownFolded(const LedgerOverview& overview);
std::string ShownHorizon(const Output& out, const LedgerOverview& overview);
Table FamiliesTable(const LedgerOverview& overview);

}  // namespace grantledger::tools

#endif  // GRANTLEDGER_TOOLS_DUMP_OVERVIEW_H_
