// What the report tells of a ledger, gathered before it is drawn.
#ifndef GRANTLEDGER_TOOLS_DUMP_REPORT_DATA_H_
#define GRANTLEDGER_TOOLS_DUMP_REPORT_DATA_H_

#include <map>
#include <string>
#include <vector>

#include "tools/dump/counts.h"
#include "tools/dump/dump.h"

namespace grantledger::tools {

/// Grants of one kind by status at one moment.
struct ReportMoment {
  Lsn lsn = 0;
  Time time = {};
  Counts counts = {};
};

/// The member grants of the accounts that stand in one place; of those that left, under "(left)".
struct ReportPlace {
  std::string name = {};
  Counts counts = {};
};

/// A member grant of another status than most of its distribution.
struct ReportException {
  std::string account = {};
  std::string account_name = {};  ///< Empty: not known.
  std::string place = {};
  std::string grant_name = {};
  std::string grant_arn = {};
  std::string status = {};
  std::string reason = {};
};

struct ReportOrganization {
  std::string id = {};
  std::string management = {};
  std::uint64_t accounts = 0;
  std::vector<ReportMoment> history = {};  ///< Of its member grants, from the first on.
  std::vector<ReportPlace> places = {};
  std::vector<ReportException> exceptions = {};
  std::uint64_t exceptions_left_out = 0;
};

struct ReportData {
  LedgerOverview overview = {};
  Counts direct = {};  ///< Direct grants, of all organizations and of none.
  Lsn at = 0;
  Time at_time = {};
  std::vector<ReportOrganization> organizations = {};
};

/// Of one organization, or where `organization_id` is empty of all. Costs a fold for each direct
/// grant, and for each cohort and exception of each distribution.
Result<ReportData> GatherReport(Dump& dump, const std::string& organization_id);

}  // namespace grantledger::tools

#endif  // GRANTLEDGER_TOOLS_DUMP_REPORT_DATA_H_
