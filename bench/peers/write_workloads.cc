// What is written, for one account and for all; and what it takes of disk, memory and time to
// start.
#include <utility>

#include "bench/must.h"
#include "bench/peers/registrar.h"
#include "bench/timing.h"

namespace grantledger::bench {
namespace {

/// What an account holds that comes or goes.
constexpr std::size_t kManyGrants = 100;
constexpr std::int64_t kArrivals = 50;

// ---- all accounts

/// Distribute a license and activate it, until every account reads ACTIVE.
double FanOut(Field& field) {
  const Product product = field.NewProduct();
  return Seconds([&] { (void)field.Activate(product); });
}

/// On and off by turns.
BulkChange Toggle() {
  return [active = true](Field& field) mutable {
    active = !active;
    const Distribution distribution = field.ForReads().seldom_disabled;
    const GrantStatus status = active ? GrantStatus::kActive : GrantStatus::kDisabled;
    field.NoteAll(status);
    return Seconds([&] { field.session().SetAll(distribution, status, Conflict::kReplace); });
  };
}

// ---- one account

/// 95 checks, 4 lists, 1 write.
void OneOfAMixedDay(Session& session, Field& field, std::mt19937_64& random) {
  constexpr std::uint64_t kChecks = 95;
  constexpr std::uint64_t kChecksAndLists = 99;
  const std::uint64_t kind = random() % 100;
  if (kind < kChecks) return CheckOne(session, field, random);
  if (kind < kChecksAndLists) return ListOfOne(session, field, random);
  SetOne(session, field, random);
}

/// Joining, or leaving, of one account that holds many grants then; the other goes untimed.
Body ComeAndGo(bool joining) {
  return [joining](benchmark::State& state, Field& field) {
    field.ActivateUpTo(kManyGrants);
    std::vector<double> times;
    for ([[maybe_unused]] const auto once : state) {
      const AccountId account = field.NewAccount();
      const double join = Seconds([&] { field.session().Join(std::span(&account, 1)); });
      const double leave = Seconds([&] { field.session().Leave(account); });
      times.push_back(joining ? join : leave);
      state.SetIterationTime(times.back());
    }
    Latencies().Add(times, state);
  };
}

void AddSetOne(Registrar& to, const std::string& what) {
  for (const int threads : {1, 4, 16}) {
    to.AddOperation(what + "/writers:" + std::to_string(threads), SetOne, threads);
  }
}

// ---- what it takes

/// A counter that the field knows without measuring anything.
Body Known(const std::string& counter, std::function<double(Field&)> value) {
  return [=](benchmark::State& state, Field& field) {
    for ([[maybe_unused]] const auto once : state) {
    }
    state.counters[counter] = value(field);
  };
}

/// After as much work for each store, as one that was only read has nothing to recover.
Body ColdOpen() {
  constexpr int kChanges = 100;
  return
      [settled = false, random = std::mt19937_64()](benchmark::State& state, Field& field) mutable {
        (void)field.ForReads();
        if (!std::exchange(settled, true)) field.store().Settle();
        for ([[maybe_unused]] const auto once : state) {
          for (int i = 0; i < kChanges; ++i) SetOne(field.session(), field, random);
          state.SetIterationTime(field.Restart());
        }
      };
}

}  // namespace

void SetOne(Session& session, Field& field, std::mt19937_64& random) {
  const Distribution distribution = field.ForReads().seldom_disabled;
  const std::size_t account = random() % field.accounts().size();
  Check(session.SetOne(field.accounts()[account], distribution, field.Flip(account)),
        "a change was refused");
}

void RegisterWrites(Registrar& to) {
  to.AddOperation("MixedDay", OneOfAMixedDay);
  AddSetOne(to, "SetOne");
}

void RegisterBulk(Registrar& to) {
  to.AddBulk("Toggle", Toggle(), 2);  // off and on
  to.AddBulk("FanOut", FanOut, 1);
  if (to.eager() && to.accounts() > to.sizes().most_with_many) return;
  to.Add("Join", ComeAndGo(true))->UseManualTime()->Iterations(kArrivals);
  to.Add("Leave", ComeAndGo(false))->UseManualTime()->Iterations(kArrivals);
}

void RegisterSizes(Registrar& to) {
  const auto once = [&to](const std::string& what, const std::string& counter,
                          std::function<double(Field&)> value) {
    to.Add(what, Known(counter, std::move(value)))->Repetitions(1)->Iterations(1);
  };
  once("BytesPerGrant", "bytes", [](Field& field) { return field.ForReads().bytes_per_grant; });
  once("BytesPerAccount", "bytes", [](Field& field) { return field.ForReads().bytes_per_account; });
  constexpr double kMega = 1e6;
  once("Memory", "megabytes", [](Field& field) {
    (void)field.ForReads();
    return field.Memory() / kMega;
  });
}

void RegisterOpening(Registrar& to) {
  to.Add("ColdOpen", ColdOpen())->UseManualTime()->Iterations(1);
}

void RegisterSyncedWrites(const StoreKind& kind, std::size_t accounts, const WorkloadSizes& sizes,
                          const FieldOf& field) {
  Registrar to(kind, accounts, sizes, field);
  AddSetOne(to, "SetOne/synced");
}

}  // namespace grantledger::bench
