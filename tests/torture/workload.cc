#include "tests/torture/workload.h"

#include <array>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <utility>

#include "tests/model/chooser.h"
#include "tests/model/harness.h"
#include "tests/model/iso_time.h"
#include "tools/json_api.h"

namespace grantledger::torture {
namespace {

using model::Json;

constexpr int kYearsSince1970 = 50;  // before all times of the model's choosers

/// A ledger that somebody else has open, as the harness sees it.
class OpenLedger : public model::Engine {
 public:
  /// `errors` null: nobody counts them.
  explicit OpenLedger(Ledger& ledger, ReadErrors* errors = nullptr)
      : ledger_(ledger), errors_(errors) {}
  Json Execute(const Json& request) override {
    Json answer = tools::JsonApi(ledger_).Execute(request);
    if (errors_ != nullptr && IsOfFiles(answer)) {
      if (errors_->reads++ == 0) errors_->first = answer.at("Error").at("Message");
    }
    return answer;
  }
  std::string MemberGrantArn(const std::string& distribution, const std::string& account) override {
    auto arn = ledger_.MemberGrantArn(distribution, AccountId(std::stoull(account)));
    if (!arn) throw std::runtime_error(arn.error().message());
    return *arn;
  }
  void Reopen() override { throw std::logic_error("not to be reopened"); }
  std::uint64_t LastLsn() override { return ledger_.LastLsn(); }

 private:
  /// Corruption and IoError alone have this exception.
  static bool IsOfFiles(const Json& answer) {
    return answer.contains("Error") &&
           answer.at("Error").at("Code") == ApiException(Code::kCorruption);
  }

  Ledger& ledger_;
  ReadErrors* errors_;
};

void Demand(const std::optional<model::Mismatch>& mismatch) {
  if (mismatch) throw std::runtime_error("in quiet: " + mismatch->ToString());
}

}  // namespace

Options TrialOptions() {
  Options options;
  options.background_compaction = false;
  options.max_page_size = 100;
  options.clock = [] { return Time(std::chrono::hours(24 * 365 * kYearsSince1970)); };
  options.max_time_ahead = std::nullopt;  // histories have times of their own
  return options;
}

Options DrawTrialOptions(model::Random& random, std::size_t compaction_chance,
                         bool retention_beside_compaction) {
  static constexpr std::array<std::uint64_t, 3> kRetainedRecords{0, 5, 20};
  Options options = TrialOptions();
  options.durability = random.Percent(60) ? Durability::kSynced : Durability::kBuffered;
  options.background_compaction = random.Percent(compaction_chance);
  options.compaction_records = 1 + random.Below(10);
  options.cache_bytes = std::size_t{1} << 20;
  const bool may_drop = retention_beside_compaction || !options.background_compaction;
  if (may_drop && random.Percent(50)) {
    options.retention = KeepRecords{kRetainedRecords[random.Below(kRetainedRecords.size())]};
  }
  return options;
}

Workload::Workload(std::uint64_t seed, std::size_t writes, const std::string& directory)
    : empty_(directory + "/empty") {
  std::filesystem::create_directories(directory);
  Options options = TrialOptions();
  options.durability = Durability::kBuffered;
  if (!std::filesystem::exists(empty_)) {
    const auto made = Ledger::Open(empty_, options);
    if (!made) throw std::runtime_error(made.error().message());
  }
  CopyEmpty(directory + "/quiet");
  auto opened = Ledger::Open(directory + "/quiet", options);
  if (!opened) throw std::runtime_error(opened.error().message());
  const std::unique_ptr<Ledger> quiet = std::move(*opened);
  const model::Profile profile(seed);
  model::Harness harness(std::make_unique<OpenLedger>(*quiet), model::EngineOptions());
  models_.push_back(harness.model());
  model::Random random(seed);
  while (steps_.size() < writes) {
    const model::State& state = harness.model().state();
    const Json request = model::WriteChooser(profile, state, model::Random(random.Next())).Next();
    const Lsn before = quiet->LastLsn();
    Demand(harness.Compare(request));
    // What is refused, or replays a token, makes no record.
    if (quiet->LastLsn() == before) continue;
    steps_.push_back({request, harness.answer()});
    models_.push_back(harness.model());
  }
}

void Workload::CopyEmpty(const std::string& directory) const {
  std::filesystem::copy(empty_, directory, std::filesystem::copy_options::recursive);
}

std::optional<std::string> FindWrongAnswer(Ledger& ledger, const Workload& workload,
                                           model::Random random, std::size_t reads,
                                           ReadErrors* errors) {
  const Lsn last = ledger.LastLsn();
  const Lsn horizon = ledger.Horizon();
  if (last >= workload.steps().size() + 1) return "it has LSN " + std::to_string(last);
  const model::Profile profile(random.Next());
  model::Harness harness(std::make_unique<OpenLedger>(ledger, errors), workload.At(last));
  for (std::size_t i = 0; i < reads; ++i) {
    const bool past = random.Percent(50) && last > horizon;
    const Lsn at = past ? horizon + random.Below(last - horizon) : last;
    model::Model as_of = workload.At(at);
    as_of.SetHorizon(horizon);
    Json request = model::ReadChooser(profile, as_of.state(), model::Random(random.Next())).Next();
    request["Time"] = model::FormatIsoTime(workload.At(last).state().LastTime());
    if (past) request["AsOf"] = at;
    const std::uint64_t errors_before = errors == nullptr ? 0 : errors->reads;
    if (const auto mismatch = harness.CompareRead(as_of, request, random)) {
      if (errors != nullptr && errors->reads != errors_before) continue;
      return "as of LSN " + std::to_string(at) + " of " + std::to_string(last) + ": " +
             mismatch->ToString();
    }
  }
  return std::nullopt;
}

}  // namespace grantledger::torture
