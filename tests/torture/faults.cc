#include "tests/torture/faults.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <mutex>
#include <set>
#include <sstream>
#include <thread>
#include <utility>

#include <nlohmann/json.hpp>

#include "tests/model/random.h"
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
                 std::chrono::milliseconds patience, const std::string& output) {
  const int out = open(output.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  const pid_t child = fork();
  if (child == 0) Become(arguments, preload, out);
  Ended ended;
  const int end = static_cast<int>(syscall(SYS_pidfd_open, child, 0));
  pollfd waited{end, POLLIN, 0};
  if (poll(&waited, 1, static_cast<int>(patience.count())) == 0) {
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

FaultOutcome RunIn(const FaultsOptions& options, const std::string& scratch, std::uint64_t history,
                   const FaultPlan& plan) {
  FaultOutcome run;
  run.history = history;
  run.plan = plan;
  std::error_code ignored;
  fs::remove_all(scratch, ignored);
  fs::create_directories(scratch);
  std::vector<std::string> arguments = {options.program, "run", "--scratch", scratch};
  const std::vector<std::string> more = ArgumentsOf(run);
  arguments.insert(arguments.end(), more.begin(), more.end());
  const Ended ended =
      RunProcess(arguments, options.preload, options.patience, scratch + "/printed");
  const Json last = LastOf(ReadAll(scratch + "/trace"));
  run.calls = last.value("Calls", std::uint64_t{0});
  run.failed = last.value("Failed", std::uint64_t{0});
  run.paths = last.value("Paths", std::vector<std::uint64_t>());
  run.outcome = OutcomeOf(ended, last);
  run.text = last.value("Text", ended.printed);
  arguments[1] = "verify";
  const Ended verified = RunProcess(arguments, "", options.patience, scratch + "/verified");
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

struct Planned {
  std::uint64_t history = 0;
  FaultPlan plan;
};

/// A call fails once, and from then on. EINTR never comes for ever.
void PlanCall(std::uint64_t history, const FaultPlan& call, std::vector<Planned>& all) {
  all.push_back({history, call});
  if (call.error == EINTR) return;
  all.push_back({history, call});
  all.back().plan.onwards = true;
}

/// Every call of a kind in a history; or every path that none of the histories before has.
void PlanKind(const FaultKindShape& shape, const FaultOutcome& counted,
              std::set<std::uint64_t>& known_paths, std::vector<Planned>& all) {
  FaultPlan plan;
  plan.kind = shape.kind;
  std::uint64_t round = counted.history;
  const auto next_error = [&] { return shape.errors[round++ % shape.errors.size()]; };
  if (shape.by_path) {
    plan.nth = 1;
    for (const std::uint64_t path : counted.paths) {
      if (!known_paths.insert(path).second) continue;
      plan.path = path;
      plan.error = next_error();
      PlanCall(counted.history, plan, all);
    }
    return;
  }
  for (plan.nth = 1; plan.nth <= counted.calls; ++plan.nth) {
    plan.error = next_error();
    plan.is_short = shape.kind == FaultKind::kWrite && plan.nth % 2 == 0;
    PlanCall(counted.history, plan, all);
  }
}

struct Counting {
  const FaultKindShape* shape;
  FaultOutcome counted;
};

/// Counts the calls of each history, by running it without faults.
std::vector<Counting> CountCalls(const FaultsOptions& options) {
  std::vector<Counting> all;
  for (std::uint64_t i = 0; i < options.histories; ++i) {
    for (const FaultKindShape& shape : FaultKinds()) {
      const bool wanted = options.kinds.empty() ||
                          std::ranges::find(options.kinds, shape.kind) != options.kinds.end();
      if (!wanted) continue;
      all.push_back({&shape, {}});
      all.back().counted.history = model::MixSeeds(options.seed, i) % 1'000'000;
    }
  }
  std::atomic<std::size_t> next = 0;
  std::vector<std::thread> threads;
  for (int job = 0; job < options.jobs; ++job) {
    threads.emplace_back([&, job] {
      const std::string scratch = options.directory + "/count-" + std::to_string(job);
      for (std::size_t i = next++; i < all.size(); i = next++) {
        FaultPlan plan;
        plan.kind = all[i].shape->kind;
        plan.notes_paths = all[i].shape->by_path;
        all[i].counted = RunIn(options, scratch, all[i].counted.history, plan);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  return all;
}

std::vector<Planned> PlanAll(const FaultsOptions& options) {
  std::vector<Planned> all;
  std::map<FaultKind, std::set<std::uint64_t>> known_paths;
  for (const Counting& counting : CountCalls(options)) {
    PlanKind(*counting.shape, counting.counted, known_paths[counting.shape->kind], all);
  }
  return all;
}

/// One of every kind after another, each kind in an order of its own: what was done when time is up
/// is a sample of all.
std::vector<Planned> Shuffled(std::vector<Planned> all, std::uint64_t seed) {
  std::ranges::sort(all, {}, [](const Planned& run) {
    return std::tuple(run.plan.kind, run.history, run.plan.path, run.plan.nth, run.plan.onwards);
  });
  model::Random random(seed);
  std::map<FaultKind, std::vector<Planned>> kinds;
  for (std::size_t i = all.size(); i > 1; --i) std::swap(all[i - 1], all[random.Below(i)]);
  for (Planned& run : all) kinds[run.plan.kind].push_back(run);
  std::vector<Planned> ordered;
  while (ordered.size() < all.size()) {
    for (auto& [kind, runs] : kinds) {
      if (runs.empty()) continue;
      ordered.push_back(runs.back());
      runs.pop_back();
    }
  }
  return ordered;
}

}  // namespace

FaultOutcome RunFault(const FaultsOptions& options, std::uint64_t history, const FaultPlan& plan) {
  return RunIn(options, options.directory + "/run", history, plan);
}

FaultsReport RunFaults(const FaultsOptions& options,
                       const std::function<void(const FaultOutcome&)>& on_failure) {
  const auto begin = std::chrono::steady_clock::now();
  const std::vector<Planned> all = Shuffled(PlanAll(options), options.seed);
  FaultsReport report;
  report.planned = all.size();
  std::mutex mutex;
  std::atomic<std::size_t> next = 0;
  const auto is_over = [&](std::size_t run) {
    return (options.trials != 0 && run >= options.trials) ||
           (options.budget.count() != 0 &&
            std::chrono::steady_clock::now() - begin >= options.budget);
  };
  std::vector<std::thread> threads;
  for (int job = 0; job < options.jobs; ++job) {
    threads.emplace_back([&, job] {
      const std::string scratch = options.directory + "/job-" + std::to_string(job);
      for (std::size_t i = next++; i < all.size() && !is_over(i); i = next++) {
        const FaultOutcome run = RunIn(options, scratch, all[i].history, all[i].plan);
        const std::scoped_lock lock(mutex);
        ++report.runs;
        ++report.table[run.plan.kind][run.outcome];
        if (!run.is_wrong) continue;
        report.failures.push_back(run);
        if (on_failure) on_failure(run);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  return report;
}

std::string ReplayLine(const FaultOutcome& outcome) {
  std::string line = "torture_faults replay";
  for (const std::string& argument : ArgumentsOf(outcome)) line += " " + argument;
  return line;
}

Tally RunFaultsCampaign(const Settings& settings) {
  constexpr std::uint64_t kMany = 1'000;
  constexpr std::size_t kMostText = 1'500;
  FaultsOptions options;
  const fs::path here = fs::canonical("/proc/self/exe").parent_path();
  options.program = here / "torture_faults";
  options.preload = here / "libfault_preload.so";
  options.directory = settings.directory;
  options.seed = settings.seed;
  if (settings.trials != 0 && settings.trials < kMany) options.histories = 1;
  options.budget = settings.time;
  options.trials = settings.trials;
  Tally tally;
  const FaultsReport report = RunFaults(options, [](const FaultOutcome& run) {
    std::cout << run.outcome << ": " << ReplayLine(run) << std::endl;
  });
  tally.trials = report.runs;
  tally.outcomes["calls that can fail, in all"] = report.planned;
  for (const auto& [kind, outcomes] : report.table) {
    for (const auto& [outcome, count] : outcomes) {
      tally.outcomes[KindName(kind) + " fails: " + outcome] = count;
    }
  }
  for (const FaultOutcome& run : report.failures) {
    tally.failures.push_back(run.outcome + ": " + ReplayLine(run) + "\n" +
                             run.text.substr(0, kMostText));
  }
  return tally;
}

}  // namespace grantledger::torture
