#include "ledger/directory_lock.h"

#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <mutex>
#include <set>
#include <system_error>

#include "ledger/directory.h"

namespace grantledger {
namespace {

namespace fs = std::filesystem;

/// Those that this process has.
class HeldDirectories {
 public:
  bool Add(const DirectoryIdentity& identity) {
    const std::scoped_lock lock(mutex_);
    return held_.insert(identity).second;
  }
  void Remove(const DirectoryIdentity& identity) {
    const std::scoped_lock lock(mutex_);
    held_.erase(identity);
  }
  static HeldDirectories& Get() {
    static auto* held = new HeldDirectories;  // used until the process ends
    return *held;
  }

 private:
  std::mutex mutex_;
  std::set<DirectoryIdentity> held_;
};

Status DirectoryInUse(const std::string& home, const char* by) {
  return {Code::kIoError, "the ledger in " + home + " is in use by " + by +
                              ", expected nobody to write; open it read-only, or end who has it"};
}

}  // namespace

std::string HomeOf(const std::string& directory) {
  std::error_code error;
  // First: of what is not there, weakly_canonical leaves a relative path as it is.
  const fs::path absolute = fs::absolute(directory, error);
  if (error) return directory;
  fs::path home = fs::weakly_canonical(absolute, error);
  if (error) home = absolute.lexically_normal();
  return WithoutTrailingSlashes(home.string());
}

Result<std::unique_ptr<DirectoryLock>> DirectoryLock::Take(const std::string& home) {
  bool missing = false;
  auto opened = Descriptor::OpenToRead(home, &missing);
  if (missing) return std::unique_ptr<DirectoryLock>();
  if (!opened) return std::move(opened).error();
  struct stat found {};
  if (::fstat(opened->number(), &found) != 0) return FileError("looking at", home);
  const DirectoryIdentity identity(found.st_dev, found.st_ino);
  std::unique_ptr<DirectoryLock> lock(new DirectoryLock(home, *std::move(opened), identity));
  lock->is_held_ = HeldDirectories::Get().Add(identity);
  if (!lock->is_held_) return DirectoryInUse(home, "this process");
  // Where a file system has no such locks, RocksDB's own has to do.
  const auto locked = lock->directory_.TryLock(/*exclusive=*/true);
  if (locked.has_value() && !*locked) return DirectoryInUse(home, "another process");
  return lock;
}

/// A child that was forked has the same lock: closing here would not end it, and it must not end
/// it there.
DirectoryLock::~DirectoryLock() {
  if (!is_held_) return;
  if (::getpid() == process_) (void)::flock(directory_.number(), LOCK_UN);
  HeldDirectories::Get().Remove(identity_);
}

bool DirectoryLock::IsThere() const noexcept {
  struct stat found {};
  return ::stat(home_.c_str(), &found) == 0 &&
         DirectoryIdentity(found.st_dev, found.st_ino) == identity_;
}

Status DirectoryLock::CheckIsThere() const {
  if (IsThere()) return {};
  return {Code::kIoError, "the ledger's directory is not " + home_ +
                              " any more, expected that it is neither moved nor removed while it "
                              "is open"};
}

}  // namespace grantledger
