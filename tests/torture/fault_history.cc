#include "tests/torture/fault_history.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <deque>
#include <exception>
#include <fstream>
#include <memory>
#include <new>
#include <optional>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

#include <grantledger/ledger.h>
#include <grantledger/verify.h>

#include "tests/model/chooser.h"
#include "tests/model/harness.h"
#include "tools/json_api.h"

namespace grantledger::torture {
namespace {

using model::Harness;
using model::Json;
using model::Mismatch;
using model::Random;

constexpr int kSteps = 60;
constexpr int kStepsAfterwards = 15;
constexpr int kMostTries = 60;
constexpr std::chrono::milliseconds kPause(50);
constexpr int kWrong = 3;

template <typename F>
F Find(const char* name) {
  return reinterpret_cast<F>(dlsym(RTLD_DEFAULT, name));
}

void Spare(bool spared) {
  static const auto kSpare = Find<GrantledgerFaultSpare>("grantledger_fault_spare");
  if (kSpare != nullptr) kSpare(spared);
}

/// Calls of the ledger's in which faults may strike this thread; it is spared else.
class Struck {
 public:
  explicit Struck(bool strikes) : strikes_(strikes) {
    if (strikes_) Spare(false);
  }
  ~Struck() {
    if (strikes_) Spare(true);
  }
  Struck(const Struck&) = delete;
  Struck& operator=(const Struck&) = delete;

 private:
  bool strikes_;
};

bool IsFault(const Json& answer) {
  return answer.is_object() && answer.contains("Error") &&
         answer["Error"].value("Code", "") == "ServerInternalException";
}

Json ThrownAnswer(const std::exception& thrown) {
  return {{"Error", {{"Code", "ServerInternalException"}, {"Message", thrown.what()}}},
          {"Thrown", true}};
}

grantledger::Options OptionsOf(std::uint64_t seed, std::size_t max_grants_per_license) {
  grantledger::Options options;
  options.durability = seed % 4 == 0 ? Durability::kSynced : Durability::kBuffered;
  options.max_grants_per_license = static_cast<std::uint32_t>(max_grants_per_license);
  options.max_page_size = 100;
  constexpr std::uint64_t kShortTail = 15;
  options.background_compaction = seed % 2 == 0;
  options.compaction_records = kShortTail;
  constexpr std::uint64_t kShortHistory = 30;
  if (seed % 2 == 1) options.retention = KeepRecords{kShortHistory};
  return options;
}

/// The ledger as the harness sees it. Answers that were got already are given to it again.
class Engine : public model::Engine {
 public:
  Engine(std::string directory, const grantledger::Options& options)
      : directory_(std::move(directory)), options_(options) {}

  Status Open() {
    try {
      const Struck struck(strikes);
      auto opened = Ledger::Open(directory_, options_);
      if (!opened) return opened.error();
      ledger_ = std::move(*opened);
    } catch (const std::bad_alloc& thrown) {
      return {Code::kIoError, thrown.what()};
    }
    return {};
  }
  void Close() {
    const Struck struck(strikes);
    ledger_.reset();
  }
  [[nodiscard]] bool is_open() const { return ledger_ != nullptr; }
  Ledger& ledger() { return *ledger_; }
  [[nodiscard]] const std::string& directory() const { return directory_; }

  Json Execute(const Json& request) override {
    try {
      const Struck struck(strikes);
      if (!lsn) return tools::JsonApi(*ledger_).Execute(request);
      Json now = request;  // what is asked for belongs to a moment that is past
      now.erase("Time");
      return tools::JsonApi(*ledger_).Execute(now);
    } catch (const std::bad_alloc& thrown) {
      return ThrownAnswer(thrown);
    }
  }
  std::vector<Json> ExecuteAll(const std::vector<Json>& writes) override {
    std::vector<Json> answers;
    for (const Json& write : writes) {
      if (known.empty()) {
        answers.push_back(Execute(write));
      } else {
        answers.push_back(std::move(known.front()));
        known.pop_front();
      }
    }
    return answers;
  }
  std::string MemberGrantArn(const std::string& distribution_arn,
                             const std::string& account) override {
    for (int i = 0; i < kMostTries; ++i) {
      auto arn = ledger_->MemberGrantArn(distribution_arn, AccountId(std::stoull(account)));
      if (arn) return *arn;
      std::this_thread::sleep_for(kPause);
    }
    throw std::runtime_error("MemberGrantArn fails");
  }
  void Reopen() override {}
  std::uint64_t LastLsn() override { return lsn ? lsn() : ledger_->LastLsn(); }
  std::uint64_t DropHistory(std::uint64_t /*lsn*/, bool /*release*/) override {
    return ledger_->Horizon();
  }

