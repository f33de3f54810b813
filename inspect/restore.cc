// RestoreLedger: a new ledger of a backup, or of a moment of a history.
#include <filesystem>

#include "inspect/history.h"
#include "inspect/importer.h"
#include "ledger/directory.h"
#include "ledger/errors.h"
#include "ledger/staged_directory.h"

namespace grantledger {
namespace {

constexpr Lsn kAppliedBetween = 1024;

class Restore {
 public:
  Restore(const std::string& from, const RestoreOptions& options, RestoreReport& report)
      : from_(from), options_(options), report_(report) {}

  /// Fills an empty directory. False: it was stopped.
  Result<bool> Run(const std::string& to);

 private:
  Result<bool> RunFromStore(const std::string& to);
  Result<bool> RunFromLedger(const std::string& to);
  Result<bool> Follow(LedgerHistory& history, const BackupStore* store, const std::string& to);
  Result<bool> CopyBackup(const BackupStore& store, BackupId id, const std::string& to);
  Result<bool> ApplyAll(LedgerHistory& history, const RestorePlan& plan, const std::string& to);
  Result<bool> ApplyOnTop(LedgerHistory& history, const RestorePlan& plan, const std::string& to);
  /// The records up to where the plan ends, one by one.
  template <typename Add>
  Result<bool> ForEachRecord(LedgerHistory& history, const RestorePlan& plan, const Add& add);
  Result<bool> Finish(const std::string& to);
  [[nodiscard]] bool GoesOn(std::string_view stage, std::uint64_t done, std::uint64_t all) const {
    return !options_.progress || options_.progress(stage, done, all);
  }

