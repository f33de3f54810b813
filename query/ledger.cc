// The front door: Ledger over the engine and the reads.
#include <grantledger/ledger.h>

#include <mutex>
#include <utility>

#include "codec/arn.h"
#include "ledger/backup_store.h"
#include "ledger/caught.h"
#include "ledger/directory_lock.h"
#include "ledger/engine.h"
#include "ledger/errors.h"
#include "ledger/machine_files.h"
#include "ledger/meters.h"
#include "ledger/opening.h"
#include "ledger/store_copy.h"
#include "ledger/system_time.h"
#include "ledger/target.h"
#include "query/engine_gate.h"
#include "query/fingerprint.h"
#include "query/open.h"
#include "query/page_token.h"
#include "query/read_context.h"

namespace grantledger {
namespace {

Status Closed() { return {Code::kInvalidState, "the ledger is closed, expected one that is open"}; }

class EngineLedger : public Ledger {
 public:
  EngineLedger(const std::string& directory, rocksdb::Env* env, std::string version,
               std::shared_ptr<Engine> engine)
      : directory_(directory),
        env_(env),
        version_(std::move(version)),
        engine_(std::move(engine)),
        gate_(engine_) {}
  ~EngineLedger() override { (void)EngineLedger::Close(); }
  EngineLedger(const EngineLedger&) = delete;
  EngineLedger& operator=(const EngineLedger&) = delete;

  Status Close() override;
  Status Refresh() override;
  [[nodiscard]] LedgerHealth Health() const override;
  [[nodiscard]] LedgerStatistics Statistics() const override;

  std::vector<Result<WriteResponse>> Apply(std::span<const grantledger::Write> writes) override {
    const EngineGate::Pass engine = gate_.Enter();
    if (!engine.is_closed()) return engine->Apply(writes);
    std::vector<Result<WriteResponse>> answers;
    while (answers.size() < writes.size()) answers.emplace_back(Closed());
    return answers;
  }

  Result<CompactionReport> Compact(const CompactionProgress& progress) override {
    const EngineGate::Pass engine = gate_.Enter();
    if (engine.is_closed()) return Closed();
    return engine->Compact(progress);
  }

  void SetRetention(RetentionPolicy policy) override { gate_.Enter()->SetRetention(policy); }
  [[nodiscard]] Lsn Horizon() const override { return gate_.Enter()->retention().horizon().lsn; }
  [[nodiscard]] Result<std::unique_ptr<MomentHold>> Hold(const Moment& moment) override {
    const EngineGate::Pass engine = gate_.Enter();
    if (engine.is_closed()) return Closed();
    return engine->Hold(moment);
  }

  [[nodiscard]] Result<Lsn> FindMoment(const Moment& moment) const override {
    const EngineGate::Pass engine = gate_.Enter();
    if (engine.is_closed()) return Closed();
    GL_ASSIGN_OR_RETURN(const At at, engine->FindMoment(moment));
    return at.lsn;
  }

  [[nodiscard]] Lsn LastLsn() const override { return gate_.Enter()->last_lsn(); }

  [[nodiscard]] Result<std::string> MemberGrantArn(std::string_view distribution_arn,
                                                   AccountId account) const override {
    const EngineGate::Pass engine = gate_.Enter();
    if (engine.is_closed()) return Closed();
    GL_RETURN_IF_ERROR(CheckAccount("AccountId", account));
    GL_ASSIGN_OR_RETURN(const Reading reading, engine->Read(Call()));
    View view = engine->ViewOf(reading);
    if (!IsArn(distribution_arn)) {
      return Invalid("GrantArn", Quoted(distribution_arn), "the ARN of a distribution");
    }
    GL_ASSIGN_OR_RETURN(const auto named, FindGrant(view, distribution_arn));
    const bool distribution = named && named->head->grantee == 0 && named->member == AccountId();
    if (distribution) return ArnOf(view, *named->head, account);
    return NotThere("GrantArn", distribution_arn, "distribution");
  }

  Result<Lsn> Checkpoint(const std::string& directory) override {
    const EngineGate::Pass engine = gate_.Enter();
    if (engine.is_closed()) return Closed();
    GL_RETURN_IF_ERROR(CheckIsWritten(engine->store()));
    GL_RETURN_IF_ERROR(engine->Recover());
    return MakeCheckpoint(engine->store(), directory, [&] { return engine->Recover(); });
  }
  Result<BackupInfo> Backup(const std::string& store, const BackupOptions& options) override {
    const EngineGate::Pass engine = gate_.Enter();
    if (engine.is_closed()) return Closed();
    Store& from = engine->store();
    GL_RETURN_IF_ERROR(CheckIsWritten(from));
    GL_RETURN_IF_ERROR(engine->Recover());
    const auto& clock = engine->options().clock;
    const auto take = [&](const std::string& to) {
      return TakeFiles(from, to, [&] { return engine->Recover(); });
    };
    return AddBackup(from.db()->GetName(), store, options, clock ? clock() : SystemNow(), take);
  }

