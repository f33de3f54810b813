#include "ledger/engine.h"

#include <array>
#include <random>
#include <system_error>
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
                                             rocksdb::Env* env,
                                             std::shared_ptr<rocksdb::Cache> cache) {
  const std::array<std::pair<const char*, std::uint64_t>, 3> counts{
      {{"compaction_records", options.compaction_records},
       {"max_grants_per_license", options.max_grants_per_license},
       {"max_page_size", options.max_page_size}}};
  for (const auto& [name, count] : counts) {
    if (count == 0) return Invalid(std::string("Options::") + name, "0", "at least 1");
  }
  const std::array<std::pair<const char*, std::chrono::milliseconds>, 3> spans{
      {{"max_time_ahead", options.max_time_ahead.value_or(std::chrono::milliseconds(0))},
       {"max_hold", options.max_hold},
       {"client_token_lifetime", options.client_token_lifetime}}};
  for (const auto& [name, span] : spans) {
    if (span.count() >= 0) continue;
    return Invalid(std::string("Options::") + name, std::to_string(span.count()) + " ms",
                   "at least 0");
  }
  GL_RETURN_IF_ERROR(CheckPolicy("Options::retention", options.retention));
  std::unique_ptr<Engine> engine(new Engine(options));
  GL_ASSIGN_OR_RETURN(engine->store_, Store::Open(directory, options, env, std::move(cache)));
  engine->file_meters_ = engine->store_->file_meters();
  engine->cache_ = std::make_unique<FoldCache>(engine->store_->tables().cache());
  GL_RETURN_IF_ERROR(engine->Begin());
  return engine;
}

void Engine::SetRetention(const RetentionPolicy& policy) const {
  if (const Status taken = CheckPolicy("SetRetention", policy); !taken.ok()) {
    store_->events().Log("the policy stays", taken);
  } else {
    retention_.SetPolicy(policy);
  }
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
  GL_RETURN_IF_ERROR(CheckInvariants(counters_));
  visible_ms_ = counters_.time_ms;
  visible_lsn_ = counters_.lsn;
  if (const auto mark = ReadMark(*store_)) folded_at_opening_ = mark->lsn;
  if (store_->read_only()) return {};
  GL_RETURN_IF_ERROR(store_->ClaimCommitted({counters_.lsn, counters_.checksum}));
  compaction_ =
      std::make_unique<Compaction>(*store_, *ids_, *cache_, options_, visible_lsn_, retention_,
                                   [this](const RowChange& change) { return InTurn(change); });
  return options_.background_compaction ? StartCompaction() : Status();
}

void Engine::Stop() {
  if (compaction_ != nullptr) compaction_->Stop();
}

Status Engine::Close() {
  if (compaction_ != nullptr) compaction_->End();  // before the pointer changes, which it may use
  compaction_.reset();
  Status recovered;
  try {
    // What failed may work again: then all is well.
    if (!store_->read_only()) recovered = Recovered();
  } catch (...) {
    recovered = Caught();
  }
  Status closed = store_->Close();
  cache_.reset();
  store_.reset();
  return closed.ok() ? std::move(recovered) : std::move(closed);
}

Status Engine::StartCompaction() {
  try {
    compaction_->Start();
  } catch (const std::system_error& error) {
    return {Code::kIoError,
            std::string("starting the threads of background compaction: ") + error.what()};
  }
  return {};
}

Result<CompactionReport> Engine::Compact(const CompactionProgress& progress) {
  if (compaction_ != nullptr) return compaction_->Run(progress);
  return store_->WhyNotWritten();
}

Status Engine::Create() {
  Batch batch(*store_);
  fb::GenesisT genesis;
  std::random_device random;
  genesis.id_key = (static_cast<std::uint64_t>(random()) << 32) | random();
  const auto record = MakeRecord(0, Now(), AccountId(), MakeBody(std::move(genesis)));
  fb::CountersT counters;
  AppendRecord(0, Pack(record, kRecordIdentifier), batch, counters);
  WriteCounters(counters, batch);
  return batch.Commit();
}

/// The log ends where the counters say, and its last record proves itself.
Status Engine::CheckInvariants(const fb::CountersT& counters) const {
  GL_ASSIGN_OR_RETURN(const Time last, TimeOfRecord(counters.lsn));
  if (counters.lsn != 0 && FromTime(last) != counters.time_ms) {
    return RowCorruption(Family::kState, CountersKey(), "its time is not the last record's");
  }
  GL_ASSIGN_OR_RETURN(const std::uint64_t checksum, ChecksumOf(*store_, counters.lsn));
  if (checksum != counters.checksum) {
    return RowCorruption(Family::kState, CountersKey(), "its checksum is not the last record's");
  }
  GL_ASSIGN_OR_RETURN(const auto beyond, store_->Get(Family::kLog, LogKey(counters.lsn + 1)));
  if (!beyond) return {};
  return RowCorruption(Family::kLog, LogKey(counters.lsn + 1),
                       "the log goes on behind LSN " + std::to_string(counters.lsn) +
                           ", which is the last that was applied");
}

Time Engine::Now() const { return options_.clock ? options_.clock() : SystemNow(); }

Result<Time> Engine::TimeOf(const Call& call, Time last) const {
  if (!call.time) return std::max(Now(), last);
  if (*call.time >= last) return *call.time;
  const bool is_any = last == Time();  // the first record's, and record 0 is no bound
  return Invalid("Time", FormatTime(*call.time),
                 "not earlier than " + FormatTime(last) +
                     (is_any ? ", the earliest that can be" : ", that of the record before"));
}

Result<Time> Engine::TimeOfWrite(const Call& call, Time last) const {
  GL_ASSIGN_OR_RETURN(const Time time, TimeOf(call, last));
  if (!call.time || !options_.max_time_ahead || time == last) return time;
  const Time now = Now();
  const auto ahead = *options_.max_time_ahead;
  const Time latest = LaterBy(now, ahead);
  if (time <= latest) return time;
  return Invalid("Time", FormatTime(time),
                 "at most " + FormatTime(std::max(latest, last)) +
                     ": no more ahead of the clock than max_time_ahead allows");
}

Result<WriteResponse> Engine::DoOne(const Write& write, Batch& batch) {
  if (store_->read_only()) return store_->WhyNotWritten();
  if (write.call.as_of) return Invalid("AsOf", "given", "none for a call that writes");
  GL_RETURN_IF_ERROR(CheckAccount("Caller", write.call.caller));
  GL_RETURN_IF_ERROR(CheckShape(write.request));
  GL_ASSIGN_OR_RETURN(const Time time, TimeOfWrite(write.call, ToTime(counters_.time_ms)));
  View view(batch, *ids_, *cache_, counters_.lsn, time);
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
  return Respond(record, View(batch, *ids_, *cache_, counters_.lsn, time));
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

}  // namespace grantledger
