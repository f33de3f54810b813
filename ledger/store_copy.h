// A copy of a store's files, beside whoever writes to it, and what makes it a ledger of its own.
#ifndef GRANTLEDGER_LEDGER_STORE_COPY_H_
#define GRANTLEDGER_LEDGER_STORE_COPY_H_

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <grantledger/ledger.h>

#include "ledger/store.h"

namespace grantledger {

/// For tests, which let a writer do something then.
using BeforeEachFile = std::function<void()>;

/// Waits until what is being written when it is called is stored, or is not. Errors: IoError.
using AwaitWrites = std::function<Status()>;

/// Brings what the store holds now into `to`, which is empty, beside its writers: table files by
/// hard links, where these can be made, all else as copies. A write that is under way may be torn
/// in it; opening drops that. What is whole in it is stored: it waits for it. Gives the last record
/// that was committed before: the copy ends there or later.
///
/// Errors: IoError (also: something failed of meanwhile).
Result<Lsn> TakeFiles(Store& store, const std::string& to, const AwaitWrites& await_writes,
                      const BeforeEachFile& before = {});

/// The same of the ledger in a directory that nobody, or another process, has open. It is a prefix
/// of the history that has every write which was answered before the call, and was durable or whose
/// process lives on. Gives a record that it has, the last that the ledger's file ANCHOR told of.
///
/// Errors: InvalidArgument (no ledger there), IoError (also: its files changed all the time).
Result<Lsn> TakeFilesOf(const std::string& directory, const std::string& to,
                        const BeforeEachFile& before = {});

/// What a store tells of its history.
struct HistoryEnd {
  std::string identity = {};  ///< As in LedgerOverview.
  Lsn last_lsn = 0;
  Time last_time = {};
  Lsn horizon = 0;
  /// Of the payload of the last record; empty: it is not kept. Equal where the histories up to it
  /// are.
  std::string last_record = {};
};
/// Errors: Corruption, IoError, InvalidArgument (a newer format).
Result<HistoryEnd> EndOf(const Rows& rows);
/// Whether a copy ends at `least` or later. Errors: IoError.
Status CheckReaches(const HistoryEnd& copy, Lsn least);
/// What stands in for a record in HistoryEnd::last_record. Empty: it is not kept.
Result<std::string> ProofOfRecord(const Rows& rows, Lsn lsn);
/// 16 hexadecimal digits that copies of a ledger have in common. Not the key itself: whoever has
/// that can tell ids.
std::string IdentityText(std::uint64_t id_key);

/// Recovers a copy that was taken, so that nothing is torn in it, and marks it as a fork: from
/// there on it is another history than the original. Nobody has it open then.
Result<HistoryEnd> FinishCopy(const std::string& directory);

/// See Ledger::Checkpoint. REQUIRES: CheckIsWritten is ok.
Result<Lsn> MakeCheckpoint(Store& store, const std::string& directory,
                           const AwaitWrites& await_writes);
/// A store that is open read-only does not see what is written beside it. Errors: InvalidState.
Status CheckIsWritten(const Store& store);

// Two steps of FinishCopy that belong to others.

/// Notes that the next record of the store begins another history than that of whatever it was
/// copied from. Committed when it returns.
Status MarkFork(Store& store);
/// Writes what a ledger's directory has to have beside RocksDB's files. REQUIRES: nobody has the
/// ledger open.
Status WriteAnchorFor(const std::string& directory);

}  // namespace grantledger

#endif  // GRANTLEDGER_LEDGER_STORE_COPY_H_
