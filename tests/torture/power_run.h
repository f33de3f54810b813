// A ledger's life over a file system that is recorded, and what was promised at each moment of it.
#ifndef GRANTLEDGER_TESTS_TORTURE_POWER_RUN_H_
#define GRANTLEDGER_TESTS_TORTURE_POWER_RUN_H_

#include <memory>
#include <string>
#include <vector>

#include <grantledger/ledger.h>

#include "tests/torture/disk.h"
#include "tests/torture/recording_file_system.h"
#include "tests/torture/workload.h"

namespace grantledger::torture {

/// What must be there after power loss at some moment.
struct Promise {
  bool made = false;      ///< The ledger. Else there may be nothing, or it is made anew.
  bool is_other = false;  ///< It was made anew after power loss: it is not the workload's.
  Lsn least = 0;          ///< Durable, as documented.
  Lsn answered = 0;       ///< To a caller, durable or not.
  Lsn most = 0;           ///< Begun.
};

class PowerRun {
 public:
  /// The ledger is `root`/ledger. What is in `root` was there before, and holds what is promised.
  PowerRun(const std::string& root, const Options& options, const Promise& before);
  ~PowerRun();
  PowerRun(const PowerRun&) = delete;
  PowerRun& operator=(const PowerRun&) = delete;

  // Each throws std::runtime_error where it fails, or the answers are not the workload's.
  void Open();
  /// The next writes, in one commit.
  void Write(const Workload& workload, std::size_t writes);
  void Compact();
  void Settle();
  void Checkpoint(const std::string& directory);
  void Close();

  [[nodiscard]] Lsn last() const { return now_.answered; }
  [[nodiscard]] const Promise& now() const { return now_; }
  [[nodiscard]] std::string directory() const { return root_ + "/ledger"; }
  Options& options() { return options_; }

  // REQUIRES for what follows: it is closed.
  /// Power loss may come after any number of events from the first of these on.
  [[nodiscard]] std::size_t first_moment() const { return first_moment_; }
  [[nodiscard]] const std::vector<DiskEvent>& events() const { return journal_.events(); }
  /// When the first opening had returned.
  [[nodiscard]] std::size_t opened() const { return opened_; }
  /// Moments beside events of the manifest, CURRENT and ANCHOR after that. Not empty.
  [[nodiscard]] std::vector<std::size_t> DelicateMoments() const;
  /// Moments at which CURRENT names something new, and nothing came after. Not empty.
  [[nodiscard]] std::vector<std::size_t> RenameMoments() const;
  [[nodiscard]] const Promise& PromiseAt(std::size_t moment) const;

 private:
  struct Mark {
    std::size_t moment = 0;
    Promise promise;
  };
  void Note() { marks_.push_back({journal_.size(), now_}); }

  std::string root_;
  Options options_;
  DiskJournal journal_;
  std::shared_ptr<RecordingFileSystem> system_;
  std::unique_ptr<rocksdb::Env> env_;
  std::unique_ptr<Ledger> ledger_;
  std::size_t first_moment_ = 0;
  std::size_t opened_ = 0;
  Promise now_;
  std::vector<Mark> marks_;
};

}  // namespace grantledger::torture

#endif  // GRANTLEDGER_TESTS_TORTURE_POWER_RUN_H_
