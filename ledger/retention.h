// Retention: the horizon, who holds moments, and where the horizon may go next.
#ifndef GRANTLEDGER_LEDGER_RETENTION_H_
#define GRANTLEDGER_LEDGER_RETENTION_H_

#include <map>
#include <memory>
#include <mutex>

#include <grantledger/ledger.h>

#include "ledger/tables.h"

namespace grantledger {

/// A moment resolved: the last record that is seen, and the time that it is.
struct At {
  Lsn lsn = 0;
  Time time;
};

/// The last record behind `from` that is not later than `time`, up to `to`; else `from`.
Result<Lsn> FindByTime(const Rows& rows, Lsn from, Lsn to, Time time);

/// InvalidArgument: it says nothing that can be kept, a KeepFor of less than 0. `field`: its name.
Status CheckPolicy(std::string_view field, const RetentionPolicy& policy);

/// Thread-safe.
class Retention {
 public:
  /// References are kept.
  explicit Retention(const Options& options);

  /// What the store says.
  Status Load(const Rows& rows);

  [[nodiscard]] At horizon() const;
  /// Whether the moment is kept. It stays so for whoever has a snapshot of before the question.
  [[nodiscard]] bool Keeps(Lsn lsn) const;
  /// The refusal of a moment that is not. `field`: that named it; `found`: how.
  [[nodiscard]] Status Refusal(std::string_view field, const std::string& found) const;

  /// REQUIRES: CheckPolicy takes it.
  void SetPolicy(RetentionPolicy policy);
  /// A page token is about to be given out with the first page of a list: later pages need what
  /// `lsn` is the earliest of. Held for at most max_hold, and not against a policy that has wanted
  /// the horizon beyond it for as long. False: it is before the horizon by now.
  [[nodiscard]] bool NoteToken(Lsn lsn);
  /// How many entries stand for the tokens that were given out: few, however many there are.
  [[nodiscard]] std::size_t tokens_kept() const;
  /// Nullptr: the moment is not kept.
  std::unique_ptr<MomentHold> Hold(Lsn lsn);

  /// Moves the horizon in memory to where the policy wants it, but not beyond a moment that is held
  /// or beyond `folded`, and gives it. The caller stores it before anything is dropped.
  Result<At> Advance(const Rows& rows, Lsn folded);

 private:
  class Held;
  class Holds;

  [[nodiscard]] Time Now() const;
  // REQUIRES of all: mutex_ is held.
  [[nodiscard]] Lsn OldestHeld(Time now);
  /// What the policy wanted max_hold ago or earlier: page tokens hold the horizon back no longer.
  [[nodiscard]] Lsn Overdue(Time now);
  void NoteWanted(Lsn wanted, Time now);
  /// Those that are held no longer.
  void ForgetTokens(Time now);
  /// The end of the period in which the time is. Periods are a share of max_hold.
  [[nodiscard]] Time PeriodOf(Time time) const;
  Result<Lsn> Wanted(const Rows& rows, Lsn last, const RetentionPolicy& policy, At horizon) const;

  const Options& options_;
  mutable std::mutex mutex_;  // of all below
  RetentionPolicy policy_;
  At horizon_;
  // By the period in which the token was given out, the earliest LSN: a token is held until
  // max_hold after the period began. There are few periods in max_hold, however many tokens.
  std::map<Time, Lsn> tokens_;
  // By period, what the policy wanted by its end.
  std::map<Time, Lsn> wanted_;
  std::shared_ptr<Holds> holds_;  // theirs, too, who may have them for longer
};

}  // namespace grantledger

#endif  // GRANTLEDGER_LEDGER_RETENTION_H_
