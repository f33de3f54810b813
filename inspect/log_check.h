// LogCheck: whether the records of a log follow one another, and who else knows the last.
#ifndef GRANTLEDGER_INSPECT_LOG_CHECK_H_
#define GRANTLEDGER_INSPECT_LOG_CHECK_H_

#include <optional>

#include "inspect/proof.h"
#include "ledger/tables.h"

namespace grantledger {

/// Hears of all records in their order. Behind the horizon none may be missing; before it (and
/// with it) those may that nobody needs. Times never go back.
class LogCheck {
 public:
  /// `findings` is kept. `horizon` is 0 where all is kept.
  LogCheck(Lsn horizon, Findings& findings) : findings_(findings), next_(horizon + 1) {}

  /// A record. Null: there is one, but it does not prove itself.
  void Add(Lsn lsn, const fb::RecordT* record);
  /// The last was added. Null: the counters can't be read.
  void End(const fb::CountersT* counters);
  [[nodiscard]] Lsn last() const { return last_; }

 private:
  void FindGap(Lsn next);
  void FindBackwards(const fb::RecordT& record);

  Findings& findings_;
  Lsn next_;
  Lsn last_ = 0;
  bool begun_ = false;
  Lsn timed_ = 0;  // the last record that proves itself; 0: none yet
  std::int64_t time_ms_ = 0;
};

/// Whether what a row refers to is in the log, at or before the horizon, where records are gone
/// that nobody needs: an account's creation and entries, the record of a ClientToken.
Status CheckReferences(const Rows& rows, Family family, std::string_view key,
                       std::string_view payload, Lsn horizon, Findings& findings);

/// Whether the horizon and the marks are where they can be.
void CheckMarks(const Rows& rows, Lsn last, Findings& findings);

}  // namespace grantledger

#endif  // GRANTLEDGER_INSPECT_LOG_CHECK_H_
