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
  AppendRecord(0, genesis, *batch_, counters_);
  return Commit();
}

/// Of record 0 the time is no lower bound: the first call may have given an earlier one.
Status LogReplay::Check(Lsn lsn, const fb::RecordT& record) const {
  if (record.body.AsGenesis() != nullptr) {
    return RowCorruption(Family::kLog, LogKey(lsn), "it is a Genesis, which only record 0 is");
  }
  GL_RETURN_IF_ERROR(CheckLink(counters_, record));
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
  AppendRecord(lsn, payload, *batch_, counters_);
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
    AppendRecord(record.lsn, payload, *batch_, counters_);
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
  for (;; row.Next()) {
    GL_ASSIGN_OR_RETURN(const bool at_row, row.AtRow());
    if (!at_row) break;
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
  GL_RETURN_IF_ERROR(batch.Commit());
  return unproven;
}

Status RemoveFamily(Store& store, Family family) {
  Batch batch(store);
  std::uint64_t rows = 0;
  RowIterator row = store.Scan(family, "");
  for (;; row.Next()) {
    GL_ASSIGN_OR_RETURN(const bool at_row, row.AtRow());
    if (!at_row) break;
    batch.Delete(family, row.key());
    if (++rows % kRowsPerCommit == 0) GL_RETURN_IF_ERROR(batch.Commit());
  }
  return batch.Commit();
}

namespace {

/// Whether both are the same folded cell of an account to whoever looks at it at the mark of `base`
/// or later. What a row's LSN before that followed from may be dropped: of events of all, where the
/// account left without a trace, its own ones are all that is left.
bool IsSameFrom(Lsn base, const RowDifference& row, Family family) {
  if (!row.stored || !row.derived || !row.key.starts_with(FoldedCellsPrefix())) return false;
  auto stored = ReadTable<fb::FoldedCellT>(family, row.key, *row.stored);
  auto derived = ReadTable<fb::FoldedCellT>(family, row.key, *row.derived);
  if (!stored || !derived) return false;
  for (fb::FoldedCellT* cell : {&*stored, &*derived}) cell->lsn = std::max(cell->lsn, base);
  return Pack(*stored) == Pack(*derived);
}

/// One step of a comparison: what stands at the smaller of both keys, and then behind it.
class Comparison {
 public:
  Comparison(const Rows& stored, const Rows& derived, Family family, Lsn base)
      : family_(family),
        base_(base),
        stored_(stored.Scan(family, "")),
        derived_(derived.Scan(family, "")) {}

  /// Whether there is a row of either. To be asked before each step.
  Result<bool> AtRow() {
    GL_ASSIGN_OR_RETURN(const bool stored, stored_.AtRow());
    GL_ASSIGN_OR_RETURN(const bool derived, derived_.AtRow());
    has_stored_ = stored && (!derived || stored_.key() <= derived_.key());
    has_derived_ = derived && (!stored || derived_.key() <= stored_.key());
    return stored || derived;
  }

  /// Nullopt: they are the same here, or it can't be told.
  Result<std::optional<RowDifference>> Difference() const {
    RowDifference difference;
    difference.key = has_stored_ ? stored_.key() : derived_.key();
    if (has_stored_) {
      const auto payload = stored_.payload();
      if (!payload) return std::optional<RowDifference>();
      difference.stored = *payload;
    }
    if (has_derived_) {
      GL_ASSIGN_OR_RETURN(difference.derived, derived_.payload());
    }
    if (difference.stored == difference.derived) return std::optional<RowDifference>();
    const bool is_folded = family_ == Family::kActivation || family_ == Family::kBase;
    if (is_folded && IsSameFrom(base_, difference, family_)) {
      return std::optional<RowDifference>();
    }
    return std::optional(difference);
  }

  void Next() {
    if (has_stored_) stored_.Next();
    if (has_derived_) derived_.Next();
  }

 private:
  Family family_;
  Lsn base_;
  RowIterator stored_;
  RowIterator derived_;
  bool has_stored_ = false;
  bool has_derived_ = false;
};

}  // namespace

Status CompareFamily(const Rows& stored, const Rows& derived, Family family,
                     const std::function<bool(const RowDifference&)>& visit,
                     const std::function<bool(std::uint64_t rows)>& between) {
  std::uint64_t rows = 0;
  GL_ASSIGN_OR_RETURN(const fb::MarkT base, ReadMark(derived, Family::kBase));
  Comparison at(stored, derived, family, base.lsn);
  // Of one that ends early the rest would seem to be missing.
  for (;; at.Next()) {
    GL_ASSIGN_OR_RETURN(const bool at_row, at.AtRow());
    if (!at_row) return {};
    GL_ASSIGN_OR_RETURN(const auto difference, at.Difference());
    if (difference && !visit(*difference)) return {};
    if (++rows % kRowsPerCommit == 0 && between && !between(rows)) return {};
  }
}

}  // namespace grantledger
