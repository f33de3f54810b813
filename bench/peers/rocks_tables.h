#ifndef GRANTLEDGER_BENCH_PEERS_ROCKS_TABLES_H_
#define GRANTLEDGER_BENCH_PEERS_ROCKS_TABLES_H_

#include <grantledger/ledger.h>

#include "bench/peers/ordered_tables.h"

namespace grantledger::bench {

/// Column families of one RocksDB database, made in the directory.
std::unique_ptr<OrderedTables> OpenRocks(const std::string& directory, Durability durability,
                                         std::size_t cache_bytes);

}  // namespace grantledger::bench

#endif  // GRANTLEDGER_BENCH_PEERS_ROCKS_TABLES_H_
