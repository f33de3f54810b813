// ledger-dump DIR report --html FILE: what one shows to an auditor.
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "tools/dump/report_page.h"
#include "tools/dump/verbs.h"

namespace grantledger::tools {

namespace {

/// The ledger's own files are not written over.
Status CheckIsElsewhere(const std::string& directory, const std::string& file) {
  namespace fs = std::filesystem;
  std::error_code ignored;
  const fs::path ledger = fs::weakly_canonical(directory, ignored);
  const fs::path page = fs::weakly_canonical(file, ignored);
  if (std::mismatch(ledger.begin(), ledger.end(), page.begin(), page.end()).first != ledger.end()) {
    return {};
  }
  return {Code::kInvalidArgument,
          "--html is " + Quote(file) + ", expected a file that is not in the ledger's directory"};
}

}  // namespace

Status WriteReport(Dump& dump, const ReportArguments& arguments) {
  Status checked = CheckIsElsewhere(dump.directory(), arguments.file);
  if (!checked.ok()) return checked;
  const auto data = GatherReport(dump, arguments.organization_id);
  if (!data) return data.error();
  std::ofstream file(arguments.file, std::ios::binary | std::ios::trunc);
  file << ReportPage(*data);
  file.close();
  if (!file) {
    return {Code::kIoError,
            "the report can't be written to " + arguments.file + ": " + std::strerror(errno)};
  }
  std::size_t exceptions = 0;
  for (const ReportOrganization& one : data->organizations) exceptions += one.exceptions.size();
  if (dump.out().json()) {
    dump.out().Write({{"File", arguments.file},
                      {"Organizations", data->organizations.size()},
                      {"Exceptions", exceptions}});
  } else {
    dump.out().Line("wrote " + arguments.file);
  }
  return {};
}

}  // namespace grantledger::tools
