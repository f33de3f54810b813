// What is read of grants.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <thread>

#include "bench/must.h"
#include "bench/peers/registrar.h"
#include "bench/timing.h"

namespace grantledger::bench {
namespace {

constexpr std::size_t kPage = 100;

/// Of Zipf's distribution with the exponent 1: rank k as often as 1/k.
AccountId DrawZipf(const Field& field, std::mt19937_64& random) {
  const auto accounts = static_cast<double>(field.accounts().size());
  const double share = std::uniform_real_distribution<double>(0, 1)(random);
  const auto rank = static_cast<std::size_t>(std::pow(accounts, share)) - 1;
  return field.accounts()[std::min(rank, field.accounts().size() - 1)];
}

void CheckZipf(Session& session, Field& field, std::mt19937_64& random) {
  benchmark::DoNotOptimize(session.Check(DrawZipf(field, random), field.ForReads().product));
}

void GetOne(Session& session, Field& field, std::mt19937_64& random) {
  const auto grant = session.Get(DrawAccount(field, random), field.ForReads().rarely_disabled);
  Check(grant.has_value(), "an account has no grant");
}

void GetThen(Session& session, Field& field, std::mt19937_64& random) {
  const auto& readable = field.ForReads();
  const StoreMoment moment = readable.moments[random() % readable.moments.size()];
  Check(session.GetAt(moment, DrawAccount(field, random), readable.rarely_disabled).has_value(),
        "an account had no grant");
}

void CountAll(Session& session, Field& field, std::mt19937_64& /*random*/) {
  Check(!session.Count(field.ForReads().rarely_disabled).empty(), "nothing is counted");
}

void HistoryOfOne(Session& session, Field& field, std::mt19937_64& random) {
  const auto versions =
      session.History(DrawAccount(field, random), field.ForReads().rarely_disabled);
  Check(versions.size() >= 2, "a version is missing");
}

using ListedMember = Field::Listed Field::Readable::*;

Operation Page(ListedMember listed, bool middle) {
  return [=](Session& session, Field& field, std::mt19937_64& /*random*/) {
    const Field::Listed& list = field.ForReads().*listed;
    const std::string from = middle ? list.middle : std::string();
    Check(!session.List(list.distribution, list.status, from, kPage).grants.empty(),
          "a page is empty");
  };
}

/// The page behind the one before; behind the last of all, the first.
Operation PageOnwards() {
  return
      [from = std::string()](Session& session, Field& field, std::mt19937_64& /*random*/) mutable {
        const Field::Listed& list = field.ForReads().all;
        from = session.List(list.distribution, list.status, from, kPage).next;
      };
}

/// Writes until it is destroyed, in a thread and a session of its own.
class WriterBeside {
 public:
  WriterBeside(Field& field, std::uint64_t seed) : session_(field.store().NewSession()) {
    thread_ = std::thread([this, &field, seed] {
      std::mt19937_64 random(seed);
      try {
        for (; !stop_; ++writes_) SetOne(*session_, field, random);
      } catch (const std::exception& error) {
        error_ = error.what();
      }
    });
  }
  /// Gives how many it wrote a second. Throws where a write failed.
  double Stop() {
    stop_ = true;
    thread_.join();
    Check(error_.empty(), error_);
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start_;
    return static_cast<double>(writes_) / seconds.count();
  }
  ~WriterBeside() {
    stop_ = true;
    if (thread_.joinable()) thread_.join();
  }
  WriterBeside(const WriterBeside&) = delete;
  WriterBeside& operator=(const WriterBeside&) = delete;

 private:
  std::unique_ptr<Session> session_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  std::atomic<bool> stop_ = false;
  std::uint64_t writes_ = 0;  // of the thread, until it is joined
  std::string error_;
  std::thread thread_;
};

Body BesideWriter(double seconds, Operation operation) {
  return [=, operation = std::move(operation), random = std::mt19937_64()](benchmark::State& state,
                                                                           Field& field) mutable {
    (void)field.ForReads();
    const std::unique_ptr<Session> session = field.store().NewSession();
    Latencies latencies;
    WriterBeside writer(field, random());
    Repeat(state, seconds, latencies, [&] { operation(*session, field, random); });
    state.counters["writes_per_s"] = writer.Stop();
  };
}

void AddPages(Registrar& to, const std::string& what, ListedMember listed, std::size_t one_in) {
  to.AddOperation("Page/" + what, Page(listed, false));
  const bool has_middle = to.accounts() / one_in > 2 * kPage;
  if (has_middle) to.AddOperation("Page/" + what + "/middle", Page(listed, true));
}

}  // namespace

void CheckOne(Session& session, Field& field, std::mt19937_64& random) {
  benchmark::DoNotOptimize(session.Check(DrawAccount(field, random), field.ForReads().product));
}

void ListOfOne(Session& session, Field& field, std::mt19937_64& random) {
  Check(session.ListOf(DrawAccount(field, random)).size() >= 2, "an account lacks a grant");
}

void RegisterReads(Registrar& to) {
  to.AddOperation("Check", CheckOne);
  to.AddOperation("Check/zipf", CheckZipf);
  to.AddOperation("Get", GetOne);
  to.AddOperation("ListOf", ListOfOne);
  to.AddOperation("Count", CountAll);
  to.AddOperation("History", HistoryOfOne);
  to.AddOperation("GetAt", GetThen);
  AddPages(to, "all", &Field::Readable::all, 1);
  to.AddOperation("Page/all/onwards", PageOnwards());
  AddPages(to, "active", &Field::Readable::active, 1);
  AddPages(to, "1_in_100", &Field::Readable::one_in_100, 100);
  AddPages(to, "1_in_100000", &Field::Readable::one_in_100000, 100'000);
  // The last, as they write.
  const auto add_beside_writer = [&to](const std::string& what, const Operation& operation) {
    to.Add(what, BesideWriter(to.sizes().seconds, operation))
        ->UseRealTime()
        ->MinTime(to.sizes().seconds);
  };
  add_beside_writer("Check/beside_writer", CheckOne);
  add_beside_writer("Check/zipf/beside_writer", CheckZipf);
}

}  // namespace grantledger::bench
