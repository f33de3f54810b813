#include "tests/torture/fault_run.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <utility>

#include <nlohmann/json.hpp>

#include "tests/torture/fault_kinds.h"

namespace grantledger::torture {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

/// What a process did until its end.
struct Ended {
  int status = 0;
  bool hung = false;
  std::string printed;
};

[[noreturn]] void Become(std::vector<std::string> arguments, const std::string& preload, int out) {
  dup2(out, STDOUT_FILENO);
  dup2(out, STDERR_FILENO);
  if (!preload.empty()) setenv("LD_PRELOAD", preload.c_str(), 1);
  std::vector<char*> pointers;
  for (std::string& argument : arguments) pointers.push_back(argument.data());
  pointers.push_back(nullptr);
  execv(pointers.front(), pointers.data());
  constexpr int kCannotStart = 127;
  _exit(kCannotStart);
}

Ended RunProcess(const std::vector<std::string>& arguments, const std::string& preload,
                 const std::string& output) {
  constexpr int kPatienceMs = 180'000;  // Then it hangs.
  const int out = open(output.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  const pid_t child = fork();
  if (child == 0) Become(arguments, preload, out);
  Ended ended;
  const int end = static_cast<int>(syscall(SYS_pidfd_open, child, 0));
  pollfd waited{end, POLLIN, 0};
  if (poll(&waited, 1, kPatienceMs) == 0) {
    ended.hung = true;
    kill(child, SIGKILL);
  }
  close(end);
  waitpid(child, &ended.status, 0);
  close(out);
  std::ostringstream text;
  text << std::ifstream(output).rdbuf();
  ended.printed = text.str();
  return ended;
}

std::string LastLine(const std::string& text) {
  const std::size_t end = text.find_last_not_of('\n');
  if (end == std::string::npos) return {};
  const std::size_t begin = text.rfind('\n', end);
  return text.substr(begin == std::string::npos ? 0 : begin + 1, end + 1 - begin - 1);
}

/// Of a trace, or of what was printed: its last line, where that is JSON.
Json LastOf(const std::string& text) {
  const Json line = Json::parse(LastLine(text), nullptr, false);
  return line.is_object() ? line : Json::object();
}

std::string ReadAll(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

/// What the end of a process says: "" where it ended well.
std::string OutcomeOf(const Ended& ended, const Json& last) {
  if (ended.hung) return "hang";
  if (WIFSIGNALED(ended.status)) {
    return WTERMSIG(ended.status) == SIGABRT ? "abort"
                                             : "signal " + std::to_string(WTERMSIG(ended.status));
  }
  if (ended.status == 0) return {};
  return last.value("Outcome", "exit " + std::to_string(WEXITSTATUS(ended.status)));
}

std::vector<std::string> ArgumentsOf(const FaultOutcome& run) {
  std::vector<std::string> arguments = {
      "--history", std::to_string(run.history), "--kind", KindName(run.plan.kind),
      "--error",   ErrorName(run.plan.error),   "--nth",  std::to_string(run.plan.nth)};
  if (run.plan.path != 0) {
    arguments.emplace_back("--path");
    arguments.push_back(std::to_string(run.plan.path));
  }
  if (run.plan.onwards) arguments.emplace_back("--onwards");
  if (run.plan.is_short) arguments.emplace_back("--short");
  const SecondFault& second = run.plan.second;
  if (second.nth != 0) {
    arguments.insert(arguments.end(),
                     {"--second-kind", KindName(second.kind), "--second-error",
                      ErrorName(second.error), "--second-nth", std::to_string(second.nth)});
    if (second.onwards) arguments.emplace_back("--second-onwards");
  }
  if (run.plan.notes_paths) arguments.emplace_back("--note-paths");
  return arguments;
}

/// RocksDB does not survive it when operator new throws within it: the process ends, or the
/// database can't be closed. It is as good as kill -9: all that was answered is there afterwards.
bool IsTheEndOfRocksDb(const FaultOutcome& run) {
  static const std::vector<std::string> kEnds = {"abort",  "hang",         "signal 11",
                                                 "thrown", "no reopening", "writes stay refused"};
  return run.plan.kind == FaultKind::kAnyMemory &&
         std::ranges::find(kEnds, run.outcome) != kEnds.end();
}

}  // namespace

FaultOutcome RunFault(const std::string& scratch, std::uint64_t history, const FaultPlan& plan) {
  const fs::path program = fs::canonical("/proc/self/exe");
  const fs::path preload = program.parent_path() / "libfault_preload.so";
  FaultOutcome run;
  run.history = history;
  run.plan = plan;
  std::error_code ignored;
  fs::remove_all(scratch, ignored);
  fs::create_directories(scratch);
  std::vector<std::string> arguments = {program, "fault", "run", "--scratch", scratch};
  const std::vector<std::string> more = ArgumentsOf(run);
  arguments.insert(arguments.end(), more.begin(), more.end());
  const Ended ended = RunProcess(arguments, preload, scratch + "/printed");
  const Json last = LastOf(ReadAll(scratch + "/trace"));
  run.calls = last.value("Calls", std::uint64_t{0});
  run.failed = last.value("Failed", std::uint64_t{0});
  run.paths = last.value("Paths", std::vector<std::uint64_t>());
  run.outcome = OutcomeOf(ended, last);
  run.text = last.value("Text", ended.printed);
  arguments[2] = "verify";
  const Ended verified = RunProcess(arguments, "", scratch + "/verified");
  const Json found = LastOf(verified.printed);
  const std::string after = OutcomeOf(verified, found);
  // What is wrong afterwards weighs more than how the run ended.
  if (!after.empty()) {
    run.text = found.value("Text", verified.printed) +
               (run.outcome.empty() ? "" : "\n(the run itself: " + run.outcome + ")");
    run.outcome = "afterwards: " + after;
  }
  run.is_wrong = !run.outcome.empty();
  if (!run.is_wrong) run.outcome = plan.nth != 0 && run.failed == 0 ? "no such call" : "right";
  if (IsTheEndOfRocksDb(run)) {
    run.is_wrong = false;
    run.outcome += ", then right";
  }
  return run;
}

std::string ReplayLine(const FaultOutcome& outcome) {
  std::string line = "ledger_torture fault replay";
  for (const std::string& argument : ArgumentsOf(outcome)) line += " " + argument;
  return line;
}

}  // namespace grantledger::torture
