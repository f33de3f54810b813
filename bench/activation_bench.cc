// Bulk activation, and every account reading ACTIVE at once: one CreateGrantVersion on a
// distribution to all accounts (buffered), then CountGrants, which must say that all of them are
// ACTIVE, and GetGrant by one random account. Timed together; the bulk DISABLED in between is not.
// The write alone and the reads alone are reported beside it.
#include <random>

#include "bench/must.h"
#include "bench/workbench.h"

namespace grantledger::bench {
namespace {

class Activation {
 public:
  explicit Activation(Company& company)
      : company_(company), arn_(company.Distribute(company.NewLicense()).grant_arn) {}

  void Disable() { (void)company_.Set(arn_, GrantStatus::kDisabled); }

  /// One activation, counted and looked at.
  void Once() {
    const auto activate = company_.SetRequest(arn_, GrantStatus::kActive);
    const AccountId account = company_.accounts()[random_() % company_.accounts().size()];
    const std::string member = Must(company_.ledger().MemberGrantArn(arn_, account));
    Response now;
    write_ +=
        Seconds([&] { (void)Must(company_.ledger().Write(company_.Management(), activate)); });
    count_ += Seconds([&] { now.counts = Count(); });
    get_ += Seconds([&] { now.status = StatusOf(account, member); });
    Check(now.counts.size() == 1 && now.counts[GrantStatus::kActive] == company_.accounts().size(),
          "CountGrants does not say that all member grants are ACTIVE");
    Check(now.status == GrantStatus::kActive, member + " is not ACTIVE");
  }

  void Reset() { write_ = count_ = get_ = 0; }
  [[nodiscard]] double total() const { return write_ + count_ + get_; }
  [[nodiscard]] double write() const { return write_; }
  [[nodiscard]] double count() const { return count_; }
  [[nodiscard]] double get() const { return get_; }

 private:
  struct Response {
    std::map<GrantStatus, std::uint64_t> counts;
    GrantStatus status = GrantStatus::kPendingAccept;
  };

  std::map<GrantStatus, std::uint64_t> Count() {
    return Must(
               company_.ledger().Read(company_.Management(), CountGrantsRequest{.grant_arn = arn_}))
        .counts;
  }

  GrantStatus StatusOf(AccountId account, const std::string& arn) {
    const GetGrantRequest request{.grant_arn = arn, .version = {}};
    return Must(company_.ledger().Read(Call{account, std::nullopt, std::nullopt}, request))
        .grant.state->status;
  }

  Company& company_;
  std::string arn_;
  std::mt19937_64 random_;
  double write_ = 0;
  double count_ = 0;
  double get_ = 0;
};

void Activate(benchmark::State& state, Company& company) {
  constexpr double kMicros = 1e6;
  Activation activation(company);
  for (int i = 0; i < kWarmUp; ++i) {
    activation.Once();
    activation.Disable();
  }
  activation.Reset();
  for ([[maybe_unused]] const auto once : state) {
    const double before = activation.total();
    activation.Once();
    state.SetIterationTime(activation.total() - before);
    activation.Disable();
  }
  using benchmark::Counter;
  state.counters["write_us"] = Counter(activation.write() * kMicros, Counter::kAvgIterations);
  state.counters["count_us"] = Counter(activation.count() * kMicros, Counter::kAvgIterations);
  state.counters["get_us"] = Counter(activation.get() * kMicros, Counter::kAvgIterations);
}

}  // namespace

void RegisterActivation(Workbench& bench) {
  Register(bench, "ActivateAndRead",
           [&bench](benchmark::State& state) {
             Activate(state, bench.CompanyOf(bench.sizes().activation));
           })
      ->Iterations(kIterations)
      ->UseManualTime()
      ->Unit(benchmark::kMicrosecond);
}

}  // namespace grantledger::bench
