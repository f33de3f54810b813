#include "ledger/machine_files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <rocksdb/file_system.h>

#include "ledger/file_names.h"
#include "ledger/table_proof.h"

namespace grantledger {
namespace {

using rocksdb::FileOptions;
using rocksdb::FSRandomAccessFile;
using rocksdb::FSWritableFile;
using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;

/// What the last call of the system failed with.
IOStatus LastError(const std::string& what, const std::string& name) {
  const int error = errno;
  const std::string message = what + ": " + name;
  const std::string why = std::generic_category().message(error);
  if (error == ENOENT) return IOStatus::PathNotFound(message, why);
  return IOStatus::IOError(message, why);
}

/// Calls it again where a signal came in between.
template <typename Call>
auto Retried(const Call& call) {
  auto result = call();
  while (result < 0 && errno == EINTR) result = call();
  return result;
}

class MachineFile : public rocksdb::FSWritableFile {
 public:
  MachineFile(std::string name, int file, std::uint64_t size)
      : name_(std::move(name)), file_(file), size_(size) {}
  ~MachineFile() override {
    if (file_ >= 0) MachineFile::Close({}, nullptr).PermitUncheckedError();
  }

  using FSWritableFile::Append;
  IOStatus Append(const Slice& data, const IOOptions& /*options*/,
                  IODebugContext* /*debug*/) override {
    for (std::size_t done = 0; done < data.size();) {
      const ssize_t count =
          Retried([&] { return write(file_, data.data() + done, data.size() - done); });
      if (count < 0) return LastError("While appending to file", name_);
      done += static_cast<std::size_t>(count);
    }
    size_ += data.size();
    return IOStatus::OK();
  }
  IOStatus Truncate(std::uint64_t size, const IOOptions& /*options*/,
                    IODebugContext* /*debug*/) override {
    if (Retried([&] { return ftruncate(file_, static_cast<off_t>(size)); }) != 0) {
      return LastError("While ftruncate file", name_);
    }
    size_ = size;
    return IOStatus::OK();
  }
  IOStatus Close(const IOOptions& /*options*/, IODebugContext* /*debug*/) override {
    GiveBackRoom();
    // Whatever it says, the file is closed then.
    const int closed = close(std::exchange(file_, -1));
    if (closed == 0 || errno == EINTR) return IOStatus::OK();
    return LastError("While closing file after writing", name_);
  }
  IOStatus Flush(const IOOptions& /*options*/, IODebugContext* /*debug*/) override {
    return IOStatus::OK();
  }
  IOStatus Sync(const IOOptions& /*options*/, IODebugContext* /*debug*/) override {
    if (Retried([&] { return fdatasync(file_); }) == 0) return IOStatus::OK();
    return LastError("While fdatasync", name_);
  }
  IOStatus Fsync(const IOOptions& /*options*/, IODebugContext* /*debug*/) override {
    if (Retried([&] { return fsync(file_); }) == 0) return IOStatus::OK();
    return LastError("While fsync", name_);
  }
  [[nodiscard]] bool IsSyncThreadSafe() const override { return true; }
  std::uint64_t GetFileSize(const IOOptions& /*options*/, IODebugContext* /*debug*/) override {
    return size_;
  }
  /// Room for what comes; that there is none is told by Append.
  IOStatus Allocate(std::uint64_t offset, std::uint64_t size, const IOOptions& /*options*/,
                    IODebugContext* /*debug*/) override {
    if (fallocate(file_, FALLOC_FL_KEEP_SIZE, static_cast<off_t>(offset),
                  static_cast<off_t>(size)) == 0) {
      return IOStatus::OK();
    }
    return LastError("While fallocate", name_);
  }

