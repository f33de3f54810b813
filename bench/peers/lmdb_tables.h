#ifndef GRANTLEDGER_BENCH_PEERS_LMDB_TABLES_H_
#define GRANTLEDGER_BENCH_PEERS_LMDB_TABLES_H_

#include <grantledger/ledger.h>

#include "bench/peers/ordered_tables.h"

namespace grantledger::bench {

/// Named databases of one LMDB environment, made in the directory. Buffered: without syncing, which
/// survives the end of the process, as our kBuffered does.
std::unique_ptr<OrderedTables> OpenLmdb(const std::string& directory, Durability durability);

}  // namespace grantledger::bench

#endif  // GRANTLEDGER_BENCH_PEERS_LMDB_TABLES_H_
