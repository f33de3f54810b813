// Ledger: the front door. Open one, write to it, read from it.
//
//   auto ledger = grantledger::Ledger::Open("/var/lib/grants", {});
//   if (!ledger) return Fail(ledger.error());
//   grantledger::Call vendor{.caller = grantledger::AccountId(111122223333)};
//   auto grant = (*ledger)->Write(vendor, grantledger::CreateGrantRequest{…});
//   auto page = (*ledger)->Read(vendor, grantledger::ListDistributedGrantsRequest{});
//
// Everything is synchronous: when a write returns, every read sees its whole effect, on every
// member account. A Ledger may be used by any number of threads at the same time.
#ifndef GRANTLEDGER_LEDGER_H_
#define GRANTLEDGER_LEDGER_H_

#include <chrono>
#include <concepts>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include <grantledger/grants.h>
#include <grantledger/health.h>
#include <grantledger/licenses.h>
#include <grantledger/listener.h>
#include <grantledger/logger.h>
#include <grantledger/organizations.h>
#include <grantledger/retention.h>
#include <grantledger/status.h>
#include <grantledger/types.h>

namespace grantledger {

// <grantledger/backup.h>
struct BackupInfo;
struct BackupOptions;

enum class Durability {
  kSynced,    ///< A write that returned survives power loss. Concurrent writers share one sync.
  kBuffered,  ///< A write that returned survives the end of the process, not power loss.
};

struct Options {
  Durability durability = Durability::kSynced;
  /// Opens an existing ledger as it is now, beside a writer if there is one. Writes are refused.
  /// See Ledger::Refresh.
  bool read_only = false;
  /// Whether Open makes a new ledger where there is none.
  bool create_if_missing = true;
  /// Memory for blocks of the database, and for what was read of them, decoded, in bytes. The
  /// filters and indexes of the files are in it, too, about a twentieth of what is on disk, and are
  /// not given up for others. Beside it, what is written takes up to a quarter of this (8 MiB at
  /// least, 64 at most) for each of six families of rows, until it goes to files.
  std::size_t cache_bytes = std::size_t{256} << 20;
  /// How long a ClientToken is kept, in ledger time.
  std::chrono::milliseconds client_token_lifetime = std::chrono::hours(24);
  /// Direct and distribution grants of one license that are neither REJECTED nor DELETED; at
  /// least 1.
  std::uint32_t max_grants_per_license = 2000;
  /// The largest max_results that a list takes, at least 1. ledger-apply, like AWS, has 100.
  std::uint32_t max_page_size = 1'000'000;
  /// Whether the log's tail is folded in the background (see Ledger::Compact). Never read-only.
  bool background_compaction = true;
  /// How many records the tail has when that begins; at least 1.
  std::uint64_t compaction_records = 10'000;
  /// How much history is kept. What is behind the horizon is dropped whenever compaction runs.
  RetentionPolicy retention = {};
  /// How long the first page of a list, or a MomentHold, keeps its moment from being dropped at
  /// most, by the clock. Later pages do not renew it.
  std::chrono::milliseconds max_hold = std::chrono::hours(1);
  /// How far the Call::time of a write may be ahead of the clock, at least 0: no later time may be
  /// earlier than a record's. Nullopt: any. Reads may look ahead.
  std::optional<std::chrono::milliseconds> max_time_ahead = std::chrono::hours(24);
  /// Where times come from that a call does not give. Null: the system's clock. What it throws is
  /// the IoError of a write, and is thrown by any other call.
  std::function<Time()> clock = {};
  /// Where the ledger tells what is no answer to a call. Null: the file LOG in its directory, of at
  /// most 1 MiB, with one before it, LOG.old; none where it is opened read-only.
  std::shared_ptr<Logger> logger = nullptr;
  /// Who is called when something happens that a program may have to act upon. Null: nobody.
  std::shared_ptr<Listener> listener = nullptr;
};

/// What a compaction did.
struct CompactionReport {
  Lsn from_lsn = 0;           ///< What was folded before.
  Lsn to_lsn = 0;             ///< What is folded now: every record up to this one.
  std::uint64_t records = 0;  ///< Of the log, folded.
  // Rows written, by what they hold.
  std::uint64_t cells = 0;          ///< Accounts that are unlike their cohort, by product.
  std::uint64_t cohorts = 0;        ///< Cohorts that are alike in a product.
  std::uint64_t distributions = 0;  ///< The distributions of a product in an organization.
  std::uint64_t counts = 0;         ///< The counts of a distribution.
  std::uint64_t collected = 0;      ///< Rows removed, since others say the same.
  // Of history.
  Lsn horizon = 0;                    ///< The earliest moment that is kept.
  std::uint64_t dropped_records = 0;  ///< Of the log.
  std::uint64_t dropped_rows = 0;     ///< Of all that is derived from it.
};

/// Hears of a compaction after every small batch of rows: how many records are done with for good,
/// of how many. A record is counted when it is folded, and, behind the horizon, when it is folded
/// there and when it is dropped. False stops the compaction there.
using CompactionProgress = std::function<bool(std::uint64_t done, std::uint64_t all)>;

/// Who calls, and when.
struct Call {
  AccountId caller = {};  ///< InvalidArgument where it is no account.
  /// The ledger time of the call. Left out: the clock, raised to the last record's time where it
  /// is behind. InvalidArgument: given and earlier than the last record's; or, of a write, later
  /// than that and further ahead of the clock than Options::max_time_ahead.
  std::optional<Time> time = {};
  /// Reads only: the moment to answer from. Left out: the latest.
  std::optional<Moment> as_of = {};
};

using WriteRequest =
    std::variant<CreateGrantRequest, CreateGrantVersionRequest, AcceptGrantRequest,
                 RejectGrantRequest, DeleteGrantRequest, CreateLicenseRequest,
                 CreateLicenseVersionRequest, DeleteLicenseRequest, UpdateServiceSettingsRequest,
                 CreateOrganizationRequest, CreateOrganizationalUnitRequest,
                 DeleteOrganizationalUnitRequest, CreateAccountRequest,
                 InviteAccountToOrganizationRequest, AcceptHandshakeRequest, MoveAccountRequest,
                 RemoveAccountFromOrganizationRequest, LeaveOrganizationRequest,
                 RegisterDelegatedAdministratorRequest, DeregisterDelegatedAdministratorRequest>;

using WriteResponse =
    std::variant<GrantResponse, LicenseResponse, DeleteLicenseRequest::Response, EmptyResponse,
                 CreateOrganizationRequest::Response, CreateOrganizationalUnitRequest::Response,
                 CreateAccountRequest::Response, InviteAccountToOrganizationRequest::Response>;

using ReadRequest =
    std::variant<GetGrantRequest, ListDistributedGrantsRequest, ListReceivedGrantsRequest,
                 ListReceivedGrantsForOrganizationRequest, CheckEntitlementRequest,
                 CountGrantsRequest, ListGrantVersionsRequest, PreviewGrantVersionRequest,
                 ListActivationsRequest, WatchGrantsRequest, ListGrantChangesRequest,
                 GetLicenseRequest, ListLicensesRequest, ListLicenseVersionsRequest,
                 ListReceivedLicensesRequest, ListReceivedLicensesForOrganizationRequest,
                 GetServiceSettingsRequest, DescribeOrganizationRequest, DescribeAccountRequest,
                 ListRootsRequest, ListAccountsRequest, ListAccountsForParentRequest,
                 ListOrganizationalUnitsForParentRequest, ListChildrenRequest, ListParentsRequest>;

template <typename T, typename Variant>
inline constexpr bool kIsOneOf = false;
template <typename T, typename... Ts>
inline constexpr bool kIsOneOf<T, std::variant<Ts...>> = (std::is_same_v<T, Ts> || ...);

template <typename T>
concept WriteRequestType = kIsOneOf<T, WriteRequest>;
template <typename T>
concept ReadRequestType = kIsOneOf<T, ReadRequest>;

/// One write of a batch.
struct Write {
  Call call = {};
  WriteRequest request = {};
};

class Ledger {
 public:
  /// Opens the ledger in `directory`, or makes one where there is nothing: the directory is empty,
  /// or not there though its parent is. The process may change its directory afterwards. After
  /// fork(2) the child must not use a ledger, an inherited one or its own, before it calls exec:
  /// it has none of the threads that flush.
  ///
  /// Errors: InvalidArgument (an option, no ledger there and none is to be made, something else is
  /// there, or a format of a newer version of grantledger), IoError (somebody has it open to write,
  /// or the file system), Corruption (the ledger contradicts itself; the message says where).
  static Result<std::unique_ptr<Ledger>> Open(const std::string& directory, const Options& options);

