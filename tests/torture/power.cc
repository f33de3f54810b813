#include "tests/torture/power.h"

#include <algorithm>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <utility>

#include "tests/torture/disk.h"
#include "tests/torture/power_check.h"
#include "tests/torture/power_run.h"

namespace grantledger::torture {
namespace {

namespace fs = std::filesystem;
using model::MixSeeds;
using model::Random;

/// One life of a ledger, and the disks that power loss makes of it.
class PowerHistory {
 public:
  PowerHistory(std::uint64_t seed, const Settings& settings, Tally& tally)
      : seed_(seed),
        random_(seed),
        directory_(settings.directory + "/history"),
        kept_in_(fs::path(settings.directory).parent_path()),
        tally_(tally) {
    fs::remove_all(directory_);
    for (const char* name : {"/recorded", "/work", "/scratch"}) {
      fs::create_directories(directory_ + name);
    }
    run_ = std::make_unique<PowerRun>(directory_ + "/recorded",
                                      DrawTrialOptions(random_, /*compaction_chance=*/15,
                                                       /*retention_beside_compaction=*/true),
                                      Promise());
  }
  ~PowerHistory() {
    std::error_code ignored;
    fs::remove_all(directory_, ignored);
  }
  PowerHistory(const PowerHistory&) = delete;
  PowerHistory& operator=(const PowerHistory&) = delete;

  void Live() {
    constexpr std::size_t kLeastWrites = 10;
    constexpr std::size_t kMoreWrites = 40;
    constexpr std::size_t kManyWrites = 150;
    run_->Open();
    // Others do the same writes on what was just made.
    fs::copy(run_->directory(), directory_ + "/work/empty", fs::copy_options::recursive);
    // Where they are many, the write-ahead log has several blocks, and little moves it on.
    rests_ = random_.Percent(25);
    const std::size_t writes = kLeastWrites + random_.Below(rests_ ? kManyWrites : kMoreWrites);
    workload_ = std::make_unique<Workload>(seed_, writes, directory_ + "/work");
    check_ = std::make_unique<PowerCheck>(*workload_, IdentityOf(run_->directory()),
                                          directory_ + "/scratch", tally_);
    // Some writes are left, to go on with after power loss.
    constexpr std::size_t kLeft = 5;
    while (run_->last() + kLeft < workload_->steps().size()) Act(*run_);
    run_->Close();
  }

  /// Power loss at so many moments, as far as the budget goes.
  void LosePower(Budget& budget) {
    constexpr std::size_t kMoments = 60;
    Disk disk;
    for (const std::size_t moment : DrawMoments(*run_, kMoments, /*opening=*/15)) {
      while (disk.position() < moment) disk.Follow(run_->events()[disk.position()]);
      const Promise& promise = run_->PromiseAt(moment);
      if (random_.Percent(25)) {
        LosePowerTwice(disk, promise, budget);
      } else if (!budget.Take()) {
        return;
      } else {
        Check(disk, promise, "");
      }
    }
  }

 private:
  /// In their order. More are delicate than by chance; and so many of a hundred are in the opening.
  std::vector<std::size_t> DrawMoments(const PowerRun& run, std::size_t count,
                                       std::size_t opening) {
    constexpr std::size_t kNear = 30;
    const std::vector<std::size_t> delicate = run.DelicateMoments();
    const std::vector<std::size_t> renames = run.RenameMoments();
    const std::size_t first = run.first_moment();
    std::vector<std::size_t> moments;
    while (moments.size() < count) {
      if (random_.Percent(10)) {
        moments.push_back(random_.Pick(renames));
      } else if (random_.Percent(opening)) {
        // Half of them near its end, where most depends on what came before.
        const std::size_t all = run.opened() - first;
        const std::size_t most = random_.Percent(50) ? all : std::min(all, kNear);
        moments.push_back(run.opened() - random_.Below(most + 1));
      } else if (random_.Percent(40)) {
        moments.push_back(random_.Pick(delicate));
      } else {
        const std::size_t opened = run.opened();
        moments.push_back(opened + random_.Below(run.events().size() - opened + 1));
      }
    }
    std::ranges::sort(moments);
    return moments;
  }

