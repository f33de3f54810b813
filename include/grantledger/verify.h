// Whether a ledger is what it was written as, and what to do where it is not: VerifyLedger looks,
// RepairLedger makes a new ledger of what the log still proves, LedgerImporter makes one of records
// that somebody has elsewhere.
//
//   std::uint64_t shown = 0;
//   auto report = grantledger::VerifyLedger(
//       "/var/lib/grants", {.deep = true},
//       [&](const grantledger::Finding& finding) { ++shown; Print(finding); });
//   if (report && report->findings != 0) Suggest("repair");
#ifndef GRANTLEDGER_VERIFY_H_
#define GRANTLEDGER_VERIFY_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <grantledger/status.h>
#include <grantledger/types.h>

namespace grantledger {

/// Hears what is being done ("log", "comparing state", …), how much of it is done, and of how much,
/// about. False stops it.
using StageProgress =
    std::function<bool(std::string_view stage, std::uint64_t done, std::uint64_t all)>;

/// One thing that is not as it should be.
struct Finding {
  enum class Kind {
    kFile,         ///< A file of the database is missing, damaged, or does not let it open.
    kTornTail,     ///< A write that was cut short: the write-ahead log ends in it, or a page of
                   ///< ANCHOR does not prove itself, which may be damage, too.
    kDamaged,      ///< A row does not prove itself, or is not of its shape.
    kMissing,      ///< A row that has to be there is not.
    kUnexpected,   ///< A row is there that should not be.
    kOtherValue,   ///< A row has another value than the log gives it.
    kContradicts,  ///< A row proves itself, but contradicts another.
  };
  Kind kind = Kind::kDamaged;
  std::string family = {};      ///< Empty: it is of no family alone.
  std::string key = {};         ///< As it is stored; empty: it is of no single row.
  std::optional<Lsn> lsn = {};  ///< Of the record that it is about.
  std::string what = {};        ///< A sentence: what was found, where, what was expected.
  std::optional<std::string> stored = {};   ///< kUnexpected, kOtherValue: the value, as JSON.
  std::optional<std::string> derived = {};  ///< kMissing, kOtherValue: what it should be, if known.
};

/// "file", "torn-tail", "damaged", "missing", "unexpected", "other-value", "contradicts".
std::string_view Name(Finding::Kind kind);

struct VerifyOptions {
  /// Whether all that follows from the log is derived from it again, and compared.
  bool deep = false;
  /// Deep: where a copy is derived, which takes about the room of the ledger itself, for as long as
  /// it runs. Empty: the system's directory for temporary files.
  std::string scratch_directory = {};
  StageProgress progress = {};
};

struct VerifyReport {
  bool deep = false;
  bool stopped = false;       ///< By `progress`: what comes after that was not looked at.
  Lsn last_lsn = 0;           ///< The last record of the log that can be read.
  Lsn horizon = 0;            ///< The earliest moment that is kept; 0: all are.
  std::uint64_t records = 0;  ///< Of the log, that prove themselves; record 0 is one.
  std::uint64_t rows = 0;     ///< Of all other families, that prove themselves.
  std::uint64_t findings = 0;
  /// What could not be checked, and why: a sentence each.
  std::vector<std::string> unchecked = {};
};

/// Looks at the whole of the ledger in `directory`, and writes nothing to it. Others may have it
/// open, also to write: it is looked at as it was when this began.
///
/// Every file has RocksDB's own checksums; every row proves itself and is of its shape; no record
/// is missing behind the horizon, nor one before it that is still needed; times never go back; the
/// counters and marks agree with the log. Deep: `state`, `member`, `index` and `activation` are
/// what the log makes of them; where history was dropped, `activation` is what `base` makes of it.
///
/// What is wrong is a finding and no error, be the ledger damaged so much that it can't be opened.
/// Memory is bounded.
///
/// Errors: InvalidArgument (no ledger there, or of a newer format; no scratch directory), IoError
/// (of the scratch directory, or no permission to read what is there).
Result<VerifyReport> VerifyLedger(const std::string& directory, const VerifyOptions& options,
                                  const std::function<void(const Finding&)>& on_finding);

/// Records, both ends included.
struct RecordRange {
  Lsn from = 0;
  Lsn to = 0;
};

struct RepairReport {
  /// By `progress`, before all was copied: there is no new ledger. Stopped later, while it is
  /// folded, it is whole.
  bool stopped = false;
  std::uint64_t records_found = 0;     ///< That prove themselves, but for record 0.
  std::uint64_t records_kept = 0;      ///< Of these, in the new ledger.
  Lsn last_lsn = 0;                    ///< Of the new ledger.
  std::optional<Lsn> first_lost = {};  ///< Nullopt: no record is lost.
  std::string why_lost = {};           ///< A sentence.
  /// Records that prove themselves, but stand behind the first that is lost: what they build on is
  /// not known.
  std::vector<RecordRange> left_behind = {};
  /// The list of the ledger's files (CURRENT, the manifest) was missing, and made anew of those
  /// that are there.
  bool relisted = false;
  /// Whether it can be told which record was the last: by the anchor of a ledger that was closed,
  /// or else by its files. If not, since the anchor is lost, or nobody closed it, and the counters,
  /// the write-ahead log or the list of files are damaged, records may be gone from the end without
  /// a trace.
  bool end_is_known = true;
  /// Where nothing is lost: the families that were not what they should be, and are now.
  std::vector<std::string> mended = {};
  /// History was dropped: rows were copied as they are, and `activation` was made anew.
  bool copied = false;
};

/// Makes a new ledger in `new_directory`, which is not there (its parent is) or empty, of what the
/// log of the ledger in `directory` still proves: all records up to the first that is missing or
/// damaged, applied one by one. ARNs stay the same. The original is never written to, and nobody
/// can open it to write meanwhile. The new ledger is folded and durable when this returns; where it
/// fails or is stopped, nothing is left of it.
///
/// Where history was dropped (the horizon is not 0), what was dropped can't be applied again: the
/// rows are copied if all of them prove themselves but those of `activation`, which is made anew.
/// So records may be lost at the end alone.
///
/// Errors: InvalidArgument (no ledger there; `new_directory` is something else), Corruption (record
/// 0 is damaged, or history was dropped and another family than `activation` is damaged, or which
/// files are needed can't be told: there is nothing to make it of; or records are of another
/// history than the ledger's), IoError (also: somebody has the ledger open to write).
Result<RepairReport> RepairLedger(const std::string& directory, const std::string& new_directory,
                                  const StageProgress& progress);

/// Makes a new ledger of the records of another, which then is its equal: the same bytes in `log`,
/// `state`, `member` and `index`, the same ARNs, the same answers. Used by one thread.
class LedgerImporter {
 public:
  /// `directory` is not there (its parent is), or empty. `genesis` is the payload of record 0.
  ///
  /// Errors: InvalidArgument (something is there; not the payload of a Genesis), IoError.
  static Result<std::unique_ptr<LedgerImporter>> Open(const std::string& directory,
                                                      std::string_view genesis);

  /// Without Finish before it, what was made is removed.
  virtual ~LedgerImporter() = default;
  LedgerImporter(const LedgerImporter&) = delete;
  LedgerImporter& operator=(const LedgerImporter&) = delete;

  /// The next record: `payload` as InspectedRecord has it. What fails leaves what was added before,
  /// which may be finished.
  ///
  /// Errors: InvalidArgument (not the LSN behind the last one; finished), Corruption (the payload
  /// is no record of this LSN, its time goes back, or what it changes is not there), IoError: then
  /// nothing more can be added.
  virtual Status Add(Lsn lsn, std::string_view payload) = 0;
  /// The last record that was added.
  [[nodiscard]] virtual Lsn last() const = 0;
  /// Commits, folds and makes durable what was added; nothing can be added any more. False:
  /// `progress` stopped the folding, and the ledger is good without it.
  virtual Result<bool> Finish(const StageProgress& progress) = 0;
  Status Finish() {
    const auto finished = Finish({});
    return finished.has_value() ? Status() : finished.error();
  }

 protected:
  LedgerImporter() = default;
};

}  // namespace grantledger

#endif  // GRANTLEDGER_VERIFY_H_
