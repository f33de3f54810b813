#include "tests/torture/fault_history.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <exception>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "tests/model/chooser.h"
#include "tests/torture/struck_engine.h"

namespace grantledger::torture {
namespace {

using model::Harness;
using model::Mismatch;
using model::Random;

constexpr int kSteps = 60;
constexpr int kStepsAfterwards = 15;

template <typename F>
F Find(const char* name) {
  return reinterpret_cast<F>(FindFault(name));
}

/// Where the calls came from.
std::vector<std::uint64_t> NotedPaths() {
  constexpr std::size_t kMost = std::size_t{1} << 17;
  std::vector<std::uint64_t> paths(kMost);
  const auto noted = Find<GrantledgerFaultPaths>("grantledger_fault_paths");
  paths.resize(noted ? noted(paths.data(), paths.size()) : 0);
  return paths;
}

/// What a run leaves for who looks at it afterwards.
class Trace {
 public:
  explicit Trace(const std::string& path)
      : fd_(open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600)) {}
  ~Trace() { close(fd_); }
  Trace(const Trace&) = delete;
  Trace& operator=(const Trace&) = delete;
  void Put(const Json& line) const {
    const std::string text = line.dump() + "\n";
    if (write(fd_, text.data(), text.size()) != static_cast<ssize_t>(text.size())) _exit(1);
  }

 private:
  int fd_;
};

class Runner {
 public:
  explicit Runner(const FaultRun& run)
      : run_(run), profile_(run.seed), trace_(run.trace), random_(run.seed) {
    engine_ = BeginHarness(run.directory, run.seed, profile_.max_grants_per_license, &harness_);
  }

  void Run() {
    Spare(true);
    if (const auto arm = Find<GrantledgerFaultArm>("grantledger_fault_arm")) arm(&run_.plan);
    engine_->strikes = true;
    for (int step = 0; step < kSteps && !forked_; ++step) Step();
    engine_->strikes = false;
    const auto calls = Find<GrantledgerFaultCalls>("grantledger_fault_calls");
    const auto failed = Find<GrantledgerFaultFailed>("grantledger_fault_failed");
    Json done = {{"Calls", calls ? calls() : 0}, {"Failed", failed ? failed() : 0}};
    if (run_.plan.notes_paths) done["Paths"] = NotedPaths();
    if (const auto disarm = Find<GrantledgerFaultDisarm>("grantledger_fault_disarm")) disarm();
    calm_ = true;
    if (!forked_) GoOn();
    engine_->Close();
    trace_.Put(done);
  }

  void Put(const Json& line) const { trace_.Put(line); }

 private:
  void Step() {
    if (!engine_->is_open()) {
      if (const Status opened = engine_->Open(); !opened.ok()) return Note("Open", opened);
      CheckLsn();
      if (forked_) return;
    }
    const std::size_t drawn = random_.Below(100);
    if (drawn < 68) return Write();
    if (drawn < 86) return Read();
    if (drawn < 91) return Compact();
    if (drawn < 94) return Settle();
    if (drawn < 97) return ReadBeside();
    engine_->Close();
  }

  /// All works again, at once or after a moment, without being opened anew.
  void GoOn() {
    if (!engine_->is_open()) {
      const Status opened = engine_->Open();
      if (!opened.ok()) throw Wrong("no reopening", opened.message());
      CheckLsn();
      if (forked_) return;
    }
    for (int i = 0; i < kMostTries && !(wrote_ = false, Write(), wrote_); ++i) {
      if (forked_) return;
      std::this_thread::sleep_for(kPause);
    }
    if (!wrote_) throw Wrong("writes stay refused", last_error_);
    const std::uint64_t faults = faults_;
    for (int i = 0; i < kStepsAfterwards && !forked_; ++i) {
      random_.Percent(60) ? Write() : Read();
    }
    Compact();
    if (faults_ != faults) throw Wrong("faults without a fault", last_error_);
  }

  void Note(const std::string& what, const Status& error) {
    if (error.ok()) return;
    last_error_ = what + ": " + error.message();
    ++faults_;
    trace_.Put({{"Refused", what}, {"Message", error.message()}});
    if (error.code() == Code::kCorruption) throw Wrong("told as damage", last_error_);
  }

  /// A write that was answered with an error may be stored: what is then known is less.
  void CheckLsn() {
    const std::uint64_t known = harness_->model().LastLsn();
    const std::uint64_t last = engine_->ledger().LastLsn();
    ExpectNoneLost(known, last);
    if (last == known) return;
    if (unsure_ == 0) throw Wrong("made up", "the last LSN is " + std::to_string(last));
    forked_ = true;
    trace_.Put({{"Stored", last - known}});
  }

