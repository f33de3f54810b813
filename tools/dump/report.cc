// ledger-dump DIR report --html FILE: what one shows to an auditor.
#include <cerrno>
#include <cstring>
#include <fstream>

#include "tools/dump/report_page.h"
#include "tools/dump/verbs.h"

namespace grantledger::tools {

Status WriteReport(Dump& dump, const ReportArguments& arguments) {
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
