#include "ledger/resumable_files.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "ledger/file_names.h"
#include "ledger/store.h"
#include "ledger/wal_files.h"

namespace grantledger {
namespace {

/// The write that this thread does, if it does one.
struct ThisWrite {
  bool is_under_way = false;
  const void* log = nullptr;  ///< To which it appended; null: to none yet.
  std::uint64_t begin = 0;    ///< Of what it appended.
};
thread_local ThisWrite this_write;

/// An error that RocksDB does not take for final. What says that there is no such file is left.
rocksdb::IOStatus Retryable(rocksdb::IOStatus status) {
  if (!status.IsIOError() || status.IsPathNotFound()) return status;
  const char* text = status.getState();
  rocksdb::IOStatus error = rocksdb::IOStatus::IOError(text == nullptr ? status.ToString() : text);
  error.SetRetryable(true);
  return error;
}

rocksdb::IOStatus CheckHomeOf(const DirectoryLock* lock) {
  const Status there = CheckIsThere(lock);
  return there.ok() ? rocksdb::IOStatus::OK()
                    : Retryable(rocksdb::IOStatus::IOError(there.message()));
}

/// Removes files of one directory, whatever came in its place since they were listed.
class RemovedAtHome : public rocksdb::FileSystemWrapper {
 public:
  RemovedAtHome(const std::shared_ptr<rocksdb::FileSystem>& files,
                std::shared_ptr<const DirectoryLock> lock)
      : FileSystemWrapper(files), lock_(std::move(lock)) {}
  [[nodiscard]] const char* Name() const override { return "grantledger.RemovedAtHome"; }
  rocksdb::IOStatus DeleteFile(const std::string& name, const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* debug) override {
    if (auto home = CheckHomeOf(lock_.get()); !home.ok()) return home;
    return FileSystemWrapper::DeleteFile(name, options, debug);
  }

 private:
  const std::shared_ptr<const DirectoryLock> lock_;
};

class ResumableFile : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  ResumableFile(std::unique_ptr<rocksdb::FSWritableFile> file, std::shared_ptr<FileMeters> meters)
      : FSWritableFileOwnerWrapper(std::move(file)), meters_(std::move(meters)) {}

  rocksdb::IOStatus Append(const rocksdb::Slice& data, const rocksdb::IOOptions& options,
                           rocksdb::IODebugContext* debug) override {
    meters_->table_bytes.Add(data.size());
    return Retryable(FSWritableFileOwnerWrapper::Append(data, options, debug));
  }
  rocksdb::IOStatus Append(const rocksdb::Slice& data, const rocksdb::IOOptions& options,
                           const rocksdb::DataVerificationInfo& info,
                           rocksdb::IODebugContext* debug) override {
    meters_->table_bytes.Add(data.size());
    return Retryable(FSWritableFileOwnerWrapper::Append(data, options, info, debug));
  }
  rocksdb::IOStatus Truncate(std::uint64_t size, const rocksdb::IOOptions& options,
                             rocksdb::IODebugContext* debug) override {
    return Retryable(FSWritableFileOwnerWrapper::Truncate(size, options, debug));
  }
  rocksdb::IOStatus Close(const rocksdb::IOOptions& options,
                          rocksdb::IODebugContext* debug) override {
    return Retryable(FSWritableFileOwnerWrapper::Close(options, debug));
  }
  rocksdb::IOStatus Flush(const rocksdb::IOOptions& options,
                          rocksdb::IODebugContext* debug) override {
    return Retryable(FSWritableFileOwnerWrapper::Flush(options, debug));
  }
  rocksdb::IOStatus Sync(const rocksdb::IOOptions& options,
                         rocksdb::IODebugContext* debug) override {
    meters_->table_syncs.Add(1);
    return Retryable(FSWritableFileOwnerWrapper::Sync(options, debug));
  }
  rocksdb::IOStatus Fsync(const rocksdb::IOOptions& options,
                          rocksdb::IODebugContext* debug) override {
    meters_->table_syncs.Add(1);
    return Retryable(FSWritableFileOwnerWrapper::Fsync(options, debug));
  }
  rocksdb::IOStatus RangeSync(std::uint64_t offset, std::uint64_t bytes,
                              const rocksdb::IOOptions& options,
                              rocksdb::IODebugContext* debug) override {
    return Retryable(FSWritableFileOwnerWrapper::RangeSync(offset, bytes, options, debug));
  }

 private:
  const std::shared_ptr<FileMeters> meters_;
};

}  // namespace

