// Store: RocksDB, its families, its options, its errors. Batch (batch.h) writes to it; nothing
// else knows RocksDB.
#ifndef GRANTLEDGER_LEDGER_STORE_H_
#define GRANTLEDGER_LEDGER_STORE_H_

#include <array>
#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

#include <rocksdb/db.h>

#include <grantledger/ledger.h>

#include "codec/keys.h"
#include "ledger/background_errors.h"
#include "ledger/directory_lock.h"
#include "ledger/error_rests.h"
#include "ledger/flush_gate.h"
#include "ledger/resumable_files.h"
#include "ledger/table_cache.h"

namespace grantledger {

/// Our Status of RocksDB's. `what` says what was being done.
Status FromRocks(const rocksdb::Status& status, std::string_view what);
/// Whether something is damaged or missing. RocksDB calls it Corruption, too, where the size of a
/// table file can't be told, whatever the reason.
bool IsDamage(const rocksdb::Status& status);

/// Bytes as hexadecimal digits.
std::string HexText(std::string_view bytes);

/// Damage of one row, named by family, key and, where it belongs to one, LSN.
Status RowCorruption(Family family, std::string_view key, std::string_view what);

/// The rows of one family from a key on, in order, each proven before it is given out.
class RowIterator {
 public:
  /// The keys between which it stays. RocksDB refers to both slices by address.
  struct Bounds {
    explicit Bounds(std::string prefix)
        : begin(std::move(prefix)), end(PrefixEnd(begin)), begin_slice(begin), end_slice(end) {}
    std::string begin;
    std::string end;  // empty: the family's
    rocksdb::Slice begin_slice;
    rocksdb::Slice end_slice;
  };

  RowIterator(Family family, std::unique_ptr<Bounds> bounds,
              std::unique_ptr<rocksdb::Iterator> rows)
      : family_(family), bounds_(std::move(bounds)), rows_(std::move(rows)) {}

  void Seek(std::string_view key) { rows_->Seek(rocksdb::Slice(key.data(), key.size())); }
  void SeekToFirst() { Seek(bounds_->begin); }
  /// Seek, for a key that is often only a few rows further on.
  void SeekNear(std::string_view target) {
    constexpr int kMostSteps = 4;
    if (!rows_->Valid() || key() > target) return Seek(target);
    for (int step = 0; step < kMostSteps && rows_->Valid() && key() < target; ++step) Next();
    if (!rows_->Valid() || key() < target) Seek(target);
  }
  /// Seek, where no call since the last Seek or Scan asked for a key behind this one.
  void SeekOnwards(std::string_view target) {
    if (rows_->Valid() && key() < target) SeekNear(target);
  }
  /// To the last row whose key is not behind `key`. Only a Seek may follow, and no Next.
  void SeekForPrev(std::string_view key) {
    rows_->SeekForPrev(rocksdb::Slice(key.data(), key.size()));
  }
  void Next() { rows_->Next(); }
  /// Whether it stands at a row. There is no other way to see that it does not, so that a loop over
  /// rows can't take an error (IoError, Corruption) for the end of its range.
  [[nodiscard]] Result<bool> AtRow() const {
    if (rows_->Valid()) return true;
    return AtEnd();
  }
  /// Good until the iterator moves. REQUIRES: AtRow().
  [[nodiscard]] std::string_view key() const { return rows_->key().ToStringView(); }
  /// The value with its frame, unproven. Good until the iterator moves.
  [[nodiscard]] std::string_view value() const { return rows_->value().ToStringView(); }
  /// The payload, good until the iterator moves; Corruption if it does not prove itself.
  [[nodiscard]] Result<std::string_view> payload() const;

 private:
  /// False, or why it is at no row.
  [[nodiscard]] Result<bool> AtEnd() const;

  Family family_;
  std::unique_ptr<Bounds> bounds_;
  std::unique_ptr<rocksdb::Iterator> rows_;
};

/// Read access to the rows of every family.
class Rows {
 public:
  Rows() = default;
  virtual ~Rows() = default;
  Rows(const Rows&) = delete;
  Rows& operator=(const Rows&) = delete;

  /// The payload of a row; nullopt where there is none.
  [[nodiscard]] Result<std::optional<std::string>> Get(Family family, std::string_view key) const;
  /// All rows whose key begins with `prefix`, positioned at the first.
  [[nodiscard]] RowIterator Scan(Family family, const std::string& prefix) const;
  /// The same, at no row before a Seek.
  [[nodiscard]] RowIterator Within(Family family, const std::string& prefix) const;

