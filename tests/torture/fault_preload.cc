// The shared object that makes calls of the C library fail; see fault_control.h. It is loaded
// before all others (LD_PRELOAD), so that RocksDB and the C++ library, too, call what is here.
#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <climits>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <new>

#include "tests/torture/fault_control.h"
#include "tests/torture/fault_paths.h"

namespace {

using grantledger::torture::FaultKind;
using grantledger::torture::FaultPlan;
using grantledger::torture::IsBelowRocks;
using grantledger::torture::NotePath;
using grantledger::torture::PathHere;

constexpr int kMostFiles = 65536;

std::array<char, PATH_MAX> directory{};
FaultPlan plan;
std::atomic<bool> armed = false;
std::atomic<std::uint64_t> calls = 0;
std::atomic<std::uint64_t> failed = 0;
std::atomic<std::uint64_t> calls_since = 0;  // of the second kind, since one failed
std::array<std::atomic<bool>, kMostFiles> is_ours{};
thread_local bool spared = false;
thread_local bool within = false;  // a hook

bool IsOurs(const char* path) {
  return path != nullptr && directory[0] != '\0' &&
         std::strncmp(path, directory.data(), std::strlen(directory.data())) == 0;
}
bool IsOurs(int fd) {
  return fd >= 0 && fd < kMostFiles && is_ours[static_cast<std::size_t>(fd)].load();
}
int Mark(int fd, bool ours) {
  if (fd >= 0 && fd < kMostFiles) is_ours[static_cast<std::size_t>(fd)].store(ours);
  return fd;
}

/// Whether a call is the nth, or one after it.
bool IsStruck(std::uint64_t number, std::uint64_t nth, bool onwards) {
  return nth != 0 && (onwards ? number >= nth : number == nth);
}

/// Counts a call of the kind that is struck beside the first.
bool SecondFails(FaultKind kind) {
  if (plan.second.nth == 0 || plan.second.kind != kind || failed.load() == 0) return false;
  if (!IsStruck(++calls_since, plan.second.nth, plan.second.onwards)) return false;
  errno = plan.second.error;
  return true;
}

/// Counts a call. True: it fails, and errno says how.
bool Fails(FaultKind kind) {
  if (!armed.load() || spared) return false;
  if (plan.kind != kind) return SecondFails(kind);
  if (plan.path != 0 || plan.notes_paths) {
    const std::uint64_t path = PathHere();  // in one place, which is a part of it
    if (plan.path != 0 && path != plan.path) return false;
    if (plan.notes_paths) NotePath(path);
  }
  if (!IsStruck(++calls, plan.nth, plan.onwards)) return false;
  ++failed;
  errno = plan.error;
  return true;
}
bool Fails(FaultKind kind, const char* path) { return IsOurs(path) && Fails(kind); }
bool Fails(FaultKind kind, int fd) { return IsOurs(fd) && Fails(kind); }

template <typename F>
F* Real(const char* name) {
  return reinterpret_cast<F*>(dlsym(RTLD_NEXT, name));
}

bool AllocationFails(const void* caller) {
  if (!armed.load() || spared || within) return false;
  if (plan.kind != FaultKind::kMemory && plan.kind != FaultKind::kAnyMemory) return false;
  within = true;
  const bool counts = plan.kind == FaultKind::kAnyMemory || !IsBelowRocks(caller);
  within = false;
  return counts && Fails(plan.kind);
}

FaultKind KindOfOpening(int flags) {
  return (flags & (O_CREAT | O_WRONLY | O_RDWR)) != 0 ? FaultKind::kCreate : FaultKind::kOpen;
}

bool IsDirectory(int fd) {
  struct stat status {};
  static auto* real = Real<int(int, struct stat*)>("fstat");
  return real(fd, &status) == 0 && S_ISDIR(status.st_mode);
}

bool SyncFails(int fd) {
  return IsOurs(fd) && Fails(IsDirectory(fd) ? FaultKind::kSyncDirectory : FaultKind::kSync, fd);
}

/// How much of a write that fails is written all the same.
std::size_t Kept(std::size_t size) { return plan.is_short ? size / 2 : 0; }

}  // namespace

