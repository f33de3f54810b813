#include "tools/run_program.h"

#include <exception>
#include <new>
#include <sstream>

#include <CLI/CLI.hpp>

#include "tools/safe_text.h"
#include "tools/standard_streams.h"

namespace grantledger::tools {
namespace {

int RunParsing(CLI::App& app, const std::function<int(CLI::App&)>& work) {
  try {
    return work(app);
  } catch (const CLI::ParseError& error) {
    const bool asked = error.get_exit_code() == 0;  // --help, --version
    std::ostringstream text;
    if (asked) (void)app.exit(error, text, text);
    const Status written = WriteOut(text.str());
    if (asked && written.ok()) return 0;
    Complain(app.get_name(),
             asked ? written.message() : std::string(error.what()) + " (--help tells of all)");
    return kCannotRun;
  }
}

}  // namespace

int RunProgram(const std::string& name, const std::string& description,
               const std::function<int(CLI::App&)>& work) {
  HoldStandardStreams();
  try {
    CLI::App app(description, name);
    return RunParsing(app, work);
  } catch (const std::bad_alloc&) {
    Complain(name, kMemoryRanOut);
  } catch (const std::exception& error) {
    Complain(name, error.what());
  }
  return kCannotRun;
}

}  // namespace grantledger::tools