  /// Closes it, if it is open, and logs what of that failed. REQUIRES: no other call is under way.
  virtual ~Ledger() = default;
  Ledger(const Ledger&) = delete;
  Ledger& operator=(const Ledger&) = delete;

  /// Closes it, and says what of that failed: the first of moving what is in the write-ahead log
  /// alone into files (where that is more than 8 MB; it has 256 MB at most), so that the next
  /// opening is fast; syncing the log, so that what was written with Durability::kBuffered survives
  /// power loss, too; writing down that the session ended in order; closing the files. The rest is
  /// done all the same, and the ledger is closed then, its memory given back, and another process
  /// may open it: it opens with all that was answered, whatever this returns.
  ///
  /// May be called beside any other call. Those that are under way are waited for; a compaction
  /// stops soon, a checkpoint or a backup goes on to its end. Later ones are InvalidState; Horizon
  /// and LastLsn stay as they are once it has returned, SetRetention does nothing. Called again, by
  /// any thread, it waits for the first call, and returns the same.
  /// REQUIRES: not called by what the ledger calls: a CompactionProgress, BackupOptions::progress,
  /// Options::clock, a Listener.
  ///
  /// Errors: IoError, Corruption (the ledger's end can't be read).
  virtual Status Close() = 0;

  /// Brings a ledger that is open read-only to the writer's present: to a record at or after the
  /// last that was answered when this was called, whether it is synced or not. A read that is under
  /// way goes on as of before; one that begins when this has returned answers as of after; one that
  /// begins meanwhile, as of either, and never of both. Page tokens and positions from before are
  /// good as far as their moments are still retained: a MomentHold of a read-only ledger keeps no
  /// writer from dropping its moment. Where anything fails, the ledger stays as it was.
  ///
  /// Costs a look at the directory where nothing was written since; else opening the ledger's
  /// files, and reading its write-ahead log, which a writer lets grow to 256 MB. Measured: 0.06 ms,
  /// and 4 ms with little in the log; with 100 MB in it 0.7 s (100,000 writes), and as much memory,
  /// twice for a moment. Blocks that are in the cache stay. One call at a time; others wait. It
  /// waits for calls that began before it, since they use what was opened then.
  /// REQUIRES: as Close.
  ///
  /// Errors: InvalidState (it is open to write; or its directory has the ledger no more, but
  /// another history, as after restoring a backup over it; or the horizon went past what was read
  /// last, so that nothing tells whether it is the same history: open it anew), IoError,
  /// Corruption.
  virtual Status Refresh() = 0;

