// VerifyLedger, and what it looks at without deriving anything.
#include <algorithm>
#include <chrono>
#include <limits>
#include <thread>
#include <utility>

#include <grantledger/verify.h>

#include "inspect/log_check.h"
#include "inspect/verification.h"
#include "ledger/anchor.h"
#include "ledger/claimed_files.h"
#include "ledger/compactor.h"
#include "ledger/directory.h"
#include "ledger/machine_files.h"

namespace grantledger {
namespace {

constexpr std::uint64_t kRowsBetween = 4096;

Finding FileFinding(Finding::Kind kind, const std::string& family, std::string what) {
  Finding finding;
  finding.kind = kind;
  finding.family = family;
  finding.what = std::move(what);
  return finding;
}

/// A writer may be within a write, and then what is looked at is another soon.
void WaitAMoment() {
  constexpr std::chrono::milliseconds kMoment(100);
  std::this_thread::sleep_for(kMoment);
}

/// Those that are not whole, and are not being written.
std::vector<WalFile> BrokenWals(const std::string& directory) {
  std::vector<WalFile> broken;
  rocksdb::Env* const env = MachineEnv();
  const auto look = [&] {
    const auto start = ClaimedWalStart(directory, env);
    return LookAtWals(directory, env, start ? *start : WalStart());
  };
  const auto first = look();
  if (!first || std::ranges::all_of(*first, &WalFile::whole)) return broken;
  WaitAMoment();
  const auto second = look();
  if (!second) return broken;
  for (const WalFile& wal : *second) {
    const auto before = std::ranges::find(*first, wal.number, &WalFile::number);
    const bool is_still = before != first->end() && !before->whole && before->bytes == wal.bytes;
    if (!wal.whole && is_still) broken.push_back(wal);
  }
  return broken;
}

/// Where all is there that the anchor claims, what follows was never answered as being stored.
void FindBrokenWals(Verification& at) {
  for (const WalFile& wal : BrokenWals(at.directory)) {
    const std::string where = std::to_string(wal.usable) + " of " + std::to_string(wal.bytes);
    if (at.opened.end.ok()) {
      at.wal_torn = true;
      at.findings.Add(FileFinding(
          Finding::Kind::kTornTail, "",
          "the write-ahead log " + wal.name + " is not whole after byte " + where +
              ", expected whole writes; what was being written when it ended is not kept"));
    } else {
      at.wal_damaged = true;
      at.findings.Add(FileFinding(
          Finding::Kind::kFile, "",
          "the write-ahead log " + wal.name + " is damaged after byte " + where +
              ", expected it as it was written; writes are missing from all that follows"));
    }
  }
}

/// Power loss leaves such a page as well as damage does.
void FindBrokenAnchorPage(Verification& at) {
  const auto first = FindBrokenPage(at.directory, MachineEnv());
  if (!first) return;
  WaitAMoment();
  const auto page = FindBrokenPage(at.directory, MachineEnv());
  if (!page || page->number != first->number || page->bytes != first->bytes) return;
  std::string what = "page " + std::to_string(page->number) + " of the file ANCHOR ";
  if (page->IsCut()) {
    what.append("is cut: that has ").append(std::to_string(page->file_bytes));
    what.append(" bytes, expected ").append(std::to_string(kAnchorBytes));
  } else {
    what +=
        "does not prove itself, expected it as it was written, unless the machine ended "
        "within that";
  }
  what += "; what the ledger holds is known of the other page alone";
  at.findings.Add(FileFinding(page->IsCut() ? Finding::Kind::kFile : Finding::Kind::kTornTail, "",
                              std::move(what)));
}

void LookAtFiles(Verification& at) {
  at.damaged = FindDamagedFiles(*at.opened.store, [&at](std::uint64_t done, std::uint64_t all) {
    return at.GoesOn("files", done, all);
  });
  for (const DamagedFile& file : at.damaged) {
    at.findings.Add(FileFinding(Finding::Kind::kFile, file.family,
                                "file " + file.name + " of family " + file.family + ", with " +
                                    WhatIsBetween(file.family, file.first_key, file.last_key) +
                                    ", is missing or damaged, expected it as it was written (" +
                                    file.problem.message() + ")"));
  }
  FindBrokenWals(at);
  FindBrokenAnchorPage(at);
  if (!at.opened.end.ok()) {
    at.findings.Add(FileFinding(Finding::Kind::kMissing, "", at.opened.end.message()));
  }
  // Why it can't be opened is told above, mostly.
  const bool is_told = !at.damaged.empty() || at.wal_damaged || !at.opened.end.ok();
  if (at.opened.health.ok() || is_told) return;
  at.findings.Add(FileFinding(Finding::Kind::kFile, "", at.opened.health.message()));
}

/// One pass over a family. `look` sees the rows that prove themselves, and those that do not, with
/// a null payload.
using Look = std::function<void(const RowIterator& row, const std::string_view* payload)>;
void LookAtFamily(Verification& at, Family family, const Look& look) {
  const std::uint64_t all = at.opened.store->SizeOf(family).rows;
  std::uint64_t done = 0;
  RowWalk walk;
  walk.visit = [&](const RowIterator& row) {
    auto finding = ProveRow(family, row);
    if (finding) {
      at.findings.Add(*finding);
      look(row, nullptr);
    } else {
      ++(family == Family::kLog ? at.report.records : at.report.rows);
      const std::string_view payload = row.payload().value();
      look(row, &payload);
    }
    return ++done % kRowsBetween != 0 || at.GoesOn(FamilyName(family), done, all);
  };
  walk.lost = [&](const Status& why, std::string_view from, std::string_view to) {
    at.findings.Add(WhatIsLost(family, from, to, why));
    return true;
  };
  WalkRows(*at.opened.store, at.rows, family, walk);
}

/// Up to which record some may be missing: what `base` has folded, which is the horizon, or behind
/// it while that moves.
Lsn MayMissUpTo(const Verification& at) {
  const auto mark = ReadMark(at.rows, Family::kBase);
  if (mark) return mark->lsn;
  const auto horizon = FindTable<fb::HorizonT>(at.rows, Family::kBase, HorizonKey());
  if (horizon && *horizon != nullptr) return (*horizon)->lsn;
  return std::numeric_limits<Lsn>::max() - 1;  // nobody knows
}

void LookAtLog(Verification& at) {
  LogCheck check(MayMissUpTo(at), at.findings);
  LookAtFamily(at, Family::kLog, [&](const RowIterator& row, const std::string_view* payload) {
    if (row.key().size() != sizeof(Lsn)) return;
    const Lsn lsn = ReadLogKey(row.key());
    if (payload == nullptr) return check.Add(lsn, nullptr);
    const auto record = ReadRecord(row.key(), *payload);
    check.Add(lsn, &*record);
  });
  at.report.last_lsn = check.last();
  if (at.report.stopped) return;
  const auto counters = FindTable<fb::CountersT>(at.rows, Family::kState, CountersKey());
  if (counters && *counters == nullptr) {
    at.findings.Add(RowFinding(Finding::Kind::kMissing, Family::kState, CountersKey(),
                               "the counters are missing, expected those of the last record"));
  }
  check.End(counters ? counters->get() : nullptr);
  const Lsn known = counters && *counters != nullptr ? (*counters)->lsn : 0;
  CheckMarks(at.rows, std::max(known, check.last()), at.findings);
}

/// Where the ledger can't be opened strictly: whether its list of files is the reason.
Status CheckListOfFiles(const Verification& at) {
  if (at.opened.health.ok()) return {};
  const AnchorClaim* claim = at.opened.store->found();
  if (claim == nullptr) return {};  // told of elsewhere
  return CheckManifest(at.directory, *claim, MachineEnv());
}

}  // namespace

Status CheckIsLedger(const Verification& at) {
  const auto genesis = at.rows.Get(Family::kLog, LogKey(0));
  if (!genesis) {
    return genesis.error().code() == Code::kInvalidArgument ? genesis.error() : Status();
  }
  if (*genesis || !at.opened.health.ok()) return {};
  for (int i = 0; i < kFamilyCount; ++i) {
    const RowIterator rows = at.rows.Scan(static_cast<Family>(i), "");
    const auto at_row = rows.AtRow();
    if (!at_row.has_value() || *at_row) return {};
  }
  return {Code::kInvalidArgument,
          "there is no ledger in " + at.directory + ": it is empty, expected that of a ledger"};
}

void LookAtWhatIsStored(Verification& at) {
  const auto horizon = FindTable<fb::HorizonT>(at.rows, Family::kBase, HorizonKey());
  if (horizon && *horizon != nullptr) at.report.horizon = (*horizon)->lsn;
  LookAtFiles(at);
  if (!at.report.stopped) LookAtLog(at);
  for (int i = 0; i < kFamilyCount && !at.report.stopped; ++i) {
    const auto family = static_cast<Family>(i);
    if (family == Family::kLog) continue;
    LookAtFamily(at, family, [&](const RowIterator& row, const std::string_view* payload) {
      if (payload == nullptr) return;
      // It was proven, so that it can be read.
      (void)CheckReferences(at.rows, family, row.key(), *payload, at.report.horizon, at.findings);
    });
  }
}

Result<VerifyReport> VerifyLedger(const std::string& directory, const VerifyOptions& options,
                                  const std::function<void(const Finding&)>& on_finding) {
  // What may not be read is not damaged.
  GL_RETURN_IF_ERROR(CheckPermission(directory, /*writes=*/false));
  VerifyReport report;
  report.deep = options.deep;
  Findings findings(on_finding);
  auto opened = OpenAsItIs(directory);
  if (!opened) {
    if (opened.error().code() == Code::kInvalidArgument) return opened.error();
    findings.Add(FileFinding(Finding::Kind::kFile, "", opened.error().message()));
    report.findings = findings.all();
    report.unchecked.emplace_back("no row could be read, since the ledger can't be opened");
    return report;
  }
  const Snapshot rows(*opened->store, /*keeps=*/false);
  Verification at{directory, *opened, rows, options.progress, findings, report};
  GL_RETURN_IF_ERROR(CheckIsLedger(at));
  // By a wrong list, files that are whole are missing, and those that are not there are needed.
  if (const Status listed = CheckListOfFiles(at); !listed.ok()) {
    findings.Add(FileFinding(Finding::Kind::kFile, "", listed.message()));
    report.findings = findings.all();
    report.unchecked.emplace_back(
        "no row was looked at, since the list of files does not say which are the ledger's");
    return report;
  }
  LookAtWhatIsStored(at);
  if (options.deep && !report.stopped) {
    GL_RETURN_IF_ERROR(DeriveAndCompare(at, options.scratch_directory));
  }
  report.findings = findings.all();
  return report;
}

}  // namespace grantledger
