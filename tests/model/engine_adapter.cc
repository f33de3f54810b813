// The real engine behind the harness's Engine: a ledger in a directory of its own, spoken to in
// JSON.
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

#include <grantledger/ledger.h>

#include "harness.h"
#include "tests/ledger/rebuild.h"
#include "tools/json_api.h"

namespace grantledger::model {

namespace {

namespace fs = std::filesystem;

std::string NewDirectoryIn(const fs::path& parent) {
  std::string path = (parent / "grantledger-model-XXXXXX").string();
  if (mkdtemp(path.data()) == nullptr) throw std::runtime_error("mkdtemp failed: " + path);
  return path;
}

class RealEngine : public Engine {
 public:
  RealEngine(const EngineOptions& options, const fs::path& parent)
      : directory_(NewDirectoryIn(parent)) {
    options_.durability = Durability::kBuffered;
    options_.max_grants_per_license = static_cast<std::uint32_t>(options.max_grants_per_license);
    options_.max_page_size = 100;
    options_.clock = [this] { return now_; };
    options_.max_time_ahead = std::nullopt;  // histories have times of their own
    Open();
  }

  ~RealEngine() override {
    ledger_.reset();
    std::error_code ignored;
    fs::remove_all(directory_, ignored);
  }

  /// A compaction is stopped first, after another number of its batches each time, and then begun
  /// again: half of them right away, the others by what compacts next.
  Json Execute(const Json& request) override {
    if (request.value("Operation", "") == "Compact" && StopCompaction()) return {{"Output", {}}};
    return tools::JsonApi(*ledger_).Execute(request);
  }

  std::vector<Json> ExecuteAll(const std::vector<Json>& writes) override {
    const auto answers = tools::JsonApi(*ledger_).ExecuteAll(writes);
    return {answers.begin(), answers.end()};
  }

  std::string MemberGrantArn(const std::string& distribution_arn,
                             const std::string& account) override {
    auto arn = ledger_->MemberGrantArn(distribution_arn, AccountId(std::stoull(account)));
    if (!arn) throw std::runtime_error(arn.error().message());
    return *arn;
  }

  std::uint64_t DropHistory(std::uint64_t lsn, bool release) override {
    if (release) now_ += options_.max_hold;
    AddRecords(directory_, &archive_);
    ledger_->SetRetention(KeepFrom{lsn});
    if (!StopCompaction()) {
      const auto report = ledger_->Compact();
      if (!report) throw std::runtime_error(report.error().message());
    }
    ledger_->SetRetention(KeepEverything());
    return ledger_->Horizon();
  }

  /// On the way, everything but the log is derived from the log again and compared.
  void Reopen() override {
    ledger_.reset();
    const std::string scratch = NewDirectoryIn(fs::path(directory_).parent_path());
    const std::string difference = CompareWithRebuilt(directory_, scratch, archive_);
    fs::remove_all(scratch);
    if (!difference.empty()) throw std::runtime_error(difference);
    Open();
  }

  std::uint64_t LastLsn() override { return ledger_->LastLsn(); }

 private:
  void Open() {
    auto opened = Ledger::Open(directory_, options_);
    if (!opened) throw std::runtime_error(opened.error().message());
    ledger_ = std::move(*opened);
  }

  /// Whether it shall be left at that.
  bool StopCompaction() {
    const std::uint64_t batches = compactions_++ % 6;
    std::uint64_t done = 0;
    auto report = ledger_->Compact(
        [&](std::uint64_t /*records*/, std::uint64_t /*all*/) { return done++ < batches; });
    if (!report) throw std::runtime_error(report.error().message());
    return compactions_ % 2 == 0;
  }

  std::uint64_t compactions_ = 0;
  Time now_ = Time(std::chrono::hours(24 * 365 * 50));
  Archive archive_;
  std::string directory_;
  grantledger::Options options_;
  std::unique_ptr<Ledger> ledger_;
};

}  // namespace

std::unique_ptr<Engine> NewEngine(const EngineOptions& options) {
  return std::make_unique<RealEngine>(options, fs::temp_directory_path());
}

EngineFactory NewEnginesIn(const std::string& directory) {
  return [directory](const EngineOptions& options) {
    return std::make_unique<RealEngine>(options, directory);
  };
}

}  // namespace grantledger::model
