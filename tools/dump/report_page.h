// The report as one page of HTML that needs nothing else: pictures are inline, and so is the
// script.
#ifndef GRANTLEDGER_TOOLS_DUMP_REPORT_PAGE_H_
#define GRANTLEDGER_TOOLS_DUMP_REPORT_PAGE_H_

#include <string>

#include "tools/dump/report_data.h"

namespace grantledger::tools {

std::string ReportPage(const ReportData& data);

}  // namespace grantledger::tools

#endif  // GRANTLEDGER_TOOLS_DUMP_REPORT_PAGE_H_
