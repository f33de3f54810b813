// The part of Engine that groups writes, commits each group at once, and knows what is stored where
// a commit fails.
#include <chrono>
#include <thread>
#include <utility>

#include "ledger/anchor.h"
#include "ledger/apply.h"
#include "ledger/background.h"
#include "ledger/caught.h"
#include "ledger/decide.h"
#include "ledger/engine.h"

namespace grantledger {
namespace {

/// How often a writer lets others come before it commits.
constexpr int kMostYields = 32;

bool Succeeded(const Status& status) { return status.ok(); }
bool Succeeded(const Result<WriteResponse>& answer) { return answer.has_value(); }

/// What became of a write that failed, for who sent it (docs/SEMANTICS.md, "Where something
/// fails"). A refusal is left as it is.
Status WithFate(const Status& failed, bool is_unsure) noexcept {
  if (failed.code() != Code::kIoError && failed.code() != Code::kCorruption) return CopyOf(failed);
  try {
    return {failed.code(),
            failed.message() + (is_unsure ? "; whether the write is stored is not known yet"
                                          : "; nothing was stored by this call")};
  } catch (...) {
    return Caught();
  }
}

}  // namespace

std::vector<Result<WriteResponse>> Engine::Apply(std::span<const Write> writes) {
  const auto begin = std::chrono::steady_clock::now();
  Waiter waiter;
  waiter.writes = writes;
  waiter.answers.reserve(writes.size());  // here, where the caller alone is concerned if it fails
  Wait(waiter);
  written_.latencies.Record(std::chrono::steady_clock::now() - begin);
  return std::move(waiter.answers);
}

Status Engine::InTurn(const RowChange& change) {
  Waiter waiter;
  waiter.change = &change;
  AtNormalPriority([&] { Wait(waiter); });
  return std::move(waiter.changed);
}

Status Engine::Recover() {
  return InTurn([](Batch& /*batch*/) { return Status(); });
}

void Engine::Wait(Waiter& waiter) {
  std::unique_lock lock(mutex_);
  const std::uint64_t ticket = ++last_ticket_;
  (queue_.last == nullptr ? queue_.first : queue_.last->next) = &waiter;
  queue_.last = &waiter;
  ++queue_.size;
  lock.unlock();
  std::uint64_t finished = finished_.load(std::memory_order_acquire);
  for (; finished + 1 < ticket; finished = finished_.load(std::memory_order_acquire)) {
    finished_.wait(finished, std::memory_order_acquire);
  }
  if (finished >= ticket) return;
  const Group group = TakeGroup();
  CommitGroup(group);
  finished_.store(finished + group.size, std::memory_order_release);
  finished_.notify_all();
}

bool Engine::HasWrites(const Group& group) {
  const Waiter* waiter = group.first;
  while (waiter != nullptr && waiter->writes.empty()) waiter = waiter->next;
  return waiter != nullptr;
}

Engine::Group Engine::TakeGroup() {
  // Those whom the last commit woke are about to write again. A moment for them to come costs
  // little beside a sync, and saves them one.
  const bool synced = options_.durability == Durability::kSynced;
  std::unique_lock lock(mutex_);
  for (int i = 0; i < kMostYields && synced && queue_.size < last_group_; ++i) {
    lock.unlock();
    std::this_thread::yield();
    lock.lock();
  }
  last_group_ = queue_.size;
  return std::exchange(queue_, {});
}

void Engine::CommitGroup(const Group& group) noexcept {
  Status failed;
  bool is_tried = false;
  try {
    failed = Recovered();
    is_tried = failed.ok();
    if (is_tried) failed = DoGroup(group);
  } catch (...) {
    failed = Caught();
  }
  if (failed.ok()) {
    if (writing_.Worked()) store_->events().Tell(&Listener::OnWritesResumed, counters_.lsn);
    return Count(group);
  }
  const bool are_unsure = is_tried && unsure_;
  if (are_unsure) NoteUnsure(group);
  for (Waiter* waiter = group.first; waiter != nullptr; waiter = waiter->next) {
    waiter->changed = CopyOf(failed);
    waiter->answers.clear();
    for (const Write& write : waiter->writes) {
      waiter->answers.emplace_back(WithFate(failed, are_unsure || IsUnsure(write)));
    }
  }
  Count(group);
  if (!HasWrites(group)) return;
  if (writing_.Failed(failed) == 1) store_->events().Tell(&Listener::OnWritesStopped, failed);
}

void Engine::NoteUnsure(const Group& group) noexcept {
  try {
    for (Waiter* waiter = group.first; waiter != nullptr; waiter = waiter->next) {
      for (const Write& write : waiter->writes) {
        const std::string_view token = ClientTokenOf(write.request);
        if (unsure_writes_ && !token.empty()) unsure_writes_->emplace(write.call.caller, token);
      }
    }
  } catch (...) {
    unsure_writes_.reset();
  }
}

/// Whether it may be once more a write of which it is not known whether it is stored.
bool Engine::IsUnsure(const Write& write) const noexcept {
  if (!unsure_) return false;
  try {
    const std::string_view token = ClientTokenOf(write.request);
    return !unsure_writes_ || unsure_writes_->contains({write.call.caller, std::string(token)});
  } catch (...) {
    return true;
  }
}

Status Engine::DoGroup(const Group& group) {
  const fb::CountersT before = counters_;
  Status committed;
  try {
    Batch batch(*store_);
    DecideGroup(group, batch);
    committed = Commit(batch, before);
  } catch (...) {
    committed = Caught();
  }
  if (committed.ok()) {
    Publish();
    return {};
  }
  counters_ = before;
  cache_->Clear();  // it may have folds of what was not committed
  return committed;
}

void Engine::DecideGroup(const Group& group, Batch& batch) {
  for (Waiter* waiter = group.first; waiter != nullptr; waiter = waiter->next) {
    if (waiter->change != nullptr) {
      waiter->changed = AllOrNothing(batch, [&] { return (*waiter->change)(batch); });
    }
    for (const Write& write : waiter->writes) {
      auto answer = AllOrNothing(batch, [&] { return DoOne(write, batch); });
      if (!answer) answer = WithFate(answer.error(), /*is_unsure=*/false);
      waiter->answers.push_back(std::move(answer));
    }
  }
}

/// What `act` gives; where that is an error, or it throws, nothing of it is left.
template <typename Act>
std::invoke_result_t<Act> Engine::AllOrNothing(Batch& batch, const Act& act) {
  const fb::CountersT before = counters_;
  batch.SetSavepoint();
  std::invoke_result_t<Act> answer = Status();
  try {
    answer = act();
  } catch (...) {
    answer = Caught();
  }
  if (Succeeded(answer) || !batch.ChangedSinceSavepoint()) return answer;
  batch.RollBack();
  counters_ = before;
  cache_->Clear();  // it may have folds of what was rolled back
  return answer;
}

Status Engine::Commit(Batch& batch, const fb::CountersT& before) {
  if (batch.empty()) return {};
  const bool has_records = counters_.lsn != before.lsn;
  if (has_records) WriteCounters(counters_, batch);
  Status failed;
  for (int tries = 0; tries < 2; ++tries) {
    unsure_ = true;
    failed = batch.Commit();
    if (failed.ok()) {
      unsure_ = false;
      return {};
    }
    const auto stored = FindStored();
    if (!stored) {
      return {failed.code(), failed.message() + " (then: " + stored.error().message() + ")"};
    }
    const auto is = [&stored](const fb::CountersT& end) {
      return stored->lsn == end.lsn && stored->checksum == end.checksum;
    };
    const bool is_stored = has_records && is(counters_);
    if (!is_stored && !is(before)) {
      return {Code::kCorruption, "the last record is " + std::to_string(stored->lsn) +
                                     ", expected " + std::to_string(before.lsn) + " or " +
                                     std::to_string(counters_.lsn)};
    }
    unsure_ = false;
    if (is_stored) return {};
  }
  return failed;
}

Result<fb::CountersT> Engine::FindStored() {
  GL_RETURN_IF_ERROR(store_->Recover());
  GL_ASSIGN_OR_RETURN(auto stored,
                      CopyTable<fb::CountersT>(*store_, Family::kState, CountersKey()));
  GL_RETURN_IF_ERROR(CheckInvariants(stored));
  return stored;
}

Status Engine::Recovered() {
  if (!unsure_ && !store_->NeedsRecovery()) return {};
  const auto stored = FindStored();
  if (!stored) {
    return {stored.error().code(),
            "the ledger takes no writes for now: " + stored.error().message()};
  }
  unsure_ = false;
  unsure_writes_.emplace();
  counters_ = *stored;
  Publish();
  return {};
}

void Engine::Publish() {
  const Lsn before = visible_lsn_.load(std::memory_order_relaxed);
  if (before == counters_.lsn) return;
  written_.records.Add(counters_.lsn - before);
  visible_ms_.store(counters_.time_ms, std::memory_order_release);
  visible_lsn_.store(counters_.lsn, std::memory_order_release);
  store_->NoteCommitted(LogEnd{counters_.lsn, counters_.checksum});
  if (compaction_ != nullptr) compaction_->Notice();
}

}  // namespace grantledger