  const std::string& from_;
  const RestoreOptions& options_;
  RestoreReport& report_;
  std::optional<Lsn> ends_;  // where it has to, if that is known
  bool is_copied_ = false;   // as it is, of one that may go on meanwhile
};

/// The backup that is meant. Errors: InvalidArgument, Corruption (it is not whole).
Result<BackupId> Choose(const BackupStore& store, const std::optional<BackupId>& wanted) {
  const auto& backups = store.backups();
  if (backups.empty()) {
    return Invalid("the backup store " + store.path(), "empty", "one that holds a backup");
  }
  const BackupId id = wanted.value_or(backups.rbegin()->first);
  const auto found = backups.find(id);
  if (found == backups.end()) {
    std::string ids;
    for (const auto& [each, backup] : backups)
      ids += (ids.empty() ? "" : ", ") + std::to_string(each);
    return Invalid("the backup", std::to_string(id), "one of " + ids);
  }
  const Status& problem = found->second.info.problem;
  if (problem.ok()) return id;
  return Status(problem.code(),
                "backup " + std::to_string(id) + " is not whole: " + problem.message());
}

Result<bool> Restore::Run(const std::string& to) {
  GL_ASSIGN_OR_RETURN(const bool made, IsBackupStore(from_) ? RunFromStore(to) : RunFromLedger(to));
  if (!made) return false;
  return Finish(to);
}

Result<bool> Restore::RunFromStore(const std::string& to) {
  GL_ASSIGN_OR_RETURN(const auto store, BackupStore::OpenToRead(from_));
  if (!options_.as_of && !options_.log_directory.empty()) {
    return Invalid("the ledger whose log goes on", Quoted(options_.log_directory),
                   "none, or a moment to restore (AsOf)");
  }
  if (!options_.log_directory.empty()) {
    if (options_.backup) {
      return Invalid("the backup", std::to_string(*options_.backup),
                     "none, where a ledger's log says which history is meant");
    }
    GL_ASSIGN_OR_RETURN(LedgerHistory history,
                        LedgerHistory::OfLedger(store.get(), options_.log_directory));
    return Follow(history, store.get(), to);
  }
  GL_ASSIGN_OR_RETURN(const BackupId id, Choose(*store, options_.backup));
  if (!options_.as_of) {
    ends_ = store->backups().at(id).info.last_lsn;
    return CopyBackup(*store, id, to);
  }
  GL_ASSIGN_OR_RETURN(LedgerHistory history, LedgerHistory::OfBackup(*store, id));
  return Follow(history, store.get(), to);
}

Result<bool> Restore::RunFromLedger(const std::string& to) {
  if (options_.backup || !options_.log_directory.empty()) {
    return Invalid(options_.backup ? "the backup" : "the ledger whose log goes on",
                   options_.backup ? std::to_string(*options_.backup) : options_.log_directory,
                   "none, since " + from_ + " is no backup store's directory");
  }
  if (options_.as_of) {
    GL_ASSIGN_OR_RETURN(LedgerHistory history, LedgerHistory::OfLedger(nullptr, from_));
    GL_ASSIGN_OR_RETURN(const Lsn lsn, history.Find(*options_.as_of));
    const bool is_all = lsn == history.end().last_lsn && history.end().horizon != 0;
    if (!is_all) return Follow(history, nullptr, to);
    ends_ = lsn;  // what is as it is, is copied
    is_copied_ = true;
  }
  GL_ASSIGN_OR_RETURN([[maybe_unused]] const Lsn least, TakeFilesOf(from_, to));
  return GoesOn("copying", 1, 1);
}

Result<bool> Restore::Follow(LedgerHistory& history, const BackupStore* store,
                             const std::string& to) {
  GL_ASSIGN_OR_RETURN(const Lsn lsn, history.Find(*options_.as_of));
  GL_ASSIGN_OR_RETURN(const RestorePlan plan, history.Plan(lsn));
  ends_ = plan.to;
  if (plan.records != nullptr) report_.records_from = plan.records->backup;
  if (!plan.base) return ApplyAll(history, plan, to);
  GL_ASSIGN_OR_RETURN(const bool copied, CopyBackup(*store, *plan.base, to));
  if (!copied || plan.records == nullptr) return copied;
  return ApplyOnTop(history, plan, to);
}

Result<bool> Restore::CopyBackup(const BackupStore& store, BackupId id, const std::string& to) {
  report_.base = id;
  return store.CopyFiles(store.backups().at(id), to, options_.progress);
}

template <typename Add>
Result<bool> Restore::ForEachRecord(LedgerHistory& history, const RestorePlan& plan,
                                    const Add& add) {
  GL_ASSIGN_OR_RETURN(const Rows* rows, history.Open(*plan.records));
  for (Lsn lsn = plan.from + 1; lsn <= plan.to; ++lsn) {
    GL_ASSIGN_OR_RETURN(const auto record, rows->Get(Family::kLog, LogKey(lsn)));
    if (!record) return RowCorruption(Family::kLog, LogKey(lsn), "it is missing, expected it");
    GL_RETURN_IF_ERROR(add(lsn, *record));
    ++report_.applied;
    const bool tell = report_.applied % kAppliedBetween == 0 || lsn == plan.to;
    if (tell && !GoesOn("applying records", report_.applied, plan.to - plan.from)) return false;
  }
  return true;
}

Result<bool> Restore::ApplyAll(LedgerHistory& history, const RestorePlan& plan,
                               const std::string& to) {
  GL_ASSIGN_OR_RETURN(const Rows* rows, history.Open(*plan.records));
  GL_ASSIGN_OR_RETURN(const auto genesis, rows->Get(Family::kLog, LogKey(0)));
  if (!genesis) return RowCorruption(Family::kLog, LogKey(0), "it is missing, expected it");
  GL_ASSIGN_OR_RETURN(NewStore made, MakeStore(to));
  StoreImporter importer(std::move(made));
  GL_RETURN_IF_ERROR(importer.Begin(*genesis));
  const auto add = [&](Lsn lsn, std::string_view record) { return importer.Add(lsn, record); };
  GL_ASSIGN_OR_RETURN(const bool applied, ForEachRecord(history, plan, add));
  if (!applied) return false;
  return importer.Finish(options_.progress);
}

Result<bool> Restore::ApplyOnTop(LedgerHistory& history, const RestorePlan& plan,
                                 const std::string& to) {
  GL_ASSIGN_OR_RETURN(const auto store, Store::OpenCopy(to, nullptr, /*read_only=*/false));
  LogReplay replay(*store);
  GL_RETURN_IF_ERROR(replay.Continue());
  if (replay.last() != plan.from) {
    return Refuse(Code::kCorruption, "the end of what was copied",
                  "LSN " + std::to_string(replay.last()), "LSN " + std::to_string(plan.from));
  }
  const auto add = [&](Lsn lsn, std::string_view record) { return replay.Add(lsn, record); };
  GL_ASSIGN_OR_RETURN(const bool applied, ForEachRecord(history, plan, add));
  if (!applied) return false;
  GL_RETURN_IF_ERROR(replay.Commit());
  return true;
}

/// Makes it a ledger of its own, and proves it.
Result<bool> Restore::Finish(const std::string& to) {
  GL_ASSIGN_OR_RETURN(const HistoryEnd end, FinishCopy(to));
  report_.last_lsn = end.last_lsn;
  report_.last_time = end.last_time;
  report_.horizon = end.horizon;
  if (ends_ && is_copied_ && end.last_lsn > *ends_) {
    return Status(Code::kIoError,
                  "the ledger in " + from_ + " went on from LSN " + std::to_string(*ends_) +
                      " to " + std::to_string(end.last_lsn) +
                      " while it was copied; expected a moment in which it does not");
  }
  if (ends_ && *ends_ != end.last_lsn) {
    return Refuse(Code::kCorruption, "the end of the restored ledger",
                  "LSN " + std::to_string(end.last_lsn), "LSN " + std::to_string(*ends_));
  }
  std::string first;
  const auto hear = [&first](const Finding& finding) {
    if (first.empty()) first = finding.what;
  };
  VerifyOptions options;
  options.progress = options_.progress;
  GL_ASSIGN_OR_RETURN(const VerifyReport verified, VerifyLedger(to, options, hear));
  if (verified.stopped) return false;
  if (verified.findings == 0) return true;
  return Status(Code::kCorruption, "what was restored does not verify, expected no finding of " +
                                       std::to_string(verified.findings) + ": " + first);
}

/// What is read is not to be written to.
Status CheckIsOutside(const std::string& from, const std::string& to) {
  if (!IsWithin(to, from)) return {};
  return Invalid("the directory of the new ledger", Quoted(to), "one that is not in " + from);
}

}  // namespace

Result<RestoreReport> RestoreLedger(const std::string& from, const std::string& directory,
                                    const RestoreOptions& options) {
  RestoreReport report;
  std::error_code ignored;
  if (!std::filesystem::is_directory(from, ignored)) {
    return Invalid("the directory " + Quoted(from), "missing",
                   "that of a backup store or a ledger");
  }
  GL_RETURN_IF_ERROR(CheckIsOutside(from, directory));
  GL_ASSIGN_OR_RETURN(const auto made,
                      StagedDirectory::For("the directory of the new ledger", directory));
  GL_ASSIGN_OR_RETURN(const bool whole, Restore(from, options, report).Run(made->path()));
  report.stopped = !whole;
  if (whole) GL_RETURN_IF_ERROR(made->Publish());
  return report;
}

}  // namespace grantledger
