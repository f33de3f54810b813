#include "kill.h"

#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <thread>

#include "actors.h"
#include "follower.h"
#include "kill_child.h"

extern char** environ;  // NOLINT(readability-redundant-declaration)

namespace grantledger::torture {
namespace {

namespace fs = std::filesystem;
using model::MixSeeds;
using model::Random;

/// A child process, which dies with this object.
class Child {
 public:
  explicit Child(const std::string& plan) {
    std::string program = fs::read_symlink("/proc/self/exe");
    std::string name = "kill-child";
    std::string argument = plan;
    std::array<char*, 4> arguments{program.data(), name.data(), argument.data(), nullptr};
    if (posix_spawn(&pid_, program.c_str(), nullptr, nullptr, arguments.data(), environ) != 0) {
      throw std::runtime_error("can't start " + program);
    }
  }
  ~Child() {
    if (pid_ > 0) Kill();
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  /// Whether it still ran.
  bool Kill() {
    kill(pid_, SIGKILL);
    int status = 0;
    while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    pid_ = -1;
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
  }
  [[nodiscard]] bool Runs() const {
    siginfo_t info{};
    return waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
           info.si_pid == 0;
  }

 private:
  pid_t pid_ = -1;
};

/// What the child told.
struct Told {
  std::vector<Observed> answered;
  std::vector<std::vector<Observed>> unanswered;  ///< By commit.
  std::string last;                               ///< What it did when it was killed, roughly.
};

Told ReadTold(const KillPlan& plan) {
  std::ifstream file(plan.answers);
  std::map<std::pair<std::size_t, std::size_t>, Sight> begun;
  Told told;
  told.last = "opening";
  for (std::string line; std::getline(file, line) && !file.eof();) {
    const Json json = Json::parse(line);
    if (json.contains("Begun")) {
      const Json& one = json.at("Begun");
      begun[{one.at("Thread"), one.at("Commit")}] = SightFrom(one.at("Before"));
      told.last = "writing";
    } else if (json.contains("Answered")) {
      const Json& one = json.at("Answered");
      const auto commit = begun.extract({one.at("Thread"), one.at("Commit")});
      const auto& writes = plan.writes[commit.key().first][commit.key().second];
      for (std::size_t i = 0; i < writes.size(); ++i) {
        told.answered.push_back(
            {writes[i], one.at("Answers").at(i), commit.mapped(), SightFrom(one.at("After"))});
      }
    } else {
      told.last = json.contains("Opened") ? "writing, compacting or closing" : "opening again";
    }
  }
  for (const auto& [commit, before] : begun) {
    std::vector<Observed>& calls = told.unanswered.emplace_back();
    for (const Json& write : plan.writes[commit.first][commit.second]) {
      calls.push_back({write, nullptr, before, {}});
    }
  }
  return told;
}

class Life {
 public:
  Life(std::uint64_t seed, const std::string& directory, Tally& tally)
      : random_(seed),
        tally_(tally),
        directory_(directory),
        profile_(seed),
        subject_(OptionsOf(), directory + "/ledger"),
        follower_(subject_, std::nullopt),
        oracle_(
            profile_.max_grants_per_license,
            [this](const std::string& distribution, const std::string& account) {
              return subject_.MemberGrantArn(distribution, account);
            },
            [this](const std::string&, const std::string& management) -> std::string {
              const Json roots = subject_
                                     .Call({{"Operation", "ListRoots"},
                                            {"Caller", management},
                                            {"Input", Json::object()}})
                                     .answer;
              return roots.at("Output").at("Roots").at(0).at("Id");
            }) {
    // Many begin with nothing at all, so that creating the ledger is interrupted, too.
    subject_.Close();
    if (random_.Percent(50)) fs::remove_all(subject_.directory());
  }

  std::optional<Violation> OneKill() {
    oracle_.KeepCheckpoint();
    const KillPlan plan = MakePlan();
    const std::string path = directory_ + "/plan.json";
    fs::remove(plan.answers);
    std::ofstream(path) << ToJson(plan).dump();
    Child child(path);
    WaitToKill(child, plan);
    if (!child.Kill()) return Violation{"the child failed, see its error", {}, {}, 0};
    Told told = ReadTold(plan);
    ++tally_.outcomes["killed while " + told.last];
    return CheckAfter(std::move(told));
  }

  std::optional<Violation> Verify() {
    subject_.Close();
    const std::string found = subject_.Verify();
    if (found.empty()) return std::nullopt;
    return Violation{"verify finds\n" + found, {}, {}, oracle_.model().LastLsn()};
  }

 private:
  Options OptionsOf() {
    Options options;
    options.background_compaction = false;
    options.max_grants_per_license = static_cast<std::uint32_t>(profile_.max_grants_per_license);
    return options;
  }

