#include "tests/fuzz/scratch.h"

#include <fstream>

#include <grantledger/verify.h>

#include "tests/fuzz/targets.h"
#include "tools/record_line.h"

namespace grantledger::fuzz {

const std::vector<SmallRecord>& SmallLog() {
  static const auto log = [] {
    std::vector<SmallRecord> records;
    std::ifstream file(GRANTLEDGER_SMALL_LOG);
    for (std::string line; std::getline(file, line);) {
      const auto json = tools::ParseJson(line);
      Check(json.has_value(), "the small log is JSON");
      auto record = tools::ReadRecordLine(*json);
      Check(record.has_value(), "the small log is one of records");
      records.push_back({json->value("Subject", ""), std::move(record->payload)});
    }
    Check(!records.empty(), "the small log is at " GRANTLEDGER_SMALL_LOG);
    return records;
  }();
  return log;
}

void MakeSmallLedger(const std::string& directory) {
  const auto& log = SmallLog();
  const auto importer = LedgerImporter::Open(directory, log[0].payload);
  Check(importer.has_value(), "the small ledger begins");
  for (Lsn lsn = 1; lsn < log.size(); ++lsn) {
    Check((*importer)->Add(lsn, log[lsn].payload).ok(), "the small ledger has its records");
  }
  Check((*importer)->Finish().ok(), "the small ledger is made");
}

void CheckSound(const std::string& directory, bool deep) {
  VerifyOptions options;
  options.deep = deep;
  std::string found;
  const auto report = VerifyLedger(
      directory, options, [&found](const Finding& finding) { found += finding.what + "\n"; });
  Check(report.has_value(), "a ledger can be looked at");
  Check(report->findings == 0, "verify finds nothing, not: " + found);
}

Options ScratchOptions() {
  Options options;
  options.durability = Durability::kBuffered;
  options.background_compaction = false;
  constexpr std::size_t kCacheBytes = std::size_t{8} << 20;
  options.cache_bytes = kCacheBytes;
  options.clock = [] { return *ParseTime("2026-04-01T00:00:00Z"); };
  return options;
}

}  // namespace grantledger::fuzz
