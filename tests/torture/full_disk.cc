#include "tests/torture/full_disk.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

#include "query/open.h"
#include "tests/torture/patience.h"
#include "tests/torture/small_disk.h"
#include "tests/torture/subject.h"
#include "tests/torture/workload.h"
#include "tools/json_output.h"
#include "tools/json_request.h"

namespace grantledger::torture {
namespace {

namespace fs = std::filesystem;
using model::Random;

/// Something that must not be.
struct Found : std::runtime_error {
  using runtime_error::runtime_error;
};

class FullDiskHistory {
 public:
  FullDiskHistory(std::uint64_t seed, const Settings& settings, Tally& tally)
      : random_(seed),
        patience_("--seed " + std::to_string(seed)),
        directory_(settings.directory + "/history"),
        tally_(tally),
        // With both, the horizon would move while reads are compared.
        options_(DrawTrialOptions(random_, /*compaction_chance=*/40,
                                  /*retention_beside_compaction=*/false)) {
    fs::remove_all(directory_);
    constexpr std::size_t kWrites = 80;
    workload_ = std::make_unique<Workload>(seed, kWrites, directory_ + "/work");
    workload_->CopyEmpty(Path());
    MustOpen();
  }
  ~FullDiskHistory() {
    ledger_.reset();
    std::error_code ignored;
    fs::remove_all(directory_, ignored);
  }
  FullDiskHistory(const FullDiskHistory&) = delete;
  FullDiskHistory& operator=(const FullDiskHistory&) = delete;

  [[nodiscard]] bool HasMore() const { return sure_ + kMostWrites < workload_->steps().size(); }

