#include "tests/ledger/rebuild.h"

#include <stdexcept>

#include "ledger/apply.h"
#include "ledger/batch.h"
#include "ledger/compaction.h"

namespace grantledger {
namespace {

Status ReadLog(const Store& from, Archive* archive) {
  RowIterator rows = from.Scan(Family::kLog, "");
  for (; rows.Valid(); rows.Next()) {
    GL_ASSIGN_OR_RETURN(const std::string_view payload, rows.payload());
    archive->emplace(ReadLogKey(rows.key()), payload);
  }
  return rows.status();
}

Status Rebuild(const Archive& archive, Store& to) {
  Batch batch(to);
  fb::CountersT counters;
  for (const auto& [lsn, payload] : archive) {
    GL_ASSIGN_OR_RETURN(const auto record, ReadRecord(LogKey(lsn), payload));
    batch.PutRecord(record.lsn, payload);
    if (record.lsn != 0) GL_RETURN_IF_ERROR(ApplyRecord(record, batch, counters));
  }
  WriteCounters(counters, batch);
  return batch.Commit();
}

/// Folds what is not folded yet, and drops what is behind the horizon.
Status CompactAll(Store& store, const TailLimits& limits,
                  RetentionPolicy policy = KeepEverything()) {
  GL_ASSIGN_OR_RETURN(const auto counters,
                      GetTable<fb::CountersT>(store, Family::kState, CountersKey()));
  GL_ASSIGN_OR_RETURN(const auto genesis, GetRecord(store, 0));
  const IdCodec ids(genesis->body.AsGenesis()->id_key);
  FoldCache cache;
  Options options;
  options.retention = policy;
  Retention retention(options);
  GL_RETURN_IF_ERROR(retention.Load(store));
  const std::atomic<Lsn> last = counters->lsn;
  const WritersTurn turn = [&store](const RowChange& change) -> Status {
    Batch batch(store);
    GL_RETURN_IF_ERROR(change(batch));
    return batch.Commit();
  };
  Compaction compaction(store, ids, cache, options, last, retention, turn, limits);
  GL_ASSIGN_OR_RETURN([[maybe_unused]] const CompactionReport report, compaction.Run({}));
  return {};
}

Status RemoveFamily(Store& store, Family family) {
  Batch batch(store);
  for (RowIterator rows = store.Scan(family, ""); rows.Valid(); rows.Next()) {
    batch.Delete(family, rows.key());
  }
  return batch.Commit();
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
  const auto show = [](const RowIterator& at) -> Result<std::string> {
    if (!at.Valid()) return std::string("none");
    GL_ASSIGN_OR_RETURN(const std::string_view payload, at.payload());
    return RowCorruption(Family::kState, at.key(), "").message() +
           RowCorruption(Family::kState, payload, "").message();
  };
  GL_ASSIGN_OR_RETURN(const std::string ours, show(left));
  GL_ASSIGN_OR_RETURN(const std::string theirs, show(right));
  return std::string(FamilyName(family)) + " differs when it is rebuilt: " + ours + " and " +
         theirs;
}

Result<std::string> FirstDifference(const Store& a, const Store& b) {
  for (int i = 0; i < kFamilyCount; ++i) {
    GL_ASSIGN_OR_RETURN(std::string difference, FirstDifference(a, b, static_cast<Family>(i)));
    if (!difference.empty()) return difference;
  }
  return std::string();
}

Result<std::string> Compare(const std::string& directory, const std::string& scratch,
                            Archive archive) {
  Options buffered;
  buffered.durability = Durability::kBuffered;
  GL_ASSIGN_OR_RETURN(const auto original, Store::Open(directory, buffered, nullptr));
  GL_ASSIGN_OR_RETURN(const auto rebuilt, Store::Open(scratch, buffered, nullptr));
  GL_RETURN_IF_ERROR(ReadLog(*original, &archive));
  GL_RETURN_IF_ERROR(Rebuild(archive, *rebuilt));
  // However the original was compacted on its way, in small steps it comes to the same.
  constexpr TailLimits kSmallSteps{.records = 37, .products = 3};
  GL_RETURN_IF_ERROR(CompactAll(*original, TailLimits()));
  GL_RETURN_IF_ERROR(CompactAll(*rebuilt, kSmallSteps));
  GL_ASSIGN_OR_RETURN(const auto horizon,
                      FindTable<fb::HorizonT>(*original, Family::kBase, HorizonKey()));
  if (!horizon) return FirstDifference(*original, *rebuilt);
  GL_RETURN_IF_ERROR(CompactAll(*rebuilt, TailLimits(), KeepFrom{horizon->lsn}));
  GL_ASSIGN_OR_RETURN(std::string difference, FirstDifference(*original, *rebuilt));
  if (!difference.empty()) return difference;
  GL_RETURN_IF_ERROR(RemoveFamily(*rebuilt, Family::kActivation));
  GL_RETURN_IF_ERROR(CompactAll(*rebuilt, kSmallSteps));
  GL_ASSIGN_OR_RETURN(difference, FirstDifference(*original, *rebuilt, Family::kActivation));
  return difference.empty() ? difference : "made from base: " + difference;
}

}  // namespace

void AddRecords(const std::string& directory, Archive* archive) {
  Options read_only;
  read_only.read_only = true;
  const auto store = Store::Open(directory, read_only, nullptr);
  const Status status = store ? ReadLog(**store, archive) : store.error();
  if (!status.ok()) throw std::runtime_error(status.message());
}

std::string CompareWithRebuilt(const std::string& directory, const std::string& scratch,
                               Archive archive) {
  auto difference = Compare(directory, scratch, std::move(archive));
  return difference ? *difference : difference.error().message();
}

}  // namespace grantledger
