#include "subject.h"

#include <algorithm>
#include <filesystem>
#include <stdexcept>
#include <utility>

#include <grantledger/verify.h>

#include "tools/json_api.h"

namespace grantledger::torture {
namespace {

namespace fs = std::filesystem;

constexpr Millis kFirstTime = 20455 * model::kDay;  // 2026-01-02

}  // namespace

Subject::Subject(const Options& options, std::string directory)
    : Subject(options, (fs::remove_all(directory), std::move(directory)), kFirstTime) {
  keeps_ = false;
}

Subject::Subject(const Options& options, std::string directory, Millis now)
    : directory_(std::move(directory)), keeps_(true), options_(options), now_(now) {
  options_.clock = [this] { return Time(std::chrono::milliseconds(now_.load())); };
  options_.max_page_size = 100;
  Open();
}

Subject::~Subject() {
  ledger_.reset();
  std::error_code ignored;
  if (!keeps_) fs::remove_all(directory_, ignored);
}

void Subject::Open() {
  auto opened = Ledger::Open(directory(), options_);
  if (!opened) throw std::runtime_error("opening: " + opened.error().message());
  ledger_ = std::move(*opened);
  wanted_.clear();
}

void Subject::RetainFrom(Lsn lsn) {
  const std::scoped_lock lock(mutex_);
  Lsn& known = wanted_[now()];
  known = std::max(known, lsn);
  ledger().SetRetention(KeepFrom{lsn});
}

Lsn Subject::WantedBy(Millis time) const {
  const std::scoped_lock lock(mutex_);
  Lsn latest = 0;
  for (const auto& [since, lsn] : wanted_) {
    if (since <= time) latest = std::max(latest, lsn);
  }
  return latest;
}

Sight Subject::Look() const { return {ledger_->LastLsn(), ledger_->Horizon(), now_}; }

Observed Subject::Call(const Json& request) {
  Observed call{request, {}, Look(), {}};
  call.answer = tools::JsonApi(*ledger_).Execute(request);
  call.after = Look();
  return call;
}

std::vector<Observed> Subject::CallAll(const std::vector<Json>& writes) {
  const Sight before = Look();
  const auto answers = tools::JsonApi(*ledger_).ExecuteAll(writes);
  const Sight after = Look();
  std::vector<Observed> calls;
  calls.reserve(writes.size());
  for (std::size_t i = 0; i < writes.size(); ++i) {
    calls.push_back({writes[i], answers[i], before, after});
  }
  return calls;
}

std::string Subject::MemberGrantArn(const std::string& distribution, const std::string& account) {
  auto arn = ledger_->MemberGrantArn(distribution, AccountId(std::stoull(account)));
  if (arn) return *arn;
  if (arn.error().code() == Code::kNotFound) return {};
  throw std::runtime_error(arn.error().message());
}

std::string FindDeep(const std::string& directory) {
  constexpr std::size_t kMostShown = 5;
  std::size_t shown = 0;
  std::string findings;
  const auto report = VerifyLedger(directory, {.deep = true}, [&](const Finding& finding) {
    if (++shown > kMostShown) return;
    findings += std::string(Name(finding.kind)) + ": " + finding.what + "\n  stored  " +
                finding.stored.value_or("") + "\n  derived " + finding.derived.value_or("") + "\n";
  });
  if (!report) return "verify: " + report.error().message();
  if (shown > kMostShown) findings += "and " + std::to_string(shown - kMostShown) + " more\n";
  return findings;
}

}  // namespace grantledger::torture
