#include "inspect/rebuild.h"

#include "ledger/apply.h"
#include "ledger/compaction.h"
#include "ledger/errors.h"

namespace grantledger {
namespace {

constexpr std::size_t kRowsPerCommit = 4096;
constexpr std::size_t kBytesPerCommit = std::size_t{4} << 20;

}  // namespace

LogReplay::LogReplay(Store& to) : to_(to), batch_(std::make_unique<Batch>(to)) {}

Status LogReplay::Continue() {
  GL_ASSIGN_OR_RETURN(counters_, CopyTable<fb::CountersT>(to_, Family::kState, CountersKey()));
  committed_ = counters_;
  return {};
}

Status LogReplay::Begin(std::string_view genesis) {
  GL_ASSIGN_OR_RETURN(const fb::RecordT record, ReadRecord(LogKey(0), genesis));
  if (record.body.AsGenesis() == nullptr) {
    return RowCorruption(Family::kLog, LogKey(0), "it is no Genesis, which the first record is");
  }
  batch_->PutRecord(0, genesis);
  return Commit();
}

/// Of record 0 the time is no lower bound: the first call may have given an earlier one.
Status LogReplay::Check(Lsn lsn, const fb::RecordT& record) const {
  if (record.body.AsGenesis() != nullptr) {
    return RowCorruption(Family::kLog, LogKey(lsn), "it is a Genesis, which only record 0 is");
  }
  if (last() == 0 || record.time_ms >= counters_.time_ms) return {};
  return RowCorruption(Family::kLog, LogKey(lsn),
                       "its time is " + FormatTime(ToTime(record.time_ms)) + ", expected " +
                           FormatTime(ToTime(counters_.time_ms)) +
                           ", that of the record before it, or later");
}

Status LogReplay::Add(Lsn lsn, std::string_view payload) {
  if (lsn != last() + 1) {
    return Invalid("the next record", "LSN " + std::to_string(lsn),
                   "LSN " + std::to_string(last() + 1));
  }
  GL_ASSIGN_OR_RETURN(const fb::RecordT record, ReadRecord(LogKey(lsn), payload));
  GL_RETURN_IF_ERROR(Check(lsn, record));
  batch_->PutRecord(lsn, payload);
  if (Status applied = ApplyRecord(record, *batch_, counters_); !applied.ok()) {
    if (applied.code() != Code::kCorruption) return applied;
    GL_RETURN_IF_ERROR(AddAgain());
    return RowCorruption(Family::kLog, LogKey(lsn),
                         "it can't be applied to what is before it: " + applied.message());
  }
  pending_.emplace_back(payload);
  pending_bytes_ += payload.size();
  const bool full = pending_.size() >= kRowsPerCommit || pending_bytes_ >= kBytesPerCommit;
  return full ? Commit() : Status();
}

Status LogReplay::AddAgain() {
  batch_ = std::make_unique<Batch>(to_);
  counters_ = committed_;
  for (const std::string& payload : pending_) {
    GL_ASSIGN_OR_RETURN(const fb::RecordT record, ReadRecord(LogKey(last() + 1), payload));
    batch_->PutRecord(record.lsn, payload);
    GL_RETURN_IF_ERROR(ApplyRecord(record, *batch_, counters_));
  }
  return {};
}

Status LogReplay::Commit() {
  WriteCounters(counters_, *batch_);
  GL_RETURN_IF_ERROR(batch_->Commit());
  committed_ = counters_;
  pending_.clear();
  pending_bytes_ = 0;
  return {};
}

Result<bool> FoldAll(Store& store, const TailLimits& limits, const RetentionPolicy& policy,
                     const CompactionProgress& between) {
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
  bool goes_on = true;
  const CompactionProgress progress = [&](std::uint64_t done, std::uint64_t all) {
    return goes_on = goes_on && (!between || between(done, all));
  };
  GL_ASSIGN_OR_RETURN([[maybe_unused]] const CompactionReport report, compaction.Run(progress));
  return goes_on;
}

Result<std::uint64_t> CopyFamily(const Rows& from, Family family, Store& to,
                                 const std::function<bool(std::uint64_t rows)>& between) {
  std::uint64_t rows = 0;
  std::uint64_t unproven = 0;
  Batch batch(to);
  RowIterator row = from.Scan(family, "");
  for (; row.Valid(); row.Next()) {
    const auto payload = row.payload();
    if (!payload) {
      ++unproven;
      continue;
    }
    if (family == Family::kLog) {
      batch.PutRecord(ReadLogKey(row.key()), *payload);
    } else {
      batch.Put(family, row.key(), *payload);
    }
    if (++rows % kRowsPerCommit != 0) continue;
    GL_RETURN_IF_ERROR(batch.Commit());
    if (between && !between(rows)) return unproven;
  }
  GL_RETURN_IF_ERROR(row.status());
  GL_RETURN_IF_ERROR(batch.Commit());
  return unproven;
}

Status RemoveFamily(Store& store, Family family) {
  Batch batch(store);
  std::uint64_t rows = 0;
  RowIterator row = store.Scan(family, "");
  for (; row.Valid(); row.Next()) {
    batch.Delete(family, row.key());
    if (++rows % kRowsPerCommit == 0) GL_RETURN_IF_ERROR(batch.Commit());
  }
  GL_RETURN_IF_ERROR(row.status());
  return batch.Commit();
}

namespace {

/// One step of a comparison: what stands at the smaller of both keys, and then behind it.
class Comparison {
 public:
  Comparison(const Rows& stored, const Rows& derived, Family family)
      : stored_(stored.Scan(family, "")), derived_(derived.Scan(family, "")) {}

  [[nodiscard]] bool Valid() const { return stored_.Valid() || derived_.Valid(); }
  [[nodiscard]] Status status() const {
    GL_RETURN_IF_ERROR(stored_.status());
    return derived_.status();
  }
  [[nodiscard]] bool HasStored() const {
    return stored_.Valid() && (!derived_.Valid() || stored_.key() <= derived_.key());
  }
  [[nodiscard]] bool HasDerived() const {
    return derived_.Valid() && (!stored_.Valid() || derived_.key() <= stored_.key());
  }

  /// Nullopt: they are the same here, or it can't be told.
  Result<std::optional<RowDifference>> Difference() const {
    RowDifference difference;
    difference.key = HasStored() ? stored_.key() : derived_.key();
    if (HasStored()) {
      const auto payload = stored_.payload();
      if (!payload) return std::optional<RowDifference>();
      difference.stored = *payload;
    }
    if (HasDerived()) {
      GL_ASSIGN_OR_RETURN(difference.derived, derived_.payload());
    }
    if (difference.stored == difference.derived) return std::optional<RowDifference>();
    return std::optional(difference);
  }

  void Next() {
    const bool stored = HasStored();
    const bool derived = HasDerived();
    if (stored) stored_.Next();
    if (derived) derived_.Next();
  }

 private:
  RowIterator stored_;
  RowIterator derived_;
};

}  // namespace

Status CompareFamily(const Rows& stored, const Rows& derived, Family family,
                     const std::function<bool(const RowDifference&)>& visit,
                     const std::function<bool(std::uint64_t rows)>& between) {
  std::uint64_t rows = 0;
  Comparison at(stored, derived, family);
  // Of one that ends early the rest would seem to be missing.
  for (; at.status().ok() && at.Valid(); at.Next()) {
    GL_ASSIGN_OR_RETURN(const auto difference, at.Difference());
    if (difference && !visit(*difference)) return {};
    if (++rows % kRowsPerCommit == 0 && between && !between(rows)) return {};
  }
  return at.status();
}

}  // namespace grantledger
