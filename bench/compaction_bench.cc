// Compaction: what it costs, what reads gain, and what writers notice. Each ledger is its own, with
// compaction in the background only where that is what is measured.
#include <random>

#include "bench/must.h"
#include "bench/synthetic.h"
#include "bench/workbench.h"

namespace grantledger::bench {
namespace {

std::unique_ptr<Company> BuildQuiet(Workbench& bench, std::size_t accounts) {
  return Company::Build(bench.scratch().NewPath(),
                        {.accounts = accounts, .background_compaction = false});
}

/// Made when it is asked for first.
template <typename T>
class Lazy {
 public:
  explicit Lazy(std::function<std::unique_ptr<T>()> make) : make_(std::move(make)) {}
  T& operator*() {
    if (made_ == nullptr) made_ = make_();
    return *made_;
  }

 private:
  std::function<std::unique_ptr<T>()> make_;
  std::unique_ptr<T> made_;
};

// ---- one bulk event, by the size of the organization

void CompactBulkEvent(benchmark::State& state, Company& company) {
  const std::string arn = company.Distribute(company.NewLicense()).grant_arn;
  company.Toggle(arn, kWarmUp);
  (void)Must(company.ledger().Compact());
  for ([[maybe_unused]] const auto once : state) {
    company.Toggle(arn, 1);
    state.SetIterationTime(Seconds([&] { (void)Must(company.ledger().Compact()); }));
  }
}

// ---- one own event of every account

/// A ledger in which every account activated for itself, before and after compaction of that.
struct OwnEvents {
  double seconds = 0;
  double bare_seconds = 0;
  std::size_t cells = 0;
  std::uint64_t all_records = 0;
  double all_seconds = 0;  ///< Of folding the log from its first record on.
};

/// Ledgers of this kind are large: each repetition does all again.
OwnEvents CompactOwnEvents(Workbench& bench) {
  const std::size_t accounts = bench.sizes().large;
  OwnEvents result;
  const auto company = BuildQuiet(bench, accounts);
  const std::string arn = company->Distribute(company->NewLicense()).grant_arn;
  result.all_seconds = Seconds([&] { (void)Must(company->ledger().Compact()); });
  company->ActivateEach(arn, company->accounts(), true);
  CompactionReport report;
  result.seconds = Seconds([&] { report = Must(company->ledger().Compact()); });
  result.cells = report.cells;
  result.all_records = company->ledger().LastLsn();
  result.all_seconds += result.seconds;
  Must(company->ledger().Settle());
  const auto rows = BareRocks(company->directory(), Options().cache_bytes).ReadCells();
  Check(rows.size() >= accounts, "an account has no row");
  constexpr std::size_t kSameBatch = std::size_t{16} << 10;
  result.bare_seconds = WriteBare(bench.scratch().NewPath(), rows, kSameBatch);
  return result;
}

void MeasureOwnEvents(benchmark::State& state, Workbench& bench) {
  OwnEvents result;
  for ([[maybe_unused]] const auto once : state) {
    result = CompactOwnEvents(bench);
    state.SetIterationTime(result.seconds);
  }
  const auto cells = static_cast<double>(result.cells);
  state.counters["cells_per_second"] = cells / result.seconds;
  state.counters["bare_per_second"] = cells / result.bare_seconds;
  state.counters["log_records"] = static_cast<double>(result.all_records);
  state.counters["log_seconds"] = result.all_seconds;
}

// ---- reads by the number of bulk events before

/// Two products, one with few bulk events and one with many; some accounts activated for
/// themselves in each. Compacted.
class Eventful {
 public:
  explicit Eventful(Workbench& bench) : company_(BuildQuiet(bench, bench.sizes().small)) {
    for (const std::size_t events : {kFewEvents, bench.sizes().activation}) {
      One& one = products_[events];
      one.arn = company_->Distribute(company_->NewLicense()).grant_arn;
      one.sku = company_->sku();
      company_->ActivateEach(
          one.arn, {company_->accounts().begin(), company_->accounts().begin() + kAlone}, false);
      company_->Toggle(one.arn, events);
    }
    (void)Must(company_->ledger().Compact());
  }

  /// A random account whose cell is its cohort's, or one of those that have their own.
  [[nodiscard]] AccountId Draw(bool alone) {
    const std::size_t all = company_->accounts().size();
    const std::size_t at = alone ? random_() % kAlone : kAlone + random_() % (all - kAlone);
    return company_->accounts()[at];
  }

  void Get(std::size_t events, bool alone) {
    const AccountId account = Draw(alone);
    const std::string arn = Must(company_->ledger().MemberGrantArn(products_[events].arn, account));
    const GetGrantRequest request{.grant_arn = arn, .version = {}};
    const auto got =
        Must(company_->ledger().Read(Call{account, std::nullopt, std::nullopt}, request));
    Check(got.grant.state->status == GrantStatus::kActive, "a grant is not ACTIVE");
  }

  void List(std::size_t events, bool /*alone*/) {
    const ListDistributedGrantsRequest request{
        .grant_arns = {}, .filters = {{"ProductSKU", {products_[events].sku}}}, .paging = {}};
    const auto page = Must(company_->ledger().Read(company_->Management(), request));
    constexpr std::size_t kPage = 100;
    Check(page.grants.size() == kPage, "the page is not full");
  }

