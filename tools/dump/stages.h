// Long work of ledger-dump: shown stage by stage, and stopped by a signal.
#ifndef GRANTLEDGER_TOOLS_DUMP_STAGES_H_
#define GRANTLEDGER_TOOLS_DUMP_STAGES_H_

#include <cstdio>

#include <grantledger/verify.h>

namespace grantledger::tools {

/// Stages one after the other on one line of the terminal; null: nowhere. It stops the work where
/// it was interrupted.
StageProgress ShownOn(std::FILE* terminal);

}  // namespace grantledger::tools

#endif  // GRANTLEDGER_TOOLS_DUMP_STAGES_H_
