// The second half of fault_history.h: what a run left, looked at without faults.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include <grantledger/verify.h>

#include "tests/model/chooser.h"
#include "tests/torture/fault_history.h"
#include "tests/torture/struck_engine.h"

namespace grantledger::torture {
namespace {

using model::Harness;
using model::Mismatch;
using model::Random;

/// The model as the trace tells, and copies of it on the way.
class Replay {
 public:
  explicit Replay(const FaultRun& run) : run_(run), profile_(run.seed) {
    engine_ = BeginHarness(run.directory, run.seed, profile_.max_grants_per_license, &harness_);
  }

  void Check() {
    if (!std::filesystem::exists(run_.directory)) return ExpectNothing("no directory");
    const Status opened = engine_->Open();
    if (!opened.ok()) throw Wrong("no reopening", opened.message());
    Follow();
    const std::uint64_t known = harness_->model().LastLsn();
    const std::uint64_t last = engine_->ledger().LastLsn();
    ExpectNoneLost(known, last);
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
      // After every record, also one of a write that was not answered, of which the model of an
      // empty ledger knows nothing.
      constexpr model::Millis kLater = 1000LL * 86400 * 1000;
      constexpr model::Millis kYear2027 = 1'800'000'000'000;
      const model::Millis last = std::max(harness_->model().state().LastTime(), kYear2027);
      request["Time"] = model::FormatIsoTime(last + kLater);
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
  StruckEngine* engine_ = nullptr;
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