  void Act(PowerRun& run) {
    constexpr std::size_t kSeldom = 2;
    const std::size_t what = rests_ && !random_.Percent(kSeldom) ? 100 : random_.Below(100);
    if (what < 8) {
      run.Compact();
    } else if (what < 13) {
      run.Settle();
    } else if (what < 18) {
      run.Close();
      run.Open();
    } else if (what < 20) {
      const std::string copy = directory_ + "/copy";
      run.Checkpoint(copy);
      fs::remove_all(copy);
    } else {
      constexpr std::size_t kMostWrites = 4;
      run.Write(*workload_, random_.Percent(70) ? 1 : 1 + random_.Below(kMostWrites));
    }
  }

  /// What opening makes of the disk is recorded again.
  void LosePowerTwice(const Disk& disk, Promise promise, Budget& budget) {
    constexpr std::size_t kCuts = 3;
    constexpr std::size_t kMostActs = 4;
    const Loss loss = Loss::Draw(random_);
    const std::string before = Describe(disk, loss) + ", then ";
    const std::string root = directory_ + "/again";
    fs::remove_all(root);
    disk.Rebuild(loss, root);
    const bool was_made = promise.made;
    PowerRun again(root, run_->options(), promise);
    try {
      again.Open();
      const std::size_t acts = was_made && !promise.is_other ? random_.Below(kMostActs) : 0;
      for (std::size_t i = 0; i < acts && again.last() < workload_->steps().size(); ++i) Act(again);
      again.Close();
    } catch (const std::exception& error) {
      ++tally_.trials;
      ++tally_.outcomes["FAILED: opened over a recorded file system"];
      return Fail(disk, loss, Describe(disk, loss), error.what());
    }
    Disk second;
    for (const std::size_t moment : DrawMoments(again, kCuts, /*opening=*/50)) {
      if (!budget.Take()) return;
      while (second.position() < moment) second.Follow(again.events()[second.position()]);
      Promise then = again.PromiseAt(moment);
      then.is_other = !was_made;
      ++tally_.outcomes["of them lost power again while it was opened or after"];
      Check(second, then, before);
    }
  }

  void Check(const Disk& disk, const Promise& promise, const std::string& before) {
    ++tally_.trials;
    const Loss loss = Loss::Draw(random_);
    const std::string root = directory_ + "/disk";
    fs::remove_all(root);
    disk.Rebuild(loss, root);
    Options options = run_->options();
    options.durability = random_.Percent(50) ? Durability::kSynced : Durability::kBuffered;
    options.background_compaction = false;  // the horizon stays where it is while we read
    const auto wrong = check_->Run(root + "/ledger", options, promise, Random(random_.Next()));
    if (wrong) Fail(disk, loss, before + Describe(disk, loss), *wrong);
  }

  static std::string Describe(const Disk& disk, const Loss& loss) {
    return "power loss after event " + std::to_string(disk.position()) + ", " + loss.ToString();
  }

  /// Keeps the disk as it was before it was opened.
  void Fail(const Disk& disk, const Loss& loss, const std::string& when, const std::string& what) {
    constexpr std::size_t kMostKept = 20;
    std::string failure = "--seed " + std::to_string(seed_) + ", " + when + ": " + what;
    if (tally_.failures.size() < kMostKept) {
      const std::string kept = kept_in_ + "/grantledger-power-" + std::to_string(seed_) + "-" +
                               std::to_string(tally_.failures.size() + 1);
      fs::remove_all(kept);
      disk.Rebuild(loss, kept);
      failure += "; the disk is kept in " + kept;
    }
    tally_.failures.push_back(std::move(failure));
  }

  std::uint64_t seed_;
  Random random_;
  std::string directory_;
  std::string kept_in_;
  Tally& tally_;
  bool rests_ = false;  ///< All but writing is seldom.
  std::unique_ptr<PowerRun> run_;
  std::unique_ptr<Workload> workload_;
  std::unique_ptr<PowerCheck> check_;
};

}  // namespace

Tally RunPower(const Settings& settings) {
  Tally tally;
  Budget budget(settings);
  for (std::uint64_t seed = settings.seed;; ++seed) {
    const std::uint64_t before = budget.taken();
    PowerHistory history(seed, settings, tally);
    try {
      history.Live();
    } catch (const std::exception& error) {
      tally.failures.push_back("--seed " + std::to_string(seed) +
                               ", without power loss: " + error.what());
      return tally;
    }
    history.LosePower(budget);
    ++tally.outcomes["histories"];
    if (budget.taken() == before || (settings.trials != 0 && budget.taken() >= settings.trials)) {
      return tally;
    }
  }
}

}  // namespace grantledger::torture
