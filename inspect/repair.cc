// RepairLedger: a new ledger of what the log of a damaged one still proves.
#include <array>
#include <filesystem>
#include <set>

#include "inspect/importer.h"
#include "inspect/log_check.h"
#include "inspect/verification.h"
#include "ledger/directory.h"
#include "ledger/errors.h"
#include "ledger/salvage.h"

namespace grantledger {
namespace {

constexpr std::array kFromTheLog = {Family::kState, Family::kMember, Family::kIndex};

class Repair {
 public:
  Repair(Verification& at, const std::string& to, RepairReport& report)
      : at_(at), to_(to), report_(report) {}

  /// Keeps the records from 1 on up to the first that is missing or damaged.
  Status Replay();
  /// Keeps all rows but those of `activation`. REQUIRES: all of them prove themselves.
  Status Copy();

 private:
  /// The record is kept, or the first that is lost, or left behind.
  Status Keep(const RowIterator& row, StoreImporter& importer);
  void Lose(Lsn lsn, std::string why);
  void LeaveBehind(Lsn lsn);
  void NoteEnd(Lsn last);
  void NoteMended(const Store& mended);
  Status KeepAll(StoreImporter& importer);

  Verification& at_;
  const std::string& to_;
  RepairReport& report_;
};

void Repair::Lose(Lsn lsn, std::string why) {
  if (report_.first_lost) return;
  report_.first_lost = lsn;
  report_.why_lost = std::move(why);
}

void Repair::LeaveBehind(Lsn lsn) {
  auto& ranges = report_.left_behind;
  if (!ranges.empty() && ranges.back().to + 1 == lsn) {
    ranges.back().to = lsn;
  } else {
    ranges.push_back({lsn, lsn});
  }
}

Status Repair::Keep(const RowIterator& row, StoreImporter& importer) {
  if (row.key().size() != sizeof(Lsn)) return {};
  const Lsn lsn = ReadLogKey(row.key());
  if (lsn == 0) return {};
  const Lsn next = importer.last() + 1;
  if (lsn != next) {
    Lose(next, "record " + std::to_string(next) + " is missing, expected it before record " +
                   std::to_string(lsn));
  }
  if (const auto finding = ProveRow(Family::kLog, row)) {
    Lose(lsn, finding->what);
    return {};
  }
  ++report_.records_found;
  if (!report_.first_lost) {
    Status added = importer.Add(lsn, row.payload().value());
    if (added.ok() || added.code() != Code::kCorruption) return added;
    Lose(lsn, added.message());
  }
  LeaveBehind(lsn);
  return {};
}

Status Repair::KeepAll(StoreImporter& importer) {
  Status failed;
  RowWalk walk;
  walk.visit = [&](const RowIterator& row) {
    failed = Keep(row, importer);
    constexpr Lsn kRecordsBetween = 1024;
    const bool tell = importer.last() % kRecordsBetween == 0;
    report_.stopped = tell && !at_.GoesOn("copying records", importer.last(), at_.report.last_lsn);
    return failed.ok() && !report_.stopped;
  };
  walk.lost = [&](const Status& why, std::string_view, std::string_view) {
    const Lsn next = importer.last() + 1;
    Lose(next, "record " + std::to_string(next) + " can't be read: " + why.message());
  };
  WalkRows(at_.rows, Family::kLog, at_.damaged, walk);
  return failed;
}

void Repair::NoteEnd(Lsn last) {
  const auto counters = FindTable<fb::CountersT>(at_.rows, Family::kState, CountersKey());
  const bool known = counters && *counters != nullptr;
  report_.end_is_known = known && !at_.wal_damaged && !at_.wal_torn && !report_.relisted;
  if (!known || (*counters)->lsn <= last) return;
  Lose(last + 1, "record " + std::to_string(last + 1) +
                     " is missing, expected it: " + "the counters say that record " +
                     std::to_string((*counters)->lsn) + " is the last");
}

Status Repair::Replay() {
  const auto genesis = at_.rows.Get(Family::kLog, LogKey(0));
  if (!genesis || !*genesis) {
    return {Code::kCorruption,
            "record 0 of the ledger in " + at_.directory +
                " is missing or damaged, expected it: it has the key of all ids, without which no "
                "ARN stays the same" +
                (genesis ? "" : " (" + genesis.error().message() + ")")};
  }
  GL_ASSIGN_OR_RETURN(NewStore made, MakeStore(to_));
  StoreImporter importer(std::move(made));
  GL_RETURN_IF_ERROR(importer.Begin(**genesis));
  GL_RETURN_IF_ERROR(KeepAll(importer));
  if (report_.stopped) return {};
  NoteEnd(importer.last());
  report_.records_kept = report_.last_lsn = importer.last();
  GL_ASSIGN_OR_RETURN([[maybe_unused]] const bool folded, importer.Finish(at_.progress));
  if (!report_.first_lost) NoteMended(importer.store());
  return {};
}

/// Where nothing is lost: what was found before, and what is other than it should be.
void Repair::NoteMended(const Store& mended) {
  for (int i = 0; i < kFamilyCount; ++i) {
    const auto family = static_cast<Family>(i);
    bool differs = at_.findings.of(family) != 0;
    const bool compare = !report_.copied && !at_.LacksFiles(family) &&
                         std::ranges::find(kFromTheLog, family) != kFromTheLog.end();
    if (compare && !differs) {
      const auto note = [&differs](const RowDifference&) { return !(differs = true); };
      // It could be read a moment ago.
      (void)CompareFamily(at_.rows, mended, family, note, {});
    }
    if (differs) report_.mended.emplace_back(FamilyName(family));
  }
}

Status Repair::Copy() {
  report_.copied = true;
  GL_ASSIGN_OR_RETURN(NewStore made, MakeStore(to_));
  for (const Family family :
       {Family::kLog, Family::kState, Family::kMember, Family::kIndex, Family::kBase}) {
    const std::string stage = "copying " + std::string(FamilyName(family));
    const std::uint64_t all = at_.opened.store->SizeOf(family).rows;
    const auto copied = CopyFamily(at_.rows, family, *made.store, [&](std::uint64_t rows) {
      report_.stopped = !at_.GoesOn(stage, rows, all);
      return !report_.stopped;
    });
    if (!copied) return copied.error();
    if (report_.stopped) return {};
  }
  report_.records_found = at_.report.records - 1;
  report_.records_kept = report_.records_found;
  NoteEnd(at_.report.last_lsn);
  report_.last_lsn = at_.report.last_lsn;
  GL_ASSIGN_OR_RETURN([[maybe_unused]] const bool folded, FoldAndSettle(*made.store, at_.progress));
  made.directory->Keep();
  NoteMended(*made.store);
  return {};
}

/// Whether it is the list of files that is missing or damaged, as far as can be told.
bool MayBeRelisted(const Status& why) {
  return why.code() == Code::kCorruption || why.code() == Code::kIoError;
}

/// What is read is not to be written to.
Status CheckIsElsewhere(const std::string& directory, const std::string& new_directory) {
  namespace fs = std::filesystem;
  std::error_code ignored;
  const fs::path from = fs::weakly_canonical(directory, ignored);
  const fs::path to = fs::weakly_canonical(new_directory, ignored);
  const auto [end, unlike] = std::mismatch(from.begin(), from.end(), to.begin(), to.end());
  if (end != from.end()) return {};
  return Invalid("the directory of the new ledger", Quoted(new_directory),
                 "one that is not in that of the old ledger");
}

std::string ParentOf(const std::string& directory) {
  std::error_code ignored;
  const std::filesystem::path parent =
      std::filesystem::absolute(directory, ignored).lexically_normal().parent_path();
  const bool is_directory_itself = directory.ends_with('/');
  return (is_directory_itself ? parent.parent_path() : parent).string();
}

/// Whether history was dropped, as far as can be told: `base` holds rows, or some that are damaged.
bool WasDropped(const Verification& at) {
  return at.report.horizon != 0 || at.findings.of(Family::kBase) != 0;
}

}  // namespace

Result<RepairReport> RepairLedger(const std::string& directory, const std::string& new_directory,
                                  const StageProgress& progress) {
  // What may not be read would be left out.
  GL_RETURN_IF_ERROR(CheckPermission(directory, /*writes=*/false));
  RepairReport report;
  // So that nobody waits for what is refused.
  {
    GL_RETURN_IF_ERROR(CheckIsElsewhere(directory, new_directory));
    GL_ASSIGN_OR_RETURN(const auto place,
                        NewDirectory::Claim("the directory of the new ledger", new_directory));
  }
  std::unique_ptr<NewDirectory> relisted;  // closed after what is open in it
  auto as_it_is = OpenAsItIs(directory);
  if (!as_it_is && MayBeRelisted(as_it_is.error())) {
    GL_ASSIGN_OR_RETURN(relisted, NewDirectory::MakeTemporary(ParentOf(new_directory)));
    GL_RETURN_IF_ERROR(Salvage(directory, relisted->path()));
    report.relisted = true;
    as_it_is = OpenAsItIs(relisted->path());
  }
  if (!as_it_is) return std::move(as_it_is).error();
  const OpenedStore opened = *std::move(as_it_is);
  const Snapshot rows(*opened.store, /*keeps=*/false);
  std::string first;  // that can't be made anew where history was dropped
  const std::function<void(const Finding&)> hear = [&first](const Finding& finding) {
    const bool harmless = finding.kind == Finding::Kind::kTornTail ||
                          finding.family == FamilyName(Family::kActivation);
    if (!harmless && first.empty()) first = finding.what;
  };
  Findings findings(hear);
  VerifyReport looked;
  Verification at{directory, opened, rows, progress, findings, looked};
  GL_RETURN_IF_ERROR(CheckIsLedger(at));
  LookAtWhatIsStored(at);
  report.stopped = looked.stopped;
  if (report.stopped) return report;
  Repair repair(at, new_directory, report);
  if (!WasDropped(at)) {
    GL_RETURN_IF_ERROR(repair.Replay());
  } else if (first.empty()) {
    GL_RETURN_IF_ERROR(repair.Copy());
  } else {
    return Status(Code::kCorruption,
                  "the ledger in " + directory + " dropped its history up to LSN " +
                      std::to_string(looked.horizon) +
                      ", so that nothing but activation can be made anew, and it is damaged "
                      "elsewhere: " +
                      first + "; expected log, state, member, index and base as they were written");
  }
  return report;
}

}  // namespace grantledger
