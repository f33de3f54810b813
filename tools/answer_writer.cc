#include "tools/answer_writer.h"

#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <string_view>

namespace grantledger::tools {

void AnswerWriter::Write(const OrderedJson& answer) {
  buffer_ += DumpLine(answer) + '\n';  // all of it, or, for want of memory, nothing
}

bool AnswerWriter::Flush() {
  std::string_view rest = buffer_;
  while (error_ == 0 && !rest.empty()) {
    const ssize_t count = write(fd_, rest.data(), rest.size());
    if (count >= 0) {
      rest.remove_prefix(static_cast<std::size_t>(count));
    } else if (errno == EAGAIN) {
      pollfd poll_fd{fd_, POLLOUT, 0};
      (void)poll(&poll_fd, 1, -1);
    } else if (errno != EINTR) {
      error_ = errno;
    }
  }
  buffer_.clear();
  return error_ == 0;
}

}  // namespace grantledger::tools
