#include "tests/torture/growth.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include <grantledger/ledger.h>
#include <grantledger/verify.h>

#include "tests/model/random.h"

namespace grantledger::torture {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kWritesOfTrial = 10'000;  // of a trial
constexpr std::size_t kKeptRecords = 20'000;    // records; and as many writes are a day
constexpr std::size_t kTrialsToCompare = 100;
constexpr std::uint64_t kMostLeft = 8;  // MiB, of one organization, 40 accounts and 10 products
constexpr AccountId kManagement(111'122'223'333);

template <typename T>
T Must(Result<T> result) {
  if (!result) throw std::runtime_error(std::string(result.error().message()));
  return *std::move(result);
}
void Must(const Status& status) {
  if (!status.ok()) throw std::runtime_error(std::string(status.message()));
}

/// What a ledger in this process takes, RocksDB and the campaign included.
struct Taken {
  enum Number : std::size_t { kMemory, kThreads, kDescriptors, kFiles, kLogs, kDisk, kRecords };
  static constexpr std::array<const char*, kRecords + 1> kNames = {
      "MiB of memory", "threads",     "file descriptors", "files",
      "LOG files",     "MiB on disk", "records"};
  /// By as much one may be above an earlier one and be flat, beside a quarter of it: a write-ahead
  /// log, which is begun anew at 256 MiB; memtables; files that are merged just then.
  static constexpr std::array<std::uint64_t, kNames.size()> kSlack = {64, 2,  32,          32,
                                                                      2,  64, kKeptRecords};
  std::array<std::uint64_t, kNames.size()> numbers = {};
};

std::size_t EntriesOf(const fs::path& directory) {
  return static_cast<std::size_t>(
      std::distance(fs::directory_iterator(directory), fs::directory_iterator()));
}

Taken TakenBy(const std::string& directory, std::uint64_t records) {
  constexpr std::uint64_t kMiB = std::uint64_t{1} << 20;
  std::uint64_t pages_of_all = 0;
  std::uint64_t pages = 0;
  std::ifstream("/proc/self/statm") >> pages_of_all >> pages;
  std::uint64_t files = 0;
  std::uint64_t logs = 0;
  std::uint64_t bytes = 0;
  for (const auto& entry : fs::directory_iterator(directory)) {
    std::error_code gone;  // meanwhile
    const std::uint64_t size = entry.is_regular_file(gone) ? entry.file_size(gone) : 0;
    if (gone) continue;
    ++files;
    bytes += size;
    logs += entry.path().filename().string().starts_with("LOG") ? 1 : 0;
  }
  return {{pages * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE)) / kMiB,
           EntriesOf("/proc/self/task"), EntriesOf("/proc/self/fd"), files, logs, bytes / kMiB,
           records}};
}

/// The most of each number.
Taken MostOf(std::span<const Taken> samples) {
  Taken most;
  for (const Taken& one : samples) {
    for (std::size_t i = 0; i < most.numbers.size(); ++i) {
      most.numbers[i] = std::max(most.numbers[i], one.numbers[i]);
    }
  }
  return most;
}

class GrowthRun {
 public:
  GrowthRun(std::uint64_t seed, std::string directory)
      : random_(seed), directory_(std::move(directory)) {
    options_.durability = Durability::kBuffered;
    options_.background_compaction = true;
    options_.compaction_records = 1'000;
    options_.retention = KeepRecords{kKeptRecords};
    options_.cache_bytes = std::size_t{64} << 20;
    options_.clock = [this] { return Time(std::chrono::milliseconds(now_.load())); };
    ledger_ = Must(Ledger::Open(directory_, options_));
  }

  /// An organization with accounts and two units, and licenses that it, or a unit, has. No account
  /// moves or leaves: the grants that it had stay, DELETED.
  void SetUp();
  void Feed(std::size_t writes);
  [[nodiscard]] std::uint64_t refused() const { return refused_; }
  /// That are not behind the horizon.
  [[nodiscard]] std::uint64_t records() const {
    const LedgerHealth health = ledger_->Health();
    return health.last_lsn - health.horizon;
  }
  /// Closes the ledger after all was dropped that may be, and verifies it. The MiB on disk then.
  std::uint64_t Finish(Tally& tally);

