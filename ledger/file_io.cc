#include "ledger/file_io.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <memory>
#include <system_error>

#include <xxhash.h>

#include "ledger/directory.h"
#include "ledger/errors.h"
#include "ledger/macros.h"

namespace grantledger {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kBufferBytes = std::size_t{256} << 10;
constexpr std::size_t kSmallFileBytes = std::size_t{1} << 20;
constexpr mode_t kNewFile = 0644;

/// XXH3 of what comes in pieces.
class Hasher {
 public:
  Hasher() : state_(XXH3_createState(), &XXH3_freeState) { XXH3_128bits_reset(state_.get()); }
  void Add(std::string_view bytes) {
    proof_.bytes += bytes.size();
    XXH3_128bits_update(state_.get(), bytes.data(), bytes.size());
  }
  [[nodiscard]] FileProof Finish() {
    const XXH128_hash_t hash = XXH3_128bits_digest(state_.get());
    std::array<char, 33> text{};
    (void)std::snprintf(text.data(), text.size(), "%016llx%016llx",
                        static_cast<unsigned long long>(hash.high64),
                        static_cast<unsigned long long>(hash.low64));
    proof_.hash = text.data();
    return proof_;
  }

 private:
  std::unique_ptr<XXH3_state_t, XXH_errorcode (*)(XXH3_state_t*)> state_;
  FileProof proof_;
};

/// Retries what a signal interrupted.
template <typename Call>
auto Uninterrupted(const Call& call) {
  auto result = call();
  while (result < 0 && errno == EINTR) result = call();
  return result;
}

Status WriteAll(const Descriptor& to, std::string_view bytes, const fs::path& path) {
  while (!bytes.empty()) {
    const ssize_t written =
        Uninterrupted([&] { return ::write(to.number(), bytes.data(), bytes.size()); });
    if (written < 0) return FileError("writing", path);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

Status Sync(const Descriptor& file, const fs::path& path) {
  if (Uninterrupted([&] { return ::fsync(file.number()); }) == 0) return {};
  return FileError("bringing to disk", path);
}

using Take = std::function<Status(std::string_view bytes)>;

Result<std::optional<FileProof>> ReadPieces(const Descriptor& from, std::uint64_t limit,
                                            const BytesProgress& progress, const Take& take) {
  const auto buffer = std::make_unique_for_overwrite<char[]>(kBufferBytes);
  Hasher hasher;
  for (std::uint64_t at = 0; at < limit;) {
    const std::size_t wanted =
        static_cast<std::size_t>(std::min<std::uint64_t>(kBufferBytes, limit - at));
    const ssize_t read = Uninterrupted(
        [&] { return ::pread(from.number(), buffer.get(), wanted, static_cast<off_t>(at)); });
    if (read < 0) return FileError("reading", "a file");
    if (read == 0) break;
    const std::string_view piece(buffer.get(), static_cast<std::size_t>(read));
    at += piece.size();
    hasher.Add(piece);
    if (take) GL_RETURN_IF_ERROR(take(piece));
    if (progress && !progress(piece.size())) return std::optional<FileProof>();
  }
  return std::optional(hasher.Finish());
}

}  // namespace

Status FileError(std::string_view what, const fs::path& path) {
  return {Code::kIoError, std::string(what) + " " + path.string() + ": " +
                              std::error_code(errno, std::generic_category()).message()};
}

Descriptor::~Descriptor() {
  if (number_ >= 0) (void)::close(number_);
}

Result<Descriptor> Descriptor::OpenToRead(const fs::path& path, bool* missing) {
  const int number =
      Uninterrupted([&] { return ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK); });
  if (number >= 0) return Descriptor(number);
  if (missing != nullptr) *missing = errno == ENOENT;
  return FileError("opening", path);
}

Result<Descriptor> Descriptor::CreateFile(const fs::path& path) {
  const int number = Uninterrupted(
      [&] { return ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, kNewFile); });
  if (number >= 0) return Descriptor(number);
  return FileError("making", path);
}

Result<bool> Descriptor::TryLock(bool exclusive) const {
  const int locked =
      Uninterrupted([&] { return ::flock(number_, (exclusive ? LOCK_EX : LOCK_SH) | LOCK_NB); });
  if (locked == 0) return true;
  if (errno == EWOULDBLOCK) return false;
  return Status(Code::kIoError, "a file can't be locked (" +
                                    std::generic_category().message(errno) +
                                    "), expected a file system that has locks");
}

FileProof ProofOf(std::string_view bytes) {
  Hasher hasher;
  hasher.Add(bytes);
  return hasher.Finish();
}

Result<std::optional<FileProof>> ReadThrough(const Descriptor& from,
                                             const BytesProgress& progress) {
  return ReadPieces(from, std::numeric_limits<std::uint64_t>::max(), progress, {});
}

Result<std::optional<FileProof>> CopyInto(const Descriptor& from, const fs::path& to,
                                          const BytesProgress& progress, std::uint64_t limit) {
  GL_ASSIGN_OR_RETURN(const Descriptor file, Descriptor::CreateFile(to));
  const Take write = [&](std::string_view piece) { return WriteAll(file, piece, to); };
  return ReadPieces(from, limit, progress, write);
}

Result<std::string> ReadSmallFile(const fs::path& path) {
  GL_ASSIGN_OR_RETURN(const Descriptor file, Descriptor::OpenToRead(path));
  std::string bytes;
  const Take keep = [&](std::string_view piece) {
    bytes += piece;
    return Status();
  };
  const auto read = ReadPieces(file, kSmallFileBytes, {}, keep);
  if (!read) return Status(read.error().code(), path.string() + ": " + read.error().message());
  return bytes;
}

Status WriteFile(const fs::path& path, std::string_view bytes) {
  GL_ASSIGN_OR_RETURN(const Descriptor file, Descriptor::CreateFile(path));
  return WriteAll(file, bytes, path);
}

Status ReplaceFile(const fs::path& path, std::string_view bytes) {
  const fs::path beside = path.string() + ".new";
  std::error_code error;
  fs::remove(beside, error);
  {
    GL_ASSIGN_OR_RETURN(const Descriptor file, Descriptor::CreateFile(beside));
    GL_RETURN_IF_ERROR(WriteAll(file, bytes, beside));
    GL_RETURN_IF_ERROR(Sync(file, beside));
  }
  if (::rename(beside.c_str(), path.c_str()) != 0) return FileError("writing", path);
  return SyncDirectory(path.parent_path());
}

Status SyncDirectory(const fs::path& directory) {
  GL_ASSIGN_OR_RETURN(const Descriptor opened,
                      Descriptor::OpenToRead(directory.empty() ? fs::path(".") : directory));
  return Sync(opened, directory);
}

Status SyncFilesIn(const fs::path& directory) {
  GL_ASSIGN_OR_RETURN(const auto entries, EntriesOf(directory.string()));
  for (const fs::path& entry : entries) {
    std::error_code unknown;
    if (!fs::is_regular_file(entry, unknown)) continue;
    GL_ASSIGN_OR_RETURN(const Descriptor file, Descriptor::OpenToRead(entry));
    GL_RETURN_IF_ERROR(Sync(file, entry));
  }
  return SyncDirectory(directory);
}

}  // namespace grantledger
