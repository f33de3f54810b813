// Whether somebody wants long work to stop.
#ifndef GRANTLEDGER_TOOLS_INTERRUPTED_H_
#define GRANTLEDGER_TOOLS_INTERRUPTED_H_

namespace grantledger::tools {

/// From here on the first SIGINT, SIGTERM or SIGHUP is for Interrupted(), so that what is under way
/// takes back what it would leave behind. A second SIGINT or SIGTERM ends the process. SIGHUP stays
/// ignored where it was.
void StopWhenInterrupted();
bool Interrupted();

}  // namespace grantledger::tools

#endif  // GRANTLEDGER_TOOLS_INTERRUPTED_H_
