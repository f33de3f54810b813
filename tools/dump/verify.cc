// ledger-dump DIR verify, and repair: whether everything proves itself, and what can be saved.
#include <fmt/format.h>
#include <grantledger/verify.h>

#include "tools/dump/stages.h"
#include "tools/dump/verbs.h"
#include "tools/interrupted.h"

namespace grantledger::tools {
namespace {

OrderedJson FindingToJson(const Finding& finding) {
  OrderedJson json = {{"Finding", Name(finding.kind)}};
  if (!finding.family.empty()) json["Family"] = finding.family;
  if (!finding.key.empty()) json["Key"] = Hex(finding.key);
  if (finding.lsn) json["Lsn"] = *finding.lsn;
  json["What"] = finding.what;
  if (finding.stored) json["Stored"] = *finding.stored;
  if (finding.derived) json["Derived"] = *finding.derived;
  return json;
}

void ShowFinding(Output& out, const Finding& finding) {
  if (out.json()) {
    out.Write(FindingToJson(finding));
    return;
  }
  out.Line(fmt::format("{}: {}", Name(finding.kind), finding.what));
  if (finding.stored) out.Line(out.Faint("  stored   " + *finding.stored));
  if (finding.derived) out.Line(out.Faint("  expected " + *finding.derived));
}

void ShowReport(Output& out, const VerifyReport& report) {
  if (out.json()) {
    out.Write({{"Deep", report.deep},
               {"LastLsn", report.last_lsn},
               {"Horizon", report.horizon},
               {"Records", report.records},
               {"Rows", report.rows},
               {"Findings", report.findings},
               {"Unchecked", report.unchecked}});
    return;
  }
  for (const std::string& unchecked : report.unchecked) out.Line("not checked: " + unchecked);
  out.Line(fmt::format(
      "{} records and {} rows prove themselves; {}", Shown(report.records), Shown(report.rows),
      report.findings == 0 ? "nothing is wrong" : Shown(report.findings, "finding")));
  if (!report.deep && report.findings == 0) {
    out.Line("--deep derives everything again from the log, too");
  }
}

}  // namespace

Result<int> Verify(const std::string& directory, bool deep, Output& out) {
  StopWhenInterrupted();
  VerifyOptions options;
  options.deep = deep;
  options.progress = ShownOn(out.progress());
  const auto report = VerifyLedger(directory, options,
                                   [&out](const Finding& finding) { ShowFinding(out, finding); });
  if (!report) return report.error();
  if (report->stopped) {
    return Status(Code::kIoError, "the verification was interrupted; not all was looked at");
  }
  ShowReport(out, *report);
  return report->findings == 0 ? kAnswered : kFoundDamage;
}

Result<int> Repair(const std::string& directory, const std::string& to, Output& out) {
  StopWhenInterrupted();
  const auto report = RepairLedger(directory, to, ShownOn(out.progress()));
  if (!report) return report.error();
  if (report->stopped) {
    return Status(Code::kIoError, "the repair was interrupted; there is no new ledger");
  }
  const bool lost = report->first_lost.has_value() || !report->end_is_known;
  if (out.json()) {
    OrderedJson json = {
        {"RecordsFound", report->records_found}, {"RecordsKept", report->records_kept},
        {"LastLsn", report->last_lsn},           {"EndIsKnown", report->end_is_known},
        {"Relisted", report->relisted},          {"Mended", report->mended}};
    if (report->first_lost) json["FirstLost"] = *report->first_lost;
    if (!report->why_lost.empty()) json["WhyLost"] = report->why_lost;
    json["LeftBehind"] = OrderedJson::array();
    for (const RecordRange& range : report->left_behind) {
      json["LeftBehind"].push_back({{"From", range.from}, {"To", range.to}});
    }
    out.Write(json);
    return lost ? kFoundDamage : kAnswered;
  }
  out.Line(fmt::format("{}: a new ledger of {} records, to LSN {}", to, Shown(report->records_kept),
                       Shown(report->last_lsn)));
  if (report->first_lost) {
    out.Line(fmt::format("lost: LSN {} and what is behind it: {}", Shown(*report->first_lost),
                         report->why_lost));
  } else {
    out.Line("nothing that the log proves was lost");
  }
  for (const RecordRange& range : report->left_behind) {
    out.Line(fmt::format("left behind: LSN {} to {} prove themselves, but build on what is lost",
                         Shown(range.from), Shown(range.to)));
  }
  if (report->relisted) {
    out.Line("the list of the ledger's files was missing: all files that were there were read");
  }
  if (!report->end_is_known) {
    out.Line("it can't be told which record was the last: some may be gone from the end");
  }
  for (const std::string& family : report->mended) out.Line("mended: " + family);
  return lost ? kFoundDamage : kAnswered;
}

}  // namespace grantledger::tools
