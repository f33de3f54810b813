// Long work of ledger-dump: shown stage by stage, and stopped by a signal.
#ifndef GRANTLEDGER_TOOLS_DUMP_STAGES_H_
#define GRANTLEDGER_TOOLS_DUMP_STAGES_H_

#include <cstdio>

#include <grantledger/verify.h>

namespace grantledger::tools {

/// From here on SIGINT and SIGTERM stop what is under way, so that it takes back what it would
/// leave behind.
void StopWhenInterrupted();

/// Stages one after the other on one line of the terminal; null: nowhere. It stops the work where
/// it was interrupted.
StageProgress ShownOn(std::FILE* terminal);

}  // namespace grantledger::tools

#endif  // GRANTLEDGER_TOOLS_DUMP_STAGES_H_
