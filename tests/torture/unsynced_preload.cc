// A shared object that knows which files and names would not survive power loss: it is loaded
// before all others (LD_PRELOAD), and sees every call of this process that writes, names or syncs.
// What it takes for durable is what POSIX promises, as tests/torture/disk.h does: bytes by a sync
// of their file, names by a sync of their directory. What the process did not write counts as
// durable.
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cstdarg>
#include <cstdio>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <utility>

namespace {

using File = std::pair<dev_t, ino_t>;

std::mutex mutex;
std::set<File>& Written() {
  static auto* files = new std::set<File>();  // never freed: files are closed at the very end
  return *files;
}
/// By directory.
std::map<File, std::set<std::string>>& Named() {
  static auto* names = new std::map<File, std::set<std::string>>();
  return *names;
}

/// The names that were given to files and directories before what is in them was synced, one after
/// another: after power loss they may name less.
std::string& NamedTooEarly() {
  static auto* names = new std::string();
  return *names;
}

template <typename F>
F* Real(const char* name) {
  return reinterpret_cast<F*>(dlsym(RTLD_NEXT, name));
}

std::pair<std::string, std::string> Split(std::string path) {
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) return {".", path};
  return {slash == 0 ? "/" : path.substr(0, slash), path.substr(slash + 1)};
}

bool Find(const char* path, File* file) {
  struct stat status {};
  if (::lstat(path, &status) != 0) return false;
  *file = {status.st_dev, status.st_ino};
  return true;
}

void NoteWritten(int fd) {
  struct stat status {};
  if (::fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) return;
  const std::scoped_lock lock(mutex);
  Written().insert({status.st_dev, status.st_ino});
}

void NoteNamed(const char* path) {
  const auto [directory, name] = Split(path);
  File file;
  if (!Find(directory.c_str(), &file)) return;
  const std::scoped_lock lock(mutex);
  Named()[file].insert(name);
}

/// Before `from` is renamed.
void NoteRenaming(const char* from, const char* to) {
  File file;
  if (!Find(from, &file)) return;
  const std::scoped_lock lock(mutex);
  const auto names = Named().find(file);
  const bool is_whole =
      !Written().contains(file) && (names == Named().end() || names->second.empty());
  if (!is_whole) NamedTooEarly().append(to).append(" ");
}

void NoteUnnamed(const char* path) {
  const auto [directory, name] = Split(path);
  File file;
  if (!Find(directory.c_str(), &file)) return;
  const std::scoped_lock lock(mutex);
  Named()[file].erase(name);
}

void NoteSynced(int fd) {
  struct stat status {};
  if (::fstat(fd, &status) != 0) return;
  const File file{status.st_dev, status.st_ino};
  const std::scoped_lock lock(mutex);
  Written().erase(file);
  Named().erase(file);
}

/// Opens by `real`, and notes what was named or emptied.
template <typename Open>
int OpenNoted(const char* path, int flags, const Open& real) {
  const bool was_there = ::access(path, F_OK) == 0;
  const int fd = real();
  if (fd < 0) return fd;
  if (!was_there && (flags & O_CREAT) != 0) NoteNamed(path);
  if (was_there && (flags & O_TRUNC) != 0) NoteWritten(fd);
  return fd;
}

template <typename Size>
Size Noted(int fd, Size written) {
  if (written > 0) NoteWritten(fd);
  return written;
}

}  // namespace

