// A file system below RocksDB that writes down what is done to the files under one directory.
//
// Everything goes on to the machine's file system. Files are known by what they are, not by name:
// what is written through an open file after it was renamed or deleted is of the same file.
// RocksDB's information log is entered with its name and without its bytes, which nobody reads.
#ifndef GRANTLEDGER_TESTS_TORTURE_RECORDING_FILE_SYSTEM_H_
#define GRANTLEDGER_TESTS_TORTURE_RECORDING_FILE_SYSTEM_H_

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

#include "tests/torture/disk.h"

namespace grantledger::torture {

/// Thread-safe. Outlives what it opened.
class RecordingFileSystem : public rocksdb::FileSystemWrapper {
 public:
  /// `root` is there. What is in it is on the disk: the journal begins with it.
  RecordingFileSystem(std::string root, DiskJournal& journal);
  [[nodiscard]] const char* Name() const override { return "RecordingFileSystem"; }

  rocksdb::IOStatus NewWritableFile(const std::string& path, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* file,
                                    rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus ReopenWritableFile(const std::string& path, const rocksdb::FileOptions& options,
                                       std::unique_ptr<rocksdb::FSWritableFile>* file,
                                       rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus ReuseWritableFile(const std::string& path, const std::string& old_path,
                                      const rocksdb::FileOptions& options,
                                      std::unique_ptr<rocksdb::FSWritableFile>* file,
                                      rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus NewRandomRWFile(const std::string& path, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSRandomRWFile>* file,
                                    rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus NewMemoryMappedFileBuffer(
      const std::string& path, std::unique_ptr<rocksdb::MemoryMappedFileBuffer>* buffer) override;
  rocksdb::IOStatus NewDirectory(const std::string& path, const rocksdb::IOOptions& options,
                                 std::unique_ptr<rocksdb::FSDirectory>* directory,
                                 rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus DeleteFile(const std::string& path, const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus Truncate(const std::string& path, std::size_t size,
                             const rocksdb::IOOptions& options,
                             rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus CreateDir(const std::string& path, const rocksdb::IOOptions& options,
                              rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus CreateDirIfMissing(const std::string& path, const rocksdb::IOOptions& options,
                                       rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus DeleteDir(const std::string& path, const rocksdb::IOOptions& options,
                              rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus RenameFile(const std::string& from, const std::string& to,
                               const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus LinkFile(const std::string& from, const std::string& to,
                             const rocksdb::IOOptions& options,
                             rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus LockFile(const std::string& path, const rocksdb::IOOptions& options,
                             rocksdb::FileLock** lock, rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus NewLogger(const std::string& path, const rocksdb::IOOptions& options,
                              std::shared_ptr<rocksdb::Logger>* logger,
                              rocksdb::IODebugContext* debug) override;

 private:
  /// Nullopt: it is not under the root, or not there. REQUIRES for all below: mutex_ is held.
  [[nodiscard]] std::optional<Node> Find(const std::string& path) const;
  [[nodiscard]] bool IsRecorded(const std::string& path) const;
  Node Enter(const std::string& path, bool is_directory, std::optional<Node> node = {});
  void Remove(const std::string& path);
  void Rename(const std::string& from, const std::string& to);
  /// The file is there now, and empty if it is to be.
  std::optional<Node> NoteOpened(const std::string& path, bool truncated);
  void Adopt(const std::string& directory);

  std::string root_;
  DiskJournal& journal_;
  std::mutex mutex_;                   // of all below, and so that names are written down in order
  std::map<std::string, Node> names_;  ///< By whole path.
  Node next_ = kRootNode + 1;
};

}  // namespace grantledger::torture

#endif  // GRANTLEDGER_TESTS_TORTURE_RECORDING_FILE_SYSTEM_H_
