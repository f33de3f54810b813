// Answers, one a line, to a file descriptor.
#ifndef GRANTLEDGER_TOOLS_ANSWER_WRITER_H_
#define GRANTLEDGER_TOOLS_ANSWER_WRITER_H_

#include <string>

#include "tools/json_text.h"

namespace grantledger::tools {

class AnswerWriter {
 public:
  /// Does not close `fd`. REQUIRES: SIGPIPE is ignored, so that a closed pipe is an error.
  explicit AnswerWriter(int fd) : fd_(fd) {}

  /// Adds one line; it goes out with the next Flush.
  void Write(const OrderedJson& answer);

  /// Sends what was written, all of it. False where that fails, now or earlier (see error()).
  bool Flush();

  /// The errno of a failed write; 0 where none failed.
  [[nodiscard]] int error() const { return error_; }

 private:
  int fd_;
  std::string buffer_;
  int error_ = 0;
};

}  // namespace grantledger::tools

#endif  // GRANTLEDGER_TOOLS_ANSWER_WRITER_H_
