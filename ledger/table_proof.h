// What RocksDB reads of a table file without a proof: its properties.
//
// RocksDB 7.8.3 reads the block of properties before it compares its checksum, since a file that
// was ingested may have been altered there (ReadTablePropertiesHelper). Where the block is damaged,
// that ends the process by an assertion. So the checksum is compared before.
#ifndef GRANTLEDGER_LEDGER_TABLE_PROOF_H_
#define GRANTLEDGER_LEDGER_TABLE_PROOF_H_

#include <cstdint>
#include <string>

#include <rocksdb/file_system.h>

namespace grantledger {

/// Corruption, which names the file: its properties are not what was written. What RocksDB proves
/// by itself is left to it, and files of another format than we write.
rocksdb::IOStatus ProveProperties(const std::string& name, rocksdb::FSRandomAccessFile& file,
                                  std::uint64_t size);

}  // namespace grantledger

#endif  // GRANTLEDGER_LEDGER_TABLE_PROOF_H_
