#include "history_run.h"

#include <algorithm>

namespace grantledger::model {

namespace {

constexpr std::size_t kMoments = 6;
constexpr std::size_t kReadsOfACheck = 6;
constexpr std::size_t kReadsInTheEnd = 40;
constexpr std::size_t kBatches = 10;  // of a hundred writes
constexpr std::size_t kLargestBatch = 8;

EngineOptions OptionsOf(const Profile& profile) {
  EngineOptions options;
  options.max_grants_per_license = profile.max_grants_per_license;
  return options;
}

}  // namespace

HistoryRun::HistoryRun(std::uint64_t seed, Counters* counters, const EngineFactory& new_engine)
    : seed_(seed),
      profile_(seed),
      harness_(new_engine(OptionsOf(profile_)), OptionsOf(profile_)),
      moments_({harness_.model()}),
      counters_(counters) {}

std::optional<Mismatch> HistoryRun::Step(std::uint64_t number) {
  Random random(MixSeeds(seed_, number));
  const std::size_t drawn = random.Below(1000);
  const Random rest(random.Next());
  if (drawn < 775) return Write(rest);
  if (drawn < 780) return DropHistory(rest);
  if (drawn < 800) return Do(ReadChooser(profile_, harness_.model().state(), rest).Compaction());
  if (drawn < 950) return Read(rest);
  if (drawn < 970) return Check(random, kReadsOfACheck);
  if (drawn < 982) {
    Remember(random);
    return std::nullopt;
  }
  ReadChooser reads(profile_, harness_.model().state(), rest);
  if (drawn < 994) return harness_.StartWalk(reads.LongList(), 1 + random.Below(9));
  if (drawn < 998) return harness_.MisuseToken(reads.LongList(), random);
  return harness_.Reopen();
}

std::optional<Mismatch> HistoryRun::ReopenAndCheck(std::uint64_t number) {
  Random random(MixSeeds(~seed_, number));
  if (auto mismatch = harness_.Reopen()) return mismatch;
  return Check(random, kReadsOfACheck);
}

std::optional<Mismatch> HistoryRun::Finish() {
  Random random(MixSeeds(seed_, ~std::uint64_t{0}));
  return Check(random, kReadsInTheEnd);
}

std::optional<Mismatch> HistoryRun::Do(const Json& request) {
  requests_.push_back(request);
  auto mismatch = harness_.Compare(request);
  if (!mismatch) Count(request, harness_.answer());
  return mismatch;
}

std::optional<Mismatch> HistoryRun::Read(Random random) {
  const State& latest = harness_.model().state();
  const Json request = ReadChooser(profile_, latest, Random(random.Next())).Next();
  if (auto mismatch = Do(request)) return mismatch;
  const bool is_preview =
      request.at("Operation") == "PreviewGrantVersion" && harness_.answer().contains("Output");
  if (!is_preview || random.Percent(50)) return std::nullopt;
  return DoWhatWasPreviewed(request, random);
}

std::optional<Mismatch> HistoryRun::DoWhatWasPreviewed(Json request, Random& random) {
  request["Operation"] = "CreateGrantVersion";
  request["Input"]["ClientToken"] = "previewed-" + std::to_string(random.Next());
  if (auto mismatch = Do(request)) return mismatch;
  request["Operation"] = "ListGrantChanges";
  request["Input"] = {{"Lsn", harness_.model().LastLsn()}};
  requests_.push_back(request);
  if (auto mismatch = harness_.CompareRead(harness_.model(), request, random)) return mismatch;
  return harness_.AdvanceWalks();
}

std::optional<Mismatch> HistoryRun::Write(Random random) {
  const std::size_t size = random.Percent(kBatches) ? 2 + random.Below(kLargestBatch - 1) : 1;
  WriteChooser chooser(profile_, harness_.model().state(), Random(random.Next()));
  const std::vector<Json> batch = chooser.NextOfOneCommit(size);
  requests_.insert(requests_.end(), batch.begin(), batch.end());
  if (auto mismatch = harness_.CompareBatch(batch)) return mismatch;
  for (std::size_t i = 0; i < size; ++i) Count(batch[i], harness_.answers()[i]);
  return harness_.AdvanceWalks();
}

std::optional<Mismatch> HistoryRun::Check(Random& random, std::size_t reads) {
  for (std::size_t i = 0; i < reads; ++i) {
    auto mismatch = random.Percent(55) ? CheckLatest(random) : CheckPast(random);
    if (mismatch) return mismatch;
    if (counters_ != nullptr) ++counters_->checked_reads;
  }
  return std::nullopt;
}

std::optional<Mismatch> HistoryRun::CheckLatest(Random& random) {
  const Model& latest = harness_.model();
  const Json request = ReadChooser(profile_, latest.state(), Random(random.Next())).Next();
  return harness_.CompareRead(latest, request, random);
}

std::optional<Mismatch> HistoryRun::CheckPast(Random& random) {
  const State& latest = harness_.model().state();
  const Model& moment = random.Pick(moments_);
  const std::uint64_t lsn = moment.LastLsn();
  const State& known = random.Percent(70) ? moment.state() : latest;
  Json request = ReadChooser(profile_, known, Random(random.Next())).Next();
  request["Time"] = FormatIsoTime(latest.LastTime() + kSecond);
  request["AsOf"] = lsn;
  // By a time, where one names the moment: from its record's time until before the next one's.
  const Millis from = moment.state().LastTime();
  const Millis until = lsn < latest.LastLsn() ? latest.times[lsn] : latest.LastTime() + kSecond;
  if (from != 0 && from < until && random.Percent(50)) {
    const auto span = static_cast<std::size_t>(until - from);
    request["AsOf"] = FormatIsoTime(from + static_cast<Millis>(random.Below(span)));
  }
  if (counters_ != nullptr) ++counters_->past_reads;
  return harness_.CompareRead(moment, request, random);
}

std::optional<Mismatch> HistoryRun::DropHistory(Random random) {
  const State& latest = harness_.model().state();
  const std::uint64_t lsn = random.Below(latest.LastLsn() + 1);
  const bool release = random.Percent(60);
  Json read = ReadChooser(profile_, latest, Random(random.Next())).Next();
  read["Time"] = FormatIsoTime(latest.LastTime());
  requests_.push_back({{"Operation", "drop history"}, {"Lsn", lsn}});
  if (auto mismatch = harness_.DropHistory(lsn, release, read)) return mismatch;
  const std::uint64_t horizon = harness_.model().state().horizon;
  std::erase_if(moments_, [&](const Model& moment) { return moment.LastLsn() < horizon; });
  for (Model& moment : moments_) moment.SetHorizon(horizon);
  if (moments_.empty()) moments_.push_back(harness_.model());
  return std::nullopt;
}

void HistoryRun::Remember(Random& random) {
  if (moments_.size() < kMoments) {
    moments_.push_back(harness_.model());
  } else {
    moments_[random.Below(kMoments)] = harness_.model();
  }
}

void HistoryRun::Count(const Json& request, const Json& answer) {
  if (counters_ == nullptr) return;
  Counters::Answers& answers = counters_->operations[request.at("Operation")];
  ++(answer.contains("Output") ? answers.succeeded : answers.refused);
}

}  // namespace grantledger::model
