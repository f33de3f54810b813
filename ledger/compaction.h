// Compaction: when the tail of the log is folded and history is dropped, and by whom.
#ifndef GRANTLEDGER_LEDGER_COMPACTION_H_
#define GRANTLEDGER_LEDGER_COMPACTION_H_

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>

#include <grantledger/ledger.h>

#include "ledger/background.h"
#include "ledger/compactor.h"
#include "ledger/dropper.h"
#include "ledger/retention.h"
#include "ledger/trouble.h"

namespace grantledger {

/// Runs steps of Compactor one after another: when called, and in the background when enough
/// records are after the mark. What fails in the background is tried again after a pause, which
/// grows. Thread-safe.
class Compaction {
 public:
  /// References are kept. `last_lsn` is the last record that is committed; `turn` takes a writer's
  /// turn. What a step has to remember is bounded by the limits.
  Compaction(Store& store, const IdCodec& ids, FoldCache& cache, const Options& options,
             const std::atomic<Lsn>& last_lsn, Retention& retention, WritersTurn turn,
             TailLimits limits = {});
  /// Stops what is under way; what it did so far is kept or done again.
  ~Compaction();
  Compaction(const Compaction&) = delete;
  Compaction& operator=(const Compaction&) = delete;

  /// Folds all that was committed when it was called, and drops what is behind the horizon.
  Result<CompactionReport> Run(const CompactionProgress& progress);
  /// Ends what is under way soon, and lets nothing begin.
  void Stop();
  /// The same, and waits for it.
  void End();
  /// Begins to fold in the background. Throws std::system_error where there are no threads.
  void Start();
  /// Records were committed. Cheap.
  void Notice();
  /// What it suffered from in the background.
  [[nodiscard]] Trouble trouble() const { return trouble_.Get(); }
  /// The mark that a run moved last; 0: none did.
  [[nodiscard]] Lsn folded_lsn() const { return mark_; }

 private:
  /// What is left to do, counted in records: each is folded, folded at the horizon, and dropped.
  struct Work {
    CompactionReport* report = nullptr;
    Lsn to = 0;
    At horizon;
    std::uint64_t done = 0;
    std::uint64_t all = 0;
  };
  /// All of it, until `progress` says false, or `stops`, which is asked often, true.
  Result<CompactionReport> DoAll(const CompactionProgress& progress,
                                 const std::function<bool()>& stops);
  /// `report`: what was done, also where the rest fails.
  Status DoSteps(const CompactionProgress& progress, const std::function<bool()>& stops,
                 CompactionReport* report);
  void TellOf(const CompactionReport& report, std::chrono::steady_clock::time_point begin) const;
  Result<Work> Plan(CompactionReport* report);
  /// Steps. False: stopped.
  Result<bool> Fold(Family family, Lsn to, Work* work, const CompactionProgress& progress,
                    const std::function<bool()>& stops);
  Result<bool> Drop(Work* work, const CompactionProgress& progress,
                    const std::function<bool()>& stops);
  void RunInBackground();
  Status RunOnce();
  /// Remembers how a run ended, and gives how long to wait before the next.
  std::chrono::milliseconds NoteEnd(const Status& done);
  [[nodiscard]] bool Due() const { return last_lsn_ - folded_ >= options_.compaction_records; }

  Store& store_;
  const IdCodec& ids_;
  FoldCache& cache_;
  const Options& options_;
  const std::atomic<Lsn>& last_lsn_;
  Retention& retention_;
  WritersTurn turn_;
  TailLimits limits_;
  std::mutex running_;            // held by the one run
  std::atomic<int> callers_ = 0;  // of Run: the background, which rests, gives way to them
  std::atomic<Lsn> folded_ = 0;
  std::atomic<Lsn> mark_ = 0;
  std::atomic<bool> stop_ = false;
  std::mutex mutex_;  // of wake_
  std::condition_variable wake_;
  TroubleLog trouble_;
  Background background_;
};

}  // namespace grantledger

#endif  // GRANTLEDGER_LEDGER_COMPACTION_H_