 private:
  struct Granted {
    std::string license;
    std::string grant;
  };
  void WaitForCompaction() const;
  void Distribute(const std::string& principal, const std::string& sku);
  Write Next();
  Write ChangeOfAll();
  Write ChangeOfOne();
  Write NewTerms();
  std::string Token() { return "t" + std::to_string(++tokens_); }
  static Write ByManagement(WriteRequest request) {
    return {Call{.caller = kManagement}, std::move(request)};
  }
  template <typename Request>
  auto Do(const Request& request) {
    return Must(ledger_->Write(Call{.caller = kManagement}, request));
  }
  static LicenseTerms Terms(std::uint64_t most) {
    LicenseTerms terms;
    terms.license_name = "Example";
    terms.product_name = "Example";
    terms.issuer.name = "AWS/Marketplace";
    terms.home_region = "us-east-1";
    terms.entitlements.push_back({"users", {}, most, {}, "Count", {}});
    return terms;
  }

  model::Random random_;
  std::string directory_;
  std::atomic<std::int64_t> now_ = 1'800'000'000'000;  // ms
  Options options_;
  std::unique_ptr<Ledger> ledger_;
  std::vector<AccountId> accounts_;
  std::vector<Granted> granted_;
  std::uint64_t tokens_ = 0;
  std::uint64_t refused_ = 0;
};

void GrowthRun::SetUp() {
  constexpr std::uint64_t kAccounts = 40;
  constexpr std::uint64_t kFirst = 200'000'000'000;
  constexpr std::size_t kProducts = 10;
  const auto organization = Do(CreateOrganizationRequest{}).organization;
  Do(UpdateServiceSettingsRequest{.enable_integration = true});
  const std::string root =
      Must(ledger_->Read(Call{.caller = kManagement}, ListRootsRequest{})).roots.front().id;
  std::vector<std::string> principals = {organization.arn};
  for (const std::string name : {"east", "west"}) {
    const auto unit =
        Do(CreateOrganizationalUnitRequest{.parent_id = root, .name = name}).organizational_unit;
    principals.push_back(unit.arn);
  }
  for (std::uint64_t i = 0; i < kAccounts; ++i) {
    accounts_.emplace_back(kFirst + i);
    Do(CreateAccountRequest{
        .email = "a@example.com", .account_name = "A", .account_id = accounts_.back().ToString()});
  }
  for (std::size_t product = 0; product < kProducts; ++product) {
    for (const std::string& principal : principals) {
      Distribute(principal, "product-" + std::to_string(product));
    }
  }
}

void GrowthRun::Distribute(const std::string& principal, const std::string& sku) {
  Granted one;
  one.license = Do(CreateLicenseRequest{.client_token = Token(),
                                        .product_sku = sku,
                                        .beneficiary = kManagement.ToString(),
                                        .terms = Terms(10)})
                    .license_arn;
  one.grant = Do(CreateGrantRequest{.client_token = Token(),
                                    .grant_name = "G",
                                    .license_arn = one.license,
                                    .principals = {principal},
                                    .home_region = "us-east-1",
                                    .allowed_operations = {GrantOperation::kCheckoutLicense}})
                  .grant_arn;
  granted_.push_back(std::move(one));
}

Write GrowthRun::ChangeOfAll() {
  CreateGrantVersionRequest request;
  request.client_token = Token();
  request.grant_arn = random_.Pick(granted_).grant;
  if (random_.Percent(10)) {
    request.grant_name = "name " + std::to_string(random_.Below(9));
  } else if (random_.Percent(60)) {
    request.status = GrantStatus::kActive;
    request.options = GrantOptions{ActivationOverrideBehavior::kAllGrantsPermittedByIssuer};
  } else {
    request.status = GrantStatus::kDisabled;
    request.status_reason = "reason " + std::to_string(random_.Below(9));
  }
  return ByManagement(request);
}

Write GrowthRun::ChangeOfOne() {
  const AccountId account = random_.Pick(accounts_);
  CreateGrantVersionRequest request;
  request.client_token = Token();
  request.grant_arn = Must(ledger_->MemberGrantArn(random_.Pick(granted_).grant, account));
  request.status = random_.Percent(50) ? GrantStatus::kActive : GrantStatus::kDisabled;
  return {Call{.caller = account}, request};
}

