#include "ledger/compaction.h"

#include <algorithm>
#include <thread>

#include "ledger/caught.h"
#include "ledger/macros.h"

namespace grantledger {
namespace {

/// Sleeps after each batch for as long as the batch took, so that half of one core stays free.
class Pace {
 public:
  void Pause() {
    const auto now = std::chrono::steady_clock::now();
    constexpr std::chrono::milliseconds kLongest(50);
    std::this_thread::sleep_for(
        std::min<std::chrono::steady_clock::duration>(now - resumed_, kLongest));
    resumed_ = std::chrono::steady_clock::now();
  }

 private:
  std::chrono::steady_clock::time_point resumed_ = std::chrono::steady_clock::now();
};

}  // namespace

Compaction::Compaction(Store& store, const IdCodec& ids, FoldCache& cache, const Options& options,
                       const std::atomic<Lsn>& last_lsn, Retention& retention, WritersTurn turn,
                       TailLimits limits)
    : store_(store),
      ids_(ids),
      cache_(cache),
      options_(options),
      last_lsn_(last_lsn),
      retention_(retention),
      turn_(std::move(turn)),
      limits_(limits) {}

Compaction::~Compaction() { End(); }

void Compaction::End() {
  Stop();
  background_.Join();
}

void Compaction::Stop() {
  const std::scoped_lock lock(mutex_);
  stop_ = true;
  wake_.notify_all();
}

Result<CompactionReport> Compaction::Run(const CompactionProgress& progress) {
  ++callers_;
  const std::scoped_lock lock(running_);
  --callers_;
  return DoAll([&](std::uint64_t done,
                   std::uint64_t all) { return !stop_ && (!progress || progress(done, all)); },
               [this] { return stop_.load(); });
}

Result<CompactionReport> Compaction::DoAll(const CompactionProgress& progress,
                                           const std::function<bool()>& stops) {
  const auto begin = std::chrono::steady_clock::now();
  CompactionReport report;
  Status done = DoSteps(progress, stops, &report);
  TellOf(report, begin);
  if (!done.ok()) return done;
  return report;
}

void Compaction::TellOf(const CompactionReport& report,
                        std::chrono::steady_clock::time_point begin) const {
  using std::chrono::milliseconds;
  const auto took =
      std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - begin);
  if (report.to_lsn > report.from_lsn) {
    store_.events().Tell(&Listener::OnFolded, report.to_lsn, report.to_lsn - report.from_lsn, took);
  }
  if (report.dropped_records == 0) return;
  store_.events().Tell(&Listener::OnRecordsDropped, report.horizon, report.dropped_records);
}

Status Compaction::DoSteps(const CompactionProgress& progress, const std::function<bool()>& stops,
                           CompactionReport* report) {
  if (store_.NeedsRecovery()) {
    // A writer's turn begins with it, and there may be no writer.
    GL_RETURN_IF_ERROR(turn_([](Batch&) { return Status(); }));
  }
  GL_ASSIGN_OR_RETURN(Work work, Plan(report));
  GL_ASSIGN_OR_RETURN(bool goes_on, Fold(Family::kActivation, work.to, &work, progress, stops));
  if (goes_on) {
    GL_ASSIGN_OR_RETURN(goes_on, Fold(Family::kBase, work.horizon.lsn, &work, progress, stops));
  }
  if (goes_on) {
    GL_ASSIGN_OR_RETURN(goes_on, Drop(&work, progress, stops));
  }
  return {};
}

Result<Compaction::Work> Compaction::Plan(CompactionReport* report) {
  Work work;
  work.report = report;
  work.to = last_lsn_;
  GL_ASSIGN_OR_RETURN(work.horizon, retention_.Advance(store_, work.to));
  GL_ASSIGN_OR_RETURN(const auto known,
                      FindTable<fb::HorizonT>(store_, Family::kBase, HorizonKey()));
  fb::HorizonT row = known ? *known : fb::HorizonT();
  if (row.lsn != work.horizon.lsn) {
    row.lsn = work.horizon.lsn;
    row.time_ms = FromTime(work.horizon.time);
    GL_ASSIGN_OR_RETURN(row.checksum, ChecksumOf(store_, work.horizon.lsn));
    CompactionWriter writer(store_, {});
    GL_RETURN_IF_ERROR(writer.Put(Family::kBase, HorizonKey(), Pack(row)));
    GL_RETURN_IF_ERROR(writer.Flush());
  }
  GL_ASSIGN_OR_RETURN(const auto mark, ReadMark(store_));
  GL_ASSIGN_OR_RETURN(const auto base, ReadMark(store_, Family::kBase));
  report->from_lsn = report->to_lsn = mark.lsn;
  report->horizon = work.horizon.lsn;
  work.all = (work.to - mark.swept) + (row.lsn - base.swept) + (row.lsn - row.dropped);
  return work;
}

