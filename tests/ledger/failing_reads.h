// A file system whose reads of table files fail as a test says.
#ifndef GRANTLEDGER_TESTS_LEDGER_FAILING_READS_H_
#define GRANTLEDGER_TESTS_LEDGER_FAILING_READS_H_

#include <sys/resource.h>
#include <unistd.h>

#include <atomic>
#include <memory>
#include <string>
#include <utility>

#include <rocksdb/file_system.h>

#include "ledger/machine_files.h"

namespace grantledger {

/// When reads of table files fail.
struct ReadFaults {
  std::atomic<int> reads = -1;  ///< How many more succeed until one fails; negative: none does.
  /// All fail of threads with the lowest priority, which background compaction has.
  std::atomic<bool> broken_for_the_least = false;
  std::atomic<int> refused = 0;
};

inline bool HasLeastPriority() {
  constexpr int kLeast = 19;
  return getpriority(PRIO_PROCESS, static_cast<id_t>(gettid())) == kLeast;
}

class FailingReadsFile : public rocksdb::FSRandomAccessFileOwnerWrapper {
 public:
  FailingReadsFile(std::unique_ptr<rocksdb::FSRandomAccessFile> file, ReadFaults& system)
      : FSRandomAccessFileOwnerWrapper(std::move(file)), system_(system) {}
  rocksdb::IOStatus Read(std::uint64_t offset, std::size_t n, const rocksdb::IOOptions& options,
                         rocksdb::Slice* result, char* scratch,
                         rocksdb::IODebugContext* debug) const override {
    if (system_.broken_for_the_least && HasLeastPriority()) {
      ++system_.refused;
      return rocksdb::IOStatus::IOError("injected");
    }
    if (system_.reads >= 0 && system_.reads-- == 0) return rocksdb::IOStatus::IOError("injected");
    return FSRandomAccessFileOwnerWrapper::Read(offset, n, options, result, scratch, debug);
  }

 private:
  ReadFaults& system_;
};

class FailingReads : public rocksdb::FileSystemWrapper, public ReadFaults {
 public:
  FailingReads() : FileSystemWrapper(MachineEnv()->GetFileSystem()) {}
  [[nodiscard]] const char* Name() const override { return "FailingReads"; }
  rocksdb::IOStatus NewRandomAccessFile(const std::string& name,
                                        const rocksdb::FileOptions& options,
                                        std::unique_ptr<rocksdb::FSRandomAccessFile>* file,
                                        rocksdb::IODebugContext* debug) override {
    auto status = FileSystemWrapper::NewRandomAccessFile(name, options, file, debug);
    if (status.ok()) *file = std::make_unique<FailingReadsFile>(std::move(*file), *this);
    return status;
  }
};

}  // namespace grantledger

#endif  // GRANTLEDGER_TESTS_LEDGER_FAILING_READS_H_
