// What the programs do. Each has a main that calls one of these, so that what they share, and the
// large headers that they read, are compiled once.
#ifndef GRANTLEDGER_TOOLS_PROGRAMS_H_
#define GRANTLEDGER_TOOLS_PROGRAMS_H_

namespace grantledger::tools {

// Each takes what main takes, and returns the exit status.

/// ledger-apply (tools/ledger_apply.cc).
int ApplyMain(int argc, char** argv);
/// ledger-demo (tools/ledger_demo.cc).
int DemoMain(int argc, char** argv);
/// ledger-dump (tools/dump/main.cc).
int DumpMain(int argc, char** argv);

}  // namespace grantledger::tools

#endif  // GRANTLEDGER_TOOLS_PROGRAMS_H_
