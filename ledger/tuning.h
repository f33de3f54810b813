// All of RocksDB's tuning. What was measured for it stands in docs/DESIGN.md.
#ifndef GRANTLEDGER_LEDGER_TUNING_H_
#define GRANTLEDGER_LEDGER_TUNING_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include <rocksdb/db.h>

#include <grantledger/ledger.h>

namespace grantledger {

/// In fewer shards than RocksDB would make: the filter of a file of millions of small rows has some
/// megabytes, and one that fits into no shard is read anew by every point read.
std::shared_ptr<rocksdb::Cache> MakeCache(std::size_t bytes);

/// `env` may be null: the machine's.
rocksdb::DBOptions DatabaseOptions(const Options& options, rocksdb::Env* env,
                                   std::shared_ptr<Logger> logger);

/// Of every family, in the order of their numbers; RocksDB's own `default` stands last.
std::vector<rocksdb::ColumnFamilyDescriptor> Descriptors(
    const std::shared_ptr<rocksdb::Cache>& cache);
/// The same to read alone. `wal_bytes`: what is read from write-ahead logs into memory, at most.
std::vector<rocksdb::ColumnFamilyDescriptor> DescriptorsToRead(
    const std::shared_ptr<rocksdb::Cache>& cache, std::uint64_t wal_bytes);

}  // namespace grantledger

#endif  // GRANTLEDGER_LEDGER_TUNING_H_
