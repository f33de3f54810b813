// ledger-demo: tells the story of managed entitlements, from a file of requests, on a new ledger.
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <memory>
#include <string>

#include <fmt/format.h>
#include <grantledger/ledger.h>
#include <CLI/CLI.hpp>

#include "tools/ledger_demo_chapters.h"
#include "tools/ledger_demo_story.h"
#include "tools/page.h"
#include "tools/programs.h"
#include "tools/run_program.h"
#include "tools/safe_text.h"
#include "tools/standard_streams.h"

namespace grantledger::tools::demo {
namespace {

constexpr int kAllTold = 0;
constexpr int kStopped = 1;

constexpr const char* kDescription =
    "Runs examples/managed-entitlements.jsonl, a file of requests for ledger-apply, on a new "
    "ledger,\n"
    "and tells what happens, chapter by chapter.\n\n"
    "Exit status: 0 all told; 1 a request was answered with an error; 2 it could not start, or "
    "write.";

struct Arguments {
  std::string program;
  std::string file;
  std::string db;
};

int Fail(int exit_status, const std::string& sentence) {
  Complain("ledger-demo", sentence);
  return exit_status;
}

bool WantsColours() { return isatty(STDOUT_FILENO) != 0 && std::getenv("NO_COLOR") == nullptr; }

Status WrongNumberOfChapters(const char* found) {
  return {Code::kInvalidArgument,
          fmt::format("the file has {} chapters than the story, expected {}", found,
                      ChapterViews().size())};
}

/// `written` becomes what writing fails by, which ends the story.
Status TellChapters(Story& story, Page& page, Status& written) {
  int number = 0;
  for (const ChapterView& view : ChapterViews()) {
    const auto chapter = story.Next();
    if (!chapter) return chapter.error();
    if (!*chapter) return WrongNumberOfChapters("fewer");
    page.Title(fmt::format("{}. {}", ++number, view.title), Shown((*chapter)->begin));
    page.Text(view.text);
    view.show(story, **chapter, page);
    if (!story.error().ok()) return story.error();
    written = WriteOut(page.Take());
    if (!written.ok()) return {};
  }
  const auto more = story.Next();
  if (!more) return more.error();
  return *more ? WrongNumberOfChapters("more") : Status();
}

/// `text` as one word for the shell.
std::string Quoted(const std::string& text) {
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

/// The same, without quotes where they are not needed.
std::string Word(const std::string& text) {
  constexpr const char* kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./+:@%,";
  const bool is_plain = !text.empty() && text.find_first_not_of(kPlain) == std::string::npos;
  return is_plain ? text : Quoted(text);
}

/// ledger-apply stands beside this program.
std::string LedgerApply(const std::string& program) {
  return program.substr(0, program.rfind('/') + 1) + "ledger-apply";
}

void ShowQuestion(const Arguments& arguments, const std::string& what, const OrderedJson& request,
                  Page& page) {
  page.Command(fmt::format("# {}\necho {} |\n  {} --db {} --read-only -", what,
                           Quoted(DumpLine(request)), Word(LedgerApply(arguments.program)),
                           Word(arguments.db)));
}

void ShowHowToExplore(Story& story, const Arguments& arguments, Page& page) {
  const std::string billing = story.Named("billing");
  const std::string management = story.Named("management");
  const std::string distribution = story.Named("distribution");
  page.Title("Explore it yourself", fmt::format("{} records", Shown(story.LastLsn())));
  page.Text(fmt::format(
      "The ledger stays in {}. Ask it with ledger-apply, in the words of the AWS License Manager "
      "and AWS Organizations APIs; ledger-apply --help says how.",
      arguments.db));
  ShowQuestion(
      arguments, "What does the Billing team hold?",
      {{"Operation", "ListReceivedGrants"}, {"Caller", billing}, {"Input", OrderedJson::object()}},
      page);
  ShowQuestion(arguments, "How did its grant from the organization come to be as it is?",
               {{"Operation", "ListGrantVersions"},
                {"Caller", billing},
                {"Input", {{"GrantArn", story.MemberGrant(distribution, billing)}}}},
               page);
  ShowQuestion(arguments, "How many accounts were active at a moment of the past?",
               {{"Operation", "CountGrants"},
                {"Caller", management},
                {"AsOf", "2026-03-03T12:00:00Z"},
                {"Input", {{"GrantArn", distribution}}}},
               page);
}

int Tell(const Arguments& arguments) {
  std::ifstream requests(arguments.file);
  if (!requests) return Fail(kCannotRun, fmt::format("cannot open {}", arguments.file));
  Options options;
  options.max_time_ahead = std::nullopt;  // the story has its own times
  const auto ledger = Ledger::Open(arguments.db, options);
  if (!ledger) {
    return Fail(kCannotRun, fmt::format("cannot open the ledger in {}: {}", arguments.db,
                                        ledger.error().message()));
  }
  if (const Lsn records = (*ledger)->LastLsn(); records != 0) {
    return Fail(kCannotRun, fmt::format("the ledger in {} has {} records, expected a new one",
                                        arguments.db, records));
  }
  Story story(**ledger, requests);
  Page page(WantsColours());
  page.Text(
      "Managed entitlements: the story of a license, on a new ledger. Times are those of the "
      "ledger's calls, the sync to disk included.");
  Status written = WriteOut(page.Take());
  Status status = written.ok() ? TellChapters(story, page, written) : Status();
  if (status.ok() && written.ok()) {
    ShowHowToExplore(story, arguments, page);
    status = story.error();
  }
  if (!status.ok()) return Fail(kStopped, fmt::format("{}: {}", arguments.file, status.message()));
  if (written.ok()) written = WriteOut(page.Take());
  return written.ok() ? kAllTold : Fail(kCannotRun, written.message());
}

}  // namespace
}  // namespace grantledger::tools::demo

namespace grantledger::tools {

int DemoMain(int argc, char** argv) {
  return RunProgram("ledger-demo", demo::kDescription, [argc, argv](CLI::App& app) {
    app.set_version_flag("--version", "ledger-demo " GRANTLEDGER_VERSION);
    demo::Arguments arguments;
    arguments.program = argv[0];
    app.add_option("FILE", arguments.file, "File of requests")->required()->type_name("");
    app.add_option("--db", arguments.db, "Directory of the new ledger")
        ->required()
        ->type_name("DIR");
    app.parse(argc, argv);
    return demo::Tell(arguments);
  });
}

}  // namespace grantledger::tools
