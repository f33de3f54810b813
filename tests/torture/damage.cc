#include "tests/torture/damage.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <optional>
#include <stdexcept>
#include <thread>
#include <utility>

#include <rocksdb/env.h>

#include "tests/torture/damage_choice.h"
#include "tests/torture/damage_templates.h"
#include "tests/torture/damage_trial.h"

namespace grantledger::torture {
namespace {

namespace fs = std::filesystem;
using model::MixSeeds;
using model::Random;

constexpr std::uint64_t kTrialsOfASeed = 100;

/// Ends RocksDB's threads, which a forked child would not have, but believe in. It starts them anew
/// where a database is opened.
void EndThreads() {
  for (const auto pool : {rocksdb::Env::Priority::BOTTOM, rocksdb::Env::Priority::LOW,
                          rocksdb::Env::Priority::HIGH}) {
    rocksdb::Env::Default()->SetBackgroundThreads(0, pool);
  }
  constexpr int kTries = 10'000;
  for (int i = 0; i < kTries; ++i) {
    const auto threads = std::distance(fs::directory_iterator("/proc/self/task"), {});
    if (threads == 1) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  throw std::runtime_error("there are other threads, expected none");
}

/// What a child tells, in a file: a line for what it begins, and in the end its report.
class ChildNotes {
 public:
  explicit ChildNotes(std::string path) : path_(std::move(path)) {}
  void Begin(const char* what) const {
    std::ofstream(path_, std::ios::app) << model::Json{{"Begins", what}} << std::endl;
  }
  void End(const DamageReport& report) const {
    std::ofstream(path_, std::ios::app)
        << model::Json{{"Outcomes", report.outcomes}, {"Failures", report.failures}} << std::endl;
  }
  /// `last`: what was begun last.
  DamageReport Read(std::string* last) const {
    DamageReport report;
    std::ifstream file(path_);
    for (std::string line; std::getline(file, line) && !file.eof();) {
      const model::Json json = model::Json::parse(line);
      if (json.contains("Begins")) {
        *last = json.at("Begins");
      } else {
        report.outcomes = json.at("Outcomes").get<std::vector<std::string>>();
        report.failures = json.at("Failures").get<std::vector<std::string>>();
      }
    }
    return report;
  }

 private:
  std::string path_;
};

/// Everything that the child prints goes to a file.
[[noreturn]] void RunChild(const DamageTrial& trial, const ChildNotes& notes,
                           const std::string& printed) {
  int status = 0;
  const int file = open(printed.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (file < 0 || dup2(file, STDERR_FILENO) < 0) _exit(3);
  try {
    notes.End(AskDamaged(trial, [&notes](const char* what) { notes.Begin(what); }));
  } catch (const std::exception& error) {
    const std::string what = std::string(error.what()) + "\n";
    if (write(STDERR_FILENO, what.data(), what.size()) < 0) status = 2;
    status = 1;
  }
  _exit(status);
}

/// How it ended; nullopt: it takes too long, and was killed.
std::optional<int> WaitFor(pid_t child) {
  constexpr std::chrono::seconds kMost(120);
  const auto give_up = std::chrono::steady_clock::now() + kMost;
  int status = 0;
  while (waitpid(child, &status, WNOHANG) == 0) {
    if (std::chrono::steady_clock::now() >= give_up) {
      kill(child, SIGKILL);
      waitpid(child, &status, 0);
      return std::nullopt;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return status;
}

std::string LastLines(const std::string& path) {
  constexpr std::size_t kMost = 1500;
  std::ifstream in(path);
  const std::string all{std::istreambuf_iterator<char>(in), {}};
  return all.size() > kMost ? all.substr(all.size() - kMost) : all;
}

/// The trials of one seed.
class DamageRound {
 public:
  DamageRound(std::uint64_t seed, const std::string& directory, Tally& tally)
      : seed_(seed),
        directory_(directory),
        tally_(tally),
        workload_(seed, 100 + Random(seed).Below(80), directory + "/workload"),
        templates_(MakeTemplates(workload_, directory + "/templates")) {
    EndThreads();
  }

  void Run(std::uint64_t number) {
    Random random(MixSeeds(seed_, number));
    const std::string place = directory_ + "/trial";
    fs::remove_all(place);
    fs::create_directories(place + "/scratch");
    const DamageTemplate& of = random.Pick(templates_);
    const std::string damaged = place + "/ledger";
    fs::copy(of.directory, damaged, fs::copy_options::recursive);
    const Damage damage = DamageSomething(of, templates_, damaged, random);
    fs::copy(damaged, place + "/damaged", fs::copy_options::recursive);
    ++tally_.outcomes["damage of " + damage.kind];
    const std::vector<std::string> failures =
        Try({workload_, of, damage.kind, damaged, place + "/scratch", random.Next()}, place);
    if (failures.empty()) return;
    const std::string kept = Keep(place + "/damaged", number);
    for (const std::string& failure : failures) {
      tally_.failures.push_back("--seed " + std::to_string(seed_) + " --trials " +
                                std::to_string(number + 1) + ", template " + of.name + ", " +
                                damage.what + " (kept in " + kept + "): " + failure);
    }
  }

 private:
  /// What must not be.
  std::vector<std::string> Try(const DamageTrial& trial, const std::string& place) {
    const ChildNotes notes(place + "/notes.jsonl");
    const pid_t child = fork();
    if (child < 0) throw std::runtime_error("can't fork");
    if (child == 0) RunChild(trial, notes, place + "/printed");
    const std::optional<int> ended = WaitFor(child);
    std::string last;
    DamageReport report = notes.Read(&last);
    for (const std::string& outcome : report.outcomes) ++tally_.outcomes[outcome];
    const std::string printed = LastLines(place + "/printed");
    if (!ended) {
      report.failures.push_back("took too long, in " + last + "\n" + printed);
    } else if (WIFSIGNALED(*ended)) {
      report.failures.push_back("signal " + std::to_string(WTERMSIG(*ended)) + " in " + last +
                                "\n" + printed);
    } else if (WEXITSTATUS(*ended) != 0) {
      report.failures.push_back("failed in " + last + "\n" + printed);
    }
    return std::move(report.failures);
  }

  [[nodiscard]] std::string Keep(const std::string& damaged, std::uint64_t number) const {
    const fs::path kept = fs::path(directory_).parent_path() /
                          ("damage-" + std::to_string(seed_) + "-" + std::to_string(number));
    fs::remove_all(kept);
    fs::copy(damaged, kept, fs::copy_options::recursive);
    return kept.string();
  }

  std::uint64_t seed_;
  std::string directory_;
  Tally& tally_;
  Workload workload_;
  std::vector<DamageTemplate> templates_;
};

}  // namespace

Tally RunDamage(const Settings& settings) {
  Tally tally;
  Budget budget(settings);
  for (std::uint64_t seed = settings.seed;; ++seed) {
    std::unique_ptr<DamageRound> round;
    std::uint64_t number = 0;
    for (; number < kTrialsOfASeed && budget.Take(); ++number) {
      if (round == nullptr) {
        fs::remove_all(settings.directory + "/templates");
        fs::remove_all(settings.directory + "/workload");
        round = std::make_unique<DamageRound>(seed, settings.directory, tally);
      }
      ++tally.trials;
      round->Run(number);
    }
    if (number < kTrialsOfASeed) break;
  }
  return tally;
}

}  // namespace grantledger::torture
