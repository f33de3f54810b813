// ledger-dump: looks into a ledger.
#include <malloc.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "tools/command_line.h"
#include "tools/dump/verbs.h"
#include "tools/programs.h"
#include "tools/run_program.h"
#include "tools/safe_text.h"

#ifndef GRANTLEDGER_VERSION
#define GRANTLEDGER_VERSION "unknown"
#endif

namespace grantledger::tools {
namespace {

constexpr const char* kDescription =
    "Looks into a grant ledger: what is in it, what happened, and why a grant is as it is. It\n"
    "only reads, also beside a running writer, on a copy, or on a ledger that is damaged.";

constexpr const char* kHelp = R"(
Without a verb: an overview that fits a screen. `ledger-dump DIR at MOMENT VERB ...` looks at a moment
of the past, an LSN (42) or a time (2026-03-03T12:00:00Z).

Exit status: 0 answered; 1 something does not prove itself, and what does was told; 2 it cannot
answer: wrong usage, no ledger, or nothing of that name.

Examples:
  ledger-dump ./ledger
  ledger-dump ./ledger log --from 2026-03-03T00:00:00Z | less
  ledger-dump ./ledger account 444455556666
  ledger-dump ./ledger explain g-0123abcd
  ledger-dump ./ledger diff --from 2026-03-02T00:00:00Z --accounts
  ledger-dump ./ledger at 2026-03-03T12:00:00Z --json
  ledger-dump backup ./ledger --to /backups/grants --keep 30
  ledger-dump restore /backups/grants --to ./restored --as-of 2026-03-03T12:00:00Z
)";

/// Says of a verb that the ledger's directory comes before it.
class VerbFormatter : public CLI::Formatter {
  std::string make_usage(const CLI::App* app, std::string name) const override {
    if (app->get_parent() != nullptr) name.insert(name.find(' '), " DIR");
    return Formatter::make_usage(app, name);
  }
};

struct Arguments {
  std::string directory;
  std::optional<std::string> moment;  ///< Nullopt: the latest.
  bool json = false;
  bool tells_moment = true;  ///< Above the answer: for people, and where it is of that moment.
  LogArguments log;
  KeysArguments keys;
  std::string name;  ///< An ARN, or the id of an account or an organization.
  bool tree = false;
  std::optional<std::string> from;
  std::optional<std::string> to;
  DiffArguments diff;
  ExportArguments exported;
  ReportArguments report;
  bool deep = false;
  std::string new_directory;
  BackupArguments backup;
  BackupsArguments backups;
  RestoreArguments restore;
  std::function<Status(Dump&)> verb = ShowOverview;
  /// Of a ledger that may not open; else null.
  std::function<Result<int>(Output&)> alone;
};

int CannotAnswer(const std::string& sentence) {
  Complain("ledger-dump", sentence);
  return kCannotAnswer;
}

/// The subcommand, whose verb is done where it is called.
CLI::App* AddVerb(CLI::App& app, Arguments& arguments, const std::string& name,
                  const std::string& text, std::function<Status(Dump&)> verb) {
  CLI::App* added = app.add_subcommand(name, text);
  added->add_flag("--json", arguments.json, "For programs: one document, or JSON Lines");
  added->fallthrough();  // --at may stand behind the verb, too
  added->callback([&arguments, verb = std::move(verb)] { arguments.verb = verb; });
  return added;
}

Result<std::optional<Moment>> ReadMoment(const std::optional<std::string>& given);

Status ShowLogOf(Dump& dump, Arguments& arguments) {
  const auto from = ReadMoment(arguments.from);
  const auto to = ReadMoment(arguments.to);
  if (!from || !to) return from ? to.error() : from.error();
  arguments.log.from = *from;
  arguments.log.to = *to;
  return ShowLog(dump, arguments.log);
}

Status ShowDifferenceOf(Dump& dump, Arguments& arguments) {
  const auto from = ReadMoment(arguments.from);
  const auto to = ReadMoment(arguments.to);
  if (!from || !to) return from ? to.error() : from.error();
  arguments.diff.from = **from;
  arguments.diff.to = *to;
  return ShowDifference(dump, arguments.diff);
}

/// Those that answer questions about grants.
void AddQuestions(CLI::App& app, Arguments& arguments) {
  CLI::App* grant = AddVerb(app, arguments, "grant", "The life of a grant, version by version",
                            [&arguments](Dump& dump) { return ShowGrant(dump, arguments.name); });
  grant
      ->add_option("ARN", arguments.name,
                   "Of a direct grant, a distribution or a member grant, or its id: g-…")
      ->required();
  CLI::App* account =
      AddVerb(app, arguments, "account", "What an account holds, why, and where it stood",
              [&arguments](Dump& dump) { return ShowAccount(dump, arguments.name); });
  account->add_option("ID", arguments.name, "12 digits")->required();
  CLI::App* organization = AddVerb(
      app, arguments, "org", "An organization, and what was distributed to it",
      [&arguments](Dump& dump) { return ShowOrganization(dump, arguments.name, arguments.tree); });
  organization->add_option("ID", arguments.name, "o-…; else all are listed");
  organization->add_flag("--tree", arguments.tree, "Its units as a tree");
  CLI::App* license =
      AddVerb(app, arguments, "license", "Who got a license from whom",
              [&arguments](Dump& dump) { return ShowLicense(dump, arguments.name); });
  license->add_option("ARN", arguments.name, "Of the license, or its id: l-…; else all are listed");
}

void AddExports(CLI::App& app, Arguments& arguments) {
  CLI::App* diff = AddVerb(app, arguments, "diff", "What changed between two moments",
                           [&arguments](Dump& dump) { return ShowDifferenceOf(dump, arguments); });
  diff->add_option("--from", arguments.from, "LSN or time")->required()->type_name("MOMENT");
  diff->add_option("--to", arguments.to, "LSN or time; else the latest")->type_name("MOMENT");
  diff->add_flag("--accounts", arguments.diff.accounts,
                 "Each grant that changed, too, account by account");
  CLI::App* exported =
      AddVerb(app, arguments, "export", "Everything of one kind, streamed",
              [&arguments](Dump& dump) { return Export(dump, arguments.exported); });
  exported->add_option("WHAT", arguments.exported.what, "grants, activations or log")
      ->check(CLI::IsMember({"grants", "activations", "log"}))
      ->capture_default_str();
  exported->add_option("--format", arguments.exported.format, "jsonl or csv")
      ->check(CLI::IsMember({"jsonl", "csv"}))
      ->capture_default_str();
  exported->add_option("--status", arguments.exported.status, "Only grants of this status")
      ->type_name("STATUS");
  CLI::App* report =
      AddVerb(app, arguments, "report", "One page of HTML, to show to an auditor",
              [&arguments](Dump& dump) { return WriteReport(dump, arguments.report); });
  report->add_option("--html", arguments.report.file, "Where it is written")
      ->required()
      ->type_name("FILE");
  report->add_option("--org", arguments.report.organization_id, "Of one organization; else of all")
      ->type_name("ID");
}

void AddRepairs(CLI::App& app, Arguments& arguments) {
  CLI::App* verify = app.add_subcommand("verify", "Whether everything proves itself");
  verify->add_flag("--json", arguments.json, "For programs: JSON Lines, the report last");
  verify->add_flag("--deep", arguments.deep,
                   "Derive all that follows from the log again, and compare");
  verify->callback([&arguments] {
    arguments.alone = [&arguments](Output& out) {
      return Verify(arguments.directory, arguments.deep, out);
    };
  });
  CLI::App* repair = app.add_subcommand("repair", "A new ledger of what the log still proves");
  repair->add_flag("--json", arguments.json, "For programs: one document");
  repair->add_option("--to", arguments.new_directory, "Where it is made: not there, or empty")
      ->required()
      ->type_name("NEWDIR");
  repair->callback([&arguments] {
    arguments.alone = [&arguments](Output& out) {
      return Repair(arguments.directory, arguments.new_directory, out);
    };
  });
}

Result<int> RestoreBy(Arguments& arguments, Output& out) {
  const auto as_of = ReadMoment(arguments.from);
  if (!as_of) return as_of.error();
  arguments.restore.as_of = *as_of;
  return Restore(arguments.directory, arguments.restore, out);
}

void AddBackups(CLI::App& app, Arguments& arguments) {
  CLI::App* backup = app.add_subcommand("backup", "Add a backup of the ledger to a backup store");
  backup->add_flag("--json", arguments.json, "For programs: one document");
  backup->add_option("--to", arguments.backup.store, "The store: not there, empty, or with backups")
      ->required()
      ->type_name("STORE");
  backup->add_option("--keep", arguments.backup.keep, "Delete all but the newest N")
      ->check(CLI::Range(1, 1'000'000))
      ->type_name("N");
  backup->callback([&arguments] {
    arguments.alone = [&arguments](Output& out) {
      return MakeBackup(arguments.directory, arguments.backup, out);
    };
  });
  CLI::App* backups = app.add_subcommand("backups", "The backups of a store, which stands for DIR");
  backups->add_flag("--json", arguments.json, "For programs: JSON Lines");
  backups->add_flag("--verify", arguments.backups.verify, "Read every file, and prove it");
  backups->add_option("--keep", arguments.backups.keep, "Delete all but the newest N first")
      ->check(CLI::Range(1, 1'000'000))
      ->type_name("N");
  backups->callback([&arguments] {
    arguments.alone = [&arguments](Output& out) {
      return ShowBackups(arguments.directory, arguments.backups, out);
    };
  });
  CLI::App* restore = app.add_subcommand(
      "restore", "A new ledger of a backup store, or of a ledger, which stands for DIR");
  restore->add_flag("--json", arguments.json, "For programs: one document");
  restore
      ->add_option("--to", arguments.restore.new_directory, "Where it is made: not there, or empty")
      ->required()
      ->type_name("NEWDIR");
  restore->add_option("--at", arguments.restore.backup, "Which backup; else the newest")
      ->check(CLI::Range(1, 1'000'000))
      ->type_name("BACKUP");
  restore->add_option("--as-of", arguments.from, "Where it ends, an LSN or a time")
      ->type_name("MOMENT");
  restore
      ->add_option("--log", arguments.restore.log_directory,
                   "A ledger whose log goes on where the backups end")
      ->type_name("LEDGER");
  restore->callback([&arguments] {
    arguments.alone = [&arguments](Output& out) { return RestoreBy(arguments, out); };
  });
}

void AddVerbs(CLI::App& app, Arguments& arguments) {
  AddRepairs(app, arguments);
  AddBackups(app, arguments);
  AddQuestions(app, arguments);
  AddExports(app, arguments);
  CLI::App* log = AddVerb(app, arguments, "log", "The records, one a line",
                          [&arguments](Dump& dump) { return ShowLogOf(dump, arguments); });
  log->add_option("--from", arguments.from, "The first, an LSN or a time")->type_name("MOMENT");
  log->add_option("--to", arguments.to, "The last, an LSN or a time")->type_name("MOMENT");
  log->add_flag("--follow,-f", arguments.log.follow, "Go on with what is written later");
  CLI::App* explain =
      AddVerb(app, arguments, "explain",
              "Why a grant is as it is: the events that made it so, with the state after each",
              [&arguments](Dump& dump) { return ShowExplanation(dump, arguments.name); });
  explain->add_option("ARN", arguments.name, "Of a direct or member grant, or its id: g-…")
      ->required();
  CLI::App* keys = AddVerb(app, arguments, "keys", "Rows as they are stored, and what they say",
                           [&arguments](Dump& dump) { return ShowKeys(dump, arguments.keys); });
  keys->add_option("--family", arguments.keys.family,
                   "log, state, member, index, activation or base; else all")
      ->type_name("NAME");
  keys->add_option("--prefix", arguments.keys.prefix, "Only keys that begin so")->type_name("HEX");
  AddVerb(app, arguments, "stats", "What an operator tunes by: cohorts, folds, bytes", ShowStats);
}

void AddOptions(CLI::App& app, Arguments& arguments) {
  app.footer(kHelp);
  app.set_version_flag("--version", "ledger-dump " GRANTLEDGER_VERSION);
  app.add_option("DIR", arguments.directory, "Directory of the ledger")->required();
  app.add_option("--at", arguments.moment, "The moment to look at; else the latest")
      ->type_name("MOMENT");
  app.add_flag("--json", arguments.json, "For programs: one document, or JSON Lines");
  app.require_subcommand(0, 1);
  AddVerbs(app, arguments);
}

/// `DIR at MOMENT VERB` as `DIR --at MOMENT VERB`, `backup DIR` as `DIR backup`. A directory may
/// be called as a verb is: where a verb follows it, it is the directory.
std::vector<std::string> Normalized(const CLI::App& app, int argc, char** argv) {
  std::vector<std::string> words(argv + std::min(argc, 1), argv + argc);
  if (words.size() < 2 || words[1].starts_with('-')) return words;
  const bool is_of_stores = words[0] == "backup" || words[0] == "backups" || words[0] == "restore";
  const bool has_verb = std::ranges::any_of(
      app.get_subcommands({}), [&](const auto* verb) { return verb->get_name() == words[1]; });
  if (is_of_stores && !has_verb && words[1] != "at") std::swap(words[0], words[1]);
  if (words[1] == "at") words[1] = "--at";
  return words;
}

Result<std::optional<Moment>> ReadMoment(const std::optional<std::string>& given) {
  if (!given) return std::optional<Moment>();
  const std::string& text = *given;
  std::uint64_t lsn = 0;
  if (ReadCount(text, &lsn)) return std::optional<Moment>(Lsn{lsn});
  const auto time = ParseTime(text);
  if (time) return std::optional<Moment>(*time);
  return Status(
      Code::kInvalidArgument,
      "the moment is \"" + text + "\", expected an LSN (42) or a time (2026-03-03T12:00:00Z)");
}

OutputStyle StyleOf(const Arguments& arguments) {
  OutputStyle style;
  style.json = arguments.json;
  style.terminal = !style.json && isatty(STDOUT_FILENO) != 0 && std::getenv("NO_COLOR") == nullptr;
  if (isatty(STDERR_FILENO) != 0) style.progress = stderr;
  style.now = [] {
    return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  };
  return style;
}

std::string MomentOf(Dump& dump) {
  const auto origin = dump.inspector().OriginOf(dump.at());
  return fmt::format("as of LSN {}{}", dump.at(),
                     origin ? ", " + FormatTime(origin->time) : std::string());
}

/// Empty: the word behind the directory is a verb, or an option.
std::string UnknownVerb(const CLI::App& app, const std::vector<std::string>& words) {
  // Behind an option the directory may stand anywhere.
  if (words.size() < 2 || words[0].starts_with('-') || words[1].starts_with('-')) return {};
  std::string verbs = "at";
  bool is_turned = words[0] == "at";
  for (const CLI::App* verb : app.get_subcommands({})) {
    if (verb->get_name() == words[1]) return {};
    is_turned = is_turned || verb->get_name() == words[0];
    verbs += ", " + verb->get_name();
  }
  if (is_turned) {
    return "the verb comes first, expected the directory before it: ledger-dump " + words[1] + " " +
           words[0];
  }
  return "there is no verb \"" + words[1] + "\", expected one of " + verbs;
}

int RunAlone(const Arguments& arguments, Output& out) {
  const auto exit_status = arguments.alone(out);
  return exit_status ? *exit_status : CannotAnswer(exit_status.error().message());
}

int Answer(const Arguments& arguments, const std::optional<Moment>& moment, Output& out) {
  const auto dump = Dump::Open(arguments.directory, moment, out);
  if (!dump) {
    const bool is_damaged = dump.error().code() == Code::kCorruption;
    return CannotAnswer(dump.error().message() + (is_damaged ? kWhatCanBeDone : ""));
  }
  const bool tells_moment = arguments.tells_moment && !out.json() && !(*dump)->at_latest();
  if (tells_moment) out.Line(out.Faint(MomentOf(**dump)));
  return (*dump)->ExitStatusOf(arguments.verb(**dump));
}

int Run(const Arguments& arguments) {
  const auto moment = ReadMoment(arguments.moment);
  if (!moment) return CannotAnswer(moment.error().message());
  Output out(stdout, StyleOf(arguments));
  if (arguments.alone && *moment) {
    return CannotAnswer("this verb looks at the whole ledger, expected no moment");
  }
  const int exit_status =
      arguments.alone ? RunAlone(arguments, out) : Answer(arguments, *moment, out);
  out.Flush();
  const Status written = out.written();
  return written.ok() ? exit_status : CannotAnswer(written.message());
}

int ParseAndRun(CLI::App& app, int argc, char** argv) {
  app.formatter(std::make_shared<VerbFormatter>());
  Arguments arguments;
  AddOptions(app, arguments);
  std::vector<std::string> words = Normalized(app, argc, argv);
  const std::string unknown = UnknownVerb(app, words);
  if (!unknown.empty()) return CannotAnswer(unknown + " (--help tells of all)");
  std::ranges::reverse(words);  // as CLI11 takes them
  app.parse(std::move(words));
  arguments.tells_moment =
      !app.got_subcommand("export") && !app.got_subcommand("stats") && !app.got_subcommand("keys");
  return Run(arguments);
}

}  // namespace

int DumpMain(int argc, char** argv) {
  // One thread does the work: what RocksDB's others free is given back to it.
  (void)mallopt(M_ARENA_MAX, 1);
  return RunProgram("ledger-dump", kDescription,
                    [argc, argv](CLI::App& app) { return ParseAndRun(app, argc, argv); });
}

}  // namespace grantledger::tools
