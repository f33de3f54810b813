// The part of Store that opens the database below.
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
  std::unique_ptr<rocksdb::Env> limiting_env;  // null: nobody looked
  std::unique_ptr<rocksdb::Env> watched_env;   // null: nothing is written
  bool is_left = false;

  OpenFiles() = default;
  ~OpenFiles() { Close(); }
  OpenFiles(const OpenFiles&) = delete;
  OpenFiles& operator=(const OpenFiles&) = delete;

  /// Finds out what of the files is to be read. `writes`: nobody else does, and logs that come are
  /// our own.
  Status Limit(const std::string& directory, rocksdb::Env* env, bool writes) {
    GL_ASSIGN_OR_RETURN(const WalStart start, ClaimedWalStart(directory, env));
    return LimitFrom(start, directory, env, writes);
  }
  Status LimitFrom(const WalStart& start, const std::string& directory, rocksdb::Env* env,
                   bool writes) {
    GL_ASSIGN_OR_RETURN(plan, PlanReading(directory, env, start, writes));
    limiting_env = NewLimitingEnv(env, plan);
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
  /// Where memory runs out, RocksDB throws, and what it has begun may hold a lock, or merge files
  /// by now: that is left to the end of the process, with all that it uses (`is_left`), for closing
  /// it would wait for ever.
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
      is_left = true;
      (void)limiting_env.release();
      (void)watched_env.release();
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

Status Explained(const rocksdb::Status& opened, const std::string& directory,
                 const Options& options) {
  if (auto explained = ExplainTable(opened, directory, options)) return *std::move(explained);
  return ExplainOpening(opened, directory, options);
}

/// Beside a writer, which may move rows from its write-ahead log into files, and merge these, while
/// we open one after the other: we would miss rows, or files. So what was opened while the set of
/// files changed is closed again.
Status OpenForReading(rocksdb::DBOptions database, const std::string& directory,
                      const Options& options, const std::shared_ptr<rocksdb::Cache>& cache,
                      Store::OpenFiles& open) {
  constexpr int kMostTries = 100;
  rocksdb::Env* const env = database.env;
  for (int i = 0; i < kMostTries; ++i) {
    const std::string before = FilesVersion(directory, env);
    if (Status limited = open.Limit(directory, env, /*writes=*/false); !limited.ok()) {
      if (FilesVersion(directory, env) == before) return limited;
      continue;  // a file went meanwhile
    }
    database.env = open.EnvOver(env);
    const auto families = DescriptorsToRead(cache, open.plan.wal_bytes);
    const rocksdb::Status opened = open.Open(database, directory, families, /*read_only=*/true);
    if (FilesVersion(directory, env) == before) return Explained(opened, directory, options);
    if (opened.ok()) open.Close();
  }
  const auto busy = rocksdb::Status::Busy("the writer's files changed at each of " +
                                          std::to_string(kMostTries) + " tries to open them");
  return Explained(busy, directory, options);
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
  // What a database that is left still uses stays with it (OpenFiles::Open).
  struct Opened {
    std::unique_ptr<Store> store{new Store()};
    Opened() = default;
    Opened(const Opened&) = delete;
    Opened& operator=(const Opened&) = delete;
    ~Opened() {
      if (store != nullptr && store->is_left_) (void)store.release();
    }
  } opening;
  std::unique_ptr<Store>& store = opening.store;
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
  return std::move(store);
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
  try {
    GL_RETURN_IF_ERROR(
        options.read_only
            ? OpenForReading(database, directory, options, cache, open)
            : Explained(OpenForWriting(database, directory, cache, open), directory, options));
  } catch (...) {
    is_left_ = open.is_left;
    throw;
  }
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
  const auto claim = ReadAnchor(directory, database.env);
  if (claim && *claim) store->found_ = std::make_unique<AnchorClaim>(**claim);
  const auto start = ClaimedWalStart(directory, database.env);
  // Else RocksDB finds out how far it can read.
  (void)open.LimitFrom(start ? *start : WalStart(), directory, database.env, /*writes=*/false);
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

}  // namespace grantledger
