// Engine: the log and what follows from it. Opening, the writers' queue, and where reads begin.
#ifndef GRANTLEDGER_LEDGER_ENGINE_H_
#define GRANTLEDGER_LEDGER_ENGINE_H_

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "ledger/compaction.h"
#include "ledger/view.h"

namespace grantledger {

/// What a read is answered from.
struct Reading {
  At at;
  std::shared_ptr<const Snapshot> rows;
};

/// Thread-safe.
class Engine {
 public:
  /// `env` null: the machine's. Not owned. See Ledger::Open.
  static Result<std::unique_ptr<Engine>> Open(const std::string& directory, const Options& options,
                                              rocksdb::Env* env);

  /// See Ledger::Compact.
  Result<CompactionReport> Compact(const CompactionProgress& progress);

  /// See Ledger::Apply. Concurrent calls share a commit.
  std::vector<Result<WriteResponse>> Apply(std::span<const Write> writes);

  [[nodiscard]] Lsn last_lsn() const { return visible_lsn_.load(std::memory_order_acquire); }
  /// Where a call reads from. InvalidArgument: an AsOf beyond the last record or behind the
  /// horizon, or a Time before the last record's.
  Result<Reading> Read(const Call& call) const;
  /// The same of a moment that a page token names.
  Result<Reading> ReadAgain(const At& at) const;
  /// See Ledger::FindMoment.
  [[nodiscard]] Result<At> FindMoment(const Moment& moment) const { return Resolve(moment); }
  [[nodiscard]] Retention& retention() const { return retention_; }
  /// See Ledger::Hold.
  Result<std::unique_ptr<MomentHold>> Hold(const Moment& moment) const;
  /// The time at which a read is made. InvalidArgument: its Time is before the last record's.
  Result<Time> TimeOfRead(const Call& call) const;
  [[nodiscard]] View ViewOf(const Reading& reading) const {
    return {*reading.rows, *ids_, cache_, reading.at.lsn, reading.at.time};
  }
  [[nodiscard]] const Options& options() const { return options_; }
  [[nodiscard]] std::uint64_t id_key() const { return id_key_; }
  [[nodiscard]] Store& store() const { return *store_; }

 private:
  /// One call of Apply that waits for its commit, or a change of rows between such calls.
  struct Waiter {
    std::span<const Write> writes;
    std::vector<Result<WriteResponse>> answers;
    const RowChange* change = nullptr;
    Status changed;
  };

  explicit Engine(Options options) : options_(std::move(options)), retention_(options_) {}
  Status Begin();
  Status Create();
  Status CheckInvariants();
  /// Returns when the waiter is done.
  void Wait(Waiter& waiter);
  /// Changes rows that writers change too, in their turn.
  Status InTurn(const RowChange& change);
  /// All that wait, the first of which is the caller's.
  std::vector<Waiter*> TakeGroup();
  void CommitGroup(const std::vector<Waiter*>& group);
  /// Whether there is something to commit.
  bool DoAll(const std::vector<Waiter*>& group, Batch& batch);
  Result<WriteResponse> DoOne(const Write& write, Batch& batch);
  Result<std::optional<WriteResponse>> Replay(const Write& write, const View& view,
                                              std::uint8_t body) const;
  [[nodiscard]] Time Now() const;
  Result<Time> TimeOf(const Call& call, Time last) const;
  /// The same of a write, which is not far ahead of the clock either.
  Result<Time> TimeOfWrite(const Call& call, Time last) const;
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
  mutable FoldCache cache_;
  mutable Retention retention_;
  std::atomic<Lsn> visible_lsn_ = 0;
  std::atomic<std::int64_t> visible_ms_ = 0;

  // Calls of Apply have tickets from 1 on, in the order in which they come. The call behind the
  // last that is finished has the turn, and finishes all that have come by then.
  std::mutex mutex_;  // guards queue_ and last_ticket_
  std::vector<Waiter*> queue_;
  std::uint64_t last_ticket_ = 0;
  std::atomic<std::uint64_t> finished_ = 0;
  // Used by the call that has the turn alone.
  std::size_t last_group_ = 1;
  fb::CountersT counters_;
  Status failed_;

  std::unique_ptr<Compaction> compaction_;  // the first to go: it uses what is above
};

}  // namespace grantledger

#endif  // GRANTLEDGER_LEDGER_ENGINE_H_
