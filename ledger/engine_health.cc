// The part of Engine that says how it is, and whether it goes on from an earlier view.
#include <algorithm>

#include "ledger/engine.h"
#include "ledger/errors.h"

namespace grantledger {

LedgerHealth Engine::Health() const {
  LedgerHealth health;
  health.writes = store_->WhyNotWritten();
  health.writing = writing_.Get();
  if (health.writes.ok() && health.writing.failures > 0) health.writes = health.writing.last_error;
  health.compaction = compaction_trouble();
  health.database = store_->database_trouble();
  // Each before what is not less than it, since it goes on meanwhile.
  health.horizon = retention_.horizon().lsn;
  health.folded_lsn =
      std::max(folded_at_opening_, compaction_ == nullptr ? Lsn{0} : compaction_->folded_lsn());
  health.last_lsn = last_lsn();
  health.synced_lsn = store_->SyncedLsn(health.last_lsn);
  health.unfolded_records = health.last_lsn - std::min(health.folded_lsn, health.last_lsn);
  store_->AddDiskUse(&health);
  return health;
}

void Engine::AddCounts(LedgerStatistics* statistics) const {
  written_.AddTo(statistics);
  if (file_meters_ != nullptr) file_meters_->AddTo(statistics);
}

void Engine::AddMemoryUse(LedgerStatistics* statistics) const {
  store_->AddMemoryUse(statistics);
  statistics->fold_bytes = cache_->bytes();
}

void Engine::Count(const Group& group) noexcept {
  std::uint64_t calls = 0;
  std::uint64_t answered = 0;
  std::uint64_t refused = 0;
  std::uint64_t failed = 0;
  for (const Waiter* waiter = group.first; waiter != nullptr; waiter = waiter->next) {
    if (waiter->change == nullptr) ++calls;
    for (const auto& answer : waiter->answers) {
      ++(answer ? answered : IsFailure(answer.error().code()) ? failed : refused);
    }
  }
  if (calls == 0) return;
  written_.groups.Add(1);
  written_.grouped_calls.Add(calls);
  written_.largest_group.RaiseTo(calls);
  written_.answered.Add(answered);
  if (refused != 0) written_.refused.Add(refused);
  if (failed != 0) written_.failed.Add(failed);
}

Status Engine::CheckContinues(const Engine& before) const {
  const Lsn lsn = before.last_lsn();
  const std::string found = "the ledger in " + store_->db()->GetName();
  const auto another = [&found, lsn](const std::string& why) {
    return Status(Code::kInvalidState, found + " is another history than the one that was read: " +
                                           why + ", expected one that goes on after LSN " +
                                           std::to_string(lsn) + "; open it anew");
  };
  if (id_key_ != before.id_key_) return another("its identity differs");
  if (last_lsn() < lsn) return another("it ends at LSN " + std::to_string(last_lsn()));
  GL_ASSIGN_OR_RETURN(const std::uint64_t expected, ChecksumOf(*before.store_, lsn));
  const auto checksum = ChecksumOf(*store_, lsn);
  const Lsn horizon = retention_.horizon().lsn;
  if (!checksum && lsn < horizon) {
    return {Code::kInvalidState, found + " has the horizon LSN " + std::to_string(horizon) +
                                     ", after LSN " + std::to_string(lsn) +
                                     ", the last that was read, so that nothing tells whether it "
                                     "is the same history; open it anew"};
  }
  if (!checksum) return checksum.error();
  return *checksum == expected ? Status()
                               : another("its record " + std::to_string(lsn) + " differs");
}

}  // namespace grantledger
