// Verification: what VerifyLedger and RepairLedger both look at, step by step.
#ifndef GRANTLEDGER_INSPECT_VERIFICATION_H_
#define GRANTLEDGER_INSPECT_VERIFICATION_H_

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "inspect/opened.h"
#include "inspect/proof.h"

namespace grantledger {

/// A verification that is under way. References are kept.
struct Verification {
  const std::string& directory;
  const OpenedStore& opened;
  const Rows& rows;  ///< As they were when it began.
  const StageProgress& progress;
  Findings& findings;
  VerifyReport& report;
  std::vector<DamagedFile> damaged = {};
  bool wal_damaged = false;  ///< Writes are missing, nobody knows which.
  bool wal_torn = false;     ///< It ends within a write: as a crash leaves it, or cut by somebody.

  /// Tells of a stage; false: to stop, now and for good.
  bool GoesOn(std::string_view stage, std::uint64_t done, std::uint64_t all) {
    if (progress && !report.stopped) report.stopped = !progress(stage, done, std::max(done, all));
    return !report.stopped;
  }
  /// Whether a file of the family is damaged: then some of its rows can't be read.
  [[nodiscard]] bool LacksFiles(Family family) const {
    return std::ranges::any_of(
        damaged, [family](const auto& file) { return file.family == FamilyName(family); });
  }
};

/// Whether there is a ledger at all, of a format that is read. Errors: InvalidArgument.
Status CheckIsLedger(const Verification& at);
/// All that is seen without deriving anything: files, rows one by one, the order of the log.
void LookAtWhatIsStored(Verification& at);
/// All that follows from the log is derived in a directory in `scratch`, and compared. Errors: of
/// the scratch directory, what is wrong with the ledger is found.
Status DeriveAndCompare(Verification& at, const std::string& scratch);

}  // namespace grantledger

#endif  // GRANTLEDGER_INSPECT_VERIFICATION_H_
