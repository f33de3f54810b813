#include "ledger/store.h"

#include <limits>
#include <system_error>
#include <utility>
#include <vector>

#include "codec/frame.h"
#include "ledger/background.h"
#include "ledger/caught.h"
#include "ledger/claimed_files.h"
#include "ledger/directory.h"
#include "ledger/errors.h"
#include "ledger/info_log.h"
#include "ledger/macros.h"
#include "ledger/names_in_order.h"
#include "ledger/opening.h"
#include "ledger/store_files.h"
#include "ledger/threads.h"
#include "ledger/tuning.h"
#include "ledger/wal_files.h"

namespace grantledger {

/// Closes what nobody takes.
struct Store::OpenFiles {
  rocksdb::DB* db = nullptr;
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  ReadPlan plan;                               // of what is there
  std::unique_ptr<rocksdb::Env> limiting_env;  // null: all files are whole
  std::unique_ptr<rocksdb::Env> watched_env;   // null: nothing is written

  OpenFiles() = default;
  ~OpenFiles() { Close(); }
  OpenFiles(const OpenFiles&) = delete;
  OpenFiles& operator=(const OpenFiles&) = delete;

  /// Finds out what of the files is to be read. `writes`: nobody else does, and logs that come are
  /// our own.
  Status Limit(const std::string& directory, rocksdb::Env* env, bool writes) {
    GL_ASSIGN_OR_RETURN(plan, PlanReading(directory, env, ClaimedWalStart(directory, env)));
    if (writes) plan.last_wal = std::numeric_limits<std::uint64_t>::max();
    limiting_env = plan.limits.empty() ? nullptr : NewLimitingEnv(env, plan);
    return {};
  }
  [[nodiscard]] rocksdb::Env* EnvOver(rocksdb::Env* env) const {
    return limiting_env == nullptr ? env : limiting_env.get();
  }
  void Close() {
    for (auto* handle : handles) (void)db->DestroyColumnFamilyHandle(handle);
    handles.clear();
    const std::unique_ptr<rocksdb::DB> closed(std::exchange(db, nullptr));
  }
  /// Where memory runs out, RocksDB throws, and what it has begun may hold a lock: that is left to
  /// the end of the process, for closing it would wait for ever.
  rocksdb::Status Open(const rocksdb::DBOptions& database, const std::string& directory,
                       const std::vector<rocksdb::ColumnFamilyDescriptor>& families,
                       bool read_only) {
    try {
      return read_only ? rocksdb::DB::OpenForReadOnly(database, directory, families, &handles, &db)
                       : rocksdb::DB::Open(database, directory, families, &handles, &db);
    } catch (const std::system_error&) {  // of a thread, when all else is done
      throw;
    } catch (...) {
      handles.clear();
      db = nullptr;
      throw;
    }
  }
};

namespace {

/// Changes whenever the set of the database's files does. Empty where there is none.
std::string FilesVersion(const std::string& directory, rocksdb::Env* env) {
  std::string manifest;
  std::uint64_t size = 0;
  if (!rocksdb::ReadFileToString(env, directory + "/CURRENT", &manifest).ok()) return {};
  while (manifest.ends_with('\n')) manifest.pop_back();
  (void)env->GetFileSize(directory + "/" + manifest, &size);
  return manifest + " " + std::to_string(size);
}

/// Beside a writer, which may move rows from its write-ahead log into files, and merge these, while
/// we open one after the other: we would miss rows, or files. So what was opened while the set of
/// files changed is closed again.
rocksdb::Status OpenForReading(rocksdb::DBOptions database, const std::string& directory,
                               const std::shared_ptr<rocksdb::Cache>& cache,
                               Store::OpenFiles& open) {
  constexpr int kMostTries = 100;
  rocksdb::Env* const env = database.env;
  for (int i = 0; i < kMostTries; ++i) {
    const std::string before = FilesVersion(directory, env);
    if (!open.Limit(directory, env, /*writes=*/false).ok()) continue;  // a file went meanwhile
    database.env = open.EnvOver(env);
    const auto families = DescriptorsToRead(cache, open.plan.wal_bytes);
    rocksdb::Status opened = open.Open(database, directory, families, /*read_only=*/true);
    if (FilesVersion(directory, env) == before) return opened;
    if (opened.ok()) open.Close();
  }
  return rocksdb::Status::Busy("the writer's files changed at each of " +
                               std::to_string(kMostTries) + " tries to open them");
}

void CloseWithoutTimer(Store::OpenFiles& open) {
  for (auto* handle : std::exchange(open.handles, {})) {
    (void)open.db->DestroyColumnFamilyHandle(handle);
  }
  try {
    (void)open.db->Close();
  } catch (const std::system_error&) {
  }
  open.Close();
}

/// Of a database with several paths, be they one, a small error stops merging as a large one does.
/// Else what can't be merged is merged again and again, and DB::Resume waits for that
/// (ErrorHandler::IsBGWorkStopped of RocksDB 7.8.3).
std::vector<rocksdb::ColumnFamilyDescriptor> DescriptorsToWrite(
    const std::string& directory, const std::shared_ptr<rocksdb::Cache>& cache) {
  std::vector<rocksdb::ColumnFamilyDescriptor> families = Descriptors(cache);
  families.back().options.cf_paths.emplace_back(directory,
                                                std::numeric_limits<std::uint64_t>::max());
  return families;
}

/// The last that RocksDB does is to start a thread, of a timer that all databases share. Where
/// there is none, it throws, but the database is open, and the timer counts as started. Closing
/// stops it, which throws where the timer joins a thread that it joined before; then it is stopped.
rocksdb::Status OpenForWriting(rocksdb::DBOptions database, const std::string& directory,
                               const std::shared_ptr<rocksdb::Cache>& cache,
                               Store::OpenFiles& open) {
  const auto families = DescriptorsToWrite(directory, cache);
  database.env = open.watched_env.get();
  try {
    return open.Open(database, directory, families, /*read_only=*/false);
  } catch (const std::system_error& error) {
    if (open.db != nullptr) CloseWithoutTimer(open);
    return rocksdb::Status::IOError("no thread can be started", error.what());
  }
}

/// What was in them is in table files now, or was dropped; what is written from now on need not go
/// on with them. RocksDB keeps one of which it read nothing.
Status RemoveReadWals(const std::string& directory, rocksdb::Env* env) {
  GL_ASSIGN_OR_RETURN(const auto wals, ListWals(directory, 0, env));
  return wals.empty() ? Status() : RemoveWalsBefore(wals.rbegin()->first, directory, env);
}

}  // namespace

Result<std::unique_ptr<Store>> Store::Open(const std::string& directory, const Options& options,
                                           rocksdb::Env* env,
                                           std::shared_ptr<rocksdb::Cache> cache) {
  GL_RETURN_IF_ERROR(CheckIsPath("the directory of the ledger", directory));
  const std::string home = HomeOf(directory);
  std::unique_ptr<Store> store(new Store());
  store->read_only_ = options.read_only;
  store->write_options_.sync = options.durability == Durability::kSynced;
  store->logger_ = std::make_shared<LedgerLog>(options, home);
  store->events_ = std::make_shared<const Events>(options.listener, store->logger_);
  rocksdb::DBOptions database = DatabaseOptions(options, env, store->logger_);
  GL_RETURN_IF_ERROR(StartThreads(database));
  store->ordered_env_ = rocksdb::NewCompositeEnv(NamesInOrder(database.env->GetFileSystem()));
  database.env = store->ordered_env_.get();
  GL_RETURN_IF_ERROR(store->LockAndLook(home, options, database.env));
  if (!options.read_only) {
    database.listeners.push_back(store->Watch());
    store->GoOnAfterErrors(&database);
    // From here on, before files are made, named or removed, it is asked whether they are its own.
    GL_RETURN_IF_ERROR(store->BeginClaims(home, database.env));
  }
  GL_RETURN_IF_ERROR(store->OpenFilesOf(home, options, database, std::move(cache)));
  GL_RETURN_IF_ERROR(store->ClaimFiles());
  store->logger_->Opened(store->directory_lock_);
  return store;
}

Status Store::OpenFilesOf(const std::string& directory, const Options& options,
                          const rocksdb::DBOptions& database,
                          std::shared_ptr<rocksdb::Cache> cache) {
  if (cache == nullptr) cache = MakeCache(options.cache_bytes);
  tables_ = std::make_unique<TableCache>(cache, read_only_);
  OpenFiles open;
  if (!options.read_only && found_ != nullptr) {
    GL_RETURN_IF_ERROR(open.Limit(directory, database.env, /*writes=*/true));
    // RocksDB removes what it did not read. Before that, what is left must be all that is claimed.
    if (!open.plan.limits.empty())
      GL_RETURN_IF_ERROR(CheckWhatIsLeft(directory, options, database));
  }
  if (!options.read_only) {
    open.watched_env = FlushGate::Watched(open.EnvOver(database.env), flush_gate_, error_rests_);
  }
  const rocksdb::Status opened = options.read_only
                                     ? OpenForReading(database, directory, cache, open)
                                     : OpenForWriting(database, directory, cache, open);
  if (auto explained = ExplainTable(opened, directory, options)) return *std::move(explained);
  GL_RETURN_IF_ERROR(ExplainOpening(opened, directory, options));
  Take(open);
  return options.read_only ? Status() : RemoveReadWals(directory, database.env);
}

void Store::Take(OpenFiles& open) {
  limiting_env_ = std::move(open.limiting_env);
  watched_env_ = std::move(open.watched_env);
  db_.reset(std::exchange(open.db, nullptr));
  const auto handles = std::exchange(open.handles, {});
  for (std::size_t i = 0; i < kFamilyCount; ++i) handles_[i] = handles[i];
  db_->DestroyColumnFamilyHandle(handles.back());  // the default family, which is not used
}

Result<std::unique_ptr<Store>> Store::OpenTolerant(const std::string& directory,
                                                   const Options& options) {
  std::unique_ptr<Store> store(new Store());
  store->read_only_ = true;
  store->logger_ = std::make_shared<LedgerLog>(options, directory);
  rocksdb::DBOptions database = DatabaseOptions(options, nullptr, store->logger_);
  GL_RETURN_IF_ERROR(StartThreads(database));
  database.max_open_files = 512;  // else all are opened now, and one that is missing is an error
  // Up to where a write-ahead log is damaged. Without paranoid checks, by which a missing file is
  // no error, RocksDB reads on behind the damage, and fails at what it finds there.
  database.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
  const auto cache = MakeCache(options.cache_bytes);
  store->tables_ = std::make_unique<TableCache>(cache, store->read_only_);
  OpenFiles open;
  // Else RocksDB finds out how far it can read.
  (void)open.Limit(directory, database.env, /*writes=*/false);
  const auto families = DescriptorsToRead(cache, open.plan.wal_bytes);
  database.env = open.EnvOver(database.env);
  rocksdb::Status opened;
  for (const bool paranoid : {true, false}) {
    database.paranoid_checks = paranoid;
    opened = open.Open(database, directory, families, /*read_only=*/true);
    if (opened.ok()) break;
  }
  GL_RETURN_IF_ERROR(ExplainOpening(opened, directory, options));
  store->Take(open);
  store->logger_->Opened();
  return store;
}

Result<std::unique_ptr<Store>> Store::OpenCopy(const std::string& directory, rocksdb::Env* env,
                                               bool read_only) {
  Options options;
  options.read_only = read_only;
  options.create_if_missing = false;
  options.cache_bytes = std::size_t{32} << 20;
  std::unique_ptr<Store> store(new Store());
  store->read_only_ = read_only;
  store->write_options_.sync = true;
  store->logger_ = std::make_shared<LedgerLog>(options, directory);
  rocksdb::DBOptions database = DatabaseOptions(options, env, store->logger_);
  const auto cache = MakeCache(options.cache_bytes);
  store->tables_ = std::make_unique<TableCache>(cache, store->read_only_);
  OpenFiles open;
  GL_RETURN_IF_ERROR(open.Limit(directory, database.env, !read_only));
  auto families = read_only ? DescriptorsToRead(cache, open.plan.wal_bytes) : Descriptors(cache);
  for (auto& family : families) family.options.disable_auto_compactions = true;
  database.env = open.EnvOver(database.env);
  const rocksdb::Status opened = open.Open(database, directory, families, read_only);
  GL_RETURN_IF_ERROR(ExplainOpening(opened, directory, options));
  store->Take(open);
  if (!read_only) GL_RETURN_IF_ERROR(RemoveReadWals(directory, database.env));
  return store;
}

Store::Size Store::SizeOf(Family family) const {
  Size size;
  (void)db_->GetIntProperty(handle(family), rocksdb::DB::Properties::kEstimateNumKeys, &size.rows);
  (void)db_->GetIntProperty(handle(family), rocksdb::DB::Properties::kTotalSstFilesSize,
                            &size.bytes);
  return size;
}

std::uint64_t Store::WriteAheadBytes() const {
  rocksdb::VectorLogPtr files;
  if (!db_->GetSortedWalFiles(files).ok()) return 0;
  std::uint64_t bytes = 0;
  for (const auto& file : files) bytes += file->SizeFileBytes();
  return bytes;
}

Status Store::Commit(rocksdb::WriteBatch* batch) {
  return Write(write_options_, batch, "committing");
}

Status Store::CommitDerived(rocksdb::WriteBatch* batch) {
  rocksdb::WriteOptions options;
  options.low_pri = true;
  Status written;
  AtNormalPriority([&] {
    // Else it may go to a log that the anchor does not know yet, and be lost without its end.
    const std::shared_lock not_recovering(recovering_);
    written = Write(options, batch, "committing what was folded");
  });
  return written;
}

Status Store::Write(const rocksdb::WriteOptions& options, rocksdb::WriteBatch* batch,
                    std::string_view what) {
  const auto log_failed = [this] { return files_ != nullptr && files_->failed_log() != 0; };
  if (log_failed()) return FromRocks(files_->failure(), what);
  if (is_stuck_) return WhyNotWritten();
  TableCache::Writing writing(*tables_, *batch);
  const ResumableFiles::Writing here;
  rocksdb::Status written = writing.status();
  if (written.ok()) written = OrStuck([&] { return db_->Write(options, batch); });
  writing.End(db_->GetLatestSequenceNumber());
  ForgetLatest();
  // Also one that worked may be in a log which others began since, and the anchor knows of none.
  if ((written.ok() || written.IsBusy()) && log_failed()) {
    return FromRocks(files_->failure(), what);
  }
  // RocksDB tells of an error before it stops writing for it: it may have gone on since.
  if (!written.ok() && errors_ != nullptr) errors_->Remember();
  return FromRocks(written, what);
}

std::shared_ptr<const Snapshot> Store::Latest() const {
  const std::scoped_lock lock(mutex_);
  if (latest_ == nullptr || latest_->at() != db_->GetLatestSequenceNumber()) {
    latest_ = std::make_shared<const Snapshot>(*this);
  }
  return latest_;
}

/// So that what is superseded is not kept for nobody.
void Store::ForgetLatest() {
  const std::scoped_lock lock(mutex_);
  latest_.reset();
}

Status Store::Settle() {
  ForgetLatest();
  GL_RETURN_IF_ERROR(FromRocks(Flush(), "flushing"));
  rocksdb::CompactRangeOptions options;
  options.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForceOptimized;
  for (auto* family : handles_) {
    const rocksdb::Status merged =
        OrStuck([&] { return db_->CompactRange(options, family, nullptr, nullptr); });
    GL_RETURN_IF_ERROR(FromRocks(merged, "merging"));
  }
  return {};
}

Status Store::Reclaim(std::atomic<bool>& stop) {
  constexpr std::uint64_t kWorthMerging = 10'000;
  constexpr std::uint64_t kShare = 4;
  rocksdb::CompactRangeOptions options;
  options.exclusive_manual_compaction = false;
  options.canceled = &stop;
  for (const Family family : {Family::kLog, Family::kState, Family::kMember, Family::kIndex}) {
    std::atomic<std::uint64_t>& dropped = dropped_[static_cast<std::size_t>(family)];
    const std::uint64_t rows = dropped;
    if (rows < kWorthMerging || rows < SizeOf(family).rows / kShare) continue;
    ForgetLatest();
    const rocksdb::Status merged =
        OrStuck([&] { return db_->CompactRange(options, handle(family), nullptr, nullptr); });
    if (merged.IsIncomplete()) return {};
    GL_RETURN_IF_ERROR(FromRocks(merged, "merging"));
    dropped -= rows;
  }
  return {};
}

rocksdb::Status Store::GetRow(Family family, const rocksdb::Slice& key,
                              rocksdb::PinnableSlice* value) const {
  return db_->Get(rocksdb::ReadOptions(), handle(family), key, value);
}

rocksdb::Status Snapshot::GetRow(Family family, const rocksdb::Slice& key,
                                 rocksdb::PinnableSlice* value) const {
  rocksdb::ReadOptions options;
  options.snapshot = taken_;
  return store_.db()->Get(options, store_.handle(family), key, value);
}

rocksdb::Iterator* Snapshot::NewIterator(Family family, const rocksdb::ReadOptions& options) const {
  rocksdb::ReadOptions at_snapshot = options;
  at_snapshot.snapshot = taken_;
  return store_.db()->NewIterator(at_snapshot, store_.handle(family));
}

rocksdb::Iterator* Store::NewIterator(Family family, const rocksdb::ReadOptions& options) const {
  return db_->NewIterator(options, handle(family));
}

}  // namespace grantledger
