#include "ledger/compaction.h"

#include <algorithm>
#include <chrono>

#include <sys/resource.h>
#include <unistd.h>

#include "ledger/macros.h"

namespace grantledger {
namespace {

/// Whatever else has work to do comes first. Where the system does not grant it, nothing is lost.
void LowerPriority() {
  constexpr int kLeast = 19;
  (void)setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), kLeast);
}

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
                       const std::atomic<Lsn>& last_lsn, Lsn records_per_step)
    : store_(store),
      ids_(ids),
      cache_(cache),
      options_(options),
      last_lsn_(last_lsn),
      records_per_step_(records_per_step) {}

Compaction::~Compaction() {
  stop_ = true;
  {
    const std::scoped_lock lock(mutex_);
    wake_.notify_all();
  }
  if (background_.joinable()) background_.join();
}

Result<CompactionReport> Compaction::Run(const CompactionProgress& progress) {
  const std::scoped_lock lock(running_);
  return FoldAll(last_lsn_, [&](std::uint64_t done, std::uint64_t all) {
    return !stop_ && (!progress || progress(done, all));
  });
}

Result<CompactionReport> Compaction::FoldAll(Lsn to, const CompactionProgress& progress) {
  GL_ASSIGN_OR_RETURN(fb::MarkT mark, ReadMark(store_));
  CompactionReport report;
  report.from_lsn = report.to_lsn = mark.lsn;
  const Lsn first = mark.swept;
  bool goes_on = true;
  while (goes_on && mark.swept < to) {
    const Lsn end = std::min(mark.swept + records_per_step_, to);
    const auto between = [&] { return progress(mark.swept - first, to - first); };
    Compactor step(store_, ids_, cache_, mark.swept, end, between);
    GL_ASSIGN_OR_RETURN(goes_on, step.Run(&report));
    GL_ASSIGN_OR_RETURN(mark, ReadMark(store_));
  }
  report.to_lsn = mark.lsn;
  return report;
}

void Compaction::Start() {
  const auto mark = ReadMark(store_);
  folded_ = mark ? mark->swept : 0;
  background_ = std::thread([this] { RunInBackground(); });
}

void Compaction::Notice() {
  if (!background_.joinable() || !Due()) return;
  const std::scoped_lock lock(mutex_);
  wake_.notify_one();
}

void Compaction::RunInBackground() {
  LowerPriority();
  while (true) {
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [this] { return stop_ || Due(); });
    }
    if (stop_) return;
    const std::scoped_lock lock(running_);
    Pace pace;
    const Lsn to = last_lsn_;
    const auto report = FoldAll(to, [&](std::uint64_t, std::uint64_t) {
      pace.Pause();
      return !stop_;
    });
    // Reads go on without it, and whoever calls Compact is told what is wrong.
    if (!report) return;
    folded_ = report->to_lsn;
  }
}

}  // namespace grantledger
