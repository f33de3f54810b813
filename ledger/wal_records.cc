#include "ledger/wal_records.h"

#include <algorithm>

namespace grantledger {

void WalRecords::BeginPiece() {
  const auto byte = [this](std::size_t at) { return static_cast<unsigned char>(header_[at]); };
  const int type = byte(LogFileReader::kTypeAt);
  ends_record_ = type == LogFileReader::kFull || type == LogFileReader::kLast;
  left_ = byte(LogFileReader::kLengthAt) + (std::size_t{byte(LogFileReader::kLengthAt + 1)} << 8);
  header_bytes_ = 0;
}

void WalRecords::Append(const char* bytes, std::size_t count) {
  while (count > 0) {
    std::size_t taken = 0;
    const std::uint64_t rest = LogFileReader::kBlock - size_ % LogFileReader::kBlock;
    if (left_ > 0) {
      taken = std::min(left_, count);
      left_ -= taken;
    } else if (header_bytes_ == 0 && rest < LogFileReader::kHeader) {
      taken = std::min<std::size_t>(rest, count);  // no header fits: zeros fill the block
    } else {
      taken = std::min(LogFileReader::kHeader - header_bytes_, count);
      std::copy_n(bytes, taken, header_.begin() + static_cast<std::ptrdiff_t>(header_bytes_));
      header_bytes_ += taken;
      if (header_bytes_ == LogFileReader::kHeader) BeginPiece();
    }
    size_ += taken;
    bytes += taken;
    count -= taken;
    if (ends_record_ && left_ == 0) {
      whole_end_ = size_;
      ends_record_ = false;
    }
  }
}

}  // namespace grantledger
