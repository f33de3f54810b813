// Single writes, synced: each thread creates accounts one by one, each write durable when it
// returns. Many threads share the syncs of their commits; one thread waits for each of its own.
#include <atomic>
#include <mutex>

#include "bench/must.h"
#include "bench/synthetic.h"
#include "bench/workbench.h"

namespace grantledger::bench {
namespace {

constexpr int kManyWriters = 16;

/// The company that the writers share, and the accounts that are still to be created.
class Writers {
 public:
  explicit Writers(Workbench& bench)
      : company_(Company::Build(bench.scratch().NewPath(), {.accounts = bench.sizes().small,
                                                            .durability = Durability::kSynced})) {}

  void WriteOne() {
    const std::uint64_t ordinal = next_++;
    const Label label = LabelOf(ordinal);
    // Numbers from 1 on, which DrawAccounts never draws, scattered so that keys are in no order.
    const AccountId account(1 + ordinal * 7'368'787 % 99'999'999'989);
    const CreateAccountRequest request{
        .email = label.email, .account_name = label.name, .account_id = account.ToString()};
    (void)Must(company_->ledger().Write(company_->Management(), request));
  }

 private:
  std::unique_ptr<Company> company_;
  std::atomic<std::uint64_t> next_ = 100;
};

/// Made by the thread that comes first; the others wait for it.
class LazyWriters {
 public:
  Writers& Get(Workbench& bench) {
    std::call_once(once_, [&] { made_ = std::make_unique<Writers>(bench); });
    return *made_;
  }

 private:
  std::once_flag once_;
  std::unique_ptr<Writers> made_;
};

void WriteSynced(benchmark::State& state, Writers& writers) {
  for (int i = 0; i < kWarmUp; ++i) writers.WriteOne();
  for ([[maybe_unused]] const auto once : state) writers.WriteOne();
  state.SetItemsProcessed(state.iterations());
}

}  // namespace

void RegisterWriters(Workbench& bench) {
  const auto shared = std::make_shared<LazyWriters>();
  for (const int threads : {1, kManyWriters}) {
    Register(bench, "SyncedWrite/writers:" + std::to_string(threads),
             [shared, &bench](benchmark::State& state) { WriteSynced(state, shared->Get(bench)); })
        ->Threads(threads)
        ->UseRealTime()
        ->MinTime(bench.sizes().seconds)
        ->Unit(benchmark::kMicrosecond);
  }
}

}  // namespace grantledger::bench