  bool strikes = false;  ///< Whether faults may strike calls of the ledger.
  std::deque<Json> known;
  std::function<std::uint64_t()> lsn;  ///< Set while a trace is followed: the model's.

 private:
  std::string directory_;
  grantledger::Options options_;
  std::unique_ptr<Ledger> ledger_;
};

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

struct Wrong : std::runtime_error {
  Wrong(std::string outcome_name, const std::string& text)
      : runtime_error(text), outcome(std::move(outcome_name)) {}
  std::string outcome;
};

class Runner {
 public:
  explicit Runner(const FaultRun& run)
      : run_(run), profile_(run.seed), trace_(run.trace), random_(run.seed) {
    model::EngineOptions options;
    options.max_grants_per_license = profile_.max_grants_per_license;
    auto engine = std::make_unique<Engine>(run.directory,
                                           OptionsOf(run.seed, profile_.max_grants_per_license));
    engine_ = engine.get();
    harness_.emplace(std::move(engine), options);
  }

  void Run() {
    Spare(true);
    if (const auto arm = Find<GrantledgerFaultArm>("grantledger_fault_arm")) arm(&run_.plan);
    engine_->strikes = true;
    for (int step = 0; step < kSteps && !forked_; ++step) Step();
    engine_->strikes = false;
    const auto calls = Find<GrantledgerFaultCalls>("grantledger_fault_calls");
    const auto failed = Find<GrantledgerFaultFailed>("grantledger_fault_failed");
    const Json done = {{"Calls", calls ? calls() : 0}, {"Failed", failed ? failed() : 0}};
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
    if (last < known) {
      throw Wrong("lost", "the last LSN is " + std::to_string(last) + ", " + std::to_string(known) +
                              " was answered");
    }
    if (last == known) return;
    if (unsure_ == 0) throw Wrong("made up", "the last LSN is " + std::to_string(last));
    forked_ = true;
    trace_.Put({{"Stored", last - known}});
  }

