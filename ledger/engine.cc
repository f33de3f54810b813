#include "ledger/engine.h"

#include <random>
#include <thread>
#include <utility>

#include "ledger/apply.h"
#include "ledger/caught.h"
#include "ledger/decide.h"
#include "ledger/errors.h"
#include "ledger/opening.h"
#include "ledger/respond.h"
#include "ledger/system_time.h"

namespace grantledger {
namespace {

fb::RecordT MakeRecord(Lsn lsn, Time time, AccountId caller, fb::BodyUnion body) {
  fb::RecordT record;
  record.lsn = lsn;
  record.time_ms = FromTime(time);
  record.caller = caller.value();
  record.body = std::move(body);
  return record;
}

bool Succeeded(const Status& status) { return status.ok(); }
bool Succeeded(const Result<WriteResponse>& answer) { return answer.has_value(); }

/// How often a writer lets others come before it commits.
constexpr int kMostYields = 32;

/// The kind of record that a request with a ClientToken makes.
std::uint8_t BodyOf(const WriteRequest& request) {
  if (std::holds_alternative<CreateGrantRequest>(request)) {
    return static_cast<std::uint8_t>(fb::Body::GrantCreated);
  }
  if (std::holds_alternative<CreateGrantVersionRequest>(request)) {
    return static_cast<std::uint8_t>(fb::Body::GrantVersioned);
  }
  if (std::holds_alternative<CreateLicenseRequest>(request)) {
    return static_cast<std::uint8_t>(fb::Body::LicenseCreated);
  }
  return static_cast<std::uint8_t>(fb::Body::LicenseVersioned);
}

}  // namespace

Result<std::unique_ptr<Engine>> Engine::Open(const std::string& directory, const Options& options,
                                             rocksdb::Env* env) {
  if (options.compaction_records == 0) {
    return Invalid("Options::compaction_records", "0", "at least 1 record");
  }
  std::unique_ptr<Engine> engine(new Engine(options));
  GL_ASSIGN_OR_RETURN(engine->store_, Store::Open(directory, options, env));
  GL_RETURN_IF_ERROR(engine->Begin());
  return engine;
}

Status Engine::Begin() {
  const AnchorClaim* claim = store_->found();
  if (claim != nullptr) {
    GL_RETURN_IF_ERROR(CheckEnd(store_->db()->GetName(), *store_, *claim));
  }
  GL_ASSIGN_OR_RETURN(auto genesis, store_->Get(Family::kLog, LogKey(0)));
  if (!genesis && claim != nullptr) {
    return RowCorruption(Family::kLog, LogKey(0), "the ledger's identity is missing");
  }
  if (!genesis) {
    if (store_->read_only()) {
      return {Code::kInvalidArgument, "there is no ledger to read: its log is empty"};
    }
    GL_RETURN_IF_ERROR(Create());
  }
  GL_ASSIGN_OR_RETURN(const auto first, GetRecord(*store_, 0));
  const auto* identity = first->body.AsGenesis();
  if (identity == nullptr) {
    return RowCorruption(Family::kLog, LogKey(0), "the ledger's identity is missing");
  }
  id_key_ = identity->id_key;
  ids_ = std::make_unique<IdCodec>(id_key_);
  GL_ASSIGN_OR_RETURN(counters_, CopyTable<fb::CountersT>(*store_, Family::kState, CountersKey()));
  GL_RETURN_IF_ERROR(retention_.Load(*store_));
  GL_RETURN_IF_ERROR(CheckInvariants());
  visible_ms_ = counters_.time_ms;
  visible_lsn_ = counters_.lsn;
  if (store_->read_only()) return {};
  GL_RETURN_IF_ERROR(store_->ClaimCommitted({counters_.lsn, counters_.checksum}));
  compaction_ =
      std::make_unique<Compaction>(*store_, *ids_, cache_, options_, visible_lsn_, retention_,
                                   [this](const RowChange& change) { return InTurn(change); });
  if (options_.background_compaction) compaction_->Start();
  return {};
}

Result<CompactionReport> Engine::Compact(const CompactionProgress& progress) {
  if (compaction_ != nullptr) return compaction_->Run(progress);
  return Status(Code::kInvalidState, "the ledger is open read-only, expected one open to write");
}

Status Engine::Create() {
  Batch batch(*store_);
  fb::GenesisT genesis;
  std::random_device random;
  genesis.id_key = (static_cast<std::uint64_t>(random()) << 32) | random();
  const Time now = options_.clock ? options_.clock() : SystemNow();
  const auto record = MakeRecord(0, now, AccountId(), MakeBody(std::move(genesis)));
  fb::CountersT counters;
  AppendRecord(0, Pack(record, kRecordIdentifier), batch, counters);
  WriteCounters(counters, batch);
  return batch.Commit();
}

/// The log ends where the counters say, and its last record proves itself.
Status Engine::CheckInvariants() {
  GL_ASSIGN_OR_RETURN(const Time last, TimeOfRecord(counters_.lsn));
  if (counters_.lsn != 0 && FromTime(last) != counters_.time_ms) {
    return RowCorruption(Family::kState, CountersKey(), "its time is not the last record's");
  }
  GL_ASSIGN_OR_RETURN(const std::uint64_t checksum, ChecksumOf(*store_, counters_.lsn));
  if (checksum != counters_.checksum) {
    return RowCorruption(Family::kState, CountersKey(), "its checksum is not the last record's");
  }
  GL_ASSIGN_OR_RETURN(const auto beyond, store_->Get(Family::kLog, LogKey(counters_.lsn + 1)));
  if (!beyond) return {};
  return RowCorruption(Family::kLog, LogKey(counters_.lsn + 1),
                       "the log goes on behind LSN " + std::to_string(counters_.lsn) +
                           ", which is the last that was applied");
}

std::vector<Result<WriteResponse>> Engine::Apply(std::span<const Write> writes) {
  Waiter waiter{writes, {}, nullptr, {}};
  waiter.answers.reserve(writes.size());  // here, where the caller alone is concerned if it throws
  Wait(waiter);
  return std::move(waiter.answers);
}

Status Engine::InTurn(const RowChange& change) {
  Waiter waiter{{}, {}, &change, {}};
  Wait(waiter);
  return std::move(waiter.changed);
}

void Engine::Wait(Waiter& waiter) {
  std::unique_lock lock(mutex_);
  queue_.push_back(&waiter);  // may throw: then there is no ticket, for which others would wait
  const std::uint64_t ticket = ++last_ticket_;
  lock.unlock();
  std::uint64_t finished = finished_.load(std::memory_order_acquire);
  for (; finished + 1 < ticket; finished = finished_.load(std::memory_order_acquire)) {
    finished_.wait(finished, std::memory_order_acquire);
  }
  if (finished >= ticket) return;
  const std::vector<Waiter*> group = TakeGroup();
  CommitGroup(group);
  finished_.store(finished + group.size(), std::memory_order_release);
  finished_.notify_all();
}

std::vector<Engine::Waiter*> Engine::TakeGroup() {
  // Those whom the last commit woke are about to write again. A moment for them to come costs
  // little beside a sync, and saves them one.
  const bool synced = options_.durability == Durability::kSynced;
  std::unique_lock lock(mutex_);
  for (int i = 0; i < kMostYields && synced && queue_.size() < last_group_; ++i) {
    lock.unlock();
    std::this_thread::yield();
    lock.lock();
  }
  last_group_ = queue_.size();
  return std::exchange(queue_, {});
}

void Engine::DoAll(const std::vector<Waiter*>& group, Batch& batch) {
  for (Waiter* waiter : group) {
    if (waiter->change != nullptr) {
      waiter->changed = AllOrNothing(batch, [&] { return (*waiter->change)(batch); });
    }
    for (const Write& write : waiter->writes) {
      waiter->answers.push_back(AllOrNothing(batch, [&] { return DoOne(write, batch); }));
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
  cache_.Clear();  // it may have folds of what was rolled back
  return answer;
}

void Engine::CommitGroup(const std::vector<Waiter*>& group) {
  const fb::CountersT before = counters_;
  bool has_records = false;
  bool commits = false;
  if (failed_.ok()) {
    try {
      Batch batch(*store_);
      DoAll(group, batch);
      has_records = counters_.lsn != before.lsn;
      if (has_records) WriteCounters(counters_, batch);
      commits = !batch.empty();
      if (commits) failed_ = batch.Commit();
    } catch (...) {
      const Status caught = Caught();
      counters_ = before;
      cache_.Clear();
      Fail(group, caught);
      // What throws while it commits may have done so.
      if (commits) failed_ = caught;
      return;
    }
  }
  if (!failed_.ok()) {
    // What is stored may be more or less than what we know, so no further write is taken before the
    // ledger is opened again; nor is a refusal a fact that was decided against what is not stored.
    cache_.Clear();
    Fail(group, failed_);
    return;
  }
  visible_ms_.store(counters_.time_ms, std::memory_order_release);
  visible_lsn_.store(counters_.lsn, std::memory_order_release);
  if (has_records) store_->NoteCommitted({counters_.lsn, counters_.checksum});
  if (compaction_ != nullptr) compaction_->Notice();
}

/// Answers everybody with an error.
void Engine::Fail(const std::vector<Waiter*>& group, const Status& failed) noexcept {
  for (Waiter* waiter : group) {
    waiter->changed = CopyOf(failed);
    waiter->answers.clear();
    while (waiter->answers.size() < waiter->writes.size()) {
      waiter->answers.emplace_back(CopyOf(failed));
    }
  }
}

Result<Time> Engine::TimeOf(const Call& call, Time last) const {
  if (!call.time) {
    const Time now = options_.clock ? options_.clock() : SystemNow();
    return std::max(now, last);
  }
  if (*call.time >= last) return *call.time;
  return Invalid("Time", FormatTime(*call.time),
                 "not earlier than " + FormatTime(last) + ", that of the record before");
}

Result<WriteResponse> Engine::DoOne(const Write& write, Batch& batch) {
  if (store_->read_only()) {
    return Status(Code::kInvalidState, "the ledger is open read-only, expected one open to write");
  }
  if (write.call.as_of) return Invalid("AsOf", "given", "none for a call that writes");
  GL_RETURN_IF_ERROR(CheckAccount("Caller", write.call.caller));
  GL_RETURN_IF_ERROR(CheckShape(write.request));
  GL_ASSIGN_OR_RETURN(const Time time, TimeOf(write.call, ToTime(counters_.time_ms)));
  View view(batch, *ids_, cache_, counters_.lsn, time);
  const std::string_view token = ClientTokenOf(write.request);
  if (!token.empty()) {
    GL_ASSIGN_OR_RETURN(auto replayed, Replay(write, view, BodyOf(write.request)));
    if (replayed) return *std::move(replayed);
  }
  Deciding in{view, write.call.caller, time, options_, counters_};
  GL_ASSIGN_OR_RETURN(
      fb::BodyUnion body,
      std::visit([&in](const auto& request) { return Decide(request, in); }, write.request));
  fb::RecordT record = MakeRecord(counters_.lsn + 1, time, write.call.caller, std::move(body));
  if (!token.empty()) {
    const ResourceId hash = HashInput(write.request);
    record.token = std::make_unique<fb::TokenT>();
    record.token->text = token;
    record.token->input_high = hash.high;
    record.token->input_low = hash.low;
  }
  LinkRecord(counters_, &record);
  AppendRecord(record.lsn, Pack(record, kRecordIdentifier), batch, counters_);
  GL_RETURN_IF_ERROR(ApplyRecord(record, batch, counters_));
  return Respond(record, View(batch, *ids_, cache_, counters_.lsn, time));
}

Result<std::optional<WriteResponse>> Engine::Replay(const Write& write, const View& view,
                                                    std::uint8_t body) const {
  const std::string key = TokenKey(write.call.caller, body, ClientTokenOf(write.request));
  // Not kept decoded: a token is seldom asked for again.
  GL_ASSIGN_OR_RETURN(const auto payload, view.rows().Get(Family::kState, key));
  if (!payload) return std::optional<WriteResponse>();
  GL_ASSIGN_OR_RETURN(const auto use, ReadTable<fb::TokenUseT>(Family::kState, key, *payload));
  GL_ASSIGN_OR_RETURN(const auto record, GetRecord(view.rows(), use.lsn));
  if (view.time() - ToTime(record->time_ms) >= options_.client_token_lifetime) {
    return std::optional<WriteResponse>();
  }
  const ResourceId hash = HashInput(write.request);
  if (record->token == nullptr || record->token->input_high != hash.high ||
      record->token->input_low != hash.low) {
    return Refuse(Code::kTokenReused, "ClientToken",
                  Quoted(ClientTokenOf(write.request)) + ", used at LSN " +
                      std::to_string(record->lsn) + " with another input",
                  "the same input, or another token");
  }
  GL_ASSIGN_OR_RETURN(WriteResponse response, Respond(*record, view));
  return std::optional<WriteResponse>(std::move(response));
}

Result<Time> Engine::TimeOfRead(const Call& call) const {
  return TimeOf(call, ToTime(visible_ms_.load(std::memory_order_acquire)));
}

// The snapshot comes first: what is dropped after it is still there.
std::optional<Reading> Engine::ReadAt(const At& at) const {
  Reading reading{at, store_->Latest(), {}};
  reading.horizon = retention_.horizon();
  if (at.lsn < reading.horizon.lsn) return std::nullopt;
  return reading;
}

Result<Reading> Engine::Read(const Call& call) const {
  while (true) {
    GL_ASSIGN_OR_RETURN(const At at, Resolve(call));
    if (auto reading = ReadAt(at)) return *std::move(reading);
    if (call.as_of) return retention_.Refusal("AsOf", "LSN " + std::to_string(at.lsn));
    // The latest moment, and the horizon went past it meanwhile: there is a later one.
  }
}

Result<Reading> Engine::ReadAgain(std::string_view field, const At& at,
                                  std::uint64_t checksum) const {
  const std::string found = "of LSN " + std::to_string(at.lsn);
  const Lsn last = last_lsn();
  const auto reading = ReadAt(at);
  if (!reading) return retention_.Refusal(field, found);
  if (at.lsn <= last) {
    GL_ASSIGN_OR_RETURN(const std::uint64_t own, ChecksumOf(*reading->rows, at.lsn));
    if (own == checksum) return *reading;
  }
  return Invalid(field, found + " of another history",
                 "one that this ledger gave, whose records go up to LSN " + std::to_string(last) +
                     ", and that no restored backup or lost write took back");
}

Result<std::unique_ptr<MomentHold>> Engine::Hold(const Moment& moment) const {
  GL_ASSIGN_OR_RETURN(const At at, Resolve(moment));
  std::unique_ptr<MomentHold> hold = retention_.Hold(at.lsn);
  if (hold != nullptr) return hold;
  return retention_.Refusal("Moment", "LSN " + std::to_string(at.lsn));
}

Result<At> Engine::Resolve(const Call& call) const {
  const Lsn lsn = last_lsn();
  GL_ASSIGN_OR_RETURN(const Time time, TimeOfRead(call));
  if (!call.as_of) return At{lsn, time};
  return Resolve(*call.as_of);
}

Result<At> Engine::Resolve(const Moment& moment) const {
  while (true) {
    const Lsn horizon = retention_.horizon().lsn;
    auto at = AtMoment(moment);
    // Records are dropped when the horizon has passed them.
    if (at || retention_.horizon().lsn == horizon) return at;
  }
}

Result<At> Engine::AtMoment(const Moment& moment) const {
  const Lsn* asked = std::get_if<Lsn>(&moment);
  return asked != nullptr ? AtLsn(*asked) : AtTime(std::get<Time>(moment));
}

Result<At> Engine::AtLsn(Lsn lsn) const {
  if (!retention_.Keeps(lsn)) return retention_.Refusal("AsOf", "LSN " + std::to_string(lsn));
  const Lsn last = last_lsn();
  if (lsn > last) {
    return Invalid("AsOf", std::to_string(lsn), "at most the last LSN, " + std::to_string(last));
  }
  GL_ASSIGN_OR_RETURN(const Time time, TimeOfRecord(lsn));
  return At{lsn, time};
}

Result<Time> Engine::TimeOfRecord(Lsn lsn) const {
  const At horizon = retention_.horizon();
  if (lsn == horizon.lsn && lsn != 0) return horizon.time;
  GL_ASSIGN_OR_RETURN(const auto record, GetRecord(*store_->Latest(), lsn));
  return ToTime(record->time_ms);
}

Result<At> Engine::AtTime(Time time) const {
  const At horizon = retention_.horizon();
  if (horizon.lsn != 0 && time < horizon.time) {
    return retention_.Refusal("AsOf", FormatTime(time));
  }
  GL_ASSIGN_OR_RETURN(const Lsn lsn, FindByTime(*store_, horizon.lsn, last_lsn(), time));
  return At{lsn, time};
}

}  // namespace grantledger