  /// The table of a row where it is kept decoded (see TableCache::Find). For ledger/tables.h.
  [[nodiscard]] virtual std::optional<TableCache::Table> FindKept(Family /*family*/,
                                                                  std::string_view /*key*/) const {
    return std::nullopt;
  }
  /// The same, whatever was written since it was kept (see TableCache::FindOlder).
  [[nodiscard]] virtual std::optional<TableCache::Table> FindOlder(Family /*family*/,
                                                                   std::string_view /*key*/) const {
    return std::nullopt;
  }
  virtual void Keep(Family /*family*/, std::string_view /*key*/, const TableCache::Table& /*table*/,
                    std::size_t /*bytes*/) const {}
  /// The same for what follows from more than the rows under the key: where it may follow from
  /// writes that are not committed, others get it when they are.
  virtual void KeepCommitted(Family family, std::string_view key, const TableCache::Table& table,
                             std::size_t bytes) const {
    Keep(family, key, table, bytes);
  }

 private:
  friend class Batch;     // which reads through to a snapshot
  friend class Snapshot;  // which reads its store's
  virtual rocksdb::Status GetRow(Family family, const rocksdb::Slice& key,
                                 rocksdb::PinnableSlice* value) const = 0;
  virtual rocksdb::Iterator* NewIterator(Family family,
                                         const rocksdb::ReadOptions& options) const = 0;
};

class LedgerLog;
class Snapshot;
class Anchor;
struct AnchorClaim;
struct LogEnd;

class Store : public Rows {
 public:
  /// `env` null: the machine's. Not owned. `cache`: for blocks and tables, of a store of the same
  /// ledger; null: one of its own.
  static Result<std::unique_ptr<Store>> Open(const std::string& directory, const Options& options,
                                             rocksdb::Env* env,
                                             std::shared_ptr<rocksdb::Cache> cache = nullptr);
  struct OpenFiles;
  /// What the ledger claimed to hold when it was opened (ledger/anchor.h); the files do. Null: it
  /// is a new one, or was opened tolerantly.
  [[nodiscard]] const AnchorClaim* found() const { return found_.get(); }
  /// All records up to there are committed. Claims that they are, if that is due: what is claimed
  /// is synced first. What fails is tried again with a later one.
  void NoteCommitted(const LogEnd& end) noexcept;
  /// The same at once. Errors: IoError.
  Status ClaimCommitted(const LogEnd& end);
  /// What is left of a damaged one, to look into: files that are missing or do not prove themselves
  /// are found when they are read. REQUIRES: options.read_only.
  static Result<std::unique_ptr<Store>> OpenTolerant(const std::string& directory,
                                                     const Options& options);
  /// A copy of a ledger's files that is being made, or one in a backup store: no more is asked of
  /// it than that RocksDB opens it, and its files are not merged. `env` as above.
  static Result<std::unique_ptr<Store>> OpenCopy(const std::string& directory, rocksdb::Env* env,
                                                 bool read_only);
  ~Store() override;

  /// Writes what is in the write-ahead log alone to files, where that is much; syncs it; claims in
  /// the anchor that this session ended in order; closes all files. Returns the first of these that
  /// failed, which is logged, too; the others are done all the same. Ok if it was closed before.
  /// REQUIRES: nobody uses the store meanwhile or afterwards, nor has a snapshot of it.
  Status Close() noexcept;

  /// Writes the batch at once, to the durability that was opened with. Where it fails, only Recover
  /// tells whether the batch is stored.
  Status Commit(rocksdb::WriteBatch* batch);
  /// Writes the batch at once, without a sync and behind what else is to be written: for rows that
  /// can be made again.
  Status CommitDerived(rocksdb::WriteBatch* batch);

