// A file system whose calls fail as a test says.
#ifndef GRANTLEDGER_TESTS_LEDGER_FAULTY_FILES_H_
#define GRANTLEDGER_TESTS_LEDGER_FAULTY_FILES_H_

#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "ledger/machine_files.h"

namespace grantledger {

/// A call that writes.
enum class FileCall { kCreate, kAppend, kOverwrite, kSync, kTruncate, kRename, kSyncDirectory };

struct FileFault {
  bool fails = false;
  bool no_space = false;               ///< Else an I/O error.
  double written = 0;                  ///< Of an append that fails: what part of it is in the file.
  std::chrono::milliseconds takes{0};  ///< Until a sync that fails does so.
};

/// Thread-safe.
class FaultyFiles : public rocksdb::FileSystemWrapper {
 public:
  /// Asked at every call that writes, one at a time.
  using Decide = std::function<FileFault(FileCall call, const std::string& name)>;

  FaultyFiles() : FileSystemWrapper(MachineEnv()->GetFileSystem()) {}
  [[nodiscard]] const char* Name() const override { return "FaultyFiles"; }

  /// From now on; none: nothing fails.
  void Set(Decide decide) {
    const std::scoped_lock lock(mutex_);
    decide_ = std::move(decide);
    decides_ = decide_ != nullptr;
  }

  /// Called before each file is removed; false: it can't be.
  void HearOfRemoved(std::function<bool(const std::string& name)> hear) {
    const std::scoped_lock lock(mutex_);
    removed_ = std::move(hear);
  }
  rocksdb::IOStatus DeleteFile(const std::string& name, const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* debug) override {
    {
      const std::scoped_lock lock(mutex_);
      if (removed_ && !removed_(name)) return StatusOf({.fails = true});
    }
    return FileSystemWrapper::DeleteFile(name, options, debug);
  }

  /// Called before a directory is listed, outside of any lock.
  void HearOfListed(std::function<void()> hear) {
    const std::scoped_lock lock(listed_mutex_);
    listed_ = std::move(hear);
  }
  rocksdb::IOStatus GetChildren(const std::string& name, const rocksdb::IOOptions& options,
                                std::vector<std::string>* names,
                                rocksdb::IODebugContext* debug) override {
    std::function<void()> hear;
    {
      const std::scoped_lock lock(listed_mutex_);
      hear = listed_;
    }
    if (hear) hear();
    return FileSystemWrapper::GetChildren(name, options, names, debug);
  }

  FileFault Ask(FileCall call, const std::string& name) {
    if (!decides_) return {};  // without a lock: RocksDB opens files while it holds its own
    const std::scoped_lock lock(mutex_);
    return decide_ ? decide_(call, name) : FileFault();
  }

  static rocksdb::IOStatus StatusOf(const FileFault& fault) {
    if (!fault.fails) return rocksdb::IOStatus::OK();
    rocksdb::IOStatus status = fault.no_space
                                   ? rocksdb::IOStatus::NoSpace("the disk is said to be full")
                                   : rocksdb::IOStatus::IOError("the disk is said to fail");
    status.SetRetryable(true);  // as those of ledger/machine_files.h
    return status;
  }