  /// How it is now. Thread-safe. Costs a listing of the directory and a size for each write-ahead
  /// log: 20 µs; where the file system hangs, so does this. Of a ledger that was closed: `writes`,
  /// `last_lsn` and `horizon` alone.
  [[nodiscard]] virtual LedgerHealth Health() const = 0;

  /// What was counted since it was opened. Thread-safe, and waits for nobody: numbers that belong
  /// together may differ by calls that are under way. Costs 2 µs.
  [[nodiscard]] virtual LedgerStatistics Statistics() const = 0;

  /// Does one write: checked, appended and applied when it returns.
  template <WriteRequestType Request>
  Result<typename Request::Response> Write(const Call& call, Request request) {
    Result<WriteResponse> response = WriteOne({call, std::move(request)});
    if (!response) return std::move(response).error();
    return std::get<typename Request::Response>(std::move(*response));
  }

  /// Does several writes in order, in one commit. Each is checked against what those before it
  /// left, and succeeds or fails by itself; the answers stand in the order of the writes. One that
  /// fails leaves nothing behind. IoError and Corruption say that nothing was stored by this call,
  /// or that it is not known yet whether the write is stored, where a commit failed: then the same
  /// ClientToken finds out. When what failed works again, so do writes. What Options::clock throws
  /// is the IoError of its write. std::bad_alloc is thrown where there is no memory for the
  /// answers; then nothing was written.
  virtual std::vector<Result<WriteResponse>> Apply(std::span<const grantledger::Write> writes) = 0;