  /// Whether something failed that keeps the database from writing until Recover is ok. Cheap.
  [[nodiscard]] bool NeedsRecovery() const;
  struct FilesHold {
    std::uint64_t recoveries = 0;
    std::uint64_t resumes = 0;
  };
  /// Keeps all files that are there from being deleted, until LetFilesGo is called with what this
  /// gives. Errors: IoError, also: something failed, and was not recovered from, or the directory
  /// was moved.
  Result<FilesHold> HoldFiles();
  /// IoError: something failed since, so what was read of the files may be a write that is stored
  /// nowhere, or a list of files that is none; and they may have been let go before. Or the
  /// directory was moved, and another may have been in its place.
  Status LetFilesGo(const FilesHold& hold);
  /// Makes the database write again, where what it failed at works again: what is in memory goes to
  /// files, and another write-ahead log is begun. A batch whose commit failed is then stored wholly
  /// or not at all, and what is read is what is stored. (ledger/store_recovery.cc)
  Status Recover();
  Status Settle();
  /// Rows of the family were deleted at or before the horizon.
  void NoteDropped(Family family, std::uint64_t rows) {
    dropped_[static_cast<std::size_t>(family)] += rows;
  }
  /// Gives back the space of what was dropped: merges each family of which many rows were dropped
  /// since it was merged, and no less than a quarter of what is left. So merging takes no more than
  /// a few times what dropping took. Ends early when `stop` becomes true.
  Status Reclaim(std::atomic<bool>& stop);
  /// The rows as they are now. Who asks before anything is written gets the same.
  [[nodiscard]] std::shared_ptr<const Snapshot> Latest() const;
  [[nodiscard]] TableCache& tables() const { return *tables_; }
  /// About how many rows a family has, and the bytes of its files.
  struct Size {
    std::uint64_t rows = 0;
    std::uint64_t bytes = 0;
  };
  [[nodiscard]] Size SizeOf(Family family) const;
  /// Of the write-ahead logs that are still needed.
  [[nodiscard]] std::uint64_t WriteAheadBytes() const;
  [[nodiscard]] bool read_only() const { return read_only_; }

  // What an operator asks. (ledger/store_health.cc)
  /// Ok: nothing keeps it from writing. Else what does: InvalidState (it is read-only), or what
  /// failed, until Recover is ok.
  [[nodiscard]] Status WhyNotWritten() const;
  /// Up to which record all survives power loss, where `last` is the last that is committed.
  [[nodiscard]] Lsn SyncedLsn(Lsn last) const;
  /// What the database suffered from in the background.
  [[nodiscard]] Trouble database_trouble() const;
  /// What is on disk.
  void AddDiskUse(LedgerHealth* health) const;
  /// What is in memory.
  void AddMemoryUse(LedgerStatistics* statistics) const;
  /// Null: it is read-only. For as long as somebody has it.
  [[nodiscard]] std::shared_ptr<const FileMeters> file_meters() const;
  [[nodiscard]] const Events& events() const { return *events_; }

  [[nodiscard]] rocksdb::DB* db() const { return db_.get(); }
  [[nodiscard]] rocksdb::ColumnFamilyHandle* handle(Family family) const {
    return handles_[static_cast<std::size_t>(family)];
  }

 private:
  class FilesWatch;  // claims the list of files whenever it changed

  Store();
  Status FlushMuch();
  Status OpenFilesOf(const std::string& directory, const Options& options,
                     const rocksdb::DBOptions& database, std::shared_ptr<rocksdb::Cache> cache);
  Status CheckWhatIsLeft(const std::string& directory, const Options& options,
                         const rocksdb::DBOptions& database) const;
  /// Sets directory_lock_ and found_. `home`: HomeOf the directory.
  Status LockAndLook(const std::string& home, const Options& options, rocksdb::Env* env);
  /// What writes to the database is called by this (is_stuck_).
  template <typename Call>
  auto OrStuck(const Call& call) {
    try {
      return call();
    } catch (...) {
      is_stuck_ = true;
      throw;
    }
  }
  Status BeginClaims(const std::string& directory, rocksdb::Env* env);
  [[nodiscard]] std::shared_ptr<rocksdb::EventListener> Watch() const;
  Status ClaimFiles();
  Status ClaimLogs();
  Status ClaimLogAfter(std::uint64_t failed);
  Status SyncLog();
  Status EndClaims();
  Status ClaimAsClosed();
  void Take(OpenFiles& open);
  void GoOnAfterErrors(rocksdb::DBOptions* database);
  Status TryFiles();
  /// What TryFiles left that could not remove it, or whose process ended.
  static void RemoveTrial(const std::string& directory, rocksdb::Env* env);
  rocksdb::Status Resume();
  rocksdb::Status BeginLogAnew();
  /// Writes what is in memory of all families to files. Beside writers, what they write meanwhile
  /// is not waited for.
  rocksdb::Status Flush();
  Status Write(const rocksdb::WriteOptions& options, rocksdb::WriteBatch* batch,
               std::string_view what);
  void ForgetLatest();
  rocksdb::Status GetRow(Family family, const rocksdb::Slice& key,
                         rocksdb::PinnableSlice* value) const override;
  rocksdb::Iterator* NewIterator(Family family, const rocksdb::ReadOptions& options) const override;

