// ledger-dump backup DIR, backups STORE, restore STORE: ledgers as they were, kept elsewhere.
#include <fmt/format.h>
#include <grantledger/backup.h>

#include "tools/dump/stages.h"
#include "tools/dump/verbs.h"
#include "tools/interrupted.h"

namespace grantledger::tools {
namespace {

OrderedJson BackupToJson(const BackupInfo& info) {
  OrderedJson json = {{"Backup", info.id}};
  const bool is_known = !info.identity.empty();
  if (is_known) {
    json["Made"] = FormatTime(info.made);
    json["Identity"] = info.identity;
    json["LastLsn"] = info.last_lsn;
    json["LastTime"] = FormatTime(info.last_time);
    json["Horizon"] = info.horizon;
    json["Bytes"] = info.bytes;
    json["NewBytes"] = info.new_bytes;
  }
  json["Whole"] = info.problem.ok();
  if (!info.problem.ok()) json["Problem"] = info.problem.message();
  return json;
}

std::string ShownIds(const std::vector<BackupId>& ids) {
  std::string text;
  for (const BackupId id : ids) text += (text.empty() ? "" : ", ") + std::to_string(id);
  return text;
}

void ShowBackupTable(Output& out, const std::vector<BackupInfo>& backups) {
  Table table = {{"Backup", {}, true},   {"Made", {}},       {"To LSN", {}, true}, {"Of", {}},
                 {"From LSN", {}, true}, {"Size", {}, true}, {"New", {}, true},    {"Whole", {}}};
  for (const BackupInfo& info : backups) {
    const bool is_known = !info.identity.empty();
    const auto shown = [is_known](const std::string& text) {
      return is_known ? text : std::string("?");
    };
    const std::string cells[] = {
        std::to_string(info.id),
        shown(FormatTime(std::chrono::floor<std::chrono::seconds>(info.made))),
        shown(Shown(info.last_lsn)),
        shown(FormatTime(info.last_time)),
        shown(info.horizon == 0 ? "first" : Shown(info.horizon)),
        shown(ShownBytes(info.bytes)),
        shown(ShownBytes(info.new_bytes)),
        info.problem.ok() ? "yes" : "NO"};
    for (std::size_t i = 0; i < table.size(); ++i) table[i].cells.push_back(cells[i]);
  }
  out.Print(table);
}

}  // namespace

Result<int> MakeBackup(const std::string& directory, const BackupArguments& arguments,
                       Output& out) {
  StopWhenInterrupted();
  const auto made = BackupLedger(directory, arguments.store, {.progress = ShownOn(out.progress())});
  if (!made) return made.error();
  std::vector<BackupId> deleted;
  if (arguments.keep != 0) {
    auto done = DeleteBackups(arguments.store, arguments.keep);
    if (!done) return std::move(done).error();
    deleted = *std::move(done);
  }
  if (out.json()) {
    OrderedJson json = BackupToJson(*made);
    json["Deleted"] = deleted;
    out.Write(json);
    return kAnswered;
  }
  out.Line(fmt::format("{}: backup {}, to LSN {}, {}; {}, of which {} are new", arguments.store,
                       made->id, Shown(made->last_lsn), FormatTime(made->last_time),
                       ShownBytes(made->bytes), ShownBytes(made->new_bytes)));
  if (!deleted.empty()) out.Line("deleted: " + ShownIds(deleted));
  return kAnswered;
}

Result<int> ShowBackups(const std::string& store, const BackupsArguments& arguments, Output& out) {
  StopWhenInterrupted();
  if (arguments.keep != 0) {
    const auto deleted = DeleteBackups(store, arguments.keep);
    if (!deleted) return deleted.error();
    if (out.json()) {
      out.Write({{"Deleted", *deleted}});
    } else if (!deleted->empty()) {
      out.Line("deleted: " + ShownIds(*deleted));
    }
  }
  StoreReport report;
  if (arguments.verify) {
    auto verified = VerifyBackups(store, ShownOn(out.progress()));
    if (!verified) return std::move(verified).error();
    report = *std::move(verified);
  } else {
    auto listed = ListBackups(store);
    if (!listed) return std::move(listed).error();
    report.backups = *std::move(listed);
  }
  if (report.stopped) {
    return Status(Code::kIoError, "the verification was interrupted; not all was looked at");
  }
  bool all_whole = report.findings.empty();
  for (const BackupInfo& info : report.backups) {
    all_whole = all_whole && info.problem.ok();
    if (out.json()) out.Write(BackupToJson(info));
  }
  if (out.json()) {
    for (const std::string& finding : report.findings) out.Write({{"Finding", finding}});
    if (arguments.verify) {
      out.Write(
          {{"Files", report.files}, {"Bytes", report.bytes}, {"Findings", report.findings.size()}});
    }
    return all_whole ? kAnswered : kFoundDamage;
  }
  if (report.backups.empty()) out.Line("there is no backup");
  if (!report.backups.empty()) ShowBackupTable(out, report.backups);
  for (const BackupInfo& info : report.backups) {
    const bool tell = !info.problem.ok() && !arguments.verify;
    if (tell) out.Line(fmt::format("backup {}: {}", info.id, info.problem.message()));
  }
  for (const std::string& finding : report.findings) out.Line(finding);
  if (arguments.verify) {
    out.Line(fmt::format(
        "{} of {} read; {}", Shown(report.files, "file"), ShownBytes(report.bytes),
        report.findings.empty() ? "nothing is wrong" : Shown(report.findings.size(), "finding")));
  }
  return all_whole ? kAnswered : kFoundDamage;
}

Result<int> Restore(const std::string& from, const RestoreArguments& arguments, Output& out) {
  StopWhenInterrupted();
  RestoreOptions options;
  if (arguments.backup != 0) options.backup = arguments.backup;
  options.as_of = arguments.as_of;
  options.log_directory = arguments.log_directory;
  options.progress = ShownOn(out.progress());
  const auto report = RestoreLedger(from, arguments.new_directory, options);
  if (!report) return report.error();
  if (report->stopped) {
    return Status(Code::kIoError, "restoring was interrupted; there is no new ledger");
  }
  if (out.json()) {
    OrderedJson json = {{"LastLsn", report->last_lsn},
                        {"LastTime", FormatTime(report->last_time)},
                        {"Horizon", report->horizon},
                        {"Applied", report->applied}};
    if (report->base) json["Backup"] = *report->base;
    if (report->records_from) json["RecordsFrom"] = *report->records_from;
    out.Write(json);
    return kAnswered;
  }
  std::string how = report->base ? fmt::format("backup {}", *report->base) : "";
  if (report->applied != 0) {
    how += fmt::format(
        "{}{} of {}", how.empty() ? "" : ", and ", Shown(report->applied, "record"),
        report->records_from ? fmt::format("backup {}", *report->records_from) : "the ledger");
  }
  out.Line(fmt::format("{}: a ledger to LSN {}, {}{}", arguments.new_directory,
                       Shown(report->last_lsn), FormatTime(report->last_time),
                       how.empty() ? "" : "; of " + how));
  out.Line("it verifies; what is written to it from here on is a history of its own");
  return kAnswered;
}

}  // namespace grantledger::tools
