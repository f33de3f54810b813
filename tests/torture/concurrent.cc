#include "concurrent.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <memory>
#include <thread>

#include "actors.h"
#include "follower.h"
#include "history_file.h"

namespace grantledger::torture {
namespace {

using model::MixSeeds;
using model::Random;

Options OptionsOf(Random random, const model::Profile& profile) {
  static constexpr std::array<std::uint64_t, 4> kTails{10, 30, 100, 1'000};
  static constexpr std::array<std::size_t, 3> kCaches{std::size_t{16} << 10, std::size_t{1} << 20,
                                                      std::size_t{256} << 20};
  static constexpr std::array<Millis, 3> kHolds{20, model::kSecond, model::kHour};
  Options options;
  options.durability = random.Percent(70) ? Durability::kBuffered : Durability::kSynced;
  options.compaction_records = kTails[random.Below(kTails.size())];
  options.background_compaction = random.Percent(85);
  options.cache_bytes = kCaches[random.Below(kCaches.size())];
  options.max_hold = std::chrono::milliseconds(kHolds[random.Below(kHolds.size())]);
  options.max_grants_per_license = static_cast<std::uint32_t>(profile.max_grants_per_license);
  return options;
}

std::optional<std::uint64_t> KeepsOf(Random random) {
  static constexpr std::array<std::uint64_t, 4> kKeeps{0, 5, 50, 300};
  if (random.Percent(25)) return std::nullopt;
  return kKeeps[random.Below(kKeeps.size())];
}

class Trial {
 public:
  Trial(std::uint64_t seed, const std::string& directory, Tally& tally)
      : random_(seed),
        tally_(tally),
        profile_(seed),
        subject_(OptionsOf(Random(MixSeeds(seed, 1)), profile_), directory),
        follower_(subject_, KeepsOf(Random(MixSeeds(seed, 2)))),
        oracle_(
            profile_.max_grants_per_license,
            [this](const std::string& distribution, const std::string& account) {
              return subject_.MemberGrantArn(distribution, account);
            },
            [this](const std::string& organization, const std::string& management) {
              return RootOf(organization, management);
            }) {}

  std::optional<Violation> Run(std::size_t rounds) {
    for (std::size_t round = 0; round < rounds; ++round) {
      if (auto violation = OneRound()) return violation;
      if (random_.Percent(8)) Reopen();
      if (random_.Percent(12)) subject_.Tick(static_cast<Millis>(random_.Below(30)) * model::kHour);
    }
    if (auto violation = AdvanceWalks(true)) return violation;
    if (auto violation = ReadInQuiet()) return violation;
    Reopen();
    if (auto violation = ReadInQuiet()) return violation;
    const auto compacted = subject_.ledger().Compact();
    if (!compacted) return Violation{compacted.error().message(), {}, {}, 0};
    if (auto violation = ReadInQuiet()) return violation;
    subject_.Close();
    const std::string found = subject_.Verify();
    if (found.empty()) return std::nullopt;
    return Violation{"verify finds\n" + found, {}, {}, oracle_.model().LastLsn()};
  }

  [[nodiscard]] std::string WriteHistory(const std::string& path, const Violation& violation) {
    return torture::WriteHistory(path, {log_, follower_.records(), oracle_.member_arns(), roots_,
                                        profile_.max_grants_per_license, violation});
  }

 private:
  std::string RootOf(const std::string& organization, const std::string& management) {
    std::string& root = roots_[organization];
    if (!root.empty()) return root;
    const Json roots =
        subject_
            .Call({{"Operation", "ListRoots"}, {"Caller", management}, {"Input", Json::object()}})
            .answer;
    return root = roots.at("Output").at("Roots").at(0).at("Id");
  }

  void Reopen() {
    walks_.clear();  // what they need is held no longer
    subject_.Close();
    subject_.Open();
    ++tally_.outcomes["reopened"];
  }

  /// As-of points that can be checked, about the horizon and later.
  std::vector<std::uint64_t> SomeAsOf() {
    const Sight now = subject_.Look();
    const std::uint64_t first = std::max(oracle_.oldest(), now.horizon > 2 ? now.horizon - 2 : 0);
    std::vector<std::uint64_t> some;
    for (int i = 0; i < 3; ++i) some.push_back(first + random_.Below(now.lsn - first + 1));
    if (now.horizon >= first) some.push_back(now.horizon);
    return some;
  }

  std::optional<Violation> OneRound() {
    constexpr std::size_t kMostWriters = 4;
    const model::State state = oracle_.model().state();
    oracle_.KeepCheckpoint();
    Round round{subject_, profile_, state, SomeAsOf(), {}, {}};
    const std::size_t writers = 1 + random_.Below(kMostWriters);
    const std::size_t readers = 1 + random_.Below(2);
    std::vector<Seen> seen(writers + readers + 5);
    auto next = seen.begin();
    std::vector<std::thread> writing;
    std::vector<std::thread> others;
    follower_.Start();
    for (std::size_t i = 0; i < writers; ++i) {
      writing.emplace_back(WriteSome, std::ref(round), Random(random_.Next()),
                           1 + random_.Below(20), &*next++);
    }
    const std::size_t most_reads = 10 + random_.Below(80);
    for (std::size_t i = 0; i < readers; ++i) {
      others.emplace_back(ReadOn, std::ref(round), Random(random_.Next()), most_reads, &*next++);
    }
    using Actor = void (*)(Round&, Random, Seen*);
    const auto maybe = [&](std::size_t percent, Actor actor) {
      const Random random(random_.Next());
      if (random_.Percent(percent)) others.emplace_back(actor, std::ref(round), random, &*next++);
    };
    maybe(40, CompactOn);
    maybe(40, HoldOn);
    maybe(20, ReadBeside);
    maybe(15, CopyBeside);
    if (random_.Percent(4)) others.emplace_back(VerifyBeside, std::ref(round), &*next++);
    const std::optional<Violation> walked = AdvanceWalks(false);
    for (std::thread& thread : writing) thread.join();
    round.stop = true;
    for (std::thread& thread : others) thread.join();
    follower_.Stop();
    if (walked) seen.front().violation = walked;
    return Check(std::move(seen));
  }

  std::optional<Violation> Check(std::vector<Seen> seen) {
    Stretch stretch;
    std::vector<Observed> writes;
    std::vector<Walk> open;
    std::optional<Violation> at_once;
    for (Seen& one : seen) {
      if (one.violation && !at_once) at_once = one.violation;
      std::ranges::move(one.writes, std::back_inserter(writes));
      std::ranges::move(one.reads, std::back_inserter(stretch.reads));
      std::ranges::move(one.walks, std::back_inserter(stretch.walks));
      std::ranges::move(one.open, std::back_inserter(open));
      tally_.outcomes["checkpoints, and backups that are restored"] += one.copies;
      tally_.outcomes["readers beside refreshed"] += one.refreshes;
    }
    const Lsn from = oracle_.model().LastLsn();
    if (auto violation = MatchLog(follower_.records(), from, std::move(writes), {}, &stretch)) {
      return violation;
    }
    for (Walk& walk : open) stretch.begun.push_back(&walk);
    tally_.outcomes["records in the log"] += stretch.writes.size();
    tally_.outcomes["refused writes and replays"] += stretch.refused.size();
    tally_.outcomes["reads"] += stretch.reads.size();
    tally_.outcomes["lists, page by page"] += stretch.walks.size();
    tally_.outcomes["lists with pages of several rounds"] += open.size();
    log_.insert(log_.end(), stretch.writes.begin(), stretch.writes.end());
    if (at_once) return at_once;
    const auto violation = oracle_.Replay(stretch);
    std::ranges::move(open, std::back_inserter(walks_));
    const Lsn horizon = subject_.Look().horizon;
    constexpr Lsn kMostAsOf = 400;
    const Lsn last = oracle_.model().LastLsn();
    oracle_.ForgetBefore(std::max(horizon, last > kMostAsOf ? last - kMostAsOf : 0));
    return violation;
  }

  /// Fetches pages of the lists that are open; of all their pages in the end.
  std::optional<Violation> AdvanceWalks(bool all) {
    for (auto walk = walks_.begin(); walk != walks_.end();) {
      do {
        if (auto violation = FetchPage(subject_, &*walk)) return violation;
      } while (!walk->next.empty() && (all || random_.Percent(50)));
      if (!walk->next.empty()) {
        ++walk;
        continue;
      }
      ++tally_.outcomes[walk->rows.is_null() ? "lists given up after max_hold"
                                             : "lists of several rounds that are through"];
      if (!walk->rows.is_null()) {
        if (auto violation = oracle_.CheckWalk(*walk)) return violation;
      }
      walk = walks_.erase(walk);
    }
    return std::nullopt;
  }

  std::optional<Violation> ReadInQuiet() {
    constexpr std::size_t kReads = 60;
    const model::State state = oracle_.model().state();
    Round round{subject_, profile_, state, SomeAsOf(), {}, {}};
    std::vector<Seen> seen(1);
    ReadOn(round, Random(random_.Next()), kReads, seen.data());
    return Check(std::move(seen));
  }

  Random random_;
  Tally& tally_;
  model::Profile profile_;
  Subject subject_;
  LogFollower follower_;
  std::map<std::string, std::string> roots_;  ///< By organization.
  Oracle oracle_;
  std::vector<Walk> walks_;
  std::vector<Logged> log_;
};

}  // namespace

Tally RunConcurrent(const Settings& settings) {
  Tally tally;
  Budget budget(settings);
  while (tally.failures.empty() && budget.Take()) {
    const std::uint64_t seed = settings.seed + budget.taken() - 1;
    ++tally.trials;
    Trial trial(seed, settings.directory + "/concurrent", tally);
    const auto violation = trial.Run(8 + Random(MixSeeds(seed, 9)).Below(40));
    if (!violation) continue;
    const std::string history =
        trial.WriteHistory("grantledger-concurrent-" + std::to_string(seed) + ".jsonl", *violation);
    tally.failures.push_back("--seed " + std::to_string(seed) + ", history in " + history + ": " +
                             violation->ToString());
  }
  return tally;
}

}  // namespace grantledger::torture
