// Files as a copy of a ledger needs them: read through once, with a checksum; linked or copied; and
// brought to disk.
#ifndef GRANTLEDGER_LEDGER_FILE_IO_H_
#define GRANTLEDGER_LEDGER_FILE_IO_H_

#include <cstdint>
#include <filesystem>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <grantledger/status.h>

namespace grantledger {

/// An open file, or a directory. Closed with the object.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor();

  /// Does not wait for who writes to a pipe; reading from one fails.
  /// Errors: IoError; `missing` becomes true where there is no such file.
  static Result<Descriptor> OpenToRead(const std::filesystem::path& path, bool* missing = nullptr);
  /// A new file; one that is there is an error.
  static Result<Descriptor> CreateFile(const std::filesystem::path& path);

  [[nodiscard]] bool valid() const { return number_ >= 0; }
  [[nodiscard]] int number() const { return number_; }
  /// Takes an advisory lock for as long as the object lives; false: somebody else has one. IoError:
  /// it can't be told; some file systems have no such locks.
  [[nodiscard]] Result<bool> TryLock(bool exclusive) const;

 private:
  int number_ = -1;
};

/// What proves that a file is as it was.
struct FileProof {
  std::uint64_t bytes = 0;
  std::string hash = {};  ///< XXH3, 128 bits, as 32 hexadecimal digits.
  bool operator==(const FileProof&) const = default;
};
FileProof ProofOf(std::string_view bytes);

/// Is called with the bytes that were read since the last call; false stops the work.
using BytesProgress = std::function<bool(std::uint64_t bytes)>;

/// Reads the file to its end. Nullopt: it was stopped.
Result<std::optional<FileProof>> ReadThrough(const Descriptor& from, const BytesProgress& progress);
/// Copies at most `limit` bytes into a new file, which is not durable yet. Nullopt: it was stopped.
Result<std::optional<FileProof>> CopyInto(
    const Descriptor& from, const std::filesystem::path& to, const BytesProgress& progress,
    std::uint64_t limit = std::numeric_limits<std::uint64_t>::max());
/// A file of a megabyte at most, whole.
Result<std::string> ReadSmallFile(const std::filesystem::path& path);
/// A new file, which is not durable yet.
Status WriteFile(const std::filesystem::path& path, std::string_view bytes);
/// Takes the place of what is there, durably, or leaves that as it is.
Status ReplaceFile(const std::filesystem::path& path, std::string_view bytes);

/// Brings every file in the directory, and their names, to disk.
Status SyncFilesIn(const std::filesystem::path& directory);
/// Brings the names in a directory to disk.
Status SyncDirectory(const std::filesystem::path& directory);

/// "copying X: No space left on device", of errno.
Status FileError(std::string_view what, const std::filesystem::path& path);

}  // namespace grantledger

#endif  // GRANTLEDGER_LEDGER_FILE_IO_H_
