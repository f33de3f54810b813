#include "tools/standard_streams.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <string>

namespace grantledger::tools {

void HoldStandardStreams() {
  (void)std::signal(SIGPIPE, SIG_IGN);
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (fcntl(fd, F_GETFD) != -1) continue;
    // It gets the lowest number that is free, which is this one.
    (void)open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
  }
}

bool HasStandardOutput() {
  const int flags = fcntl(STDOUT_FILENO, F_GETFL);
  return flags != -1 && (flags & O_ACCMODE) != O_RDONLY;
}

Status WriteOut(std::string_view text) {
  const bool written =
      std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0;
  return OutputError(written ? 0 : errno);
}

Status OutputError(int error) {
  if (error == 0 || error == EPIPE) return {};
  return {Code::kIoError, std::string("the output can't be written: ") + std::strerror(error)};
}

}  // namespace grantledger::tools
