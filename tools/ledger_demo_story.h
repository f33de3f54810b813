// Story: a file of requests, done chapter by chapter on a ledger, and questions asked in between.
//
// The file is what ledger-apply takes. Its paragraphs, parted by empty lines, are the chapters.
#ifndef GRANTLEDGER_TOOLS_LEDGER_DEMO_STORY_H_
#define GRANTLEDGER_TOOLS_LEDGER_DEMO_STORY_H_

#include <chrono>
#include <cstdint>
#include <istream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <grantledger/ledger.h>

#include "tools/binder.h"
#include "tools/json_api.h"

namespace grantledger::tools::demo {

/// What was asked in a chapter, and the Output.
struct Answer {
  Read read;
  OrderedJson output;
};

/// A chapter that was done.
struct Chapter {
  Time begin;                         ///< Of its first request.
  Lsn before = 0;                     ///< The last record before it.
  Lsn after = 0;                      ///< Its last record.
  std::chrono::nanoseconds writes{};  ///< What the ledger took for its writes,
  std::chrono::nanoseconds reads{};   ///< and for its reads.
  std::vector<Answer> answers;        ///< To its reads.
};

class Story {
 public:
  /// Both must outlive the Story.
  Story(Ledger& ledger, std::istream& requests);

  /// Does the next chapter; nullopt where there is none. A request that is answered with an error
  /// is one here, with its line; so is a question that was (see Ask).
  Result<std::optional<Chapter>> Next();

  /// Asks a question of one's own. Where it is answered with an error, that is kept in error(), and
  /// the response is empty.
  template <ReadRequestType Request>
  typename Request::Response Ask(const std::string& caller, const Request& request,
                                 std::optional<Moment> as_of = std::nullopt) {
    auto response = TryAsk(caller, request, as_of);
    if (response) return *std::move(response);
    Fail(response.error());
    return {};
  }

  /// The same for a question to which an error is an answer, too.
  template <ReadRequestType Request>
  Result<typename Request::Response> TryAsk(const std::string& caller, const Request& request,
                                            std::optional<Moment> as_of = std::nullopt) const {
    const auto account = AccountId::Parse(caller);
    if (!account) return account.error();
    return ledger_.Read({.caller = *account, .time = {}, .as_of = as_of}, request);
  }

  /// What the file bound to `name` so far, a string. Nothing bound is an error like Ask's.
  std::string Named(std::string_view name);

  /// The member grant of `account` from a distribution. An error is like Ask's.
  std::string MemberGrant(const std::string& distribution, const std::string& account);

  /// The first question that was answered with an error.
  [[nodiscard]] const Status& error() const { return error_; }
  [[nodiscard]] Lsn LastLsn() const { return ledger_.LastLsn(); }
  /// The last record of the first chapter, once it is done.
  [[nodiscard]] Lsn first_chapter() const { return first_chapter_; }

 private:
  /// A line that waits for its answer.
  struct Waiting {
    std::uint64_t line = 0;
    Request request;
    std::vector<Binding> bindings;
  };

  Status Add(const std::string& text, Chapter& chapter);
  Result<Waiting> ReadLine(const std::string& text) const;
  /// Does what waits.
  Status Flush(Chapter& chapter);
  Status Take(const Waiting& waiting, OrderedJson answer, Chapter& chapter);
  void Fail(const Status& error);

  Ledger& ledger_;
  JsonApi api_;
  std::istream& requests_;
  Binder binder_;
  std::vector<Waiting> waiting_;
  std::uint64_t line_ = 0;
  Lsn first_chapter_ = 0;
  Status error_;
};

}  // namespace grantledger::tools::demo

#endif  // GRANTLEDGER_TOOLS_LEDGER_DEMO_STORY_H_