  void CheckOne(std::size_t events, bool alone) {
    const AccountId account = Draw(alone);
    const CheckEntitlementRequest request{.account_id = account.ToString(),
                                          .product_sku = products_[events].sku,
                                          .issuer_name = kIssuerName};
    const auto answer =
        Must(company_->ledger().Read(Call{account, std::nullopt, std::nullopt}, request));
    Check(answer.entitled, "the account is not entitled");
  }

  void Reopen() {
    company_->Reopen({.durability = Durability::kBuffered, .background_compaction = false});
  }

 private:
  static constexpr std::size_t kAlone = 100;
  struct One {
    std::string arn;
    std::string sku;
  };
  std::unique_ptr<Company> company_;
  std::map<std::size_t, One> products_;
  std::mt19937_64 random_;
};

using Act = void (Eventful::*)(std::size_t events, bool alone);

void ReadWarm(benchmark::State& state, Eventful& eventful, Act act, std::size_t events,
              bool alone) {
  for (int i = 0; i < kWarmUp; ++i) (eventful.*act)(events, alone);
  for ([[maybe_unused]] const auto once : state) (eventful.*act)(events, alone);
}

/// The first read after opening: nothing that was folded is in memory.
void ReadCold(benchmark::State& state, Eventful& eventful, Act act, std::size_t events) {
  for ([[maybe_unused]] const auto once : state) {
    eventful.Reopen();
    state.SetIterationTime(Seconds([&] { (eventful.*act)(events, false); }));
  }
}

// ---- writers beside compaction

/// The time that 99 of 100 writes take at most.
double WriteP99(Company& company, const std::string& arn, std::size_t writes) {
  std::vector<double> times;
  times.reserve(writes);
  for (std::size_t i = 0; i < writes; ++i) {
    const AccountId account = company.accounts()[i * 7'919 % company.accounts().size()];
    CreateGrantVersionRequest request;
    request.client_token = "p99-" + std::to_string(company.ledger().LastLsn());
    request.grant_arn = Must(company.ledger().MemberGrantArn(arn, account));
    request.status =
        i / company.accounts().size() % 2 == 0 ? GrantStatus::kActive : GrantStatus::kDisabled;
    const Call call{account, std::nullopt, std::nullopt};
    times.push_back(Seconds([&] { (void)Must(company.ledger().Write(call, request)); }));
  }
  return Percentile(std::move(times), 99);
}

void WritesBeside(benchmark::State& state, Workbench& bench, bool compacting) {
  const auto company = BuildQuiet(bench, bench.sizes().activation);
  const std::string arn = company->Distribute(company->NewLicense()).grant_arn;
  (void)Must(company->ledger().Compact());
  // A thousand records are folded again and again: it hardly ever rests.
  company->Reopen({.background_compaction = compacting, .compaction_records = 1'000});
  (void)WriteP99(*company, arn, bench.sizes().small);
  for ([[maybe_unused]] const auto once : state) {
    state.SetIterationTime(WriteP99(*company, arn, bench.sizes().activation / 5));
  }
}

void RegisterReads(Workbench& bench, const std::shared_ptr<Lazy<Eventful>>& eventful) {
  const std::pair<const char*, Act> acts[] = {
      {"Get", &Eventful::Get}, {"List", &Eventful::List}, {"Check", &Eventful::CheckOne}};
  for (const std::size_t events : {kFewEvents, bench.sizes().activation}) {
    for (const auto& [name, act] : acts) {
      const std::string what = std::string("Compacted") + name;
      Register(bench, After(what, events),
               [=](benchmark::State& state) { ReadWarm(state, **eventful, act, events, false); })
          ->UseRealTime()
          ->MinTime(bench.sizes().seconds)
          ->Unit(benchmark::kMicrosecond);
      Register(bench, After(what + "/cold", events),
               [=](benchmark::State& state) { ReadCold(state, **eventful, act, events); })
          ->UseManualTime()
          ->Iterations(kWarmUp)
          ->Unit(benchmark::kMicrosecond);
    }
    Register(
        bench, After("CompactedGet/alone", events),
        [=](benchmark::State& state) { ReadWarm(state, **eventful, &Eventful::Get, events, true); })
        ->UseRealTime()
        ->MinTime(bench.sizes().seconds)
        ->Unit(benchmark::kMicrosecond);
  }
}

}  // namespace

void RegisterCompaction(Workbench& bench) {
  for (const std::size_t accounts : {bench.sizes().small, bench.sizes().large}) {
    const auto company =
        std::make_shared<Lazy<Company>>([&bench, accounts] { return BuildQuiet(bench, accounts); });
    Register(bench, Sized("CompactBulkEvent", accounts),
             [company](benchmark::State& state) { CompactBulkEvent(state, **company); })
        ->Iterations(kIterations)
        ->UseManualTime()
        ->Unit(benchmark::kMicrosecond);
  }
  RegisterReads(bench, std::make_shared<Lazy<Eventful>>(
                           [&bench] { return std::make_unique<Eventful>(bench); }));
  for (const bool compacting : {false, true}) {
    Register(
        bench, std::string("WriteP99/") + (compacting ? "compacting" : "idle"),
        [&bench, compacting](benchmark::State& state) { WritesBeside(state, bench, compacting); })
        ->Iterations(1)
        ->UseManualTime()
        ->Unit(benchmark::kMicrosecond);
  }
  Register(bench, "CompactOwnEvents",
           [&bench](benchmark::State& state) { MeasureOwnEvents(state, bench); })
      ->Iterations(1)
      ->Repetitions(1)
      ->UseManualTime()
      ->Unit(benchmark::kMillisecond);
}

}  // namespace grantledger::bench
