// The file system below RocksDB, such that what CURRENT names is whole after power loss.
//
// CURRENT names a new list of files (the manifest), which names table files that opening has just
// made. RocksDB syncs all their bytes first, but not their names: it syncs the directory once
// CURRENT has its new content. A file system that keeps the changes of a directory in order loses
// nothing by that; POSIX does not promise that it does. Then the names may be lost that CURRENT
// needs, and the ledger would not open, though the write-ahead log still has every write.
#ifndef GRANTLEDGER_LEDGER_NAMES_IN_ORDER_H_
#define GRANTLEDGER_LEDGER_NAMES_IN_ORDER_H_

#include <memory>

#include <rocksdb/file_system.h>

namespace grantledger {

/// As `files`, but the directory is synced before a file in it is renamed to CURRENT.
std::shared_ptr<rocksdb::FileSystem> NamesInOrder(
    const std::shared_ptr<rocksdb::FileSystem>& files);

}  // namespace grantledger

#endif  // GRANTLEDGER_LEDGER_NAMES_IN_ORDER_H_