  Status Settle() override {
    const EngineGate::Pass engine = gate_.Enter();
    if (engine.is_closed()) return Closed();
    Store& store = engine->store();
    return store.read_only() ? store.WhyNotWritten() : store.Settle();
  }

  [[nodiscard]] EngineGate::Pass Enter() const { return gate_.Enter(); }
  [[nodiscard]] ReadMeters& reads() const { return reads_; }

 private:
  const std::string directory_;
  rocksdb::Env* const env_;
  mutable ReadMeters reads_;
  std::mutex changing_;  // of all below; held while the engine changes
  std::string version_;  // of the files, from before the engine opened them
  std::shared_ptr<Engine> engine_;
  bool is_closed_ = false;
  Status closed_;  // what closing returned
  EngineGate gate_;
};

Status EngineLedger::Close() {
  const std::scoped_lock lock(changing_);
  if (is_closed_) return CopyOf(closed_);
  gate_.Change(engine_, /*is_closed=*/true);
  engine_->Stop();
  gate_.Drain();
  closed_ = engine_->Close();
  is_closed_ = true;
  return CopyOf(closed_);
}

Status EngineLedger::Refresh() {
  const std::scoped_lock lock(changing_);
  if (is_closed_) return Closed();
  if (!engine_->options().read_only) {
    return {Code::kInvalidState, "the ledger is open to write, expected one open read-only"};
  }
  rocksdb::Env* const env = env_ == nullptr ? MachineEnv() : env_;
  // From before: what is written while it is opened, is found new by the next one.
  auto version = WrittenVersion(directory_, env);
  if (version && *version == version_) return {};
  auto opened =
      Engine::Open(directory_, engine_->options(), env_, engine_->store().tables().cache());
  if (!opened) {
    const Status& why = opened.error();  // of what was opened once, the argument is not wrong
    return {why.code() == Code::kInvalidArgument ? Code::kInvalidState : why.code(), why.message()};
  }
  std::shared_ptr<Engine> next = *std::move(opened);
  GL_RETURN_IF_ERROR(next->CheckContinues(*engine_));
  version_ = version ? *std::move(version) : std::string();
  engine_ = std::move(next);
  gate_.Change(engine_, /*is_closed=*/false);
  gate_.Drain();
  return {};
}

LedgerHealth EngineLedger::Health() const {
  const EngineGate::Pass engine = gate_.Enter();
  if (!engine.is_closed()) return engine->Health();
  LedgerHealth health;
  health.writes = Closed();
  health.last_lsn = engine->last_lsn();
  health.horizon = engine->retention().horizon().lsn;
  return health;
}

LedgerStatistics EngineLedger::Statistics() const {
  const EngineGate::Pass engine = gate_.Enter();
  LedgerStatistics statistics;
  reads_.AddTo(&statistics);
  engine->AddCounts(&statistics);
  if (!engine.is_closed()) engine->AddMemoryUse(&statistics);
  return statistics;
}

/// A list: its pages all answer from the moment of the first.
template <typename Request>
concept ListRequest = requires(const Request& request, typename Request::Response& page) {
  request.paging;
  page.next_token;
};

/// A later page answers from the moment of the first: an AsOf beside the token says the same.
Status CheckSameMoment(const Call& call, const At& at) {
  if (!call.as_of) return {};
  const Lsn* lsn = std::get_if<Lsn>(&*call.as_of);
  const bool same = lsn != nullptr ? *lsn == at.lsn : std::get<Time>(*call.as_of) == at.time;
  if (same) return {};
  return Invalid("AsOf", "another moment than that of the NextToken", "the same, or none");
}

/// What a position of WatchGrants is bound to beside the ledger: any caller may go on after it.
constexpr ResourceId kPositionFingerprint{0x57617463684772, 0x616e7473506f73};

Result<std::optional<Lsn>> OpenPosition(const Engine& engine, const WatchGrantsRequest& request) {
  if (request.position.empty()) return std::optional<Lsn>();
  const auto token = OpenToken(request.position, engine.id_key(), kPositionFingerprint.high,
                               kPositionFingerprint.low);
  if (!token) {
    return Invalid("Position", "altered, cut or of another ledger",
                   "the Position of an earlier answer of WatchGrants");
  }
  GL_ASSIGN_OR_RETURN([[maybe_unused]] const Reading reading,
                      engine.ReadAgain("Position", {token->lsn, token->time}, token->checksum));
  return std::optional(token->lsn);
}

/// The raw position of an answer, sealed.
Result<std::string> SealPosition(const Engine& engine, const Reading& reading,
                                 const std::string& raw) {
  // Nothing comes after the last record: where FromLsn was beyond it, the next call begins there.
  const Lsn lsn = std::min(KeyReader(raw).Uint(), reading.at.lsn);
  GL_ASSIGN_OR_RETURN(const std::uint64_t checksum, ChecksumOf(*reading.rows, lsn));
  return SealToken({lsn, {}, {}, checksum}, engine.id_key(), kPositionFingerprint.high,
                   kPositionFingerprint.low);
}

/// Nullopt: while it was read the horizon passed what later pages need.
template <ListRequest Request>
Result<std::optional<typename Request::Response>> AnswerPage(const Engine& engine, const Call& call,
                                                             const Request& request) {
  const ResourceId selected = FingerprintOf(request, call.caller);
  Reading reading;
  std::string cursor;
  if (request.paging.next_token.empty()) {
    GL_ASSIGN_OR_RETURN(reading, engine.Read(call));
  } else {
    GL_ASSIGN_OR_RETURN(PageToken token, OpenToken(request.paging.next_token, engine.id_key(),
                                                   selected.high, selected.low));
    const At at{token.lsn, token.time};
    GL_RETURN_IF_ERROR(CheckSameMoment(call, at));
    GL_ASSIGN_OR_RETURN([[maybe_unused]] const Time now, engine.TimeOfRead(call));
    GL_ASSIGN_OR_RETURN(reading, engine.ReadAgain("NextToken", at, token.checksum));
    cursor = std::move(token.cursor);
  }
  const At at = reading.at;
  View view = engine.ViewOf(reading);
  ReadContext in{view,         call.caller, engine.options(), reading.horizon, std::move(cursor),
                 std::nullopt, std::nullopt};
  if constexpr (std::is_same_v<Request, WatchGrantsRequest>) {
    GL_ASSIGN_OR_RETURN(in.position, OpenPosition(engine, request));
  }
  GL_ASSIGN_OR_RETURN(auto page, Answer(request, in));
  if (!page.next_token.empty()) {
    // The hold of the first page is all that there is: later ones do not renew it.
    const Lsn needed = in.oldest_needed.value_or(at.lsn);
    const bool is_first = request.paging.next_token.empty();
    const bool is_good =
        is_first ? engine.retention().NoteToken(needed) : engine.retention().Keeps(needed);
    if (!is_good) return std::optional<typename Request::Response>();
    GL_ASSIGN_OR_RETURN(const std::uint64_t checksum, ChecksumOf(*reading.rows, at.lsn));
    page.next_token = SealToken({at.lsn, at.time, page.next_token, checksum}, engine.id_key(),
                                selected.high, selected.low);
  }
  if constexpr (std::is_same_v<Request, WatchGrantsRequest>) {
    // Of an earlier moment than what it goes on after, there is nothing to tell, nor to repeat.
    if (in.position && *in.position > at.lsn) {
      page.position = request.position;
    } else {
      GL_ASSIGN_OR_RETURN(page.position, SealPosition(engine, reading, page.position));
    }
  }
  return std::optional(std::move(page));
}

template <ListRequest Request>
Result<typename Request::Response> AnswerList(const Engine& engine, const Call& call,
                                              const Request& request) {
  GL_ASSIGN_OR_RETURN(auto page, AnswerPage(engine, call, request));
  while (!page) {
    // Once more, while the horizon is held.
    const auto held = engine.retention().Hold(engine.retention().horizon().lsn);
    GL_ASSIGN_OR_RETURN(page, AnswerPage(engine, call, request));
  }
  return *std::move(page);
}

template <typename Request>
Result<typename Request::Response> AnswerOne(const Engine& engine, const Call& call,
                                             const Request& request) {
  GL_RETURN_IF_ERROR(CheckAccount("Caller", call.caller));
  if constexpr (ListRequest<Request>) {
    return AnswerList(engine, call, request);
  } else {
    GL_ASSIGN_OR_RETURN(const Reading reading, engine.Read(call));
    View view = engine.ViewOf(reading);
    ReadContext in{view, call.caller, engine.options(), reading.horizon, {}, {}, {}};
    return Answer(request, in);
  }
}

}  // namespace

Result<std::unique_ptr<Ledger>> OpenLedger(const std::string& directory, const Options& options,
                                           rocksdb::Env* env) {
  std::string version;
  if (options.read_only) {
    auto found = WrittenVersion(directory, env == nullptr ? MachineEnv() : env);
    if (found) version = *std::move(found);  // else opening says why
  }
  const std::string home = HomeOf(directory);  // before the process goes elsewhere
  GL_ASSIGN_OR_RETURN(auto engine, Engine::Open(directory, options, env));
  return std::unique_ptr<Ledger>(
      std::make_unique<EngineLedger>(home, env, std::move(version), std::move(engine)));
}

Result<std::unique_ptr<Ledger>> Ledger::Open(const std::string& directory, const Options& options) {
  return OpenLedger(directory, options, nullptr);
}

Result<WriteResponse> Ledger::WriteOne(const grantledger::Write& write) {
  return std::move(Apply(std::span(&write, 1)).front());
}

template <ReadRequestType Request>
Result<typename Request::Response> Ledger::Read(const Call& call, const Request& request) const {
  const auto& ledger = static_cast<const EngineLedger&>(*this);
  const EngineGate::Pass engine = ledger.Enter();
  if (engine.is_closed()) return Closed();
  ReadMeters::Reading reading(ledger.reads());
  auto answer = AnswerOne(*engine, call, request);
  if (!answer) reading.NoteError(answer.error().code());
  return answer;
}

// Every read there is.
template Result<GetGrantRequest::Response> Ledger::Read(const Call&, const GetGrantRequest&) const;
template Result<GrantPage> Ledger::Read(const Call&, const ListDistributedGrantsRequest&) const;
template Result<GrantPage> Ledger::Read(const Call&, const ListReceivedGrantsRequest&) const;
template Result<GrantPage> Ledger::Read(const Call&,
                                        const ListReceivedGrantsForOrganizationRequest&) const;
template Result<CheckEntitlementRequest::Response> Ledger::Read(
    const Call&, const CheckEntitlementRequest&) const;
template Result<CountGrantsRequest::Response> Ledger::Read(const Call&,
                                                           const CountGrantsRequest&) const;
template Result<ListGrantVersionsRequest::Response> Ledger::Read(
    const Call&, const ListGrantVersionsRequest&) const;
template Result<PreviewGrantVersionRequest::Response> Ledger::Read(
    const Call&, const PreviewGrantVersionRequest&) const;
template Result<GrantPage> Ledger::Read(const Call&, const ListActivationsRequest&) const;
template Result<WatchGrantsRequest::Response> Ledger::Read(const Call&,
                                                           const WatchGrantsRequest&) const;
template Result<ListGrantChangesRequest::Response> Ledger::Read(
    const Call&, const ListGrantChangesRequest&) const;
template Result<GetLicenseRequest::Response> Ledger::Read(const Call&,
                                                          const GetLicenseRequest&) const;
template Result<LicensePage> Ledger::Read(const Call&, const ListLicensesRequest&) const;
template Result<LicensePage> Ledger::Read(const Call&, const ListLicenseVersionsRequest&) const;
template Result<GrantedLicensePage> Ledger::Read(const Call&,
                                                 const ListReceivedLicensesRequest&) const;
template Result<GrantedLicensePage> Ledger::Read(
    const Call&, const ListReceivedLicensesForOrganizationRequest&) const;
template Result<GetServiceSettingsRequest::Response> Ledger::Read(
    const Call&, const GetServiceSettingsRequest&) const;
template Result<DescribeOrganizationRequest::Response> Ledger::Read(
    const Call&, const DescribeOrganizationRequest&) const;
template Result<DescribeAccountRequest::Response> Ledger::Read(const Call&,
                                                               const DescribeAccountRequest&) const;
template Result<ListRootsRequest::Response> Ledger::Read(const Call&,
                                                         const ListRootsRequest&) const;
template Result<AccountPage> Ledger::Read(const Call&, const ListAccountsRequest&) const;
template Result<AccountPage> Ledger::Read(const Call&, const ListAccountsForParentRequest&) const;
template Result<ListOrganizationalUnitsForParentRequest::Response> Ledger::Read(
    const Call&, const ListOrganizationalUnitsForParentRequest&) const;
template Result<ListChildrenRequest::Response> Ledger::Read(const Call&,
                                                            const ListChildrenRequest&) const;
template Result<ListParentsRequest::Response> Ledger::Read(const Call&,
                                                           const ListParentsRequest&) const;

}  // namespace grantledger
