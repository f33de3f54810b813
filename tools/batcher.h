// Batcher: takes lines, answers each with a line, and lets neighbouring writes share a commit.
#ifndef GRANTLEDGER_TOOLS_BATCHER_H_
#define GRANTLEDGER_TOOLS_BATCHER_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <grantledger/status.h>

#include "tools/answer_writer.h"
#include "tools/binder.h"
#include "tools/json_api.h"
#include "tools/line_reader.h"

namespace grantledger::tools {

class Batcher {
 public:
  /// Both must outlive the Batcher. With `stop_on_error` each line is done by itself, so that
  /// nothing behind the first error has an effect.
  Batcher(JsonApi& api, AnswerWriter& answers, bool stop_on_error);

  /// Takes the next line. Writes wait for Flush, or until many wait, a read comes, or a line that
  /// uses what a waiting line binds. Empty lines have no answer.
  void Add(const Line& line);

  /// Does what waits, and sends the answers. What throws elsewhere leaves waiting what waits.
  void Flush();

  /// Whether any line was answered with an Error or a BindError.
  [[nodiscard]] bool failed() const { return failed_; }

  /// The number of the last line that was done and answered; 0 for none.
  [[nodiscard]] std::uint64_t last_done() const { return last_done_; }

  /// Whether lines behind that may have been done, too: memory ran out in the midst of them.
  [[nodiscard]] bool in_doubt() const { return in_doubt_; }

  /// Whether to give no more lines: an error with `stop_on_error`, or the answers go nowhere.
  [[nodiscard]] bool stopped() const { return stopped_; }

 private:
  /// A line that waits for its answer.
  struct Waiting {
    std::uint64_t line = 0;
    Result<Request> request;
    std::vector<Binding> bindings;
  };

  /// Reads the request of a line, its bindings first. Flushes where it uses what a waiting line
  /// binds; nullopt where that flush stopped everything.
  std::optional<Waiting> ReadLine(const Line& line);
  [[nodiscard]] bool UsesWaiting(const Json& request) const;
  /// The answer to `waiting`. Where one of its bindings finds nothing in the Output, that is kept,
  /// and a BindError stands beside it.
  OrderedJson Finish(const Waiting& waiting, OrderedJson answer);

  JsonApi& api_;
  AnswerWriter& answers_;
  const bool stop_on_error_;
  Binder binder_;
  std::vector<Waiting> waiting_;
  std::size_t waiting_bytes_ = 0;
  std::set<std::string, std::less<>> waiting_names_;  ///< What the waiting lines bind.
  std::uint64_t last_done_ = 0;
  bool in_doubt_ = false;
  bool failed_ = false;
  bool stopped_ = false;
};

}  // namespace grantledger::tools

#endif  // GRANTLEDGER_TOOLS_BATCHER_H_
