#ifndef GRANTLEDGER_BENCH_PEERS_POSTGRES_STORE_H_
#define GRANTLEDGER_BENCH_PEERS_POSTGRES_STORE_H_

#include <grantledger/ledger.h>

#include "bench/peers/grant_store.h"

namespace grantledger::bench {

/// Grants written out in a PostgreSQL server of our own, made and started in the directory. A
/// session is a connection. Buffered: the WAL is written but not synced, which survives the end of
/// the process, as our kBuffered does.
std::unique_ptr<GrantStore> OpenPostgres(const std::string& directory, Durability durability,
                                         std::size_t cache_bytes);

}  // namespace grantledger::bench

#endif  // GRANTLEDGER_BENCH_PEERS_POSTGRES_STORE_H_
