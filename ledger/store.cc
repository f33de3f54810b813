#include "ledger/store.h"

#include <system_error>
#include <utility>
#include <vector>

#include "codec/frame.h"
#include "ledger/errors.h"
#include "ledger/info_log.h"
#include "ledger/macros.h"
#include "ledger/opening.h"
#include "ledger/threads.h"
#include "ledger/tuning.h"

namespace grantledger {

std::string HexText(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string hex;
  for (const char byte : bytes) {
    const auto value = static_cast<unsigned char>(byte);
    hex.push_back(kDigits[value >> 4]);
    hex.push_back(kDigits[value & 15]);
  }
  return hex;
}

namespace {

constexpr std::size_t kLogKeyBytes = 8;

}  // namespace

Status FromRocks(const rocksdb::Status& status, std::string_view what) {
  if (status.ok()) return {};
  const Code code = status.IsCorruption() ? Code::kCorruption : Code::kIoError;
  return {code, std::string(what) + ": " + status.ToString()};
}

Status RowCorruption(Family family, std::string_view key, std::string_view what) {
  std::string message = "family " + std::string(FamilyName(family)) + ", key " + HexText(key);
  if (family == Family::kLog && key.size() == kLogKeyBytes) {
    message += ", LSN " + std::to_string(ReadLogKey(key));
  }
  return {Code::kCorruption, message + ": " + std::string(what)};
}

namespace {

Result<std::string_view> Unframe(Family family, std::string_view key, std::string_view value) {
  const bool is_log = family == Family::kLog;
  if (is_log && (key.size() != kLogKeyBytes)) return RowCorruption(family, key, "not an LSN");
  const auto payload = is_log ? UnframeRecord(ReadLogKey(key), value) : UnframeRow(key, value);
  if (!payload) return RowCorruption(family, key, "the checksum does not match");
  if (is_log && FrameVersion(value) > kFormatVersion) {
    return Refuse(Code::kInvalidArgument, "the format of record " + std::to_string(ReadLogKey(key)),
                  std::to_string(FrameVersion(value)),
                  "at most " + std::to_string(kFormatVersion) +
                      ", the newest that this version of grantledger reads");
  }
  return *payload;
}

}  // namespace

Result<std::string_view> RowIterator::payload() const {
  return Unframe(family_, key(), rows_->value().ToStringView());
}

Status RowIterator::status() const {
  return FromRocks(rows_->status(), "reading family " + std::string(FamilyName(family_)));
}

Result<std::optional<std::string>> Rows::Get(Family family, std::string_view key) const {
  rocksdb::PinnableSlice value;
  const rocksdb::Status found = GetRow(family, rocksdb::Slice(key.data(), key.size()), &value);
  if (found.IsNotFound()) return std::optional<std::string>();
  if (!found.ok()) {
    return FromRocks(found,
                     "reading family " + std::string(FamilyName(family)) + ", key " + HexText(key));
  }
  GL_ASSIGN_OR_RETURN(const std::string_view payload, Unframe(family, key, value.ToStringView()));
  return std::optional<std::string>(payload);
}

RowIterator Rows::Scan(Family family, const std::string& prefix) const {
  RowIterator rows = Within(family, prefix);
  rows.SeekToFirst();
  return rows;
}

RowIterator Rows::Within(Family family, const std::string& prefix) const {
  auto bounds = std::make_unique<RowIterator::Bounds>(prefix);
  rocksdb::ReadOptions options;
  // Both bounds: rows that were written since the snapshot are stepped over one by one.
  options.iterate_lower_bound = &bounds->begin_slice;
  if (!bounds->end.empty()) options.iterate_upper_bound = &bounds->end_slice;
  std::unique_ptr<rocksdb::Iterator> rows(NewIterator(family, options));
  return {family, std::move(bounds), std::move(rows)};
}

struct Store::OpenFiles {
  rocksdb::DB* db = nullptr;
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
};

namespace {

void Close(Store::OpenFiles& open) {
  for (auto* handle : open.handles) (void)open.db->DestroyColumnFamilyHandle(handle);
  open.handles.clear();
  const std::unique_ptr<rocksdb::DB> closed(std::exchange(open.db, nullptr));
}

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
rocksdb::Status OpenForReading(const rocksdb::DBOptions& database, const std::string& directory,
                               const std::shared_ptr<rocksdb::Cache>& cache,
                               Store::OpenFiles& open) {
  constexpr int kMostTries = 100;
  for (int i = 0; i < kMostTries; ++i) {
    const std::string before = FilesVersion(directory, database.env);
    rocksdb::Status opened = rocksdb::DB::OpenForReadOnly(database, directory, Descriptors(cache),
                                                          &open.handles, &open.db);
    if (FilesVersion(directory, database.env) == before) return opened;
    if (!opened.ok()) continue;
    Close(open);
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
  Close(open);
}

/// The last that RocksDB does is to start a thread, of a timer that all databases share. Where
/// there is none, it throws, but the database is open, and the timer counts as started. Closing
/// stops it, which throws where the timer joins a thread that it joined before; then it is stopped.
rocksdb::Status OpenToWrite(const rocksdb::DBOptions& database, const std::string& directory,
                            const std::vector<rocksdb::ColumnFamilyDescriptor>& families,
                            Store::OpenFiles& open) {
  try {
    return rocksdb::DB::Open(database, directory, families, &open.handles, &open.db);
  } catch (const std::system_error& error) {
    if (open.db != nullptr) CloseWithoutTimer(open);
    return rocksdb::Status::IOError("no thread can be started", error.what());
  }
}

/// A new database, with its families. Opening one that lacks them would make them one by one, and
/// write and read all options again for each, which takes most of the time of creating a ledger.
rocksdb::Status Create(const rocksdb::DBOptions& database, const std::string& directory,
                       const std::shared_ptr<rocksdb::Cache>& cache, Store::OpenFiles& open) {
  std::vector<rocksdb::ColumnFamilyDescriptor> families = Descriptors(cache);
  const std::vector<rocksdb::ColumnFamilyDescriptor> at_first = {families.back()};
  families.pop_back();
  rocksdb::Status status = OpenToWrite(database, directory, at_first, open);
  if (!status.ok()) return status;
  std::vector<rocksdb::ColumnFamilyHandle*> made;
  status = open.db->CreateColumnFamilies(families, &made);
  open.handles.insert(open.handles.begin(), made.begin(), made.end());
  if (!status.ok()) Close(open);
  return status;
}

rocksdb::Status OpenForWriting(const rocksdb::DBOptions& database, const std::string& directory,
                               const std::shared_ptr<rocksdb::Cache>& cache,
                               Store::OpenFiles& open) {
  const bool is_new =
      database.create_if_missing && database.env->FileExists(directory + "/CURRENT").IsNotFound();
  if (is_new) return Create(database, directory, cache, open);
  return OpenToWrite(database, directory, Descriptors(cache), open);
}

}  // namespace

Result<std::unique_ptr<Store>> Store::Open(const std::string& directory, const Options& options,
                                           rocksdb::Env* env) {
  std::unique_ptr<Store> store(new Store());
  store->read_only_ = options.read_only;
  store->write_options_.sync = options.durability == Durability::kSynced;
  store->logger_ = std::make_shared<LedgerLog>(options, directory);
  const rocksdb::DBOptions database = DatabaseOptions(options, env, store->logger_);
  GL_RETURN_IF_ERROR(StartThreads(database));
  GL_RETURN_IF_ERROR(CheckDirectory(directory, options, database.env));
  const auto cache = MakeCache(options.cache_bytes);
  store->tables_ = std::make_unique<TableCache>(cache);
  OpenFiles open;
  const rocksdb::Status opened = options.read_only
                                     ? OpenForReading(database, directory, cache, open)
                                     : OpenForWriting(database, directory, cache, open);
  GL_RETURN_IF_ERROR(ExplainOpening(opened, directory, options));
  store->Take(open);
  store->logger_->Opened();
  return store;
}

void Store::Take(const OpenFiles& open) {
  db_.reset(open.db);
  // The default family, which is not used.
  open.db->DestroyColumnFamilyHandle(open.handles.back());
  for (std::size_t i = 0; i < kFamilyCount; ++i) handles_[i] = open.handles[i];
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
  store->tables_ = std::make_unique<TableCache>(cache);
  OpenFiles open;
  rocksdb::Status opened;
  for (const bool paranoid : {true, false}) {
    database.paranoid_checks = paranoid;
    opened = rocksdb::DB::OpenForReadOnly(database, directory, Descriptors(cache), &open.handles,
                                          &open.db);
    if (opened.ok()) break;
  }
  GL_RETURN_IF_ERROR(ExplainOpening(opened, directory, options));
  store->Take(open);
  store->logger_->Opened();
  return store;
}

Logger& Store::logger() const { return *logger_; }

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

/// So that the next opening has little of the write-ahead log to read again.
void Store::FlushMuch() {
  constexpr std::uint64_t kMuch = std::uint64_t{8} << 20;
  if (read_only_ || db_ == nullptr || WriteAheadBytes() < kMuch) return;
  const std::vector<rocksdb::ColumnFamilyHandle*> all(handles_.begin(), handles_.end());
  (void)db_->Flush(rocksdb::FlushOptions(), all);  // what fails is in the log still
}

Store::~Store() {
  latest_.reset();
  FlushMuch();
  for (auto* handle : handles_) {
    if (handle != nullptr) (void)db_->DestroyColumnFamilyHandle(handle);
  }
}

Status Store::Commit(rocksdb::WriteBatch* batch) {
  return Write(write_options_, batch, "committing");
}

Status Store::CommitDerived(rocksdb::WriteBatch* batch) {
  rocksdb::WriteOptions options;
  options.low_pri = true;
  return Write(options, batch, "committing what was folded");
}

Status Store::Write(const rocksdb::WriteOptions& options, rocksdb::WriteBatch* batch,
                    std::string_view what) {
  TableCache::Writing writing(*tables_, *batch);
  const rocksdb::Status written =
      writing.status().ok() ? db_->Write(options, batch) : writing.status();
  writing.End(db_->GetLatestSequenceNumber());
  ForgetLatest();
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
  std::vector<rocksdb::ColumnFamilyHandle*> all(handles_.begin(), handles_.end());
  GL_RETURN_IF_ERROR(FromRocks(db_->Flush(rocksdb::FlushOptions(), all), "flushing"));
  rocksdb::CompactRangeOptions options;
  options.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForceOptimized;
  for (auto* family : all) {
    GL_RETURN_IF_ERROR(FromRocks(db_->CompactRange(options, family, nullptr, nullptr), "merging"));
  }
  return {};
}

Status Store::UseLittleMemory() {
  for (auto* family : handles_) {
    GL_RETURN_IF_ERROR(FromRocks(db_->SetOptions(family, {{"write_buffer_size", "8388608"}}),
                                 "setting the size of memtables"));
  }
  return {};
}

Status Store::Reclaim(std::uint64_t rows, std::atomic<bool>& stop) {
  constexpr std::uint64_t kWorthMerging = 10'000;
  if (rows < kWorthMerging) return {};
  ForgetLatest();
  rocksdb::CompactRangeOptions options;
  options.exclusive_manual_compaction = false;
  options.canceled = &stop;
  for (const Family family : {Family::kLog, Family::kState, Family::kMember, Family::kIndex}) {
    const rocksdb::Status merged = db_->CompactRange(options, handle(family), nullptr, nullptr);
    if (merged.IsIncomplete()) return {};
    GL_RETURN_IF_ERROR(FromRocks(merged, "merging"));
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
