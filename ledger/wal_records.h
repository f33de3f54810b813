// WalRecords: where the records of a write-ahead log end that is being written.
#ifndef GRANTLEDGER_LEDGER_WAL_RECORDS_H_
#define GRANTLEDGER_LEDGER_WAL_RECORDS_H_

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "ledger/log_file.h"

namespace grantledger {

/// Follows the bytes of a write-ahead log as they are appended, to know where its last whole record
/// ends.
class WalRecords {
 public:
  void Append(const char* bytes, std::size_t count);
  [[nodiscard]] std::uint64_t size() const { return size_; }
  /// May be asked for by any thread.
  [[nodiscard]] std::uint64_t whole_end() const { return whole_end_; }

 private:
  void BeginPiece();

  std::uint64_t size_ = 0;
  std::atomic<std::uint64_t> whole_end_ = 0;
  bool ends_record_ = false;  ///< The piece that was begun last does.
  std::array<char, LogFileReader::kHeader> header_{};
  std::size_t header_bytes_ = 0;  ///< That are there.
  std::size_t left_ = 0;          ///< Of the piece's content.
};

}  // namespace grantledger

#endif  // GRANTLEDGER_LEDGER_WAL_RECORDS_H_
