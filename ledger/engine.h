// Engine: the log and what follows from it. Opening, the writers' queue, and where reads begin.
#ifndef GRANTLEDGER_LEDGER_ENGINE_H_
#define GRANTLEDGER_LEDGER_ENGINE_H_

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "ledger/compaction.h"
#include "ledger/meters.h"
#include "ledger/trouble.h"
#include "ledger/view.h"

namespace grantledger {

/// What a read is answered from.
struct Reading {
  At at;
  std::shared_ptr<const Snapshot> rows;
  /// The horizon, not later than `at`: all that it retains is in the rows.
  At horizon;
};

/// Thread-safe.
class Engine {
 public:
  /// `env` null: the machine's. Not owned. `cache`: see Store::Open. See Ledger::Open.
  static Result<std::unique_ptr<Engine>> Open(const std::string& directory, const Options& options,
                                              rocksdb::Env* env,
                                              std::shared_ptr<rocksdb::Cache> cache = nullptr);
  /// Whether its history is that of `before`, an earlier view of the same ledger, which may have
  /// gone on since. Errors: InvalidState (it is not, or nothing tells), IoError, Corruption.
  Status CheckContinues(const Engine& before) const;

  /// Ends a compaction that is under way soon.
  void Stop();
  /// See Ledger::Close. What is known without rows can be asked for afterwards: last_lsn, the
  /// horizon. REQUIRES: nobody uses it meanwhile.
  Status Close();

  /// See Ledger::Compact.
  Result<CompactionReport> Compact(const CompactionProgress& progress);

  /// See Ledger::Apply. Concurrent calls share a commit.
  std::vector<Result<WriteResponse>> Apply(std::span<const Write> writes);

  /// What background compaction suffered from; of a read-only ledger nothing.
  [[nodiscard]] Trouble compaction_trouble() const {
    return compaction_ == nullptr ? Trouble() : compaction_->trouble();
  }
  /// See Ledger::Health. (ledger/engine_health.cc)
  [[nodiscard]] LedgerHealth Health() const;
  /// What was counted of writes and files. May be asked for after Close.
  void AddCounts(LedgerStatistics* statistics) const;
  /// What is in memory now.
  void AddMemoryUse(LedgerStatistics* statistics) const;

  [[nodiscard]] Lsn last_lsn() const { return visible_lsn_.load(std::memory_order_acquire); }
  /// Where a call reads from. InvalidArgument: an AsOf beyond the last record or behind the
  /// horizon, or a Time before the last record's.
  Result<Reading> Read(const Call& call) const;
  /// The same of a moment that `field`, a page token or a watch position, names with the checksum
  /// of its record. InvalidArgument: it is not retained, or of another history.
  Result<Reading> ReadAgain(std::string_view field, const At& at, std::uint64_t checksum) const;
  /// See Ledger::FindMoment.
  [[nodiscard]] Result<At> FindMoment(const Moment& moment) const { return Resolve(moment); }
  [[nodiscard]] Retention& retention() const { return retention_; }
  /// See Ledger::SetRetention.
  void SetRetention(const RetentionPolicy& policy) const;
  /// See Ledger::Hold.
  Result<std::unique_ptr<MomentHold>> Hold(const Moment& moment) const;
  /// The time at which a read is made. InvalidArgument: its Time is before the last record's.
  Result<Time> TimeOfRead(const Call& call) const;
  [[nodiscard]] View ViewOf(const Reading& reading) const {
    return {*reading.rows, *ids_, *cache_, reading.at.lsn, reading.at.time};
  }
  /// Makes the store go on after an error, if there was one, in turn with writes.
  Status Recover();
  [[nodiscard]] const Options& options() const { return options_; }
  [[nodiscard]] std::uint64_t id_key() const { return id_key_; }
  [[nodiscard]] Store& store() const { return *store_; }

