// What the programs have in common around their work.
#ifndef GRANTLEDGER_TOOLS_RUN_PROGRAM_H_
#define GRANTLEDGER_TOOLS_RUN_PROGRAM_H_

#include <functional>
#include <string>

namespace CLI {
class App;
}  // namespace CLI

namespace grantledger::tools {

/// The exit status of a program that can't start, read or answer.
inline constexpr int kCannotRun = 2;

inline constexpr const char* kMemoryRanOut =
    "memory ran out, expected more of it than this process may have (ulimit -v, or the limit of "
    "its container)";

/// Holds the standard streams, and does the `work` of the program `name`, which adds its options to
/// the App and parses them. Gives the exit status: what --help and --version ask for is shown here,
/// and what is thrown is told in one sentence.
int RunProgram(const std::string& name, const std::string& description,
               const std::function<int(CLI::App&)>& work);

}  // namespace grantledger::tools

#endif  // GRANTLEDGER_TOOLS_RUN_PROGRAM_H_
