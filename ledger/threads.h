// The threads that RocksDB works in, started where it can be told that there are no more.
#ifndef GRANTLEDGER_LEDGER_THREADS_H_
#define GRANTLEDGER_LEDGER_THREADS_H_

#include <rocksdb/options.h>

#include <grantledger/status.h>

namespace grantledger {

/// Starts the threads in which a database with these options works in the background. RocksDB would
/// start them by itself, in the middle of something, and could not say that there are none.
/// Errors: IoError, and nothing is changed.
Status StartThreads(const rocksdb::DBOptions& options);

}  // namespace grantledger

#endif  // GRANTLEDGER_LEDGER_THREADS_H_