 private:
  /// One call of Apply that waits for its commit, or a change of rows between such calls.
  struct Waiter {
    std::span<const Write> writes;
    std::vector<Result<WriteResponse>> answers;  // with room for all of them
    const RowChange* change = nullptr;
    Status changed;
    Waiter* next = nullptr;  ///< In the queue, and in its group.
  };
  /// Those who wait, linked.
  struct Group {
    Waiter* first = nullptr;
    Waiter* last = nullptr;
    std::size_t size = 0;
  };

  explicit Engine(Options options) : options_(std::move(options)), retention_(options_) {}
  Status Begin();
  Status Create();
  Status CheckInvariants(const fb::CountersT& counters) const;
  Status StartCompaction();

  // Group commit. (ledger/group_commit.cc)
  /// Returns when the waiter is done.
  void Wait(Waiter& waiter);
  /// Changes rows that writers change too, in their turn. All of it or, where it fails, nothing.
  Status InTurn(const RowChange& change);
  /// All that wait, the first of which is the caller's.
  Group TakeGroup();
  static bool HasWrites(const Group& group);
  void NoteUnsure(const Group& group) noexcept;
  [[nodiscard]] bool IsUnsure(const Write& write) const noexcept;
  /// Answers everybody in the group, whatever fails.
  void CommitGroup(const Group& group) noexcept;
  Status DoGroup(const Group& group);
  void DecideGroup(const Group& group, Batch& batch);
  void Count(const Group& group) noexcept;
  template <typename Act>
  std::invoke_result_t<Act> AllOrNothing(Batch& batch, const Act& act);
  Status Commit(Batch& batch, const fb::CountersT& before);
  /// The counters that are stored, after a commit failed. An error: the database can't tell yet.
  Result<fb::CountersT> FindStored();
  /// Goes on from what is stored, where that was not known, or nothing could be written.
  Status Recovered();
  void Publish();

  Result<WriteResponse> DoOne(const Write& write, Batch& batch);
  Result<std::optional<WriteResponse>> Replay(const Write& write, const View& view,
                                              std::uint8_t body) const;
  [[nodiscard]] Time Now() const;
  Result<Time> TimeOf(const Call& call, Time last) const;
  /// The same of a write, which is not far ahead of the clock either.
  Result<Time> TimeOfWrite(const Call& call, Time last) const;
  /// Nullopt: the as-of point is before the horizon.
  [[nodiscard]] std::optional<Reading> ReadAt(const At& at) const;
  Result<At> Resolve(const Call& call) const;
  Result<At> Resolve(const Moment& moment) const;
  Result<At> AtMoment(const Moment& moment) const;
  Result<At> AtLsn(Lsn lsn) const;
  Result<At> AtTime(Time time) const;
  Result<Time> TimeOfRecord(Lsn lsn) const;

  Options options_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<IdCodec> ids_;
  std::uint64_t id_key_ = 0;
  std::unique_ptr<FoldCache> cache_;
  mutable Retention retention_;
  std::atomic<Lsn> visible_lsn_ = 0;
  std::atomic<std::int64_t> visible_ms_ = 0;

  // Calls of Apply have tickets from 1 on, in the order in which they come. The call behind the
  // last that is finished has the turn, and finishes all that have come by then.
  std::mutex mutex_;  // guards queue_ and last_ticket_
  Group queue_;
  std::uint64_t last_ticket_ = 0;
  std::atomic<std::uint64_t> finished_ = 0;
  // Used by the call that has the turn alone.
  std::size_t last_group_ = 1;
  fb::CountersT counters_;
  bool unsure_ = false;  // a commit failed, and what is stored is not known
  // Callers and ClientTokens of what was in it; nullopt: there was no memory to note them.
  std::optional<std::set<std::pair<AccountId, std::string>>> unsure_writes_ =
      std::set<std::pair<AccountId, std::string>>();

  TroubleLog writing_;
  WriteMeters written_;
  std::shared_ptr<const FileMeters> file_meters_;  // null: read-only
  Lsn folded_at_opening_ = 0;

  std::unique_ptr<Compaction> compaction_;  // the first to go: it uses what is above
};

}  // namespace grantledger

#endif  // GRANTLEDGER_LEDGER_ENGINE_H_