/// A write-ahead log. Appended to by one thread at a time.
class WrittenWal : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  WrittenWal(std::unique_ptr<rocksdb::FSWritableFile> file, std::uint64_t number,
             ResumableFiles& files)
      : FSWritableFileOwnerWrapper(std::move(file)), number_(number), files_(files) {}
  ~WrittenWal() override { files_.Closed(this); }
  WrittenWal(const WrittenWal&) = delete;
  WrittenWal& operator=(const WrittenWal&) = delete;

  rocksdb::IOStatus Append(const rocksdb::Slice& data, const rocksdb::IOOptions& options,
                           rocksdb::IODebugContext* debug) override {
    if (broken_) return Refused();
    Follow(data);
    return Appended(FSWritableFileOwnerWrapper::Append(data, options, debug));
  }
  rocksdb::IOStatus Append(const rocksdb::Slice& data, const rocksdb::IOOptions& options,
                           const rocksdb::DataVerificationInfo& info,
                           rocksdb::IODebugContext* debug) override {
    if (broken_) return Refused();
    Follow(data);
    return Appended(FSWritableFileOwnerWrapper::Append(data, options, info, debug));
  }
  rocksdb::IOStatus Sync(const rocksdb::IOOptions& options,
                         rocksdb::IODebugContext* debug) override {
    if (broken_) return Moot();
    return Told(SyncAppended(options, debug));
  }
  rocksdb::IOStatus Fsync(const rocksdb::IOOptions& options,
                          rocksdb::IODebugContext* debug) override {
    return Sync(options, debug);
  }

 private:
  friend class ResumableFiles;
  void Follow(const rocksdb::Slice& data) {
    if (this_write.is_under_way && this_write.log != this) {
      this_write.log = this;
      this_write.begin = records_.size();
    }
    records_.Append(data.data(), data.size());
    files_.meters_->log_bytes.Add(data.size());
  }
  rocksdb::IOStatus Appended(const rocksdb::IOStatus& status) {
    if (status.ok()) appended_end_ = records_.size();
    return Told(status);
  }
  /// A log to which nothing was appended since its last sync is not synced again: what can't fail
  /// can't make RocksDB refuse a log that is whole.
  rocksdb::IOStatus SyncAppended(const rocksdb::IOOptions& options,
                                 rocksdb::IODebugContext* debug) {
    const std::uint64_t end = appended_end_;
    if (synced_end_ >= end) return rocksdb::IOStatus::OK();
    files_.meters_->log_syncs.Add(1);
    rocksdb::IOStatus status = FSWritableFileOwnerWrapper::Sync(options, debug);
    if (status.ok()) synced_end_ = end;
    return status;
  }
  /// Up to where it is kept, as far as this thread can tell: what other writes appended was
  /// answered, or will be.
  [[nodiscard]] std::uint64_t Keeps() const {
    return this_write.log == this ? this_write.begin : records_.whole_end();
  }
  /// Of the log that is written to, what failed is the write's; of another, it is RocksDB's, which
  /// tries again when it resumes, and the write's, if one was under way.
  rocksdb::IOStatus Told(const rocksdb::IOStatus& status) {
    if (status.ok() && !broken_) return status;
    const std::unique_lock lock(files_.mutex_);
    if (status.ok() && records_.size() <= keeps_) return status;
    const bool current = files_.current_ == this;
    if (!current && !this_write.is_under_way) return Retryable(status);
    const rocksdb::IOStatus told = files_.BreakLocked(status);
    return current ? told : Retryable(status);
  }
  /// A log that was closed breaks no other: RocksDB appends once more what it could not append.
  rocksdb::IOStatus Refused() {
    const std::unique_lock lock(files_.mutex_);
    return files_.current_ == this ? files_.BreakLocked(files_.failure_)
                                   : rocksdb::IOStatus::Busy("another log was begun");
  }
  /// What is in it is, or will be, in other files. Of the one that is written to, nothing is.
  rocksdb::IOStatus Moot() {
    const std::unique_lock lock(files_.mutex_);
    return files_.current_ == this ? files_.BreakLocked(files_.failure_) : rocksdb::IOStatus::OK();
  }

  const std::uint64_t number_;
  ResumableFiles& files_;
  WalRecords records_;
  // What is known to be in the file, and to be synced: no more than what is.
  std::atomic<std::uint64_t> appended_end_ = 0;
  std::atomic<std::uint64_t> synced_end_ = 0;
  std::atomic<bool> broken_ = false;
  // Of what failed. Guarded by the mutex of files_.
  std::uint64_t keeps_ = std::numeric_limits<std::uint64_t>::max();
  bool cut_ = false;
};

