// A file system below RocksDB on which there is room for so many bytes, and no more.
//
// As on ext4 and tmpfs: what has no room is written as far as there is, and fails with ENOSPC; what
// is removed or cut gives its room back; names cost nothing, nor does what is written over.
#ifndef GRANTLEDGER_TESTS_TORTURE_SMALL_DISK_H_
#define GRANTLEDGER_TESTS_TORTURE_SMALL_DISK_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include <rocksdb/file_system.h>

#include "ledger/machine_files.h"

namespace grantledger::torture {

/// Thread-safe. Outlives what it opened.
class SmallDisk : public rocksdb::FileSystemWrapper {
 public:
  static constexpr std::uint64_t kPlenty = std::uint64_t{1} << 40;

  /// Over the machine's, with plenty of room.
  SmallDisk() : FileSystemWrapper(MachineEnv()->GetFileSystem()) {}
  [[nodiscard]] const char* Name() const override { return "SmallDisk"; }

  /// From now on there is room for so many bytes, beside what is freed.
  void LeaveRoom(std::uint64_t bytes) { room_ = bytes; }
  /// Whether a call failed since this was asked for last.
  bool TakeWasFull() { return was_full_.exchange(false); }

  rocksdb::IOStatus NewWritableFile(const std::string& path, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* file,
                                    rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus ReopenWritableFile(const std::string& path, const rocksdb::FileOptions& options,
                                       std::unique_ptr<rocksdb::FSWritableFile>* file,
                                       rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus RenameFile(const std::string& from, const std::string& to,
                               const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus DeleteFile(const std::string& path, const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* debug) override;

 private:
  class File;
  /// How many of these bytes have room; they have it no more.
  std::size_t Take(std::size_t bytes);
  void Give(std::uint64_t bytes) { room_ += bytes; }
  std::uint64_t SizeOf(const std::string& path, const rocksdb::IOOptions& options,
                       rocksdb::IODebugContext* debug);

  std::atomic<std::uint64_t> room_ = kPlenty;
  std::atomic<bool> was_full_ = false;
};

}  // namespace grantledger::torture

#endif  // GRANTLEDGER_TESTS_TORTURE_SMALL_DISK_H_