  /// Answers one read from one moment.
  template <ReadRequestType Request>
  Result<typename Request::Response> Read(const Call& call, const Request& request) const;

  /// Folds the tail of the log into the current activation state, so that reads need not, and drops
  /// history as the retention policy says. It never changes an answer of a moment that is kept,
  /// keeps no writer waiting for longer than a few writes take, and may be stopped at any time, by
  /// `progress` or by the end of the process: the next one goes on from there. Else it returns when
  /// all is done that was written when it was called. Waits for a call that is under way; a
  /// compaction in the background gives way.
  ///
  /// Errors: InvalidState (read-only), IoError, Corruption.
  virtual Result<CompactionReport> Compact(const CompactionProgress& progress) = 0;
  Result<CompactionReport> Compact() { return Compact({}); }

  /// Changes how much history is kept, from the next compaction on. What is dropped stays dropped.
  /// A KeepFor of less than 0 is not taken, and the Logger is told of it.
  virtual void SetRetention(RetentionPolicy policy) = 0;
  /// The earliest moment that is kept; 0: all are.
  [[nodiscard]] virtual Lsn Horizon() const = 0;
  /// Keeps a moment readable while it is held, and not longer than Options::max_hold.
  /// Errors: InvalidArgument (it is not kept, or beyond the last record).
  [[nodiscard]] virtual Result<std::unique_ptr<MomentHold>> Hold(const Moment& moment) = 0;

  /// The LSN of a moment: of a time, the last record that is not later.
  /// Errors: InvalidArgument (it is not kept, or beyond the last record).
  [[nodiscard]] virtual Result<Lsn> FindMoment(const Moment& moment) const = 0;

  /// The last record that reads see; 0 for an empty ledger.
  [[nodiscard]] virtual Lsn LastLsn() const = 0;

  /// The ARN of the member grant that `account` has, or would have, from a distribution.
  /// NotFound where the ARN names no distribution; InvalidArgument where `account` is none.
  [[nodiscard]] virtual Result<std::string> MemberGrantArn(std::string_view distribution_arn,
                                                           AccountId account) const = 0;

  /// Makes a whole ledger in `directory`, which is not there (its parent is), or empty (and neither
  /// a symbolic link nor where a file system is mounted: it is replaced), beside all
  /// writers and readers: by hard links where the file system has them, so that it costs little
  /// room until the original moves on; as copies elsewhere. It has every write that was answered
  /// before the call, opens by itself, and is durable when this returns, whatever the durability of
  /// this ledger. From its next record on it is another history than this ledger's. Returns the
  /// LSN at which it ends. Where it fails, nothing is left of it.
  ///
  /// Errors: InvalidArgument (`directory` is something else, or in that of the ledger),
  /// InvalidState (read-only), IoError (also: the ledger takes no writes for now, or something
  /// failed meanwhile), Corruption (what is stored is damaged).
  virtual Result<Lsn> Checkpoint(const std::string& directory) = 0;
  /// Adds a backup to a backup store, beside all writers and readers: every write that was answered
  /// before the call is in it, and it is durable when this returns. The store is made if it is not
  /// there (its parent is), or empty. What it has already is not copied again. One call for a store
  /// at a time.
  ///
  /// Errors: InvalidArgument (`store` is something else, or that of another ledger), InvalidState
  /// (read-only, or stopped), IoError (also: the store is in use), Corruption (a file of the ledger
  /// is damaged).
  virtual Result<BackupInfo> Backup(const std::string& store, const BackupOptions& options) = 0;

  /// Brings the files of the database to rest (flushes and merges them). For measurements.
  /// Errors: InvalidState (read-only), IoError, Corruption.
  virtual Status Settle() = 0;

 protected:
  Ledger() = default;

 private:
  Result<WriteResponse> WriteOne(const grantledger::Write& write);
};

}  // namespace grantledger

#endif  // GRANTLEDGER_LEDGER_H_
