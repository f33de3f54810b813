// RocksDB's log format, in which its write-ahead logs and its manifests are.
//
// Blocks of 32 KiB; in them fragments, each of them a checksum (4 bytes, little-endian), a length
// (2), a type (1), and the payload. None stands across the end of a block. The checksum is the
// CRC-32C of the type and what follows, rotated, so that a log within a log has another. (RocksDB's
// wiki, "Write Ahead Log File Format".)
#ifndef GRANTLEDGER_LEDGER_LOG_FILE_H_
#define GRANTLEDGER_LEDGER_LOG_FILE_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include <grantledger/status.h>

namespace grantledger {

/// Goes over the entries of a file up to what is not whole. Holds a block of it at a time.
class LogFileReader {
 public:
  // The format: sizes, where a number stands in the header of a fragment, and types. Others have
  // the file's number in the header, too, since the file was used before: there are none here.
  static constexpr std::size_t kBlock = 32768;
  static constexpr std::size_t kHeader = 7;
  static constexpr std::size_t kLengthAt = 4;
  static constexpr std::size_t kTypeAt = 6;
  enum Type : std::uint8_t { kFull = 1, kFirst, kMiddle, kLast };

  /// The next bytes of the file, up to so many, good until the next call; fewer: it ends there.
  using Read = std::function<Result<std::string_view>(std::size_t most)>;
  explicit LogFileReader(Read read) : read_(std::move(read)) {}

  /// The next entry, good until the next call. Nullopt: there is no more that is whole.
  /// Errors: those of reading.
  Result<std::optional<std::string_view>> Next();
  /// Up to here its entries are whole, and verify.
  [[nodiscard]] std::uint64_t whole() const { return whole_; }
  /// Whether the file ends within an entry. REQUIRES: Next gave nullopt.
  [[nodiscard]] bool cut() const { return cut_; }
  /// Reads the rest: whether nothing but zeros, which were never written, follows what is whole.
  /// REQUIRES: Next gave nullopt.
  Result<bool> EndsHere();

 private:
  struct Fragment {
    std::uint8_t type = 0;
    std::string_view payload = {};
  };
  /// Nullopt: it is not whole, does not verify, or was never written.
  Result<std::optional<Fragment>> ReadFragment();
  Status ReadBlock();
  /// Looks at what of the block comes after whole_, before it goes.
  void NoteRest();

  Read read_;
  std::string block_;
  std::uint64_t begin_ = 0;  ///< Of the block in the file.
  std::size_t at_ = 0;       ///< In the block.
  bool last_ = false;        ///< The file ends with the block.
  std::uint64_t whole_ = 0;
  bool rest_is_zeros_ = true;  ///< What was read after whole_, but for the block.
  bool cut_ = false;
  std::string entry_;  ///< Of several fragments.
};

}  // namespace grantledger

#endif  // GRANTLEDGER_LEDGER_LOG_FILE_H_
