// Opening a store, as people see it: what a directory holds before RocksDB touches it, and what
// RocksDB's refusals mean.
#ifndef GRANTLEDGER_LEDGER_OPENING_H_
#define GRANTLEDGER_LEDGER_OPENING_H_

#include <optional>
#include <string>

#include <rocksdb/env.h>
#include <rocksdb/status.h>

#include <grantledger/ledger.h>

#include "ledger/anchor.h"
#include "ledger/store.h"

namespace grantledger {

/// What the ledger in `directory` claims to hold (ledger/anchor.h); nullopt: there is none, and one
/// may be made. A directory that holds something else is left as it is.
///
/// Errors: InvalidArgument (something else is there, or nothing where none is to be made),
/// Corruption (a ledger that has less than it claims, by its files), IoError.
/// REQUIRES: CheckIsPath and CheckPermission are ok.
Result<std::optional<AnchorClaim>> LookAtDirectory(const std::string& directory,
                                                   const Options& options, rocksdb::Env* env);

/// Removes what a creation left that ended before anything was answered, where the anchor says so.
/// REQUIRES: nobody else has the directory open to write.
Status RemoveCreation(const std::string& directory, rocksdb::Env* env);

/// The last record, by the counters; nullopt: there are none, and so no record.
Result<std::optional<LogEnd>> ReadLogEnd(const Rows& rows);

/// Whether the rows hold the records that are claimed. Errors: Corruption, IoError.
Status CheckEnd(const std::string& directory, const Rows& rows, const AnchorClaim& claim);

/// Changes whenever something is written to the ledger in `directory`: what its list of files, its
/// write-ahead logs and its anchor are, by names, sizes, and the anchor's bytes. Errors: IoError.
Result<std::string> WrittenVersion(const std::string& directory, rocksdb::Env* env);

/// Our words for what RocksDB said when it opened `directory`, with its own behind them.
Status ExplainOpening(const rocksdb::Status& opened, const std::string& directory,
                      const Options& options);

}  // namespace grantledger

#endif  // GRANTLEDGER_LEDGER_OPENING_H_
