// DirectoryLock: who writes to a ledger has its directory, and no other.
//
// RocksDB locks a file, LOCK, by its name and for its process: another spelling of the path, or the
// file's removal, gives the ledger to two. And it opens files by their paths: where the directory
// is moved, and another one comes in its place, it would write to that.
#ifndef GRANTLEDGER_LEDGER_DIRECTORY_LOCK_H_
#define GRANTLEDGER_LEDGER_DIRECTORY_LOCK_H_

#include <sys/types.h>
#include <unistd.h>

#include <memory>
#include <string>
#include <utility>

#include <grantledger/status.h>

#include "ledger/file_io.h"

namespace grantledger {

/// The path of a directory, be it there or not, that stays the same wherever the process goes, and
/// however it is spelled: absolute, without symbolic links, and without a slash at its end.
std::string HomeOf(const std::string& directory);

/// Its device and inode.
using DirectoryIdentity = std::pair<dev_t, ino_t>;

/// Held as long as it lives. Thread-safe.
class DirectoryLock {
 public:
  /// Null: there is no such directory on this machine. Errors: IoError (somebody has it).
  static Result<std::unique_ptr<DirectoryLock>> Take(const std::string& home);
  ~DirectoryLock();
  DirectoryLock(const DirectoryLock&) = delete;
  DirectoryLock& operator=(const DirectoryLock&) = delete;

  /// Whether the path is still that of the directory. Errors: IoError.
  [[nodiscard]] Status CheckIsThere() const;
  [[nodiscard]] bool IsThere() const noexcept;

 private:
  DirectoryLock(std::string home, Descriptor directory, DirectoryIdentity identity)
      : home_(std::move(home)), directory_(std::move(directory)), identity_(identity) {}

  const std::string home_;
  const Descriptor directory_;
  const DirectoryIdentity identity_;
  bool is_held_ = false;  // by this object, of those in this process
  const pid_t process_ = ::getpid();
};

/// The same of a lock that may be none: what has none is not asked.
inline Status CheckIsThere(const DirectoryLock* lock) {
  return lock == nullptr ? Status() : lock->CheckIsThere();
}

}  // namespace grantledger

#endif  // GRANTLEDGER_LEDGER_DIRECTORY_LOCK_H_