/// Its syncs are a write's where the thread writes: of a new log's name.
class ResumableDirectory : public rocksdb::FSDirectoryWrapper {
 public:
  ResumableDirectory(std::unique_ptr<rocksdb::FSDirectory> directory, ResumableFiles& files)
      : FSDirectoryWrapper(std::move(directory)), files_(files) {}
  rocksdb::IOStatus Fsync(const rocksdb::IOOptions& options,
                          rocksdb::IODebugContext* debug) override {
    return Told(FSDirectoryWrapper::Fsync(options, debug));
  }
  rocksdb::IOStatus FsyncWithDirOptions(const rocksdb::IOOptions& options,
                                        rocksdb::IODebugContext* debug,
                                        const rocksdb::DirFsyncOptions& sync) override {
    return Told(FSDirectoryWrapper::FsyncWithDirOptions(options, debug, sync));
  }

 private:
  rocksdb::IOStatus Told(const rocksdb::IOStatus& status) {
    return status.ok() || !this_write.is_under_way ? Retryable(status) : files_.Break(status);
  }
  ResumableFiles& files_;
};

ResumableFiles::ResumableFiles(const std::shared_ptr<rocksdb::FileSystem>& files,
                               std::shared_ptr<const DirectoryLock> lock)
    : FileSystemWrapper(files),
      meters_(std::make_shared<FileMeters>()),
      lock_(std::move(lock)),
      below_(rocksdb::NewCompositeEnv(std::make_shared<RemovedAtHome>(files, lock_))) {}

ResumableFiles::Writing::Writing() { this_write = {.is_under_way = true}; }
ResumableFiles::Writing::~Writing() { this_write = {}; }

rocksdb::IOStatus ResumableFiles::failure() const {
  const std::scoped_lock lock(mutex_);
  return failure_;
}

rocksdb::IOStatus ResumableFiles::Break(const rocksdb::IOStatus& failure) {
  const std::scoped_lock lock(mutex_);
  return BreakLocked(failure);
}

rocksdb::IOStatus ResumableFiles::BreakLocked(const rocksdb::IOStatus& failure) {
  if (current_ == nullptr) return Retryable(failure);
  if (!current_->broken_) {
    // Before it is asked up to where the log is kept: who finds it unbroken after having appended
    // is within that.
    current_->broken_ = true;
    failure_ = failure;
    failed_log_.store(current_->number_, std::memory_order_release);
    broken_.store(true, std::memory_order_release);
  }
  current_->keeps_ = std::min(current_->keeps_, current_->Keeps());
  // What was appended beside a cut may be behind it.
  if (this_write.log == current_) current_->cut_ = false;
  // A log that is busy is no background error to RocksDB.
  return rocksdb::IOStatus::Busy(failure_.ToString());
}

void ResumableFiles::ForgetFailedLog(std::uint64_t number) {
  const std::scoped_lock lock(mutex_);
  if (failed_log_ <= number) failed_log_.store(0, std::memory_order_release);
}

bool ResumableFiles::IsUncut() const {
  return current_ != nullptr && current_->broken_ && !current_->cut_;
}

rocksdb::IOStatus ResumableFiles::Cut() {
  const std::scoped_lock lock(mutex_);
  if (!IsUncut()) return rocksdb::IOStatus::OK();
  rocksdb::FSWritableFile* log = current_->target();
  rocksdb::IOStatus status = log->Truncate(current_->keeps_, rocksdb::IOOptions(), nullptr);
  if (status.ok()) status = log->Sync(rocksdb::IOOptions(), nullptr);
  current_->cut_ = status.ok();
  return status;
}

rocksdb::IOStatus ResumableFiles::SyncLogs() {
  const std::scoped_lock lock(mutex_);
  for (WrittenWal* log : logs_) {
    if (log->broken_) {
      if (log == current_) return failure_;
      continue;  // what it had is in other files since the one that is written to was begun
    }
    const rocksdb::IOStatus status = log->SyncAppended(rocksdb::IOOptions(), nullptr);
    if (!status.ok()) return BreakLocked(status);
  }
  if (unsynced_name_.empty()) return rocksdb::IOStatus::OK();
  std::unique_ptr<rocksdb::FSDirectory> directory;
  const std::string path = unsynced_name_.substr(0, unsynced_name_.rfind('/'));
  rocksdb::IOStatus status =
      FileSystemWrapper::NewDirectory(path, rocksdb::IOOptions(), &directory, nullptr);
  if (status.ok()) status = directory->Fsync(rocksdb::IOOptions(), nullptr);
  if (status.ok()) status = CheckHome();  // else it was another one that was synced
  if (status.ok()) unsynced_name_.clear();
  return status;
}

