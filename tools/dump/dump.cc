#include "tools/dump/dump.h"

#include <fmt/format.h>

#include "tools/safe_text.h"

namespace grantledger::tools {
namespace {

/// What is read is mostly read once.
constexpr std::size_t kCacheBytes = std::size_t{32} << 20;

void ComplainOfDamage(std::string_view before, const Status& damage) {
  Complain("ledger-dump", fmt::format("{}{}{}", before, damage.message(), kWhatCanBeDone));
}

}  // namespace

Result<std::unique_ptr<Dump>> Dump::Open(const std::string& directory,
                                         const std::optional<Moment>& moment, Output& out) {
  std::unique_ptr<Dump> dump(new Dump(directory, moment, out));
  auto inspector = Inspector::Open(directory);
  if (!inspector) return std::move(inspector).error();
  dump->inspector_ = *std::move(inspector);
  Options options;
  options.read_only = true;
  options.create_if_missing = false;
  options.cache_bytes = kCacheBytes;
  auto ledger = Ledger::Open(directory, options);
  if (ledger) {
    dump->ledger_ = *std::move(ledger);
  } else {
    dump->why_ = std::move(ledger).error();
  }
  if (auto found = dump->FindMoment(); !found.ok()) return found;
  return dump;
}

Status Dump::FindMoment() {
  if (ledger_ == nullptr) {
    if (const auto last = inspector_->LastLsn()) at_ = *last;
    if (!moment_) return {};
    if (const Lsn* lsn = std::get_if<Lsn>(&*moment_)) {
      at_ = *lsn;
      return {};
    }
    return {why_.code(), "a time can't be looked up, since the ledger can't be opened: " +
                             why_.message() + "; an LSN can"};
  }
  at_ = ledger_->LastLsn();
  if (!moment_) return {};
  auto found = ledger_->FindMoment(*moment_);
  if (!found) return std::move(found).error();
  at_ = *found;
  return {};
}

int Dump::ExitStatusOf(const Status& answered) const {
  if (answered.ok() && damaged_) return kFoundDamage;
  Status damage = inspector_->health();
  if (damage.ok()) damage = why_;
  if (damage.ok()) damage = untold_;
  if (damage.ok() && answered.ok()) return kAnswered;
  if (answered.ok()) {
    ComplainOfDamage("what can be read was told, but the ledger is damaged: ", damage);
    return kFoundDamage;
  }
  if (damage.ok() && answered.code() == Code::kCorruption) damage = answered;
  const bool is_the_same = answered.message() == damage.message();
  if (!is_the_same) Complain("ledger-dump", answered.message());
  if (damage.ok()) return kCannotAnswer;
  ComplainOfDamage(is_the_same ? "" : "the ledger is damaged: ", damage);
  return kFoundDamage;
}

}  // namespace grantledger::tools
