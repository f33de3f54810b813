#include "kill_child.h"

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <mutex>
#include <stdexcept>
#include <thread>

#include "subject.h"
#include "tests/model/random.h"
#include "tests/torture/processes.h"
#include "turns.h"

namespace grantledger::torture {
namespace {

using model::Random;

/// Tells by appending to a file: what was written into it outlives the process.
class Teller {
 public:
  explicit Teller(const std::string& path)
      : file_(open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600)) {
    if (file_ < 0) throw std::runtime_error("can't write " + path);
  }
  ~Teller() { close(file_); }
  Teller(const Teller&) = delete;
  Teller& operator=(const Teller&) = delete;

  void Tell(const Json& line) {
    const std::string text = line.dump() + "\n";
    const std::scoped_lock lock(mutex_);
    if (write(file_, text.data(), text.size()) != static_cast<ssize_t>(text.size())) std::abort();
  }

 private:
  int file_;
  std::mutex mutex_;
};

class KillingChild {
 public:
  explicit KillingChild(KillPlan plan)
      : plan_(std::move(plan)),
        teller_(plan_.answers),
        subject_(plan_.ToOptions(), plan_.directory, plan_.clock) {
    teller_.Tell({{"Opened", true}});
  }

  void Write() {
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < plan_.writes.size(); ++i) {
      threads.emplace_back([this, i] { WriteAll(i); });
    }
    std::thread compacting([this] { Compact(Random(plan_.seed), plan_.writes.empty() ? 1 : 6); });
    for (std::thread& thread : threads) thread.join();
    compacting.join();
  }

  /// Until the process is killed.
  void Reopen() {
    for (Random random(~plan_.seed);; Compact(Random(random.Next()), 1)) {
      subject_.Close();
      teller_.Tell({{"Closed", true}});
      subject_.Open();
      teller_.Tell({{"Opened", true}});
    }
  }

 private:
  void WriteAll(std::size_t thread) {
    Random random(plan_.seed + thread);
    for (std::size_t i = 0; i < plan_.writes[thread].size(); ++i) {
      const std::vector<Json>& writes = plan_.writes[thread][i];
      const Turns::Keys keys = Turns::KeysOf(writes);
      turns_.Take(keys);
      teller_.Tell(
          {{"Begun", {{"Thread", thread}, {"Commit", i}, {"Before", ToJson(subject_.Look())}}}});
      const std::vector<Observed> calls = subject_.CallAll(writes);
      Json answers = Json::array();
      for (const Observed& call : calls) answers.push_back(call.answer);
      teller_.Tell({{"Answered",
                     {{"Thread", thread},
                      {"Commit", i},
                      {"Answers", answers},
                      {"After", ToJson(subject_.Look())}}}});
      turns_.Leave(keys);
      subject_.Tick(static_cast<Millis>(random.Below(random.Percent(20) ? 60'000 : 50)));
    }
  }

  void Compact(Random random, int times) {
    for (; times > 0; --times) {
      const std::uint64_t most = random.Percent(50) ? ~std::uint64_t{0} : random.Below(8);
      std::uint64_t batches = 0;
      const auto report =
          subject_.ledger().Compact([&](std::uint64_t, std::uint64_t) { return batches++ < most; });
      if (!report) throw std::runtime_error("compacting: " + report.error().message());
      std::this_thread::sleep_for(std::chrono::microseconds(random.Below(4'000)));
    }
  }

  KillPlan plan_;
  Teller teller_;
  Subject subject_;
  Turns turns_;
};

}  // namespace

int KillChildMain(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "kill-child takes a plan of the campaign kill\n";
    return 2;
  }
  std::ifstream file(argv[1]);
  KillingChild child(KillPlanFrom(Json::parse(file)));
  child.Write();
  child.Reopen();
  return 0;
}

}  // namespace grantledger::torture
