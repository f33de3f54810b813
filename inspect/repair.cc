// RepairLedger: a new ledger of what the log of a damaged one still proves.
#include <array>
#include <set>

#include "inspect/importer.h"
#include "inspect/log_check.h"
#include "inspect/verification.h"
#include "ledger/claimed_files.h"
#include "ledger/directory.h"
#include "ledger/directory_lock.h"
#include "ledger/errors.h"
#include "ledger/machine_files.h"
#include "ledger/salvage.h"
#include "ledger/staged_directory.h"

namespace grantledger {
namespace {

constexpr std::array kFromTheLog = {Family::kState, Family::kMember, Family::kIndex};

class Repair {
 public:
  /// `claim`: what the anchor claims; nullopt: nobody knows.
  Repair(Verification& at, const std::optional<AnchorClaim>& claim,
         std::shared_ptr<StagedDirectory> to, RepairReport& report)
      : at_(at), claim_(claim), to_(std::move(to)), report_(report) {}

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
  const std::optional<AnchorClaim>& claim_;
  std::shared_ptr<StagedDirectory> to_;
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
    return true;
  };
  WalkRows(*at_.opened.store, at_.rows, Family::kLog, walk);
  return failed;
}

void Repair::NoteEnd(Lsn last) {
  const auto counters = FindTable<fb::CountersT>(at_.rows, Family::kState, CountersKey());
  const bool known = counters && *counters != nullptr;
  // Without an anchor, nobody knows what the write-ahead logs had.
  report_.end_is_known = known && claim_ && !at_.wal_damaged && !at_.wal_torn && !report_.relisted;
  // The last session wrote down all that it knew.
  if (claim_ && claim_->state == AnchorClaim::State::kClosed && claim_->end.lsn >= last) {
    report_.end_is_known = true;
  }
  const std::string missing = "record " + std::to_string(last + 1) + " is missing, expected it: ";
  if (known && (*counters)->lsn > last) {
    Lose(last + 1, missing + "the counters say that record " + std::to_string((*counters)->lsn) +
                       " is the last");
  }
  if (claim_ && claim_->end.lsn > last) {
    Lose(last + 1, missing + "the file ANCHOR says that there are records up to LSN " +
                       std::to_string(claim_->end.lsn));
  }
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
  GL_ASSIGN_OR_RETURN([[maybe_unused]] const bool folded, importer.Complete(at_.progress));
  if (!report_.first_lost) NoteMended(importer.store());
  return importer.Publish();
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
  NoteMended(*made.store);
  return made.Publish();
}

/// Whether it is the list of files that is missing or damaged, as far as can be told.
bool MayBeRelisted(const Status& why) {
  return why.code() == Code::kCorruption || why.code() == Code::kIoError;
}

/// What the anchor claims; nullopt: it is missing or damaged.
std::optional<AnchorClaim> ClaimOf(const std::string& directory) {
  const auto claim = ReadAnchor(directory, MachineEnv());
  const bool is_made = claim && *claim && (*claim)->state != AnchorClaim::State::kCreating;
  return is_made ? *claim : std::nullopt;
}

/// Whether its log can be read from its beginning, or history was dropped, so that a new list would
/// not do. RocksDB reads no row where one of the newest table files can't be opened.
bool CanBeReplayed(const OpenedStore& opened) {
  RowIterator log = opened.store->Scan(Family::kLog, "");
  if (log.AtRow().has_value()) return true;
  RowIterator base = opened.store->Scan(Family::kBase, "");
  const auto dropped = base.AtRow();
  return !dropped.has_value() || *dropped;
}

bool HasIdentity(const OpenedStore& opened) {
  const auto genesis = opened.store->Get(Family::kLog, LogKey(0));
  return genesis && genesis->has_value();
}

/// As it is, or, where the list of its files, or one of those of the log, is damaged, what can be
/// made of the files in the scratch directory of `made`. `relisted`: that is so; `taken`: how much
/// it is.
Result<OpenedStore> OpenToRepair(const std::string& directory, const StagedDirectory& made,
                                 const std::optional<AnchorClaim>& claim, Salvaged* taken,
                                 bool* relisted) {
  const Status list = claim ? CheckManifest(directory, *claim, MachineEnv()) : Status();
  if (list.ok()) {
    auto as_it_is = OpenAsItIs(directory);
    if (as_it_is ? CanBeReplayed(*as_it_is) : !MayBeRelisted(as_it_is.error())) return as_it_is;
    if (as_it_is) {
      GL_ASSIGN_OR_RETURN(const std::string scratch, made.MakeScratch());
      GL_ASSIGN_OR_RETURN(*taken, SalvageRecords(directory, scratch));
      auto salvaged = OpenSalvaged(scratch, claim);
      *relisted = !salvaged || HasIdentity(*salvaged);
      return *relisted ? std::move(salvaged)
                       : std::move(as_it_is);  // which tells why there is none
    }
  }
  *relisted = true;
  GL_ASSIGN_OR_RETURN(const std::string scratch, made.MakeScratch());
  GL_ASSIGN_OR_RETURN(*taken, Salvage(directory, scratch, claim));
  return OpenSalvaged(scratch, claim);
}

/// Where records are of another history than the anchor claims, nobody knows from which on.
Status CheckHistory(const std::string& directory, const Rows& rows,
                    const std::optional<AnchorClaim>& claim) {
  if (!claim) return {};
  const auto checksum = ChecksumOf(rows, claim->end.lsn);
  if (!checksum || *checksum == claim->end.checksum) return {};
  return {Code::kCorruption,
          "the ledger in " + directory + " is damaged: its record " +
              std::to_string(claim->end.lsn) +
              " is of another history than its file ANCHOR says, expected its own: a file of it, "
              "most likely a write-ahead log (*.log), is another ledger's; without that the rest "
              "can be repaired"};
}

/// Whether what was opened is the ledger as it was when a record was its last: what is wrong is at
/// its end alone, or with the anchor, but for what rows and table files tell.
bool IsWholeUpToItsEnd(const std::string& directory, const OpenedStore& opened,
                       const std::optional<AnchorClaim>& claim) {
  if (opened.health.ok() || !claim) return true;
  if (opened.health.message() == opened.end.message()) return true;
  // Of the files, a write-ahead log is missing.
  return !CheckFiles(directory, *claim, MachineEnv()).ok();
}

/// What is read is not to be written to.
Status CheckIsElsewhere(const std::string& directory, const std::string& new_directory) {
  if (!IsWithin(new_directory, directory)) return {};
  return Invalid("the directory of the new ledger", Quoted(new_directory),
                 "one that is not in that of the old ledger");
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
  // Nobody writes to it meanwhile.
  GL_ASSIGN_OR_RETURN(const auto lock, DirectoryLock::Take(HomeOf(directory)));
  RepairReport report;
  GL_RETURN_IF_ERROR(CheckIsElsewhere(directory, new_directory));
  // At once, so that nobody waits for what is refused.
  GL_ASSIGN_OR_RETURN(const auto made, StageLedger(new_directory));
  const std::optional<AnchorClaim> claim = ClaimOf(directory);
  Salvaged taken = Salvaged::kAll;
  auto as_it_is = OpenToRepair(directory, *made, claim, &taken, &report.relisted);
  if (!as_it_is) return std::move(as_it_is).error();
  const OpenedStore opened = *std::move(as_it_is);
  const Snapshot rows(*opened.store, /*keeps=*/false);
  GL_RETURN_IF_ERROR(CheckHistory(directory, rows, claim));
  const bool is_whole = IsWholeUpToItsEnd(directory, opened, claim);
  std::string first;  // that can't be made anew where history was dropped
  const std::function<void(const Finding&)> hear = [&first, is_whole](const Finding& finding) {
    const bool harmless = finding.kind == Finding::Kind::kTornTail ||
                          finding.family == FamilyName(Family::kActivation) ||
                          (finding.family.empty() && is_whole);
    if (!harmless && first.empty()) first = finding.what;
  };
  Findings findings(hear);
  VerifyReport looked;
  Verification at{directory, opened, rows, progress, findings, looked};
  GL_RETURN_IF_ERROR(CheckIsLedger(at));
  LookAtWhatIsStored(at);
  report.stopped = looked.stopped;
  if (report.stopped) return report;
  Repair repair(at, claim, made, report);
  if (!WasDropped(at)) {
    GL_RETURN_IF_ERROR(repair.Replay());
  } else if (taken == Salvaged::kRecords) {
    return CantBeListed(directory);
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
