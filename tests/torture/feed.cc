#include "feed.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <iterator>
#include <thread>

#include "feed_writer.h"

namespace grantledger::torture {
namespace {

using model::MixSeeds;
using model::Random;

constexpr std::size_t kReaders = 2;

Options OptionsOf(Random random) {
  static constexpr std::array<std::uint64_t, 4> kTails{10, 100, 300, 1'000};
  static constexpr std::array<std::uint64_t, 3> kRecords{10, 100, 400};
  static constexpr std::array<std::size_t, 3> kCaches{std::size_t{64} << 10, std::size_t{2} << 20,
                                                      std::size_t{256} << 20};
  Options options;
  options.durability = random.Percent(90) ? Durability::kBuffered : Durability::kSynced;
  options.compaction_records = kTails[random.Below(kTails.size())];
  options.retention = KeepRecords{kRecords[random.Below(kRecords.size())]};
  options.max_hold = std::chrono::milliseconds(1 + random.Below(1'000));
  options.cache_bytes = kCaches[random.Below(kCaches.size())];
  return options;
}

/// Reads of a world: those that a burst knows of when it begins.
class FeedReader {
 public:
  FeedReader(Subject& subject, const FeedWorld& world, Random random)
      : subject_(subject), world_(world), random_(random) {}

  /// Reads the cells of some accounts until it is told to stop: of one often, of others after
  /// thousands of records. The rest are read when the burst is over.
  void Run(const std::atomic<bool>& stop) {
    const std::string hot = random_.Pick(world_.accounts);
    std::vector<std::string> cold = world_.accounts;
    std::erase_if(cold, [this](const std::string&) { return random_.Percent(60); });
    const std::size_t interval = std::size_t{300} << random_.Below(7);
    std::uint64_t next_cold = subject_.Look().lsn + random_.Below(500);
    while (!stop) {
      const std::uint64_t lsn = subject_.Look().lsn;
      if (lsn >= next_cold) {
        for (const std::string& account : cold) ReadAccount(account);
        next_cold = lsn + interval + random_.Below(interval);
      }
      if (random_.Percent(30)) ReadAccount(hot);
      if (random_.Percent(10)) ReadHistory();
      std::this_thread::sleep_for(std::chrono::microseconds(200 + random_.Below(8'000)));
    }
  }
  void ReadAll() {
    for (const std::string& account : world_.accounts) ReadAccount(account);
    for (const auto& distribution : world_.live) ReadDistribution(distribution);
    for (const auto& distribution : world_.deleted) ReadDistribution(distribution);
  }
  [[nodiscard]] std::vector<Observed>& reads() { return reads_; }

 private:
  void Read(const std::string& operation, const std::string& caller, Json input) {
    reads_.push_back(
        subject_.Call({{"Operation", operation}, {"Caller", caller}, {"Input", std::move(input)}}));
  }
  void ReadAccount(const std::string& account) {
    for (const std::string& sku : world_.skus) {
      Read("CheckEntitlement", account,
           {{"AccountId", account}, {"ProductSKU", sku}, {"IssuerName", "AWS/Marketplace"}});
    }
    if (random_.Percent(50)) Read("ListReceivedGrants", account, {{"MaxResults", 100}});
    if (random_.Percent(30)) ReadDistribution(random_.Pick(world_.live));
  }
  void ReadDistribution(const FeedDistribution& one) {
    Read("CountGrants", world_.management, {{"GrantArn", one.arn}});
    Read("GetGrant", world_.management,
         {{"GrantArn", subject_.MemberGrantArn(one.arn, random_.Pick(world_.accounts))}});
  }
  /// Of an LSN that is kept, or was until a moment ago.
  void ReadHistory() {
    const Sight now = subject_.Look();
    const std::uint64_t oldest = std::max(now.horizon, first_);
    if (oldest >= now.lsn) return;
    const std::uint64_t as_of = oldest + random_.Below(now.lsn - oldest + 1);
    const std::string account = random_.Pick(world_.accounts);
    const std::string member = subject_.MemberGrantArn(random_.Pick(world_.live).arn, account);
    const bool versions = random_.Percent(40);
    Json request = {{"Operation", versions ? "ListGrantVersions" : "ListReceivedGrants"},
                    {"Caller", account},
                    {"AsOf", as_of},
                    {"Input", Json::object()}};
    if (versions) request["Input"]["GrantArn"] = member;
    reads_.push_back(subject_.Call(request));
    // A list that is longer than a page says little.
    if (reads_.back().answer.contains(Json::json_pointer("/Output/NextToken"))) reads_.pop_back();
  }

  Subject& subject_;
  const FeedWorld& world_;
  Random random_;
  std::uint64_t first_ = subject_.Look().lsn;  ///< The oracle is there.
  std::vector<Observed> reads_;
};

class FeedRun {
 public:
  FeedRun(std::uint64_t seed, const std::string& directory, Tally& tally)
      : seed_(seed),
        tally_(tally),
        subject_(OptionsOf(Random(MixSeeds(seed, 1))), directory),
        writer_(subject_, MixSeeds(seed, 2)),
        oracle_(
            subject_.options().max_grants_per_license,
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
            }) {}

  std::optional<Violation> Run(std::size_t bursts, std::size_t writes) {
    writer_.SetUp();
    if (auto violation = Check({})) return violation;
    for (std::size_t burst = 0; burst < bursts; ++burst) {
      if (auto violation = Burst(burst, writes)) return violation;
    }
    if (auto violation = ReadAll(1)) return violation;
    subject_.Tick(model::kHour);  // no page is held any longer
    const auto compacted = subject_.ledger().Compact();
    if (!compacted) return Violation{compacted.error().message(), {}, {}, 0};
    if (auto violation = ReadAll(2)) return violation;
    subject_.Close();
    subject_.Open();
    if (auto violation = ReadAll(3)) return violation;
    subject_.Close();
    const std::string found = subject_.Verify();
    if (found.empty()) return std::nullopt;
    return Violation{"verify finds\n" + found, {}, {}, oracle_.model().LastLsn()};
  }

 private:
  std::optional<Violation> Burst(std::size_t burst, std::size_t writes) {
    const FeedWorld world = writer_.world();
    std::atomic<bool> stop = false;
    std::vector<FeedReader> readers;
    std::vector<std::thread> threads;
    readers.reserve(kReaders);
    for (std::size_t i = 0; i < kReaders; ++i) {
      readers.emplace_back(subject_, world, Random(MixSeeds(seed_ + i, 100 + burst)));
      threads.emplace_back([&reader = readers.back(), &stop] { reader.Run(stop); });
    }
    writer_.Feed(writes);
    // Before compaction comes to rest, or when it has dropped what it went for meanwhile.
    std::this_thread::sleep_for(
        std::chrono::milliseconds(Random(MixSeeds(seed_, burst)).Below(600)));
    FeedReader last(subject_, writer_.world(), Random(MixSeeds(seed_, 1000 + burst)));
    last.ReadAll();
    stop = true;
    for (std::thread& thread : threads) thread.join();
    std::vector<Observed> reads = std::move(last.reads());
    for (FeedReader& reader : readers) {
      std::ranges::move(reader.reads(), std::back_inserter(reads));
    }
    return Check(std::move(reads));
  }

  std::optional<Violation> ReadAll(std::uint64_t number) {
    FeedReader reader(subject_, writer_.world(), Random(MixSeeds(seed_, 10 + number)));
    reader.ReadAll();
    return Check(std::move(reader.reads()));
  }

  std::optional<Violation> Check(std::vector<Observed> reads) {
    Stretch stretch = writer_.TakeWritten();
    stretch.reads = std::move(reads);
    tally_.outcomes["records in the log"] += stretch.writes.size();
    tally_.outcomes["writes that were refused, checked"] += stretch.refused.size();
    tally_.outcomes["reads checked"] += stretch.reads.size();
    return oracle_.Replay(stretch);
  }

  std::uint64_t seed_;
  Tally& tally_;
  Subject subject_;
  FeedWriter writer_;
  Oracle oracle_;
};

}  // namespace

Tally RunFeed(const Settings& settings) {
  Tally tally;
  Budget budget(settings);
  while (tally.failures.empty() && budget.Take()) {
    const std::uint64_t seed = settings.seed + budget.taken() - 1;
    ++tally.trials;
    FeedRun run(seed, settings.directory + "/feed", tally);
    Random random(MixSeeds(seed, 9));
    // Short trials come first, so that they are all that a short run has.
    const std::size_t size = std::min<std::size_t>(budget.taken(), 8);
    const auto violation = run.Run(1 + random.Below(3), 1'000 * size + random.Below(2'500 * size));
    if (violation)
      tally.failures.push_back("--seed " + std::to_string(seed) + ": " + violation->ToString());
  }
  return tally;
}

}  // namespace grantledger::torture
