#ifndef GRANTLEDGER_BENCH_PEERS_SQLITE_STORE_H_
#define GRANTLEDGER_BENCH_PEERS_SQLITE_STORE_H_

#include <grantledger/ledger.h>

#include "bench/peers/grant_store.h"

namespace grantledger::bench {

/// Grants written out in one SQLite database, made in the directory. A session is a connection.
/// Buffered: commits are written to the WAL and nothing is synced, which survives the end of the
/// process, as our kBuffered does.
std::unique_ptr<GrantStore> OpenSqlite(const std::string& directory, Durability durability,
                                       std::size_t cache_bytes);

}  // namespace grantledger::bench

#endif  // GRANTLEDGER_BENCH_PEERS_SQLITE_STORE_H_