  KillPlan MakePlan() {
    static constexpr std::array<std::uint64_t, 3> kTails{10, 30, 200};
    static constexpr std::array<std::uint64_t, 2> kCaches{std::uint64_t{16} << 10,
                                                          std::uint64_t{8} << 20};
    static constexpr std::array<std::uint64_t, 4> kKeeps{0, 10, 100, ~std::uint64_t{0}};
    constexpr std::size_t kMostThreads = 4;
    KillPlan plan;
    plan.directory = subject_.directory();
    plan.answers = directory_ + "/answers.jsonl";
    plan.synced = random_.Percent(30);
    plan.background = random_.Percent(60);
    plan.compaction_records = kTails[random_.Below(kTails.size())];
    plan.cache_bytes = kCaches[random_.Below(kCaches.size())];
    plan.max_grants_per_license = static_cast<std::uint32_t>(profile_.max_grants_per_license);
    const std::uint64_t keeps = kKeeps[random_.Below(kKeeps.size())];
    const std::uint64_t last = oracle_.model().LastLsn();
    plan.keep_from = last > keeps ? last - keeps : 0;
    plan.seed = random_.Next();
    plan.clock = subject_.now();
    plan.writes.resize(random_.Percent(15) ? 0 : 1 + random_.Below(kMostThreads));
    for (auto& commits : plan.writes) {
      commits.resize(1 + random_.Below(25));
      for (auto& commit : commits) {
        commit.resize(random_.Percent(75) ? 1 : 2 + random_.Below(6));
        for (Json& write : commit) {
          write =
              model::WriteChooser(profile_, oracle_.model().state(), Random(random_.Next())).Next();
          write.erase("Time");
        }
      }
    }
    return plan;
  }

  /// Some time after it was started, or after it told a number of lines.
  void WaitToKill(const Child& child, const KillPlan& plan) {
    constexpr std::chrono::seconds kPatience(20);
    const auto rest = [this](std::size_t most_us) {
      std::this_thread::sleep_for(std::chrono::microseconds(random_.Below(most_us + 1)));
    };
    if (random_.Percent(25)) return rest(60'000);
    std::size_t commits = 2;
    for (const auto& thread : plan.writes) commits += 2 * thread.size();
    const std::size_t lines = 1 + random_.Below(commits + 3);
    const auto give_up = std::chrono::steady_clock::now() + kPatience;
    while (child.Runs() && std::chrono::steady_clock::now() < give_up) {
      std::ifstream file(plan.answers);
      std::size_t told = 0;
      for (std::string line; std::getline(file, line);) ++told;
      if (told >= lines) break;
      std::this_thread::sleep_for(std::chrono::microseconds(200));
    }
    rest(random_.Percent(50) ? 500 : 8'000);
  }

  std::optional<Violation> CheckAfter(Told told) {
    try {
      subject_.Open();
      follower_.CatchUp();
    } catch (const std::exception& error) {
      return Violation{
          std::string("after the kill: ") + error.what(), {}, {}, oracle_.model().LastLsn()};
    }
    const auto& records = follower_.records();
    const Lsn last = records.rbegin()->first;
    if (subject_.Look().lsn != last)
      return Violation{"another last LSN", {}, last, subject_.Look().lsn};
    subject_.Tick(
        std::max(records.rbegin()->second.time.time_since_epoch().count() - subject_.now(),
                 Millis{0}) +
        static_cast<Millis>(random_.Below(5'000)));
    Stretch stretch;
    const Lsn from = oracle_.model().LastLsn();
    if (auto violation = MatchLog(records, from, std::move(told.answered),
                                  std::move(told.unanswered), &stretch)) {
      return violation;
    }
    tally_.outcomes["writes answered, and there"] += static_cast<std::uint64_t>(
        std::ranges::count_if(stretch.writes, [](const Logged& write) { return write.answered; }));
    tally_.outcomes["writes not answered, but there"] += static_cast<std::uint64_t>(
        std::ranges::count_if(stretch.writes, [](const Logged& write) { return !write.answered; }));
    if (auto violation = oracle_.Replay(stretch)) return violation;
    if (auto violation = ReadSome()) return violation;
    oracle_.ForgetBefore(std::max<Lsn>(subject_.Look().horizon, last > 300 ? last - 300 : 0));
    subject_.Close();
    return std::nullopt;
  }

  std::optional<Violation> ReadSome() {
    constexpr std::size_t kReads = 12;
    const model::State state = oracle_.model().state();
    const Sight now = subject_.Look();
    const Lsn first = std::max(oracle_.oldest(), now.horizon);
    Round round{subject_, profile_, state, {}, {}, {}};
    for (int i = 0; i < 3; ++i) round.as_of.push_back(first + random_.Below(now.lsn - first + 1));
    Seen seen;
    ReadOn(round, Random(random_.Next()), kReads, &seen);
    if (seen.violation) return seen.violation;
    Stretch stretch;
    stretch.reads = std::move(seen.reads);
    stretch.walks = std::move(seen.walks);
    tally_.outcomes["reads after a kill"] += stretch.reads.size() + stretch.walks.size();
    return oracle_.Replay(stretch);
  }

  Random random_;
  Tally& tally_;
  std::string directory_;
  model::Profile profile_;
  Subject subject_;
  LogFollower follower_;
  Oracle oracle_;
};

}  // namespace

Tally RunKill(const Settings& settings) {
  constexpr std::uint64_t kKills = 20;
  constexpr std::uint64_t kBetweenVerifications = 5;
  Tally tally;
  Budget budget(settings);
  for (std::uint64_t seed = settings.seed; tally.failures.empty(); ++seed) {
    std::unique_ptr<Life> life;
    std::optional<Violation> violation;
    std::uint64_t kill = 0;
    while (kill < kKills && !violation && budget.Take()) {
      if (life == nullptr) life = std::make_unique<Life>(seed, settings.directory, tally);
      ++kill;
      ++tally.trials;
      violation = life->OneKill();
      if (!violation && kill % kBetweenVerifications == 0) violation = life->Verify();
    }
    if (!violation && life != nullptr) violation = life->Verify();
    if (violation) {
      tally.failures.push_back("--seed " + std::to_string(seed) + ", kill " + std::to_string(kill) +
                               ": " + violation->ToString());
    }
    if (kill < kKills) break;
  }
  return tally;
}

}  // namespace grantledger::torture
