// Oracle: replays the writes of a ledger in the order of its log on the naive model, and holds
// every observed answer against what the model answers at the as-of points at which the call may
// have been answered.
#ifndef GRANTLEDGER_TESTS_TORTURE_ORACLE_H_
#define GRANTLEDGER_TESTS_TORTURE_ORACLE_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "observed.h"
#include "tests/model/model.h"

namespace grantledger::torture {

/// The ARN of the member grant that an account has from a distribution.
using MemberArns = std::map<std::pair<std::string, std::string>, std::string>;

/// A list whose pages are fetched one after another.
struct Walk {
  Observed first;             ///< The first page, asked for without a NextToken.
  Json rows = Json::array();  ///< Of all pages so far.
  std::string next = {};      ///< The token of the next page; empty: there is none.
  std::size_t page_size = 0;
  /// Where writes came between its pages: what it may be, in normal form. See Oracle::Replay.
  std::vector<Json> expected = {};
  /// The list as if it had been one page.
  [[nodiscard]] Observed AsOneAnswer() const;
};

/// What happened from one LSN, at which the oracle is, to another.
struct Stretch {
  std::vector<Logged> writes;   ///< All records, in the order of the log.
  std::vector<Observed> reads;  ///< Of the latest as-of point, or as of one.
  /// Writes that made no record: refused, or replays of a token. Without an answer: either.
  std::vector<Observed> refused;
  std::vector<Walk> walks;   ///< That are through.
  std::vector<Walk*> begun;  ///< That go on: what they may be is filled in.
};

class Oracle {
 public:
  /// `member_grant_arn` is asked once for each pair; empty: the ledger has no such distribution.
  /// `root_of` gives the id of the root of an organization, which no answer tells: (organization,
  /// its management account).
  Oracle(std::size_t max_grants_per_license,
         std::function<std::string(const std::string&, const std::string&)> member_grant_arn,
         std::function<std::string(const std::string&, const std::string&)> root_of);
  Oracle(const Oracle&) = delete;
  Oracle& operator=(const Oracle&) = delete;

  /// The first violation, if any. Reads as of an LSN before the stretch need a checkpoint.
  std::optional<Violation> Replay(const Stretch& stretch);
  /// From here on, reads as of the present LSN and all later ones can be checked.
  void KeepCheckpoint() { checkpoints_.insert_or_assign(model_.LastLsn(), model_); }
  /// Nothing before the LSN will be asked for.
  void ForgetBefore(std::uint64_t lsn);
  /// The first as-of point that can be checked.
  [[nodiscard]] std::uint64_t oldest() const {
    return checkpoints_.empty() ? model_.LastLsn() : checkpoints_.begin()->first;
  }
  /// The same of one call at the latest as-of point.
  std::optional<Violation> CheckNow(const Observed& call);
  /// The same of a walk that is through, and was among Stretch::begun.
  std::optional<Violation> CheckWalk(const Walk& walk);

  [[nodiscard]] const model::Model& model() const { return model_; }
  [[nodiscard]] const MemberArns& member_arns() const { return *member_arns_; }
  /// As-of points at which answers were compared, and comparisons.
  [[nodiscard]] std::uint64_t checked() const { return checked_; }
  [[nodiscard]] std::uint64_t compared() const { return compared_; }

 private:
  /// An answer, and from when to when it may have been given.
  struct Check {
    const Observed* call = nullptr;
    std::uint64_t from = 0;
    std::uint64_t to = 0;
    bool is_write = false;
    Json expected = {};  ///< At the as-of point looked at last.
    Walk* begun = nullptr;
  };

  [[nodiscard]] std::vector<Check> ChecksOf(const Stretch& stretch,
                                            const std::vector<Observed>& lists) const;
  void AddExpected(const Check& check);
  /// Checks all that may have been answered at the model's as-of point.
  std::optional<Violation> CheckAll(std::vector<Check>& open);
  /// Checks those as of LSNs before the model's.
  std::optional<Violation> CheckPast(std::vector<Check> checks);
  std::optional<Violation> Apply(const Logged& write);
  bool Agrees(Check& check);
  bool WriteAgrees(Check& check, model::Model& at);
  bool ReadAgrees(Check& check, const Json& request, std::uint64_t horizon);
  bool SameAnswer(Check& check, const Json& request);
  [[nodiscard]] Json FillInMetadata(const Json& request, const Json& answer, Json expected) const;
  /// The times, between those of the clock before and after, that can make a difference.
  [[nodiscard]] std::vector<Millis> TimesOf(const Observed& call) const;

  std::shared_ptr<MemberArns> member_arns_ = std::make_shared<MemberArns>();
  std::function<std::string(const std::string&, const std::string&)> root_of_;
  model::Model model_;
  std::map<std::uint64_t, model::Model> checkpoints_;
  std::map<std::uint64_t, Logged> log_;    ///< Since the first checkpoint.
  std::unique_ptr<model::Model> scratch_;  ///< A copy, on which writes are tried.
  std::uint64_t checked_ = 0;
  std::uint64_t compared_ = 0;
};

/// Whether an answer tells of history that retention may have dropped.
bool TellsOfHistory(const std::string& operation);

}  // namespace grantledger::torture

#endif  // GRANTLEDGER_TESTS_TORTURE_ORACLE_H_
