// What an organization-wide act costs by the size of the organization: CreateGrant, bulk activation
// and DeleteGrant of a distribution to the whole organization, in a large and a small one.
// Buffered, so that the disk's sync does not cover the difference.
//
// Each repetition works on a product of its own, so that all of them fold equally many events.
#include "bench/must.h"
#include "bench/workbench.h"

namespace grantledger::bench {
namespace {

/// One act of each kind; the times of the three.
struct ActTimes {
  double create = 0;
  double activate = 0;
  double remove = 0;
};

ActTimes ActOnce(Company& company, const std::string& license_arn) {
  Ledger& ledger = company.ledger();
  const Call call = company.Management();
  ActTimes times;
  GrantResponse grant;
  const auto create = company.DistributeRequest(license_arn);
  times.create = Seconds([&] { grant = Must(ledger.Write(call, create)); });
  const auto activate = company.SetRequest(grant.grant_arn, GrantStatus::kActive);
  times.activate = Seconds([&] { grant = Must(ledger.Write(call, activate)); });
  const auto remove = company.DeleteRequest(grant);
  times.remove = Seconds([&] { grant = Must(ledger.Write(call, remove)); });
  return times;
}

void MeasureAct(benchmark::State& state, Company& company, double ActTimes::*act) {
  const std::string license_arn = company.NewLicense();
  for (int i = 0; i < kWarmUp; ++i) (void)ActOnce(company, license_arn);
  for ([[maybe_unused]] const auto once : state) {
    state.SetIterationTime(ActOnce(company, license_arn).*act);
  }
}

void RegisterAct(Workbench& bench, const std::string& name, double ActTimes::*act) {
  for (const std::size_t accounts : {bench.sizes().small, bench.sizes().large}) {
    Register(bench, Sized(name, accounts),
             [&bench, accounts, act](benchmark::State& state) {
               MeasureAct(state, bench.CompanyOf(accounts), act);
             })
        ->Iterations(kIterations)
        ->UseManualTime()
        ->Unit(benchmark::kMicrosecond);
  }
}

}  // namespace

void RegisterDistribution(Workbench& bench) {
  RegisterAct(bench, "CreateGrant", &ActTimes::create);
  RegisterAct(bench, "BulkActivation", &ActTimes::activate);
  RegisterAct(bench, "DeleteGrant", &ActTimes::remove);
}

}  // namespace grantledger::bench