Result<bool> Compaction::Fold(Family family, Lsn to, Work* work, const CompactionProgress& progress,
                              const std::function<bool()>& stops) {
  GL_ASSIGN_OR_RETURN(fb::MarkT mark, ReadMark(store_, family));
  GL_ASSIGN_OR_RETURN(const fb::MarkT base, ReadMark(store_, Family::kBase));
  FoldCache own_cache(store_.tables().cache());
  FoldCache& cache = family == Family::kBase ? own_cache : cache_;
  CompactionReport base_report;
  CompactionReport* report = family == Family::kBase ? &base_report : work->report;
  bool goes_on = true;
  while (goes_on && mark.swept < to) {
    // Where the family was removed, the log tells no more than what is behind the horizon.
    const bool anew = mark.swept < base.lsn && family == Family::kActivation;
    auto tail = anew ? ReadBase(store_, mark.swept, base.lsn, stops)
                     : ReadTail(store_, mark.swept, to, limits_, stops);
    goes_on = !stops();
    if (!goes_on) break;
    if (!tail) return std::move(tail).error();
    Compactor step(
        store_, family, ids_, cache, *std::move(tail),
        [&] { return progress(work->done, work->all); }, stops);
    GL_ASSIGN_OR_RETURN(goes_on, step.Run(report));
    const Lsn before = mark.swept;
    GL_ASSIGN_OR_RETURN(mark, ReadMark(store_, family));
    if (family == Family::kActivation) mark_ = work->report->to_lsn = mark.lsn;
    work->done += mark.swept - before;
  }
  return goes_on;
}

Result<bool> Compaction::Drop(Work* work, const CompactionProgress& progress,
                              const std::function<bool()>& stops) {
  GL_ASSIGN_OR_RETURN(const auto row, FindTable<fb::HorizonT>(store_, Family::kBase, HorizonKey()));
  if (!row || row->dropped == row->lsn) return true;
  const std::function<bool()> between = [&] { return progress(work->done, work->all); };
  Dropper dropper(store_, ids_, work->horizon, options_.client_token_lifetime, turn_, between,
                  stops);
  GL_ASSIGN_OR_RETURN(const bool goes_on, dropper.Run(work->report));
  if (goes_on) GL_RETURN_IF_ERROR(store_.Reclaim(stop_));
  return goes_on;
}

void Compaction::Start() {
  const auto mark = ReadMark(store_);
  folded_ = mark ? mark->swept : 0;
  background_.Start([this] { RunInBackground(); });
}

void Compaction::Notice() {
  if (!background_.started() || !Due()) return;
  const std::scoped_lock lock(mutex_);
  wake_.notify_one();
}

void Compaction::RunInBackground() {
  while (true) {
    std::unique_lock lock(mutex_);
    wake_.wait(lock, [this] { return stop_ || Due(); });
    if (stop_) return;
    lock.unlock();
    Status done;
    try {
      done = RunOnce();
    } catch (...) {
      done = Caught();
    }
    const auto pause = NoteEnd(done);
    lock.lock();
    wake_.wait_for(lock, pause, [this] { return stop_.load(); });
  }
}

Status Compaction::RunOnce() {
  constexpr std::chrono::milliseconds kMoment(1);
  while (callers_ != 0 && !stop_) std::this_thread::sleep_for(kMoment);
  const std::scoped_lock lock(running_);
  const auto stops = [this] { return stop_ || callers_ != 0; };
  Pace pace;
  GL_ASSIGN_OR_RETURN(const CompactionReport report, DoAll(
                                                         [&](std::uint64_t, std::uint64_t) {
                                                           pace.Pause();
                                                           return !stops();
                                                         },
                                                         stops));
  folded_ = report.to_lsn;
  return {};
}

std::chrono::milliseconds Compaction::NoteEnd(const Status& done) {
  constexpr std::chrono::milliseconds kShortest(100);
  constexpr std::chrono::milliseconds kLongest(60'000);
  constexpr std::uint64_t kMostDoublings = 16;
  if (done.ok()) {
    if (trouble_.Worked()) {
      store_.events().Tell(&Listener::OnRecovered, BackgroundJob::kCompaction);
    }
    return {};
  }
  const std::uint64_t doublings = std::min(trouble_.failures(), kMostDoublings);
  const auto pause = std::min(kShortest * (std::int64_t{1} << doublings), kLongest);
  (void)trouble_.Failed(done, pause);
  store_.events().TellOfError(BackgroundJob::kCompaction, done);
  return pause;
}

}  // namespace grantledger
