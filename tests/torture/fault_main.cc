#include <CLI/CLI.hpp>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <string>
#include <utility>

#include "tests/torture/fault_history.h"
#include "tests/torture/fault_kinds.h"
#include "tests/torture/fault_run.h"
#include "tests/torture/processes.h"
#include "tests/torture/scratch.h"

namespace grantledger::torture {
namespace {

namespace fs = std::filesystem;

struct FaultArguments {
  std::string scratch;
  std::uint64_t history = 0;
  std::string kind = "write";
  std::string error = "EIO";
  std::string second_kind = "sync";
  std::string second_error = "EIO";
  FaultPlan plan;
};

void AddRun(CLI::App& app, FaultArguments& arguments) {
  app.add_option("--history", arguments.history, "the seed of the history")->required();
  app.add_option("--kind", arguments.kind, "which calls fail")->required();
  app.add_option("--error", arguments.error, "with which error")->required();
  app.add_option("--nth", arguments.plan.nth, "which of them, from 1; 0: none")->required();
  app.add_option("--path", arguments.plan.path, "of those that come from there; 0: of all");
  app.add_flag("--onwards", arguments.plan.onwards, "and all after it");
  app.add_flag("--short", arguments.plan.is_short, "writes write a half first");
  app.add_option("--second-kind", arguments.second_kind, "which calls fail beside these");
  app.add_option("--second-error", arguments.second_error, "with which error");
  app.add_option("--second-nth", arguments.plan.second.nth,
                 "which of them since one of the others failed, from 1; 0: none");
  app.add_flag("--second-onwards", arguments.plan.second.onwards, "and all after it");
  app.add_flag("--note-paths", arguments.plan.notes_paths, "of all calls of the kind");
}

FaultRun RunOf(const FaultArguments& arguments, const std::string& ledger) {
  FaultRun run;
  run.seed = arguments.history;
  run.directory = ledger;
  run.trace = arguments.scratch + "/trace";
  run.plan = arguments.plan;
  run.plan.directory = ledger.c_str();
  return run;
}

void Tell(const FaultOutcome& run) {
  constexpr std::size_t kMost = 1500;
  std::cout << run.outcome << ": " << ReplayLine(run) << "\n  " << run.text.substr(0, kMost)
            << std::endl;
}

int DoAgain(const FaultArguments& arguments) {
  const Scratch scratch(fs::temp_directory_path().string());
  const FaultOutcome run = RunFault(scratch.path() + "/run", arguments.history, arguments.plan);
  Tell(run);
  std::cout << run.failed << " of " << run.calls << " calls failed\n";
  return run.is_wrong ? 1 : 0;
}

}  // namespace

int FaultMain(int argc, char** argv) {
  FaultArguments arguments;
  CLI::App app("Calls of the machine fail under a ledger; nothing that was answered may be lost.");
  app.require_subcommand(1);
  CLI::App* replay = app.add_subcommand("replay", "does one run again");
  CLI::App* run = app.add_subcommand("run", "runs a history, with faults where it is preloaded");
  CLI::App* verify = app.add_subcommand("verify", "looks at what a run left");
  for (CLI::App* each : {replay, run, verify}) AddRun(*each, arguments);
  for (CLI::App* each : {run, verify}) each->add_option("--scratch", arguments.scratch)->required();
  CLI11_PARSE(app, argc, argv);
  const auto kind = KindNamed(arguments.kind);
  const auto second_kind = KindNamed(arguments.second_kind);
  arguments.plan.error = ErrorNamed(arguments.error);
  arguments.plan.second.error = ErrorNamed(arguments.second_error);
  if (!kind || !second_kind || arguments.plan.error == 0 || arguments.plan.second.error == 0) {
    std::cerr << "no such kind or error\n";
    return 2;
  }
  arguments.plan.kind = *kind;
  arguments.plan.second.kind = *second_kind;
  if (replay->parsed()) return DoAgain(arguments);
  const std::string ledger = arguments.scratch + "/ledger";
  const FaultRun one = RunOf(arguments, ledger);
  return run->parsed() ? RunHistory(one) : VerifyHistory(one);
}

}  // namespace grantledger::torture