  /// From one time with room to the next.
  void Fill() {
    constexpr std::size_t kMostActs = 8;
    for (std::size_t acts = random_.Below(kMostActs); acts > 0 && HasMore(); --acts) Act();
    static constexpr std::array<std::size_t, 5> kRooms{1, 300, 3'000, 20'000, 200'000};
    room_ = random_.Below(kRooms[random_.Below(kRooms.size())]);
    disk_->LeaveRoom(*room_);
    for (std::size_t acts = 1 + random_.Below(kMostActs); acts > 0 && HasMore(); --acts) Act();
    if (disk_->TakeWasFull()) ++tally_.outcomes["times the disk was full, and something failed"];
    Free();
  }

  void Finish() {
    Read(/*reads=*/5);
    CloseAndOpen();
    Close();
    auto opened = Ledger::Open(Path(), options_);
    if (!opened) throw Found("does not open in the end: " + opened.error().message());
    ledger_ = std::move(*opened);
    CheckEnd();
    Read(/*reads=*/15);
    Close();
    const std::string found = FindDeep(Path());
    if (!found.empty()) throw Found("verify finds " + found);
  }

 private:
  static constexpr std::size_t kMostWrites = 4;  // in one commit
  static constexpr int kMostTries = 100;
  static constexpr std::chrono::milliseconds kPause{50};

  [[nodiscard]] std::string Path() const { return directory_ + "/ledger"; }
  template <typename F>
  auto Call(const std::string& what, const F& call) {
    return patience_.Call(what + (room_ ? " with room for " + std::to_string(*room_) : ""), call);
  }

  void Act() {
    if (ledger_ == nullptr) return TryToOpen();
    const std::size_t what = random_.Below(100);
    if (what < 60) return Write();
    if (what < 75) return Read(/*reads=*/3);
    if (what < 83) return Do("Settle", [&] { return ledger_->Settle(); });
    if (what < 92) return Compact();
    if (what < 95) return Checkpoint();
    CloseAndOpen();
  }

  /// There is room again: all goes on.
  void Free() {
    room_.reset();
    disk_->LeaveRoom(SmallDisk::kPlenty);
    if (ledger_ == nullptr) MustOpen();
    // What was begun before may fail after the first of them.
    Lsn before = sure_;
    for (int tries = 0; HasMore(); ++tries) {
      if (tries == kMostTries) throw Found("writes stay refused: " + last_error_);
      if (tries != 0) std::this_thread::sleep_for(kPause);
      last_error_.clear();
      Write();
      const Status healthy = ledger_->Health().writes;
      if (sure_ != before && healthy.ok()) break;
      before = sure_;
      if (!healthy.ok()) last_error_ += "; not healthy: " + healthy.message();
    }
    disk_->TakeWasFull();
  }

  Status OpenNow() {
    return Call("opening", [&]() -> Status {
      auto opened = OpenLedger(Path(), options_, env_.get());
      if (!opened) return opened.error();
      ledger_ = std::move(*opened);
      return {};
    });
  }
  void MustOpen() {
    const Status opened = OpenNow();
    if (!opened.ok()) throw Found("does not open: " + opened.message());
    CheckEnd();
  }
  void TryToOpen() {
    const Status opened = OpenNow();
    if (opened.ok()) return CheckEnd();
    NoteFailed("opening", opened);
  }
  void Close() {
    const Status closed = Call("closing", [&] { return ledger_->Close(); });
    ledger_.reset();
    NoteFailed("closing", closed);
  }
  void CloseAndOpen() {
    Close();
    TryToOpen();
  }

  /// Only a full disk is a reason to fail, and it is told as that.
  void NoteFailed(const std::string& what, const Status& status) {
    if (status.ok()) return;
    last_error_ = what + ": " + status.message();
    if (status.code() != Code::kIoError) {
      throw Found("told as " + std::string(ApiException(status.code())) + ": " + last_error_);
    }
    if (!room_ && what == "opening") throw Found("with room for all, " + last_error_);
    ++tally_.outcomes[what + " failed"];
  }

  template <typename F>
  void Do(const std::string& what, const F& call) {
    const Status done = Call(what, call);
    NoteFailed(what, done);
  }
  void Compact() {
    Do("Compact", [&] {
      const auto report = ledger_->Compact();
      return report ? Status() : report.error();
    });
  }

  void Checkpoint() {
    const std::string copy = directory_ + "/copy";
    Do("Checkpoint", [&]() -> Status {
      const auto end = ledger_->Checkpoint(copy);
      if (!end) return end.error();
      if (*end != sure_ && *end != sure_ + unsure_) {
        throw Found("a checkpoint has LSN " + std::to_string(*end) + ", expected " +
                    std::to_string(sure_) + " and " + std::to_string(unsure_) + " more");
      }
      return {};
    });
    if (!fs::exists(copy)) return;
    auto opened = Ledger::Open(copy, TrialOptions());
    if (!opened) throw Found("a checkpoint does not open: " + opened.error().message());
    if (const auto wrong = FindWrongAnswer(**opened, *workload_, Random(random_.Next()), 3)) {
      throw Found("of a checkpoint, " + *wrong);
    }
    opened->reset();
    fs::remove_all(copy);
  }

  void Read(std::size_t reads) {
    if (ledger_ == nullptr || unsure_ != 0) return;
    Call("reading", [&] {
      const auto wrong = FindWrongAnswer(*ledger_, *workload_, Random(random_.Next()), reads);
      if (wrong) throw Found(*wrong);
    });
    tally_.outcomes["reads as the model's"] += reads;
  }

  static grantledger::Write Parsed(const model::Json& request) {
    auto parsed = tools::ParseRequest(request);
    if (!parsed) throw std::runtime_error("parsing: " + parsed.error().message());
    return std::get<grantledger::Write>(*std::move(parsed));
  }

  /// Until it is known whether the last commit is stored, no other one can be done.
  bool IsKnown() {
    if (unsure_ == 0) return true;
    AcceptGrantRequest refused;
    refused.grant_arn = "arn:aws:license-manager::111122223333:grant:g-" + std::string(32, '0');
    const auto answer = Call("a write that is refused", [&] {
      return ledger_->Write(grantledger::Call{.caller = AccountId(111'122'223'333)}, refused);
    });
    if (answer) throw Found("what is to be refused was done");
    const bool told =
        answer.error().code() != Code::kIoError && answer.error().code() != Code::kCorruption;
    if (!told) {
      NoteFailed("a write that is refused", answer.error());
      return false;
    }
    CheckEnd();
    return true;
  }

  void Write() {
    if (!IsKnown()) return;
    std::vector<grantledger::Write> writes;
    for (std::size_t left = 1 + random_.Below(kMostWrites); left > 0; --left) {
      writes.push_back(Parsed(workload_->steps()[sure_ + writes.size()].request));
    }
    const auto answers = Call("a write", [&] { return ledger_->Apply(writes); });
    if (!answers.front()) return Failed(answers);
    for (std::size_t i = 0; i < answers.size(); ++i) {
      const auto& step = workload_->steps()[sure_ + i];
      if (!answers[i]) throw Found("a part of a commit failed: " + answers[i].error().message());
      const model::Json output(tools::ToJson(*answers[i]));
      if (output == step.answer.at("Output")) continue;
      throw Found("LSN " + std::to_string(sure_ + i + 1) + " was answered " + output.dump() +
                  ", expected " + step.answer.dump());
    }
    tally_.outcomes["writes answered"] += answers.size();
    sure_ += answers.size();
    CheckEnd();
  }

  void Failed(const std::vector<Result<WriteResponse>>& answers) {
    const std::string& message = answers.front().error().message();
    for (const auto& answer : answers) {
      if (answer || answer.error().message() != message) throw Found("a part of a commit failed");
    }
    const bool is_nowhere = message.ends_with("nothing was stored by this call");
    if (!is_nowhere && !message.ends_with("is not known yet")) {
      throw Found("it does not say whether it is stored: " + message);
    }
    NoteFailed(is_nowhere ? "a commit, stored nowhere," : "a commit, not known whether stored,",
               answers.front().error());
    if (is_nowhere) return CheckEnd();
    unsure_ = answers.size();
  }

  /// All that was answered is there, and a commit is there whole or not at all.
  void CheckEnd() {
    const Lsn last = ledger_->LastLsn();
    if (last != sure_ && last != sure_ + unsure_) {
      throw Found("LSN " + std::to_string(last) + ", expected " + std::to_string(sure_) +
                  (unsure_ == 0 ? "" : " or " + std::to_string(sure_ + unsure_)));
    }
    if (last != sure_) ++tally_.outcomes["commits of which it was not known, and that are stored"];
    sure_ = last;
    unsure_ = 0;
  }

  Random random_;
  Patience patience_;
  std::string directory_;
  Tally& tally_;
  Options options_;
  std::unique_ptr<Workload> workload_;
  std::shared_ptr<SmallDisk> disk_ = std::make_shared<SmallDisk>();
  std::unique_ptr<rocksdb::Env> env_ = rocksdb::NewCompositeEnv(disk_);
  std::unique_ptr<Ledger> ledger_;
  std::optional<std::size_t> room_;  ///< Nullopt: plenty.
  Lsn sure_ = 0;                     ///< The last record that is known to be there.
  std::size_t unsure_ = 0;           ///< Records of a commit after it, which may be there.
  std::string last_error_;
};

}  // namespace

Tally RunFullDisk(const Settings& settings) {
  Tally tally;
  Budget budget(settings);
  for (std::uint64_t seed = settings.seed;; ++seed) {
    const std::uint64_t before = budget.taken();
    try {
      FullDiskHistory history(seed, settings, tally);
      while (history.HasMore() && budget.Take()) {
        ++tally.trials;
        history.Fill();
      }
      history.Finish();
      ++tally.outcomes["histories"];
    } catch (const std::exception& error) {
      tally.failures.push_back("--seed " + std::to_string(seed) + ": " + error.what());
    }
    if (budget.taken() == before || (settings.trials != 0 && budget.taken() >= settings.trials)) {
      return tally;
    }
  }
}

}  // namespace grantledger::torture
