// Listener: what happens to an open ledger that is no answer to a call, for a program to act upon.
#ifndef GRANTLEDGER_LISTENER_H_
#define GRANTLEDGER_LISTENER_H_

#include <chrono>
#include <cstdint>
#include <string_view>

#include <grantledger/status.h>
#include <grantledger/types.h>

namespace grantledger {

/// What works in the background.
enum class BackgroundJob {
  kCompaction,  ///< Folding the log, and dropping history.
  kDatabase,    ///< The database's: flushing and merging files.
};

/// "compaction", "database".
std::string_view Name(BackgroundJob job);

/// Implemented by whoever embeds a ledger, who overrides what is of interest. Called on the thread
/// on which it happens: one that writes, one of compaction, or one of the database, and so by
/// several at the same time; some of them hold up writers. So it must be quick, and must not call
/// the ledger: it may set a flag, count, or hand the event to a thread of its own. What it throws
/// is logged (Options::logger), and goes no further. Nothing is called once Ledger::Close returned.
class Listener {
 public:
  virtual ~Listener() = default;
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  /// A group of writes could not be stored, where the one before could. The next ones try again.
  virtual void OnWritesStopped(const Status& /*why*/) {}
  /// The first group since then was decided, and stored if there was something to store.
  virtual void OnWritesResumed(Lsn /*last_lsn*/) {}

  /// Called at every failure. It is tried again.
  virtual void OnBackgroundError(BackgroundJob /*job*/, const Status& /*error*/) {}
  /// The first time that it worked after a failure.
  virtual void OnRecovered(BackgroundJob /*job*/) {}

  /// The log was folded up to `to_lsn`, `records` further than before, by a compaction that took
  /// `duration`, pauses included.
  virtual void OnFolded(Lsn /*to_lsn*/, std::uint64_t /*records*/,
                        std::chrono::milliseconds /*duration*/) {}
  /// Records that only moments before `horizon` needed were dropped from the log.
  virtual void OnRecordsDropped(Lsn /*horizon*/, std::uint64_t /*records*/) {}

 protected:
  Listener() = default;
};

}  // namespace grantledger

#endif  // GRANTLEDGER_LISTENER_H_
