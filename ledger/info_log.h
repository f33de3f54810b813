// Where RocksDB's information log goes: to a Logger, never to a writer that can end the process.
// RocksDB's own asserts that the disk has room.
#ifndef GRANTLEDGER_LEDGER_INFO_LOG_H_
#define GRANTLEDGER_LEDGER_INFO_LOG_H_

#include <sys/types.h>

#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include <rocksdb/env.h>

#include <grantledger/ledger.h>

#include "ledger/directory_lock.h"

namespace grantledger {

/// Tells the logger of the options; where there is none, writes to the file LOG in the directory of
/// a ledger that is opened to write. A message that can't be written is dropped. A file of more
/// than 1 MiB becomes LOG.old, in place of the one before. Thread-safe.
class LedgerLog : public Logger {
 public:
  LedgerLog(const Options& options, const std::string& directory);
  ~LedgerLog() override;

  /// The ledger is open. Until then nothing is written to a file: who is refused leaves none
  /// behind.
  /// `home`: of the directory; a file is opened in no other. Null: it can't be another.
  void Opened(std::shared_ptr<const DirectoryLock> home = nullptr) noexcept;
  void Log(LogLevel level, std::string_view text) noexcept override;

 private:
  void Write(std::string_view line) noexcept;
  bool OpenFile() noexcept;
  [[nodiscard]] bool IsHome() const noexcept { return home_ == nullptr || home_->IsThere(); }
  void CloseFile() noexcept;

  const std::shared_ptr<Logger> told_;
  const std::string path_;  // empty: there is no file
  const std::string old_path_;
  std::mutex mutex_;
  std::shared_ptr<const DirectoryLock> home_;
  bool is_open_ = false;
  std::string held_;  // until it is
  int file_ = -1;
  off_t size_ = 0;
};

/// RocksDB's side of `logger`: warnings and errors.
std::shared_ptr<rocksdb::Logger> MakeInfoLog(std::shared_ptr<Logger> logger);

}  // namespace grantledger

#endif  // GRANTLEDGER_LEDGER_INFO_LOG_H_