void ResumableFiles::Closed(WrittenWal* log) {
  const std::scoped_lock lock(mutex_);
  std::erase(logs_, log);
  if (current_ == log) current_ = nullptr;
}

rocksdb::IOStatus ResumableFiles::NewWritableFile(const std::string& name,
                                                  const rocksdb::FileOptions& options,
                                                  std::unique_ptr<rocksdb::FSWritableFile>* file,
                                                  rocksdb::IODebugContext* debug) {
  if (auto home = CheckHome(); !home.ok()) return home;
  if (name.ends_with(".log")) return NewLog(name, options, file, debug);
  std::unique_ptr<rocksdb::FSWritableFile> inner;
  const auto status = FileSystemWrapper::NewWritableFile(name, options, &inner, debug);
  if (status.ok()) *file = std::make_unique<ResumableFile>(std::move(inner), meters_);
  return Retryable(status);
}

rocksdb::IOStatus ResumableFiles::NewLog(const std::string& name,
                                         const rocksdb::FileOptions& options,
                                         std::unique_ptr<rocksdb::FSWritableFile>* file,
                                         rocksdb::IODebugContext* debug) {
  const std::scoped_lock lock(mutex_);
  if (IsUncut()) return Retryable(failure_);
  logs_.reserve(logs_.size() + 1);
  rocksdb::IOStatus status;
  if (current_ != nullptr && !current_->broken_) {
    status = current_->SyncAppended(options.io_options, debug);
    if (!status.ok()) (void)BreakLocked(status);
  }
  std::unique_ptr<rocksdb::FSWritableFile> inner;
  if (status.ok()) status = FileSystemWrapper::NewWritableFile(name, options, &inner, debug);
  if (!status.ok()) return Retryable(status);
  const std::uint64_t number = WalNumber(name.substr(name.rfind('/') + 1)).value_or(0);
  auto log = std::make_unique<WrittenWal>(std::move(inner), number, *this);
  logs_.push_back(log.get());
  unsynced_name_ = name;
  current_ = log.get();
  broken_.store(false, std::memory_order_release);
  *file = std::move(log);
  return status;
}

rocksdb::IOStatus ResumableFiles::ReopenWritableFile(const std::string& name,
                                                     const rocksdb::FileOptions& options,
                                                     std::unique_ptr<rocksdb::FSWritableFile>* file,
                                                     rocksdb::IODebugContext* debug) {
  std::unique_ptr<rocksdb::FSWritableFile> inner;
  const auto status = FileSystemWrapper::ReopenWritableFile(name, options, &inner, debug);
  if (status.ok()) *file = std::make_unique<ResumableFile>(std::move(inner), meters_);
  return Retryable(status);
}

rocksdb::IOStatus ResumableFiles::NewRandomAccessFile(
    const std::string& name, const rocksdb::FileOptions& options,
    std::unique_ptr<rocksdb::FSRandomAccessFile>* file, rocksdb::IODebugContext* debug) {
  return Retryable(FileSystemWrapper::NewRandomAccessFile(name, options, file, debug));
}

rocksdb::IOStatus ResumableFiles::NewDirectory(const std::string& name,
                                               const rocksdb::IOOptions& options,
                                               std::unique_ptr<rocksdb::FSDirectory>* directory,
                                               rocksdb::IODebugContext* debug) {
  std::unique_ptr<rocksdb::FSDirectory> inner;
  const auto status = FileSystemWrapper::NewDirectory(name, options, &inner, debug);
  if (status.ok()) *directory = std::make_unique<ResumableDirectory>(std::move(inner), *this);
  return Retryable(status);
}

rocksdb::IOStatus ResumableFiles::RenameFile(const std::string& from, const std::string& to,
                                             const rocksdb::IOOptions& options,
                                             rocksdb::IODebugContext* debug) {
  if (auto home = CheckHome(); !home.ok()) return home;
  return Retryable(FileSystemWrapper::RenameFile(from, to, options, debug));
}

rocksdb::IOStatus ResumableFiles::CheckHome() const { return CheckHomeOf(lock_.get()); }

/// RocksDB removes the newest first, and may not come to the others.
rocksdb::IOStatus ResumableFiles::DeleteFile(const std::string& name,
                                             const rocksdb::IOOptions& options,
                                             rocksdb::IODebugContext* debug) {
  const std::size_t slash = name.rfind('/');
  if (const auto number = WalNumber(name.substr(slash + 1))) {
    const Status removed = RemoveWalsBefore(*number, name.substr(0, slash), below_.get());
    if (!removed.ok()) return Retryable(rocksdb::IOStatus::IOError(removed.message()));
  }
  return below_->GetFileSystem()->DeleteFile(name, options, debug);
}

}  // namespace grantledger