  rocksdb::IOStatus NewWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* file,
                                    rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus NewRandomRWFile(const std::string& name, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSRandomRWFile>* file,
                                    rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus NewDirectory(const std::string& name, const rocksdb::IOOptions& options,
                                 std::unique_ptr<rocksdb::FSDirectory>* directory,
                                 rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus RenameFile(const std::string& from, const std::string& to,
                               const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* debug) override {
    const FileFault fault = Ask(FileCall::kRename, from);
    if (fault.fails) return StatusOf(fault);
    return FileSystemWrapper::RenameFile(from, to, options, debug);
  }

 private:
  std::atomic<bool> decides_ = false;
  std::mutex mutex_;
  Decide decide_;
  std::function<bool(const std::string& name)> removed_;
  std::mutex listed_mutex_;
  std::function<void()> listed_;
};

class FaultyFile : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  FaultyFile(std::unique_ptr<rocksdb::FSWritableFile> file, std::string name, FaultyFiles& files)
      : FSWritableFileOwnerWrapper(std::move(file)), name_(std::move(name)), files_(files) {}
  using FSWritableFileOwnerWrapper::Append;
  rocksdb::IOStatus Append(const rocksdb::Slice& data, const rocksdb::IOOptions& options,
                           rocksdb::IODebugContext* debug) override {
    const FileFault fault = files_.Ask(FileCall::kAppend, name_);
    if (!fault.fails) return FSWritableFileOwnerWrapper::Append(data, options, debug);
    const auto part = static_cast<std::size_t>(static_cast<double>(data.size()) * fault.written);
    auto status = FSWritableFileOwnerWrapper::Append({data.data(), part}, options, debug);
    return status.ok() ? FaultyFiles::StatusOf(fault) : status;
  }
  rocksdb::IOStatus Truncate(std::uint64_t size, const rocksdb::IOOptions& options,
                             rocksdb::IODebugContext* debug) override {
    const FileFault fault = files_.Ask(FileCall::kTruncate, name_);
    return fault.fails ? FaultyFiles::StatusOf(fault)
                       : FSWritableFileOwnerWrapper::Truncate(size, options, debug);
  }
  rocksdb::IOStatus Sync(const rocksdb::IOOptions& options,
                         rocksdb::IODebugContext* debug) override {
    const FileFault fault = files_.Ask(FileCall::kSync, name_);
    std::this_thread::sleep_for(fault.takes);
    return fault.fails ? FaultyFiles::StatusOf(fault)
                       : FSWritableFileOwnerWrapper::Sync(options, debug);
  }
  rocksdb::IOStatus Fsync(const rocksdb::IOOptions& options,
                          rocksdb::IODebugContext* debug) override {
    const FileFault fault = files_.Ask(FileCall::kSync, name_);
    return fault.fails ? FaultyFiles::StatusOf(fault)
                       : FSWritableFileOwnerWrapper::Fsync(options, debug);
  }

 private:
  std::string name_;
  FaultyFiles& files_;
};

/// As the ledger's file ANCHOR is.
class FaultyRandomFile : public rocksdb::FSRandomRWFileOwnerWrapper {
 public:
  FaultyRandomFile(std::unique_ptr<rocksdb::FSRandomRWFile> file, std::string name,
                   FaultyFiles& files)
      : FSRandomRWFileOwnerWrapper(std::move(file)), name_(std::move(name)), files_(files) {}
  rocksdb::IOStatus Write(std::uint64_t offset, const rocksdb::Slice& data,
                          const rocksdb::IOOptions& options,
                          rocksdb::IODebugContext* debug) override {
    const FileFault fault = files_.Ask(FileCall::kOverwrite, name_);
    return fault.fails ? FaultyFiles::StatusOf(fault)
                       : FSRandomRWFileOwnerWrapper::Write(offset, data, options, debug);
  }

 private:
  std::string name_;
  FaultyFiles& files_;
};

class FaultyDirectory : public rocksdb::FSDirectoryWrapper {
 public:
  FaultyDirectory(std::unique_ptr<rocksdb::FSDirectory> directory, FaultyFiles& files)
      : FSDirectoryWrapper(std::move(directory)), files_(files) {}
  rocksdb::IOStatus FsyncWithDirOptions(const rocksdb::IOOptions& options,
                                        rocksdb::IODebugContext* debug,
                                        const rocksdb::DirFsyncOptions& sync) override {
    const FileFault fault = files_.Ask(FileCall::kSyncDirectory, "");
    return fault.fails ? FaultyFiles::StatusOf(fault)
                       : FSDirectoryWrapper::FsyncWithDirOptions(options, debug, sync);
  }

 private:
  FaultyFiles& files_;
};

inline rocksdb::IOStatus FaultyFiles::NewWritableFile(
    const std::string& name, const rocksdb::FileOptions& options,
    std::unique_ptr<rocksdb::FSWritableFile>* file, rocksdb::IODebugContext* debug) {
  const FileFault fault = Ask(FileCall::kCreate, name);
  if (fault.fails) return StatusOf(fault);
  std::unique_ptr<rocksdb::FSWritableFile> inner;
  auto status = FileSystemWrapper::NewWritableFile(name, options, &inner, debug);
  if (status.ok()) *file = std::make_unique<FaultyFile>(std::move(inner), name, *this);
  return status;
}

inline rocksdb::IOStatus FaultyFiles::NewRandomRWFile(
    const std::string& name, const rocksdb::FileOptions& options,
    std::unique_ptr<rocksdb::FSRandomRWFile>* file, rocksdb::IODebugContext* debug) {
  std::unique_ptr<rocksdb::FSRandomRWFile> inner;
  auto status = FileSystemWrapper::NewRandomRWFile(name, options, &inner, debug);
  if (status.ok()) *file = std::make_unique<FaultyRandomFile>(std::move(inner), name, *this);
  return status;
}

inline rocksdb::IOStatus FaultyFiles::NewDirectory(const std::string& name,
                                                   const rocksdb::IOOptions& options,
                                                   std::unique_ptr<rocksdb::FSDirectory>* directory,
                                                   rocksdb::IODebugContext* debug) {
  std::unique_ptr<rocksdb::FSDirectory> inner;
  auto status = FileSystemWrapper::NewDirectory(name, options, &inner, debug);
  if (status.ok()) *directory = std::make_unique<FaultyDirectory>(std::move(inner), *this);
  return status;
}

}  // namespace grantledger

#endif  // GRANTLEDGER_TESTS_LEDGER_FAULTY_FILES_H_