 private:
  /// What was allocated and not written. Where it fails, the room is lost, and nothing else.
  void GiveBackRoom() {
    std::size_t block_size = 0;
    std::size_t blocks = 0;
    GetPreallocationStatus(&block_size, &blocks);
    if (blocks == 0) return;
    (void)Retried([&] { return ftruncate(file_, static_cast<off_t>(size_)); });
    const std::uint64_t end = std::uint64_t{block_size} * blocks;
    if (end <= size_) return;
    // Not every file system gives back what is beyond an end that stays where it is.
    (void)fallocate(file_, FALLOC_FL_KEEP_SIZE | FALLOC_FL_PUNCH_HOLE, static_cast<off_t>(size_),
                    static_cast<off_t>(end - size_));
  }

  std::string name_;
  int file_;
  std::uint64_t size_;
};

/// Opens a file to append to it; `anew`: an empty one, else what is there stays.
IOStatus OpenMachineFile(const std::string& name, bool anew,
                         std::unique_ptr<rocksdb::FSWritableFile>* file) {
  constexpr mode_t kMode = 0644;
  file->reset();
  const int flags = O_WRONLY | O_CREAT | O_CLOEXEC | (anew ? O_TRUNC : O_APPEND);
  const int opened = Retried([&] { return open(name.c_str(), flags, kMode); });
  if (opened < 0) return LastError("While open a file for appending", name);
  struct stat status {};
  if (!anew && fstat(opened, &status) != 0) {
    IOStatus failed = LastError("While looking at a file to append to", name);
    (void)close(opened);
    return failed;
  }
  *file = std::make_unique<MachineFile>(name, opened, static_cast<std::uint64_t>(status.st_size));
  return IOStatus::OK();
}

/// NotFound where there is none; any other error: it can't be told.
IOStatus FindMachineFile(const std::string& name) {
  if (access(name.c_str(), F_OK) == 0) return IOStatus::OK();
  if (errno == ENOENT || errno == ENOTDIR) return IOStatus::NotFound();
  return LastError("While looking for file", name);
}

/// Who reads from what is no file, a pipe say, may wait for ever, or read without an end.
/// `size`: of the file, or 0 where it can't be looked at, which is left for opening to tell.
IOStatus CheckIsFile(const std::string& name, std::uint64_t* size = nullptr) {
  struct stat found {};
  const bool is_odd = stat(name.c_str(), &found) == 0 && !S_ISREG(found.st_mode);
  if (size != nullptr) *size = static_cast<std::uint64_t>(found.st_size);
  return is_odd ? IOStatus::Corruption(name + " is no regular file") : IOStatus::OK();
}

/// The same, as an error that may pass.
IOStatus Passing(IOStatus status) {
  if (status.IsIOError() && !status.IsPathNotFound()) status.SetRetryable(true);
  return status;
}

class ReadFile : public rocksdb::FSRandomAccessFileOwnerWrapper {
 public:
  using FSRandomAccessFileOwnerWrapper::FSRandomAccessFileOwnerWrapper;
  IOStatus Read(std::uint64_t offset, std::size_t size, const IOOptions& options, Slice* result,
                char* scratch, IODebugContext* debug) const override {
    return Passing(
        FSRandomAccessFileOwnerWrapper::Read(offset, size, options, result, scratch, debug));
  }
  IOStatus MultiRead(rocksdb::FSReadRequest* requests, std::size_t count, const IOOptions& options,
                     IODebugContext* debug) override {
    IOStatus status =
        Passing(FSRandomAccessFileOwnerWrapper::MultiRead(requests, count, options, debug));
    for (std::size_t i = 0; i < count; ++i) {
      requests[i].status = Passing(std::move(requests[i].status));
    }
    return status;
  }
};

/// Whether RocksDB is about to write its options to it.
bool IsOfOptions(std::string_view name) {
  return name.ends_with(".dbtmp") && name.substr(name.rfind('/') + 1).starts_with("OPTIONS-");
}

class MachineFileSystem : public rocksdb::FileSystemWrapper {
 public:
  MachineFileSystem() : FileSystemWrapper(FileSystem::Default()) {}
  [[nodiscard]] const char* Name() const override { return "MachineFileSystem"; }