// The names and shapes are those of the C library.
// NOLINTBEGIN
extern "C" {

void grantledger_fault_arm(const FaultPlan* wanted) {
  armed = false;
  plan = *wanted;
  std::snprintf(directory.data(), directory.size(), "%s", wanted->directory);
  calls = 0;
  failed = 0;
  calls_since = 0;
  grantledger::torture::BeginPaths();
  armed = true;
}
void grantledger_fault_disarm() { armed = false; }
void grantledger_fault_spare(bool wanted) { spared = wanted; }
std::uint64_t grantledger_fault_calls() { return calls; }
std::uint64_t grantledger_fault_failed() { return failed; }
std::size_t grantledger_fault_paths(std::uint64_t* paths, std::size_t most) {
  return grantledger::torture::NotedPaths(paths, most);
}

int open(const char* path, int flags, ...) {
  static auto* real = Real<int(const char*, int, ...)>("open");
  va_list list;
  va_start(list, flags);
  const auto mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(list, mode_t) : 0;
  va_end(list);
  if (Fails(KindOfOpening(flags), path)) return -1;
  return Mark(real(path, flags, mode), IsOurs(path));
}
int open64(const char* path, int flags, ...) {
  static auto* real = Real<int(const char*, int, ...)>("open64");
  va_list list;
  va_start(list, flags);
  const auto mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(list, mode_t) : 0;
  va_end(list);
  if (Fails(KindOfOpening(flags), path)) return -1;
  return Mark(real(path, flags, mode), IsOurs(path));
}
int openat(int at, const char* path, int flags, ...) {
  static auto* real = Real<int(int, const char*, int, ...)>("openat");
  va_list list;
  va_start(list, flags);
  const auto mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(list, mode_t) : 0;
  va_end(list);
  if (Fails(KindOfOpening(flags), path)) return -1;
  return Mark(real(at, path, flags, mode), IsOurs(path) || IsOurs(at));
}
FILE* fopen(const char* path, const char* mode) {
  static auto* real = Real<FILE*(const char*, const char*)>("fopen");
  if (Fails(mode[0] == 'r' && mode[1] != '+' ? FaultKind::kOpen : FaultKind::kCreate, path)) {
    return nullptr;
  }
  FILE* file = real(path, mode);
  if (file != nullptr) Mark(fileno(file), IsOurs(path));
  return file;
}
FILE* fopen64(const char* path, const char* mode) {
  static auto* real = Real<FILE*(const char*, const char*)>("fopen64");
  if (Fails(mode[0] == 'r' && mode[1] != '+' ? FaultKind::kOpen : FaultKind::kCreate, path)) {
    return nullptr;
  }
  FILE* file = real(path, mode);
  if (file != nullptr) Mark(fileno(file), IsOurs(path));
  return file;
}
int close(int fd) {
  static auto* real = Real<int(int)>("close");
  Mark(fd, false);
  return real(fd);
}

ssize_t write(int fd, const void* bytes, std::size_t size) {
  static auto* real = Real<ssize_t(int, const void*, std::size_t)>("write");
  if (!Fails(FaultKind::kWrite, fd)) return real(fd, bytes, size);
  return Kept(size) > 0 ? real(fd, bytes, Kept(size)) : -1;
}
ssize_t pwrite(int fd, const void* bytes, std::size_t size, off_t offset) {
  static auto* real = Real<ssize_t(int, const void*, std::size_t, off_t)>("pwrite");
  if (!Fails(FaultKind::kWrite, fd)) return real(fd, bytes, size, offset);
  return Kept(size) > 0 ? real(fd, bytes, Kept(size), offset) : -1;
}
ssize_t writev(int fd, const iovec* parts, int count) {
  static auto* real = Real<ssize_t(int, const iovec*, int)>("writev");
  return Fails(FaultKind::kWrite, fd) ? -1 : real(fd, parts, count);
}
std::size_t fwrite(const void* bytes, std::size_t size, std::size_t count, FILE* file) {
  static auto* real = Real<std::size_t(const void*, std::size_t, std::size_t, FILE*)>("fwrite");
  return Fails(FaultKind::kWrite, fileno(file)) ? 0 : real(bytes, size, count, file);
}
ssize_t sendfile(int to, int from, off_t* offset, std::size_t count) {
  static auto* real = Real<ssize_t(int, int, off_t*, std::size_t)>("sendfile");
  return Fails(FaultKind::kWrite, to) ? -1 : real(to, from, offset, count);
}

ssize_t read(int fd, void* bytes, std::size_t size) {
  static auto* real = Real<ssize_t(int, void*, std::size_t)>("read");
  return Fails(FaultKind::kRead, fd) ? -1 : real(fd, bytes, size);
}
ssize_t pread(int fd, void* bytes, std::size_t size, off_t offset) {
  static auto* real = Real<ssize_t(int, void*, std::size_t, off_t)>("pread");
  return Fails(FaultKind::kRead, fd) ? -1 : real(fd, bytes, size, offset);
}
std::size_t fread_unlocked(void* bytes, std::size_t size, std::size_t count, FILE* file) {
  static auto* real = Real<std::size_t(void*, std::size_t, std::size_t, FILE*)>("fread_unlocked");
  if (!Fails(FaultKind::kRead, fileno(file))) return real(bytes, size, count, file);
  constexpr int kErrorSeen = 0x20;  // of the GNU C library: what ferror asks for
  file->_flags |= kErrorSeen;
  return 0;
}

int fsync(int fd) {
  static auto* real = Real<int(int)>("fsync");
  return SyncFails(fd) ? -1 : real(fd);
}
int fdatasync(int fd) {
  static auto* real = Real<int(int)>("fdatasync");
  return SyncFails(fd) ? -1 : real(fd);
}
int sync_file_range(int fd, off64_t offset, off64_t size, unsigned int flags) {
  static auto* real = Real<int(int, off64_t, off64_t, unsigned int)>("sync_file_range");
  return SyncFails(fd) ? -1 : real(fd, offset, size, flags);
}

int rename(const char* from, const char* to) {
  static auto* real = Real<int(const char*, const char*)>("rename");
  return Fails(FaultKind::kRename, to) ? -1 : real(from, to);
}
int link(const char* from, const char* to) {
  static auto* real = Real<int(const char*, const char*)>("link");
  return Fails(FaultKind::kRename, to) ? -1 : real(from, to);
}
int unlink(const char* path) {
  static auto* real = Real<int(const char*)>("unlink");
  return Fails(FaultKind::kUnlink, path) ? -1 : real(path);
}
int remove(const char* path) {
  static auto* real = Real<int(const char*)>("remove");
  return Fails(FaultKind::kUnlink, path) ? -1 : real(path);
}
int rmdir(const char* path) {
  static auto* real = Real<int(const char*)>("rmdir");
  return Fails(FaultKind::kUnlink, path) ? -1 : real(path);
}
int mkdir(const char* path, mode_t mode) {
  static auto* real = Real<int(const char*, mode_t)>("mkdir");
  return Fails(FaultKind::kMkdir, path) ? -1 : real(path, mode);
}
int ftruncate(int fd, off_t size) {
  static auto* real = Real<int(int, off_t)>("ftruncate");
  return Fails(FaultKind::kTruncate, fd) ? -1 : real(fd, size);
}
int truncate(const char* path, off_t size) {
  static auto* real = Real<int(const char*, off_t)>("truncate");
  return Fails(FaultKind::kTruncate, path) ? -1 : real(path, size);
}
int fallocate(int fd, int mode, off_t offset, off_t size) {
  static auto* real = Real<int(int, int, off_t, off_t)>("fallocate");
  return Fails(FaultKind::kAllocate, fd) ? -1 : real(fd, mode, offset, size);
}
int posix_fallocate(int fd, off_t offset, off_t size) {
  static auto* real = Real<int(int, off_t, off_t)>("posix_fallocate");
  return Fails(FaultKind::kAllocate, fd) ? errno : real(fd, offset, size);
}

int stat(const char* path, struct stat* status) {
  static auto* real = Real<int(const char*, struct stat*)>("stat");
  return Fails(FaultKind::kLook, path) ? -1 : real(path, status);
}
int lstat(const char* path, struct stat* status) {
  static auto* real = Real<int(const char*, struct stat*)>("lstat");
  return Fails(FaultKind::kLook, path) ? -1 : real(path, status);
}
int fstat(int fd, struct stat* status) {
  static auto* real = Real<int(int, struct stat*)>("fstat");
  return Fails(FaultKind::kLook, fd) ? -1 : real(fd, status);
}
int access(const char* path, int mode) {
  static auto* real = Real<int(const char*, int)>("access");
  return Fails(FaultKind::kLook, path) ? -1 : real(path, mode);
}
int fstatfs(int fd, struct statfs* status) {
  static auto* real = Real<int(int, struct statfs*)>("fstatfs");
  return Fails(FaultKind::kLook, fd) ? -1 : real(fd, status);
}
int statvfs(const char* path, struct statvfs* status) {
  static auto* real = Real<int(const char*, struct statvfs*)>("statvfs");
  return Fails(FaultKind::kLook, path) ? -1 : real(path, status);
}
DIR* opendir(const char* path) {
  static auto* real = Real<DIR*(const char*)>("opendir");
  if (Fails(FaultKind::kLook, path)) return nullptr;
  DIR* entries = real(path);
  if (entries != nullptr) Mark(dirfd(entries), IsOurs(path));
  return entries;
}
struct dirent* readdir(DIR* entries) {
  static auto* real = Real<struct dirent*(DIR*)>("readdir");
  return Fails(FaultKind::kLook, dirfd(entries)) ? nullptr : real(entries);
}

void* mmap(void* address, std::size_t size, int protection, int flags, int fd, off_t offset) {
  static auto* real = Real<void*(void*, std::size_t, int, int, int, off_t)>("mmap");
  return Fails(FaultKind::kMap, fd) ? MAP_FAILED
                                    : real(address, size, protection, flags, fd, offset);
}
int fcntl(int fd, int command, ...) {
  static auto* real = Real<int(int, int, ...)>("fcntl");
  va_list list;
  va_start(list, command);
  void* argument = va_arg(list, void*);
  va_end(list);
  const bool locks = command == F_SETLK || command == F_SETLKW;
  return locks && Fails(FaultKind::kLock, fd) ? -1 : real(fd, command, argument);
}

int pthread_create(pthread_t* thread, const pthread_attr_t* attributes, void* (*begin)(void*),
                   void* argument) {
  static auto* real =
      Real<int(pthread_t*, const pthread_attr_t*, void* (*)(void*), void*)>("pthread_create");
  return Fails(FaultKind::kThread) ? EAGAIN : real(thread, attributes, begin, argument);
}

}  // extern "C"

void* operator new(std::size_t size) {
  void* memory =
      AllocationFails(__builtin_return_address(0)) ? nullptr : std::malloc(size == 0 ? 1 : size);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}
void* operator new[](std::size_t size) { return operator new(size); }
void* operator new(std::size_t size, const std::nothrow_t& /*tag*/) noexcept {
  return AllocationFails(__builtin_return_address(0)) ? nullptr : std::malloc(size == 0 ? 1 : size);
}
void* operator new[](std::size_t size, const std::nothrow_t& tag) noexcept {
  return operator new(size, tag);
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t /*size*/) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t /*size*/) noexcept { std::free(memory); }
// NOLINTEND
