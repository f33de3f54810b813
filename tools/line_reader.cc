#include "tools/line_reader.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <new>

namespace grantledger::tools {
namespace {

constexpr std::size_t kReadBytes = std::size_t{1} << 16;
constexpr int kForever = -1;

}  // namespace

std::optional<Line> LineReader::Next() {
  while (!Complete()) Fill(kForever);
  const std::size_t newline = buffer_.find('\n', scanned_);
  if (newline != std::string::npos) return Take(newline - begin_, 1);
  if (error_ != 0 || begin_ == buffer_.size()) return std::nullopt;
  return Take(buffer_.size() - begin_, 0);
}

bool LineReader::Ready() {
  while (!Complete()) {
    if (!Fill(0)) return ended_;
  }
  return true;
}

bool LineReader::Complete() {
  scanned_ = std::min(buffer_.find('\n', scanned_), buffer_.size());
  return ended_ || scanned_ < buffer_.size();
}

bool LineReader::Fill(int timeout_ms) {
  pollfd poll_fd{fd_, POLLIN, 0};
  if (poll(&poll_fd, 1, timeout_ms) <= 0) return false;
  buffer_.erase(0, begin_);
  scanned_ -= begin_;
  begin_ = 0;
  const std::size_t size = buffer_.size();
  try {
    buffer_.resize(size + kReadBytes);
  } catch (const std::bad_alloc&) {
    buffer_ = std::string();  // room for those who go on
    scanned_ = 0;
    ended_ = true;
    throw;
  }
  const ssize_t count = read(fd_, buffer_.data() + size, kReadBytes);
  const int error = count < 0 ? errno : 0;
  buffer_.resize(size + static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
  if (error == EINTR || error == EAGAIN) return false;
  error_ = error;
  ended_ = count <= 0;
  return count > 0;
}

Line LineReader::Take(std::size_t size, std::size_t newline_size) {
  const Line line{++lines_, std::string_view(buffer_).substr(begin_, size)};
  begin_ += size + newline_size;
  scanned_ = begin_;
  bytes_ += size + newline_size;
  return line;
}

}  // namespace grantledger::tools