  // These outlive the database.
  std::shared_ptr<const DirectoryLock> directory_lock_;  // null: it is read-only, or a copy
  std::unique_ptr<rocksdb::Env> ordered_env_;  // null: of a copy, which is synced as a whole
  std::unique_ptr<rocksdb::Env> limiting_env_;
  std::unique_ptr<AnchorClaim> found_;
  std::shared_ptr<FilesWatch> watch_;
  Lsn next_claim_ = 0;  // from this record on one is due; used by one writer at a time
  // Null: it is read-only.
  std::shared_ptr<ResumableFiles> files_;
  std::unique_ptr<rocksdb::Env> env_;
  std::unique_ptr<Anchor> anchor_;
  std::shared_ptr<FlushGate> flush_gate_;
  std::shared_ptr<ErrorRests> error_rests_;
  std::unique_ptr<rocksdb::Env> watched_env_;
  std::shared_ptr<BackgroundErrors> errors_;
  std::atomic<std::uint64_t> recoveries_ = 0;  // that began
  std::atomic<std::uint64_t> resumes_ = 0;     // of the database, that began
  std::atomic<int> file_holds_ = 0;            // since the last of them
  bool must_let_files_go_ = false;             // those from before; under recovering_
  /// Something was thrown through a write of the database, in want of memory: whoever writes to it
  /// now may wait for ever for that one to end.
  std::atomic<bool> is_stuck_ = false;
  std::shared_mutex recovering_;  // held by Recover, and shared by writes that do not wait for it
  std::shared_ptr<LedgerLog> logger_;
  std::shared_ptr<const Events> events_;
  std::unique_ptr<rocksdb::DB> db_;
  std::array<rocksdb::ColumnFamilyHandle*, kFamilyCount> handles_{};
  rocksdb::WriteOptions write_options_;
  bool read_only_ = false;
  bool is_left_ = false;  // with what RocksDB has begun: OpenFiles::Open
  std::array<std::atomic<std::uint64_t>, kFamilyCount> dropped_{};  // and not merged since
  std::unique_ptr<TableCache> tables_;
  mutable std::mutex mutex_;  // of latest_
  mutable std::shared_ptr<const Snapshot> latest_;
};

/// The rows as they were when it was made, whatever is written meanwhile.
class Snapshot : public Rows {
 public:
  /// `keeps`: whether tables that are read are kept decoded, for others. Not where all are read.
  explicit Snapshot(const Store& store, bool keeps = true)
      : store_(store),
        taken_(store.db()->GetSnapshot()),
        at_(taken_ != nullptr ? taken_->GetSequenceNumber()
                              : store.db()->GetLatestSequenceNumber()),
        keeps_(keeps) {}
  ~Snapshot() override {
    if (taken_ != nullptr) store_.db()->ReleaseSnapshot(taken_);
  }
  Snapshot(const Snapshot&) = delete;
  Snapshot& operator=(const Snapshot&) = delete;

  [[nodiscard]] rocksdb::SequenceNumber at() const { return at_; }
  [[nodiscard]] std::optional<TableCache::Table> FindKept(Family family,
                                                          std::string_view key) const override {
    return store_.tables().Find(family, key, at_);
  }
  [[nodiscard]] std::optional<TableCache::Table> FindOlder(Family family,
                                                           std::string_view key) const override {
    return store_.tables().FindOlder(family, key, at_);
  }
  void Keep(Family family, std::string_view key, const TableCache::Table& table,
            std::size_t bytes) const override {
    if (keeps_) store_.tables().Keep(family, key, at_, table, bytes);
  }

 private:
  rocksdb::Status GetRow(Family family, const rocksdb::Slice& key,
                         rocksdb::PinnableSlice* value) const override;
  rocksdb::Iterator* NewIterator(Family family, const rocksdb::ReadOptions& options) const override;

  const Store& store_;
  const rocksdb::Snapshot* taken_;  // null: the store is read-only, and never changes
  rocksdb::SequenceNumber at_;
  bool keeps_;
};

}  // namespace grantledger

#endif  // GRANTLEDGER_LEDGER_STORE_H_