  /// A write, or several that share a commit: one that is decided on top of others is another way
  /// through the engine.
  void Write() {
    const std::vector<Json> requests = DrawWrites();
    for (const Json& request : requests) trace_.Put({{"Unsure", request}});
    const std::vector<Json> answers = engine_->Apply(requests);
    const auto faults = static_cast<std::size_t>(std::ranges::count_if(answers, IsFault));
    for (const Json& answer : answers) {
      if (IsFault(answer)) Note("write", {Code::kIoError, answer["Error"].value("Message", "")});
    }
    if (faults == answers.size()) {
      unsure_ += faults;
      return CheckLsn();
    }
    if (unsure_ > 0 && IsOnTopOfMore(answers)) return CheckLsn();
    unsure_ = 0;
    wrote_ = StoredOf(answers) > 0;
    std::vector<Json> answered;
    for (std::size_t i = 0; i < answers.size(); ++i) {
      if (IsFault(answers[i])) continue;  // the others were stored without it
      trace_.Put({{"Request", requests[i]}, {"Answer", answers[i]}});
      engine_->known.push_back(answers[i]);
      answered.push_back(requests[i]);
    }
    Expect(harness_->CompareBatch(answered));
    FollowHorizon();
  }

  std::vector<Json> DrawWrites() {
    constexpr std::uint64_t kMostMore = 3;
    model::WriteChooser chooser(profile_, harness_->model().state(), Random(random_.Next()));
    return chooser.NextOfOneCommit(1 + (random_.Percent(30) ? 1 + random_.Below(kMostMore) : 0));
  }

  /// Of the answers, those that tell of a record; a refusal writes nothing.
  static std::uint64_t StoredOf(const std::vector<Json>& answers) {
    return static_cast<std::uint64_t>(std::ranges::count_if(
        answers, [](const Json& answer) { return answer.contains("Output"); }));
  }

  /// Whether a write before, of which nobody knew whether it is stored, turned out to be.
  bool IsOnTopOfMore(const std::vector<Json>& answers) {
    return engine_->ledger().LastLsn() > harness_->model().LastLsn() + StoredOf(answers);
  }

  void FollowHorizon() {
    const std::uint64_t horizon = engine_->ledger().Horizon();
    if (horizon == harness_->model().state().horizon) return;
    trace_.Put({{"Horizon", horizon}});
    Json read = {{"Operation", "WatchGrants"},
                 {"Caller", profile_.accounts.front()},
                 {"Time", model::FormatIsoTime(harness_->model().state().LastTime())},
                 {"Input", {{"FromLsn", 1}}}};
    const bool struck = std::exchange(engine_->strikes, false);
    Expect(harness_->DropHistory(horizon, true, read));
    engine_->strikes = struck;
  }

  void Expect(const std::optional<Mismatch>& mismatch) {
    if (!mismatch) return;
    const Json& answer = mismatch->engine_answer;
    if (!calm_ && IsFault(answer)) {
      ++faults_;
      return;
    }
    throw Wrong("wrong answer", mismatch->ToString());
  }

  void Read() {
    const Json request =
        model::ReadChooser(profile_, harness_->model().state(), Random(random_.Next())).Next();
    Expect(harness_->CompareRead(harness_->model(), request, random_));
  }

  void Compact() {
    Do("Compact", [&] {
      const auto report = engine_->ledger().Compact();
      return report ? Status() : report.error();
    });
    FollowHorizon();
  }

  void Settle() {
    Do("Settle", [&] { return engine_->ledger().Settle(); });
  }

  /// Something that may fail, under faults.
  template <typename F>
  void Do(const std::string& what, const F& call) {
    Status status;
    try {
      const Struck struck(engine_->strikes);
      status = call();
    } catch (const std::bad_alloc& thrown) {
      status = {Code::kIoError, thrown.what()};
    }
    Note(what, status);
  }

  /// A reader in another process would do the same.
  void ReadBeside() {
    grantledger::Options options;
    options.read_only = true;
    std::uint64_t lsn = harness_->model().LastLsn();
    Do("Open read-only", [&] {
      auto opened = Ledger::Open(engine_->directory(), options);
      if (opened) lsn = (*opened)->LastLsn();
      return opened ? Status() : opened.error();
    });
    if (lsn >= harness_->model().LastLsn()) return;
    throw Wrong("wrong answer", "a reader sees LSN " + std::to_string(lsn) + " for " +
                                    std::to_string(harness_->model().LastLsn()));
  }

  const FaultRun& run_;
  model::Profile profile_;
  Trace trace_;
  Random random_;
  StruckEngine* engine_ = nullptr;
  std::optional<Harness> harness_;
  bool calm_ = false;
  bool forked_ = false;
  bool wrote_ = false;
  std::uint64_t unsure_ = 0;  ///< Writes since the last one that was answered.
  std::uint64_t faults_ = 0;
  std::string last_error_;
};

}  // namespace

int RunHistory(const FaultRun& run) {
  Runner runner(run);
  try {
    runner.Run();
    return 0;
  } catch (const Wrong& wrong) {
    runner.Put({{"Outcome", wrong.outcome}, {"Text", wrong.what()}});
  } catch (const std::exception& thrown) {
    runner.Put({{"Outcome", "thrown"}, {"Text", thrown.what()}});
  }
  // Without closing: what is open may wait for what will not come.
  _exit(kWrong);
}

}  // namespace grantledger::torture
