// Opening a store, as people see it: what a directory holds before RocksDB touches it, and what
// RocksDB's refusals mean.
#ifndef GRANTLEDGER_LEDGER_OPENING_H_
#define GRANTLEDGER_LEDGER_OPENING_H_

#include <string>

#include <rocksdb/env.h>
#include <rocksdb/status.h>

#include <grantledger/ledger.h>

namespace grantledger {

/// Whether a ledger may be opened, or made, in `directory`: one that holds something else is left
/// as it is. Ok where RocksDB has to find out.
///
/// Errors: InvalidArgument (something else is there, or nothing where none is to be made), IoError.
Status CheckDirectory(const std::string& directory, const Options& options, rocksdb::Env* env);

/// Our words for what RocksDB said when it opened `directory`, with its own behind them.
Status ExplainOpening(const rocksdb::Status& opened, const std::string& directory,
                      const Options& options);

}  // namespace grantledger

#endif  // GRANTLEDGER_LEDGER_OPENING_H_
