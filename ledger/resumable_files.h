// ResumableFiles: the file system below RocksDB, such that RocksDB can go on after what fails
// there.
//
// RocksDB 7.8.3 takes most errors of a disk for final, and writes on behind a torn record of the
// write-ahead log where no family has anything to flush. So:
// - Every error of a call that writes is told as one that may go away. Nothing is final then:
//   DB::Resume writes what is in memory to new files.
// - What a write appended to the write-ahead log, and could not append to its end, or sync, is cut
//   off again, and nothing is appended after it. What earlier writes appended stays: they were
//   answered. RocksDB knows no background error then; the store begins
//   another log, by Cut and a flush of all families. So what failed is stored nowhere.
// - Where the directory is another one than was opened, no file is made, named or removed.
// - Logs are removed from the oldest on, so that none is left before one that is gone.
// - A log is synced before another one is begun. RocksDB syncs closed logs beside writes that do,
//   and ends the process by an assertion where one of the two fails; here none can.
#ifndef GRANTLEDGER_LEDGER_RESUMABLE_FILES_H_
#define GRANTLEDGER_LEDGER_RESUMABLE_FILES_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

#include "ledger/directory_lock.h"
#include "ledger/meters.h"
#include "ledger/wal_records.h"

namespace grantledger {

class WrittenWal;

/// Thread-safe.
class ResumableFiles : public rocksdb::FileSystemWrapper {
 public:
  /// `lock`: of the directory that all is in; null: of none.
  explicit ResumableFiles(const std::shared_ptr<rocksdb::FileSystem>& files,
                          std::shared_ptr<const DirectoryLock> lock = nullptr);
  [[nodiscard]] const char* Name() const override { return "grantledger's ResumableFiles"; }

  /// Whether the write-ahead log that is written to can't be any more. Cheap.
  [[nodiscard]] bool broken() const { return broken_.load(std::memory_order_acquire); }
  /// The number of the last log that broke; 0: none did since ForgetFailedLog. Cheap. Another log
  /// may have been begun since, by whoever flushes a family: what is in memory of the others still
  /// needs the one that failed.
  [[nodiscard]] std::uint64_t failed_log() const {
    return failed_log_.load(std::memory_order_acquire);
  }
  /// `number`, or one before it, is not needed any more.
  void ForgetFailedLog(std::uint64_t number);
  /// Why; ok where it is not.
  [[nodiscard]] rocksdb::IOStatus failure() const;
  /// Of all files that were written.
  [[nodiscard]] const std::shared_ptr<FileMeters>& meters() const { return meters_; }
  /// Makes sure that what the write that failed appended is not in the log. Until it is ok, no
  /// other log can be begun: a crash meanwhile would leave a part of the record.
  rocksdb::IOStatus Cut();
  /// Syncs all that was appended to write-ahead logs which RocksDB still has open, and their names.
  /// A log that can't be synced is not written to any more, as after a write that failed. (The
  /// DB::SyncWAL of RocksDB ends the process by an assertion where a flush beside it fails to
  /// sync.)
  rocksdb::IOStatus SyncLogs();

  /// While there is one, this thread writes to the database: then what fails while the write-ahead
  /// log is synced concerns what it appended.
  class Writing {
   public:
    Writing();
    ~Writing();
    Writing(const Writing&) = delete;
    Writing& operator=(const Writing&) = delete;
  };

  rocksdb::IOStatus NewWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* file,
                                    rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus ReopenWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                                       std::unique_ptr<rocksdb::FSWritableFile>* file,
                                       rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus NewRandomAccessFile(const std::string& name,
                                        const rocksdb::FileOptions& options,
                                        std::unique_ptr<rocksdb::FSRandomAccessFile>* file,
                                        rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus NewDirectory(const std::string& name, const rocksdb::IOOptions& options,
                                 std::unique_ptr<rocksdb::FSDirectory>* directory,
                                 rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus RenameFile(const std::string& from, const std::string& to,
                               const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus DeleteFile(const std::string& name, const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* debug) override;

 private:
  friend class WrittenWal;
  friend class ResumableDirectory;
  /// What the thread that writes is told: RocksDB goes on as if nothing had been appended.
  rocksdb::IOStatus Break(const rocksdb::IOStatus& failure);
  rocksdb::IOStatus BreakLocked(const rocksdb::IOStatus& failure);
  void Closed(WrittenWal* log);
  rocksdb::IOStatus NewLog(const std::string& name, const rocksdb::FileOptions& options,
                           std::unique_ptr<rocksdb::FSWritableFile>* file,
                           rocksdb::IODebugContext* debug);
  /// Whether the record that failed may still be in the log. REQUIRES: mutex_ is held.
  [[nodiscard]] bool IsUncut() const;

  /// Whether paths still lead to what they did.
  [[nodiscard]] rocksdb::IOStatus CheckHome() const;

  const std::shared_ptr<FileMeters> meters_;
  const std::shared_ptr<const DirectoryLock> lock_;
  const std::unique_ptr<rocksdb::Env> below_;  // which asks for the home before it removes a file
  mutable std::mutex mutex_;                   // of all below
  WrittenWal* current_ = nullptr;              // that is written to; null: none
  std::vector<WrittenWal*> logs_;              // that are open, from the oldest
  std::string unsynced_name_;  // the path of a log whose name may not be durable; "": none
  std::atomic<bool> broken_ = false;
  std::atomic<std::uint64_t> failed_log_ = 0;
  rocksdb::IOStatus failure_;
};

}  // namespace grantledger

#endif  // GRANTLEDGER_LEDGER_RESUMABLE_FILES_H_
