// A program that runs beside the test, with pipes to talk to it.
#ifndef GRANTLEDGER_TESTS_TOOLS_PROCESS_H_
#define GRANTLEDGER_TESTS_TOOLS_PROCESS_H_

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

namespace grantledger::tools {

/// The path of ledger-apply, say: the environment tells in PROGRAMS_PATH where the programs are.
std::string ProgramPath(const std::string& name);

class Process {
 public:
  /// Starts `command` (its path, then its arguments) with pipes as its standard input and output.
  explicit Process(const std::vector<std::string>& command);
  /// Ends the program if it still runs.
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  /// Sends `text` as it is. False where nobody reads any more.
  bool Send(const std::string& text);
  /// Closes the program's standard input.
  void EndInput();
  /// Closes the reading end of the program's standard output.
  void CloseOutput();
  /// The next line of its output; nullopt at the end, or when none comes for ten seconds.
  std::optional<std::string> Line();
  /// Whether output is there to be read, after a wait of `timeout_ms`.
  bool HasOutput(int timeout_ms);

  /// REQUIRES: Wait() was not called.
  void Signal(int signal) const;
  /// Waits for its end: its exit status, or 1000 and the signal that ended it.
  int Wait();
  /// What it wrote to standard error. REQUIRES: Wait() returned.
  std::string Errors();

 private:
  pid_t pid_ = -1;
  int input_ = -1;
  int output_ = -1;
  int errors_ = -1;
  std::string unread_;
};

/// What a program did with an input.
struct Outcome {
  int status = 0;
  std::vector<std::string> lines;
  std::string errors;
};

/// Runs `command` on `input`, all of which waits for it from the start.
Outcome RunOn(const std::vector<std::string>& command, const std::string& input);

}  // namespace grantledger::tools

#endif  // GRANTLEDGER_TESTS_TOOLS_PROCESS_H_
