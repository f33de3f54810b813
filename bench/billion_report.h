// The report of grantledger-billion: what was measured, and the goals beside it.
#ifndef GRANTLEDGER_BENCH_BILLION_REPORT_H_
#define GRANTLEDGER_BENCH_BILLION_REPORT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "bench/estate_reads.h"

namespace grantledger::bench {

/// Seconds of the parts of building.
struct BuildTimes {
  double writing = 0;
  double compacting = 0;  ///< Ledger::Compact
  double merging = 0;     ///< Ledger::Settle
  double processor = 0;   ///< Of all three, by all threads; hardly more on a busy machine.
};

/// The times of many reads, in seconds: each done for the first time since the ledger was opened,
/// and then all of them again in another order.
struct ReadTimes {
  std::vector<double> first;
  std::vector<double> warm;
};

struct Findings {
  EstateShape shape;
  std::optional<BuildTimes> built;  ///< Nullopt: it was there already.
  Lsn records = 0;
  EstateCount count;
  std::uint64_t disk_bytes = 0;
  std::uint64_t resident_bytes = 0;  ///< The most that the process ever had.
  ReadTimes pages;
  ReadTimes entitlements;
};

/// The whole report, for a terminal.
std::string ToText(const Findings& findings);

}  // namespace grantledger::bench

#endif  // GRANTLEDGER_BENCH_BILLION_REPORT_H_
