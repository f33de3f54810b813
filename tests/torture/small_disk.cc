#include "tests/torture/small_disk.h"

#include <algorithm>
#include <utility>

namespace grantledger::torture {

using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;

class SmallDisk::File : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  File(std::unique_ptr<rocksdb::FSWritableFile> file, std::string path, SmallDisk& disk)
      : FSWritableFileOwnerWrapper(std::move(file)), path_(std::move(path)), disk_(disk) {}

  IOStatus Append(const Slice& data, const IOOptions& options, IODebugContext* debug) override {
    const std::size_t taken = disk_.Take(data.size());
    IOStatus status = FSWritableFileOwnerWrapper::Append(Slice(data.data(), taken), options, debug);
    if (!status.ok() || taken == data.size()) return status;
    // As RocksDB's own file system tells of ENOSPC.
    status = IOStatus::NoSpace("While appending to file: " + path_, "No space left on device");
    status.SetRetryable(true);
    return status;
  }
  IOStatus Append(const Slice& data, const IOOptions& options,
                  const rocksdb::DataVerificationInfo& /*info*/, IODebugContext* debug) override {
    return Append(data, options, debug);
  }
  IOStatus Truncate(std::uint64_t size, const IOOptions& options, IODebugContext* debug) override {
    const std::uint64_t before = disk_.SizeOf(path_, options, debug);
    IOStatus status = FSWritableFileOwnerWrapper::Truncate(size, options, debug);
    if (status.ok() && before > size) disk_.Give(before - size);
    return status;
  }

 private:
  const std::string path_;
  SmallDisk& disk_;
};

std::size_t SmallDisk::Take(std::size_t bytes) {
  std::uint64_t room = room_;
  std::size_t taken = 0;
  do taken = std::min<std::uint64_t>(room, bytes);
  while (!room_.compare_exchange_weak(room, room - taken));
  if (taken < bytes) was_full_ = true;
  return taken;
}

std::uint64_t SmallDisk::SizeOf(const std::string& path, const IOOptions& options,
                                IODebugContext* debug) {
  std::uint64_t size = 0;
  return GetFileSize(path, options, &size, debug).ok() ? size : 0;
}

IOStatus SmallDisk::NewWritableFile(const std::string& path, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* file,
                                    IODebugContext* debug) {
  const std::uint64_t before = SizeOf(path, options.io_options, debug);
  std::unique_ptr<rocksdb::FSWritableFile> inner;
  IOStatus status = FileSystemWrapper::NewWritableFile(path, options, &inner, debug);
  if (!status.ok()) return status;
  Give(before);
  *file = std::make_unique<File>(std::move(inner), path, *this);
  return status;
}

IOStatus SmallDisk::ReopenWritableFile(const std::string& path, const rocksdb::FileOptions& options,
                                       std::unique_ptr<rocksdb::FSWritableFile>* file,
                                       IODebugContext* debug) {
  std::unique_ptr<rocksdb::FSWritableFile> inner;
  IOStatus status = FileSystemWrapper::ReopenWritableFile(path, options, &inner, debug);
  if (status.ok()) *file = std::make_unique<File>(std::move(inner), path, *this);
  return status;
}

IOStatus SmallDisk::RenameFile(const std::string& from, const std::string& to,
                               const IOOptions& options, IODebugContext* debug) {
  const std::uint64_t before = SizeOf(to, options, debug);
  IOStatus status = FileSystemWrapper::RenameFile(from, to, options, debug);
  if (status.ok()) Give(before);
  return status;
}

IOStatus SmallDisk::DeleteFile(const std::string& path, const IOOptions& options,
                               IODebugContext* debug) {
  const std::uint64_t before = SizeOf(path, options, debug);
  IOStatus status = FileSystemWrapper::DeleteFile(path, options, debug);
  if (status.ok()) Give(before);
  return status;
}

}  // namespace grantledger::torture
