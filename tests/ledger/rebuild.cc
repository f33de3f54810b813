#include "tests/ledger/rebuild.h"

#include "ledger/apply.h"
#include "ledger/batch.h"
#include "ledger/compaction.h"

namespace grantledger {
namespace {

Status Rebuild(const Store& from, Store& to) {
  Batch batch(to);
  fb::CountersT counters;
  for (RowIterator rows = from.Scan(Family::kLog, ""); rows.Valid(); rows.Next()) {
    GL_ASSIGN_OR_RETURN(const std::string_view payload, rows.payload());
    GL_ASSIGN_OR_RETURN(const auto record, GetRecord(from, ReadLogKey(rows.key())));
    batch.PutRecord(record.lsn, payload);
    if (record.lsn != 0) GL_RETURN_IF_ERROR(ApplyRecord(record, batch, counters));
  }
  WriteCounters(counters, batch);
  return batch.Commit();
}

/// Folds what is not folded yet.
Status CompactAll(Store& store, Lsn records_per_step) {
  GL_ASSIGN_OR_RETURN(const auto counters,
                      GetTable<fb::CountersT>(store, Family::kState, CountersKey()));
  GL_ASSIGN_OR_RETURN(const auto genesis, GetRecord(store, 0));
  const IdCodec ids(genesis.body.AsGenesis()->id_key);
  FoldCache cache;
  const Options options;
  const std::atomic<Lsn> last = counters.lsn;
  GL_ASSIGN_OR_RETURN([[maybe_unused]] const CompactionReport report,
                      Compaction(store, ids, cache, options, last, records_per_step).Run({}));
  return {};
}

Result<std::string> FirstDifference(const Store& a, const Store& b, Family family) {
  RowIterator left = a.Scan(family, "");
  RowIterator right = b.Scan(family, "");
  for (; left.Valid() && right.Valid(); left.Next(), right.Next()) {
    GL_ASSIGN_OR_RETURN(const std::string_view left_payload, left.payload());
    GL_ASSIGN_OR_RETURN(const std::string_view right_payload, right.payload());
    if (left.key() != right.key() || left_payload != right_payload) break;
  }
  if (!left.Valid() && !right.Valid()) return std::string();
  const RowIterator& at = left.Valid() ? left : right;
  return RowCorruption(family, at.key(), "the rebuilt row differs").message();
}

Result<std::string> Compare(const std::string& directory, const std::string& scratch) {
  Options buffered;
  buffered.durability = Durability::kBuffered;
  GL_ASSIGN_OR_RETURN(const auto original, Store::Open(directory, buffered, nullptr));
  GL_ASSIGN_OR_RETURN(const auto rebuilt, Store::Open(scratch, buffered, nullptr));
  GL_RETURN_IF_ERROR(Rebuild(*original, *rebuilt));
  // However the original was compacted on its way, in small steps it comes to the same.
  constexpr Lsn kSmallSteps = 37;
  GL_RETURN_IF_ERROR(CompactAll(*original, Compaction::kRecordsPerStep));
  GL_RETURN_IF_ERROR(CompactAll(*rebuilt, kSmallSteps));
  for (int i = 0; i < kFamilyCount; ++i) {
    GL_ASSIGN_OR_RETURN(std::string difference,
                        FirstDifference(*original, *rebuilt, static_cast<Family>(i)));
    if (!difference.empty()) return difference;
  }
  return std::string();
}

}  // namespace

std::string CompareWithRebuilt(const std::string& directory, const std::string& scratch) {
  auto difference = Compare(directory, scratch);
  return difference ? *difference : difference.error().message();
}

}  // namespace grantledger
