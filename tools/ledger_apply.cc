// ledger-apply: requests as JSON Lines in, answers as JSON Lines out.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <grantledger/ledger.h>
#include <CLI/CLI.hpp>

#include "tools/answer_writer.h"
#include "tools/batcher.h"
#include "tools/command_line.h"
#include "tools/interrupted.h"
#include "tools/json_api.h"
#include "tools/line_reader.h"
#include "tools/programs.h"
#include "tools/progress.h"
#include "tools/record_import.h"
#include "tools/run_program.h"
#include "tools/safe_text.h"
#include "tools/standard_streams.h"

#ifndef GRANTLEDGER_VERSION
#define GRANTLEDGER_VERSION "unknown"
#endif

namespace grantledger::tools::apply {
namespace {

constexpr int kAllDone = 0;
constexpr int kSomeFailed = 1;

constexpr const char* kDescription =
    "Reads requests to a grant ledger, one JSON object a line, and answers each with one line at\n"
    "once: {\"Output\": ...} or {\"Error\": {\"Code\", \"Message\"}}. Where a call was done but "
    "its\n"
    "Bind finds nothing to keep: {\"Output\": ..., \"BindError\": {\"Code\", \"Message\"}}.";

constexpr const char* kHelp = R"(
Input is JSON Lines in UTF-8, and nothing else (no CSV, no JSON list): one object on each line, ended
by LF or CR LF. Empty lines are skipped.

A request:
  {"Operation": ..., "Caller": "111122223333", "Input": {...}}
    Operation, Input  those of the AWS License Manager and AWS Organizations APIs, and
                      CheckEntitlement, CountGrants, ListGrantVersions, PreviewGrantVersion,
                      ListActivations, WatchGrants, ListGrantChanges, Compact
    Caller            the account that calls, 12 digits
    Time              optional: when it calls, like "2026-01-02T03:04:05Z"; else the clock
    AsOf              optional, reads only: answer as of a log sequence number or a time
    Bind              optional: {"grant": "GrantArn"} keeps a field of the answer (dots reach
                      inside); later lines write "${grant}" for it, and "$${" for a plain "${"

Neighbouring writes share a commit where more lines are already waiting.

Exit status: 0 all done; 1 a line was answered with an Error or a BindError; 2 it could not start,
read or answer.

Examples:
  ledger-apply --db grants history.jsonl > answers.jsonl
  ledger-apply --db grants <<'END'
  {"Operation": "CreateOrganization", "Caller": "111122223333", "Input": {"FeatureSet": "ALL"}}
  {"Operation": "ListRoots", "Caller": "111122223333", "Input": {}, "Bind": {"root": "Roots.0.Id"}}
  {"Operation": "ListAccountsForParent", "Caller": "111122223333", "Input": {"ParentId": "${root}"}}
  END
  ledger-apply --db grants --read-only < questions.jsonl
)";

struct Arguments {
  std::string db;
  std::string file = "-";
  std::string durability = "synced";
  bool read_only = false;
  bool stop_on_error = false;
  bool records = false;
  std::optional<std::uint64_t> keep_records;
  std::optional<std::chrono::milliseconds> keep_for;
  std::optional<std::chrono::milliseconds> max_time_ahead = Options().max_time_ahead;
};

RetentionPolicy PolicyOf(const Arguments& arguments) {
  if (arguments.keep_records) return KeepRecords{*arguments.keep_records};
  if (arguments.keep_for) return KeepFor{*arguments.keep_for};
  return KeepEverything();
}

/// Of the option `name`; see ReadDuration.
void ReadTime(std::string_view name, const std::string& text, std::string_view expected,
              std::chrono::milliseconds& time) {
  const std::string wrong = ReadDuration(text, expected, &time);
  if (wrong.empty()) return;
  throw CLI::ValidationError(fmt::format("{} is \"{}\", expected {}", name, text, wrong));
}

/// Options that say how much history Compact keeps.
void AddRetention(CLI::App& app, Arguments& arguments) {
  const auto read_records = [&arguments](const std::string& text) {
    if (ReadCount(text, &arguments.keep_records.emplace())) return;
    throw CLI::ValidationError(fmt::format(
        "--keep-records is \"{}\", expected a number of records in digits, below 2^64", text));
  };
  auto* records =
      app.add_option_function<std::string>(
             "--keep-records", read_records,
             "History to keep: the last N records; else all is kept. What is older is "
             "dropped by compaction, and can't be read again, but for the records of accounts' "
             "coming and moving")
          ->type_name("N");
  const auto read_time = [&arguments](const std::string& text) {
    ReadTime("--keep-for", text, "a number in digits and a unit: 90d, 12h, 30min, 10s",
             arguments.keep_for.emplace());
  };
  app.add_option_function<std::string>(
         "--keep-for", read_time,
         "The same by time, back from the last record: 90d, 12h, 30min, 10s")
      ->excludes(records)
      ->type_name("TIME");
}

void AddMaxTimeAhead(CLI::App& app, Arguments& arguments) {
  const auto read = [&arguments](const std::string& text) {
    if (text == "none") {
      arguments.max_time_ahead = std::nullopt;
    } else {
      ReadTime("--max-time-ahead", text,
               "none, or a number in digits and a unit: 1d, 12h, 30min, 10s",
               arguments.max_time_ahead.emplace());
    }
  };
  app.add_option_function<std::string>(
         "--max-time-ahead", read,
         "How far the Time of a write may be ahead of the clock: 1d (the default), 12h, 30min, "
         "10s; "
         "none: any, for a history with times to come. No later write can be earlier than a record")
      ->excludes("--records")
      ->type_name("TIME");
}

void AddOptions(CLI::App& app, Arguments& arguments) {
  app.footer(kHelp);
  app.set_version_flag("--version", "ledger-apply " GRANTLEDGER_VERSION);
  app.add_option("--db", arguments.db, "Directory of the ledger; made where there is none")
      ->required()
      ->type_name("DIR");
  app.add_option("FILE", arguments.file,
                 "File of requests, JSON Lines whatever it is called (*.jsonl, *.ndjson); - (the "
                 "default) is standard input")
      ->type_name("");
  app.add_option(
         "--durability", arguments.durability,
         "synced (the default): an answered write survives power loss; buffered: the end of "
         "the process")
      ->check(CLI::IsMember({"synced", "buffered"}))
      ->type_name("MODE");
  app.add_flag("--read-only", arguments.read_only,
               "Read an existing ledger as it is now, beside a writer if there is one, whose later "
               "writes are not seen; writes are refused");
  app.add_flag("--stop-on-error", arguments.stop_on_error,
               "Stop at the first line that is answered with an error; each write has a commit of "
               "its own");
  app.add_flag("--records", arguments.records,
               "FILE holds no requests but the records of another ledger, as `ledger-dump export "
               "log` writes them: makes a new, equal ledger of them")
      ->excludes("--read-only");
  AddRetention(app, arguments);
  AddMaxTimeAhead(app, arguments);
}

int CannotRun(const std::string& sentence) {
  Complain("ledger-apply", sentence);
  return kCannotRun;
}

/// The requests' file descriptor, or -1 with errno.
int OpenRequests(const std::string& file) {
  return file == "-" ? STDIN_FILENO : open(file.c_str(), O_RDONLY | O_CLOEXEC);
}

std::uint64_t SizeOf(int fd) {
  struct stat status {};
  const bool has_size = fstat(fd, &status) == 0 && S_ISREG(status.st_mode);
  return has_size ? static_cast<std::uint64_t>(status.st_size) : 0;
}

/// Where progress goes: only to a terminal that the answers do not go to.
std::FILE* ProgressTerminal() {
  return isatty(STDERR_FILENO) != 0 && isatty(STDOUT_FILENO) == 0 ? stderr : nullptr;
}

/// False: memory ran out.
bool AnswerLines(LineReader& lines, Batcher& batcher, Progress& progress) {
  try {
    while (!batcher.stopped()) {
      const std::optional<Line> line = lines.Next();
      if (!line) break;
      batcher.Add(*line);
      if (!lines.Ready()) batcher.Flush();
      progress.Update(line->number, lines.bytes());
    }
    batcher.Flush();
    return true;
  } catch (const std::bad_alloc&) {
    return false;
  }
}

/// What was read before memory ran out is done, if there is enough for that, and its answers go
/// out.
void AnswerWhatWaits(Batcher& batcher, AnswerWriter& answers) {
  try {
    if (!batcher.in_doubt()) batcher.Flush();
  } catch (const std::bad_alloc&) {  // then it is in doubt
  }
  (void)answers.Flush();
}

int Apply(Ledger& ledger, int fd, const Arguments& arguments) {
  JsonApi api(ledger);
  LineReader lines(fd);
  AnswerWriter answers(STDOUT_FILENO);
  Batcher batcher(api, answers, arguments.stop_on_error);
  Progress progress(ProgressTerminal(), SizeOf(fd));
  const bool had_memory = AnswerLines(lines, batcher, progress);
  if (!had_memory) AnswerWhatWaits(batcher, answers);
  progress.Clear();
  if (!had_memory) {
    return CannotRun(fmt::format("{}; the lines up to {} were done{}", kMemoryRanOut,
                                 batcher.last_done(),
                                 batcher.in_doubt() ? ", and perhaps some behind them" : ""));
  }
  if (answers.error() != 0) {
    return CannotRun(fmt::format("answers cannot be written: {}; the lines up to {} were done",
                                 std::strerror(answers.error()), batcher.last_done()));
  }
  if (lines.error() != 0) {
    return CannotRun(fmt::format("cannot read {}: {}; the lines up to {} were done",
                                 arguments.file == "-" ? "standard input" : arguments.file,
                                 std::strerror(lines.error()), batcher.last_done()));
  }
  return batcher.failed() ? kSomeFailed : kAllDone;
}

int ApplyRecords(int fd, const Arguments& arguments) {
  LineReader lines(fd);
  Progress progress(isatty(STDERR_FILENO) != 0 ? stderr : nullptr, SizeOf(fd), "records");
  StopWhenInterrupted();
  const auto last = ImportRecords(arguments.db, lines, [&](std::uint64_t line) {
    progress.Update(line, lines.bytes());
    return !Interrupted();
  });
  progress.Clear();
  if (!last) return CannotRun(last.error().message());
  const Status written = WriteOut(DumpLine({{"LastLsn", *last}}) + "\n");
  return written.ok() ? kAllDone : CannotRun(written.message());
}

int Run(const Arguments& arguments) {
  if (!HasStandardOutput()) {
    return CannotRun("standard output is closed, expected to answer there");
  }
  const int fd = OpenRequests(arguments.file);
  if (fd < 0) {
    return CannotRun(fmt::format("cannot open {}: {}", arguments.file, std::strerror(errno)));
  }
  if (arguments.records) return ApplyRecords(fd, arguments);
  Options options;
  options.durability =
      arguments.durability == "buffered" ? Durability::kBuffered : Durability::kSynced;
  options.read_only = arguments.read_only;
  options.create_if_missing = !arguments.read_only;
  options.retention = PolicyOf(arguments);
  options.max_time_ahead = arguments.max_time_ahead;
  const auto ledger = Ledger::Open(arguments.db, options);
  if (!ledger) {
    return CannotRun(
        fmt::format("cannot open the ledger in {}: {}", arguments.db, ledger.error().message()));
  }
  const int done = Apply(**ledger, fd, arguments);
  const Status closed = (*ledger)->Close();
  if (closed.ok()) return done;
  return CannotRun(
      fmt::format("the ledger in {} was not closed in order: {}; what was answered is "
                  "stored, with --durability buffered not yet on the disk",
                  arguments.db, closed.message()));
}

/// See UnknownOption.
std::string UnknownOptionOf(const CLI::App& app, int argc, char** argv) {
  std::vector<std::string_view> names;
  for (const CLI::Option* option : app.get_options()) {
    names.insert(names.end(), option->get_lnames().begin(), option->get_lnames().end());
  }
  const std::vector<const char*> arguments(argv + std::min(argc, 1), argv + argc);
  return UnknownOption(arguments, names);
}

}  // namespace
}  // namespace grantledger::tools::apply

namespace grantledger::tools {

int ApplyMain(int argc, char** argv) {
  return RunProgram("ledger-apply", apply::kDescription, [argc, argv](CLI::App& app) {
    apply::Arguments arguments;
    apply::AddOptions(app, arguments);
    const std::string unknown = apply::UnknownOptionOf(app, argc, argv);
    if (!unknown.empty()) return apply::CannotRun(unknown + " (--help tells of all)");
    app.parse(argc, argv);
    return apply::Run(arguments);
  });
}

}  // namespace grantledger::tools
