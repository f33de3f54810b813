#include "tests/torture/power_run.h"

#include <algorithm>
#include <map>
#include <stdexcept>
#include <utility>

#include "query/open.h"
#include "tools/json_api.h"

namespace grantledger::torture {
namespace {

void Require(const Status& status, const std::string& what) {
  if (!status.ok()) throw std::runtime_error(what + ": " + status.message());
}

bool IsDelicate(const std::string& name) {
  return name.starts_with("MANIFEST-") || name.starts_with("ANCHOR") || name == "CURRENT" ||
         name.ends_with(".dbtmp");
}

}  // namespace

PowerRun::PowerRun(const std::string& root, const Options& options, const Promise& before)
    : root_(root),
      options_(options),
      system_(std::make_shared<RecordingFileSystem>(root, journal_)),
      env_(rocksdb::NewCompositeEnv(system_)),
      first_moment_(journal_.size()),
      now_(before) {
  Note();
}

PowerRun::~PowerRun() { ledger_.reset(); }

void PowerRun::Open() {
  auto opened = OpenLedger(directory(), options_, env_.get());
  if (!opened) throw std::runtime_error("opening: " + opened.error().message());
  ledger_ = std::move(*opened);
  const Lsn lsn = ledger_->LastLsn();
  if (lsn < now_.least || lsn > now_.most) {
    throw std::runtime_error("opened with LSN " + std::to_string(lsn) + ", expected " +
                             std::to_string(now_.least) + " to " + std::to_string(now_.most));
  }
  now_.least = now_.answered = now_.most = lsn;
  now_.made = true;
  if (opened_ == 0) opened_ = journal_.size();
  Note();
}

void PowerRun::Write(const Workload& workload, std::size_t writes) {
  const auto& steps = workload.steps();
  std::vector<model::Json> requests;
  for (Lsn i = now_.most; i < steps.size() && requests.size() < writes; ++i) {
    requests.push_back(steps[i].request);
  }
  const Lsn first = now_.most;
  now_.most += requests.size();
  Note();
  const auto answers = tools::JsonApi(*ledger_).ExecuteAll(requests);
  for (std::size_t i = 0; i < answers.size(); ++i) {
    if (model::Json(answers[i]) == steps[first + i].answer) continue;
    throw std::runtime_error("LSN " + std::to_string(first + i + 1) + " was answered " +
                             answers[i].dump() + ", expected " + steps[first + i].answer.dump());
  }
  now_.answered = now_.most;
  if (options_.durability == Durability::kSynced) now_.least = now_.most;
  Note();
}

void PowerRun::Compact() {
  const auto report = ledger_->Compact();
  if (!report) throw std::runtime_error("Compact: " + report.error().message());
}

void PowerRun::Settle() { Require(ledger_->Settle(), "Settle"); }

void PowerRun::Checkpoint(const std::string& directory) {
  const auto lsn = ledger_->Checkpoint(directory);
  if (!lsn) throw std::runtime_error("Checkpoint: " + lsn.error().message());
}

void PowerRun::Close() {
  ledger_.reset();
  now_.least = now_.most;  // the last thing that is written is the claim that they are there
  Note();
}

std::vector<std::size_t> PowerRun::DelicateMoments() const {
  std::vector<std::size_t> moments;
  std::map<Node, std::string> names;
  const auto& all = events();
  for (std::size_t i = 0; i < all.size(); ++i) {
    const DiskEvent& event = all[i];
    if (event.kind == DiskEvent::Kind::kEnter) names[event.other] = event.name;
    const auto name = names.find(event.node);
    const bool is_delicate = IsDelicate(event.name) || IsDelicate(event.new_name) ||
                             (name != names.end() && IsDelicate(name->second));
    if (i < opened_ || !is_delicate) continue;
    moments.push_back(i);
    moments.push_back(i + 1);
  }
  moments.erase(std::unique(moments.begin(), moments.end()), moments.end());
  return moments;
}

std::vector<std::size_t> PowerRun::RenameMoments() const {
  std::vector<std::size_t> moments;
  const auto& all = events();
  for (std::size_t i = first_moment_; i < all.size(); ++i) {
    const bool is_rename = all[i].kind == DiskEvent::Kind::kRename;
    if (is_rename && all[i].new_name == "CURRENT") moments.push_back(i + 1);
  }
  return moments;
}

const Promise& PowerRun::PromiseAt(std::size_t moment) const {
  const auto after =
      std::upper_bound(marks_.begin(), marks_.end(), moment,
                       [](std::size_t value, const Mark& mark) { return value < mark.moment; });
  return std::prev(after)->promise;
}

}  // namespace grantledger::torture
