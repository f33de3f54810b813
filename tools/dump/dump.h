// What the verbs of ledger-dump have in common: the ledger that they look into, the moment, and
// where their output goes.
#ifndef GRANTLEDGER_TOOLS_DUMP_DUMP_H_
#define GRANTLEDGER_TOOLS_DUMP_DUMP_H_

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <grantledger/inspect.h>
#include <grantledger/ledger.h>

#include "tools/dump/output.h"

namespace grantledger::tools {

// Exit statuses.
inline constexpr int kAnswered = 0;
inline constexpr int kFoundDamage = 1;   ///< Something does not prove itself; the rest was told.
inline constexpr int kCannotAnswer = 2;  ///< Wrong usage, no ledger, or nothing of that name.

/// Behind a sentence that tells of damage.
inline constexpr const char* kWhatCanBeDone =
    "; `verify` tells more, and `repair --to NEWDIR` makes a new ledger of what is left";

/// One run of the program.
class Dump {
 public:
  /// Opens what is in the directory. `moment`: LSN, or time; nullopt: the latest.
  static Result<std::unique_ptr<Dump>> Open(const std::string& directory,
                                            const std::optional<Moment>& moment, Output& out);

  [[nodiscard]] const std::string& directory() const { return directory_; }
  [[nodiscard]] Output& out() const { return out_; }
  [[nodiscard]] Inspector& inspector() { return *inspector_; }
  /// The moment that is looked at: an LSN that is there and kept.
  [[nodiscard]] Lsn at() const { return at_; }
  [[nodiscard]] bool at_latest() const { return !moment_; }

  /// The ledger, for questions about grants. Null: it can't be opened; why() tells.
  [[nodiscard]] Ledger* ledger() { return ledger_.get(); }
  [[nodiscard]] const Status& why() const { return why_; }

  /// Asks the ledger as of the moment, as `caller` may.
  template <ReadRequestType Request>
  Result<typename Request::Response> Ask(AccountId caller, const Request& request) const {
    return AskAt(at_, caller, request);
  }
  template <ReadRequestType Request>
  Result<typename Request::Response> AskAt(Lsn at, AccountId caller, const Request& request) const {
    if (ledger_ == nullptr) return why_;
    // The token of a later page holds the moment.
    Call call{.caller = caller, .time = {}, .as_of = Moment(at)};
    return ledger_->Read(call, request);
  }

  /// Damage was met on the way, which was told: the exit status will say so.
  void NoteDamage() { damaged_ = true; }
  /// The same where it was not: it will be, too.
  void NoteDamage(const Status& damage) {
    if (untold_.ok()) untold_ = damage;
  }
  /// Of the program, after a verb: complains of what it could not answer, and of damage that it did
  /// not meet, but that may have taken away what would be in its answer.
  [[nodiscard]] int ExitStatusOf(const Status& answered) const;

 private:
  Dump(std::string directory, std::optional<Moment> moment, Output& out)
      : directory_(std::move(directory)), moment_(moment), out_(out) {}
  Status FindMoment();

  std::string directory_;
  std::optional<Moment> moment_;
  Output& out_;
  std::unique_ptr<Inspector> inspector_;
  std::unique_ptr<Ledger> ledger_;
  Status why_;
  Lsn at_ = 0;
  bool damaged_ = false;
  Status untold_;
};

/// Goes over all pages of a list as of an LSN, as one caller: `visit` takes each page and says
/// whether to go on.
template <ReadRequestType Request, typename Visit>
Status ForEachPageAt(const Dump& dump, Lsn at, AccountId caller, Request request,
                     const Visit& visit) {
  constexpr std::uint32_t kPageSize = 1'000;
  request.paging.max_results = kPageSize;
  do {
    auto page = dump.AskAt(at, caller, request);
    if (!page) return std::move(page).error();
    request.paging.next_token = page->next_token;
    if (!visit(*page)) return {};
  } while (!request.paging.next_token.empty());
  return {};
}

/// The same as of the moment that is looked at.
template <ReadRequestType Request, typename Visit>
Status ForEachPage(const Dump& dump, AccountId caller, Request request, const Visit& visit) {
  return ForEachPageAt(dump, dump.at(), caller, std::move(request), visit);
}

}  // namespace grantledger::tools

#endif  // GRANTLEDGER_TOOLS_DUMP_DUMP_H_