  IOStatus NewRandomAccessFile(const std::string& name, const FileOptions& options,
                               std::unique_ptr<FSRandomAccessFile>* file,
                               IODebugContext* debug) override {
    std::uint64_t size = 0;
    if (IOStatus odd = CheckIsFile(name, &size); !odd.ok()) return odd;
    IOStatus opened = FileSystemWrapper::NewRandomAccessFile(name, options, file, debug);
    if (opened.ok()) *file = std::make_unique<ReadFile>(std::move(*file));
    if (opened.ok() && name.ends_with(".sst")) opened = ProveProperties(name, **file, size);
    return Passing(std::move(opened));
  }
  IOStatus NewWritableFile(const std::string& name, const FileOptions& /*options*/,
                           std::unique_ptr<FSWritableFile>* file,
                           IODebugContext* /*debug*/) override {
    if (IsOfOptions(name)) return IOStatus::NotSupported("options are not written", name);
    return OpenMachineFile(name, /*anew=*/true, file);
  }
  IOStatus ReopenWritableFile(const std::string& name, const FileOptions& /*options*/,
                              std::unique_ptr<FSWritableFile>* file,
                              IODebugContext* /*debug*/) override {
    return OpenMachineFile(name, /*anew=*/false, file);
  }
  IOStatus ReuseWritableFile(const std::string& name, const std::string& old_name,
                             const FileOptions& options, std::unique_ptr<FSWritableFile>* file,
                             IODebugContext* debug) override {
    IOStatus renamed = RenameFile(old_name, name, options.io_options, debug);
    return renamed.ok() ? NewWritableFile(name, options, file, debug) : renamed;
  }
  IOStatus FileExists(const std::string& name, const IOOptions& /*options*/,
                      IODebugContext* /*debug*/) override {
    // Where logs are moved that are kept, which ours are not: RocksDB asserts that it can be told.
    if (name.ends_with("/archive")) return IOStatus::NotFound();
    // It can do without this one, and asserts that an error of it is none of reading.
    if (name.ends_with("/IDENTITY") && !CheckIsFile(name).ok()) return IOStatus::NotFound();
    return Passing(FindMachineFile(name));
  }
  IOStatus NewSequentialFile(const std::string& name, const FileOptions& options,
                             std::unique_ptr<rocksdb::FSSequentialFile>* file,
                             IODebugContext* debug) override {
    if (IOStatus odd = CheckIsFile(name); !odd.ok()) return odd;
    return Passing(FileSystemWrapper::NewSequentialFile(name, options, file, debug));
  }
  IOStatus GetFileSize(const std::string& name, const IOOptions& options, std::uint64_t* size,
                       IODebugContext* debug) override {
    return Passing(FileSystemWrapper::GetFileSize(name, options, size, debug));
  }
  IOStatus DeleteFile(const std::string& name, const IOOptions& options,
                      IODebugContext* debug) override {
    return Passing(FileSystemWrapper::DeleteFile(name, options, debug));
  }
  IOStatus CreateDirIfMissing(const std::string& name, const IOOptions& options,
                              IODebugContext* debug) override {
    return Passing(FileSystemWrapper::CreateDirIfMissing(name, options, debug));
  }
  IOStatus GetChildren(const std::string& name, const IOOptions& options,
                       std::vector<std::string>* children, IODebugContext* debug) override {
    IOStatus listed = FileSystemWrapper::GetChildren(name, options, children, debug);
    std::erase_if(*children, [](const std::string& file) { return IsMisnamed(file); });
    // It says of a directory that it may not read that it is missing.
    if (!listed.IsNotFound() || !FindMachineFile(name).ok()) return Passing(std::move(listed));
    return IOStatus::IOError("While opendir: " + name, "Permission denied");
  }
};

}  // namespace

rocksdb::Env* MachineEnv() {
  static const auto* files =
      new std::shared_ptr<rocksdb::FileSystem>(std::make_shared<MachineFileSystem>());
  static rocksdb::Env* env = rocksdb::NewCompositeEnv(*files).release();
  return env;
}

rocksdb::Options MachineOptions() {
  rocksdb::Options options;
  options.env = MachineEnv();
  return options;
}

}  // namespace grantledger