Write GrowthRun::NewTerms() {
  return ByManagement(CreateLicenseVersionRequest{.client_token = Token(),
                                                  .license_arn = random_.Pick(granted_).license,
                                                  .terms = Terms(1 + random_.Below(100))});
}

Write GrowthRun::Next() {
  const std::size_t kind = random_.Below(100);
  if (kind < 91) return ChangeOfAll();
  if (kind < 96) return ChangeOfOne();
  return NewTerms();
}

void GrowthRun::Feed(std::size_t writes) {
  constexpr std::size_t kLargestBatch = 64;
  constexpr std::int64_t kTick = 24LL * 3'600'000 / kKeptRecords;
  for (std::size_t done = 0; done < writes;) {
    std::vector<Write> batch;
    for (std::size_t size = 1 + random_.Below(kLargestBatch); size > 0; --size) {
      batch.push_back(Next());
    }
    for (const auto& answer : ledger_->Apply(batch)) {
      if (answer) continue;
      const Code code = answer.error().code();
      if (code == Code::kIoError || code == Code::kCorruption) Must(answer.error());
      ++refused_;  // a member's grant that is not there, or can't be activated now
    }
    WaitForCompaction();
    done += batch.size();
    now_ += kTick * static_cast<std::int64_t>(batch.size());
  }
}

/// Compaction folds each change of all into each account that differs, and so may take longer than
/// writing it does. A writer that never rests has to look how far it is.
void GrowthRun::WaitForCompaction() const {
  for (;;) {
    const LedgerHealth health = ledger_->Health();
    Must(health.compaction.last_error);
    if (health.last_lsn - health.folded_lsn < kKeptRecords) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

std::uint64_t GrowthRun::Finish(Tally& tally) {
  ledger_->SetRetention(KeepRecords{0});
  (void)Must(ledger_->Compact());
  Must(ledger_->Settle());  // else all is in the write-ahead log yet, up to 256 MiB of it
  Must(ledger_->Close());
  ledger_.reset();
  const auto report = VerifyLedger(directory_, {.deep = true}, [&](const Finding& one) {
    tally.failures.push_back("verify: " + one.what);
  });
  if (!report) tally.failures.emplace_back(report.error().message());
  return TakenBy(directory_, 0).numbers[Taken::kDisk];
}

/// Of a short run the numbers are told, and not compared: caches and files are filling yet.
void Compare(const std::vector<Taken>& samples, const std::string& with_seed, Tally& tally) {
  const std::size_t quarter = samples.size() / 4;
  const bool compared = samples.size() >= kTrialsToCompare;
  const Taken early = MostOf(std::span(samples).subspan(quarter, quarter));
  const Taken late = MostOf(compared ? std::span(samples).last(quarter) : std::span(samples));
  for (std::size_t i = 0; i < late.numbers.size(); ++i) {
    const std::string name = Taken::kNames[i];
    tally.outcomes[name + ", at most" + (compared ? ", in the last quarter" : "")] =
        late.numbers[i];
    if (!compared) continue;
    tally.outcomes[name + ", at most, in the second quarter"] = early.numbers[i];
    if (late.numbers[i] > early.numbers[i] + early.numbers[i] / 4 + Taken::kSlack[i]) {
      tally.failures.push_back(name + " grow" + with_seed);
    }
  }
}

}  // namespace

Tally RunGrowth(const Settings& settings) {
  Tally tally;
  Budget budget(settings);
  const std::string directory = settings.directory + "/ledger";
  GrowthRun run(settings.seed, directory);
  run.SetUp();
  std::vector<Taken> samples;
  while (budget.Take()) {
    run.Feed(kWritesOfTrial);
    samples.push_back(TakenBy(directory, run.records()));
  }
  tally.trials = samples.size();
  tally.outcomes["writes"] = samples.size() * kWritesOfTrial;
  tally.outcomes["writes that were refused"] = run.refused();
  const std::string with_seed = ", with --seed " + std::to_string(settings.seed);
  Compare(samples, with_seed, tally);
  const std::uint64_t left = run.Finish(tally);
  tally.outcomes["MiB on disk, closed, with no history"] = left;
  if (left > kMostLeft) {
    tally.failures.push_back(std::to_string(left) + " MiB are left with no history" + with_seed);
  }
  return tally;
}

}  // namespace grantledger::torture