// The names and shapes are those of the C library.
// NOLINTBEGIN
extern "C" {

/// "": what is there survives power loss. Else what of it does not. For one thread.
const char* grantledger_unsynced(const char* path) {
  const auto [directory, name] = Split(path);
  File file;
  File parent;
  if (!Find(path, &file) || !Find(directory.c_str(), &parent)) return "it is not there";
  const std::scoped_lock lock(mutex);
  if (Written().contains(file)) return "its bytes are not synced";
  const auto names = Named().find(parent);
  if (names != Named().end() && names->second.contains(name)) return "its name is not synced";
  return "";
}

/// What was renamed before it was synced, one name after another.
const char* grantledger_named_too_early() {
  const std::scoped_lock lock(mutex);
  return NamedTooEarly().c_str();
}

int open(const char* path, int flags, ...) {
  static auto* real = Real<int(const char*, int, ...)>("open");
  va_list list;
  va_start(list, flags);
  const auto mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(list, mode_t) : 0;
  va_end(list);
  return OpenNoted(path, flags, [&] { return real(path, flags, mode); });
}
int open64(const char* path, int flags, ...) {
  static auto* real = Real<int(const char*, int, ...)>("open64");
  va_list list;
  va_start(list, flags);
  const auto mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(list, mode_t) : 0;
  va_end(list);
  return OpenNoted(path, flags, [&] { return real(path, flags, mode); });
}
FILE* fopen(const char* path, const char* mode) {
  static auto* real = Real<FILE*(const char*, const char*)>("fopen");
  const bool was_there = ::access(path, F_OK) == 0;
  FILE* file = real(path, mode);
  if (file == nullptr || mode[0] == 'r') return file;
  if (!was_there) NoteNamed(path);
  NoteWritten(fileno(file));
  return file;
}
FILE* fopen64(const char* path, const char* mode) { return fopen(path, mode); }

ssize_t write(int fd, const void* bytes, std::size_t size) {
  static auto* real = Real<ssize_t(int, const void*, std::size_t)>("write");
  return Noted(fd, real(fd, bytes, size));
}
ssize_t pwrite(int fd, const void* bytes, std::size_t size, off_t offset) {
  static auto* real = Real<ssize_t(int, const void*, std::size_t, off_t)>("pwrite");
  return Noted(fd, real(fd, bytes, size, offset));
}
ssize_t pwrite64(int fd, const void* bytes, std::size_t size, off64_t offset) {
  static auto* real = Real<ssize_t(int, const void*, std::size_t, off64_t)>("pwrite64");
  return Noted(fd, real(fd, bytes, size, offset));
}
ssize_t writev(int fd, const iovec* parts, int count) {
  static auto* real = Real<ssize_t(int, const iovec*, int)>("writev");
  return Noted(fd, real(fd, parts, count));
}
ssize_t sendfile(int to, int from, off_t* offset, std::size_t count) {
  static auto* real = Real<ssize_t(int, int, off_t*, std::size_t)>("sendfile");
  return Noted(to, real(to, from, offset, count));
}
ssize_t copy_file_range(int from, off64_t* from_offset, int to, off64_t* to_offset,
                        std::size_t count, unsigned int flags) {
  static auto* real =
      Real<ssize_t(int, off64_t*, int, off64_t*, std::size_t, unsigned int)>("copy_file_range");
  return Noted(to, real(from, from_offset, to, to_offset, count, flags));
}
int ftruncate(int fd, off_t size) {
  static auto* real = Real<int(int, off_t)>("ftruncate");
  struct stat before {};
  // To the size that it has: what was allocated behind it is given back.
  const bool changes = ::fstat(fd, &before) != 0 || before.st_size != size;
  const int done = real(fd, size);
  if (done == 0 && changes) NoteWritten(fd);
  return done;
}

int fsync(int fd) {
  static auto* real = Real<int(int)>("fsync");
  const int done = real(fd);
  if (done == 0) NoteSynced(fd);
  return done;
}
int fdatasync(int fd) {
  static auto* real = Real<int(int)>("fdatasync");
  const int done = real(fd);
  if (done == 0) NoteSynced(fd);
  return done;
}

int rename(const char* from, const char* to) {
  static auto* real = Real<int(const char*, const char*)>("rename");
  NoteRenaming(from, to);
  const int done = real(from, to);
  if (done == 0) {
    NoteUnnamed(from);
    NoteNamed(to);
  }
  return done;
}
int link(const char* from, const char* to) {
  static auto* real = Real<int(const char*, const char*)>("link");
  const int done = real(from, to);
  if (done == 0) NoteNamed(to);
  return done;
}
int mkdir(const char* path, mode_t mode) {
  static auto* real = Real<int(const char*, mode_t)>("mkdir");
  const int done = real(path, mode);
  if (done == 0) NoteNamed(path);
  return done;
}
int unlink(const char* path) {
  static auto* real = Real<int(const char*)>("unlink");
  const int done = real(path);
  if (done == 0) NoteUnnamed(path);
  return done;
}
int remove(const char* path) {
  static auto* real = Real<int(const char*)>("remove");
  const int done = real(path);
  if (done == 0) NoteUnnamed(path);
  return done;
}

}  // extern "C"
// NOLINTEND