  void Write() {
    const Json request =
        model::WriteChooser(profile_, harness_->model().state(), Random(random_.Next())).Next();
    trace_.Put({{"Unsure", request}});
    const Json answer = engine_->Execute(request);
    if (IsFault(answer)) {
      ++unsure_;
      Note("write", {Code::kIoError, answer["Error"].value("Message", "")});
      return CheckLsn();
    }
    unsure_ = 0;
    wrote_ = true;
    trace_.Put({{"Request", request}, {"Answer", answer}});
    engine_->known.push_back(answer);
    Expect(harness_->Compare(request));
    FollowHorizon();
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
  Engine* engine_ = nullptr;
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

namespace {

/// The model as the trace tells, and copies of it on the way.
class Replay {
 public:
  explicit Replay(const FaultRun& run) : run_(run), profile_(run.seed) {
    model::EngineOptions options;
    options.max_grants_per_license = profile_.max_grants_per_license;
    auto engine = std::make_unique<Engine>(run.directory,
                                           OptionsOf(run.seed, profile_.max_grants_per_license));
    engine_ = engine.get();
    harness_.emplace(std::move(engine), options);
  }

  void Check() {
    if (!std::filesystem::exists(run_.directory)) return ExpectNothing("no directory");
    const Status opened = engine_->Open();
    if (!opened.ok()) throw Wrong("no reopening", opened.message());
    Follow();
    const std::uint64_t known = harness_->model().LastLsn();
    const std::uint64_t last = engine_->ledger().LastLsn();
    if (last < known) {
      throw Wrong("lost", "the last LSN is " + std::to_string(last) + ", " + std::to_string(known) +
                              " was answered");
    }
    if (last > known + unsure_) throw Wrong("made up", "the last LSN is " + std::to_string(last));
    constexpr int kReads = 25;
    for (int i = 0; i < kReads; ++i) ReadAt(harness_->model(), last == known);
    for (const model::Model& moment : moments_) {
      for (int i = 0; i < 3; ++i) ReadAt(moment, false);
    }
    if (last == known) WriteMore();
    engine_->Close();
    Verify();
  }

 private:
  void ExpectNothing(const std::string& what) {
    std::ifstream lines(run_.trace);
    for (std::string line; std::getline(lines, line);) {
      if (Json::parse(line).contains("Request")) throw Wrong("lost", what);
    }
  }

  void Follow() {
    engine_->lsn = [this] { return harness_->model().LastLsn(); };
    std::ifstream lines(run_.trace);
    for (std::string text; std::getline(lines, text);) {
      const Json line = Json::parse(text);
      if (line.contains("Unsure")) ++unsure_;
      if (!line.contains("Request")) continue;
      unsure_ = 0;
      engine_->known.push_back(line["Answer"]);
      Expect(harness_->Compare(line["Request"]));
      constexpr std::size_t kMoment = 12;
      if (harness_->model().LastLsn() % kMoment == 0) moments_.push_back(harness_->model());
    }
    engine_->lsn = nullptr;
    const std::uint64_t horizon = engine_->ledger().Horizon();
    harness_->engine()->DropHistory(horizon, true);
    if (horizon == 0) return;
    Json read = {{"Operation", "WatchGrants"},
                 {"Caller", profile_.accounts.front()},
                 {"Time", model::FormatIsoTime(harness_->model().state().LastTime() + 1000)},
                 {"Input", {{"FromLsn", 1}}}};
    Expect(harness_->DropHistory(horizon, true, read));
    std::erase_if(moments_, [&](const auto& moment) { return moment.LastLsn() < horizon; });
    for (model::Model& moment : moments_) moment.SetHorizon(horizon);
  }

  void ReadAt(const model::Model& moment, bool latest) {
    Json request = model::ReadChooser(profile_, moment.state(), Random(random_.Next())).Next();
    if (!latest) {
      constexpr model::Millis kLater = 1000;
      const auto& state = harness_->model().state();
      request["Time"] = model::FormatIsoTime(state.LastTime() + kLater * 1000 * 86400);
      request["AsOf"] = moment.LastLsn();
    }
    Expect(harness_->CompareRead(moment, request, random_));
  }

  void WriteMore() {
    for (int i = 0; i < 3; ++i) {
      Expect(harness_->Compare(
          model::WriteChooser(profile_, harness_->model().state(), Random(random_.Next())).Next()));
    }
  }

  void Verify() {
    std::string found;
    VerifyOptions options;
    options.deep = true;
    const auto report = VerifyLedger(run_.directory, options, [&](const Finding& finding) {
      if (finding.kind != Finding::Kind::kTornTail) found += finding.what + "\n";
    });
    if (!report) throw Wrong("verify fails", report.error().message());
    if (!found.empty()) throw Wrong("verify finds", found);
  }

  static void Expect(const std::optional<Mismatch>& mismatch) {
    if (mismatch) throw Wrong("wrong answer", mismatch->ToString());
  }

  const FaultRun& run_;
  model::Profile profile_;
  Engine* engine_ = nullptr;
  std::optional<Harness> harness_;
  std::vector<model::Model> moments_;
  std::uint64_t unsure_ = 0;
  Random random_{7};
};

}  // namespace

int VerifyHistory(const FaultRun& run) {
  try {
    Replay(run).Check();
    return 0;
  } catch (const Wrong& wrong) {
    std::printf("%s\n", Json({{"Outcome", wrong.outcome}, {"Text", wrong.what()}}).dump().c_str());
  } catch (const std::exception& thrown) {
    std::printf("%s\n", Json({{"Outcome", "thrown"}, {"Text", thrown.what()}}).dump().c_str());
  }
  return kWrong;
}

}  // namespace grantledger::torture
