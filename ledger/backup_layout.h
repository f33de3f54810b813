// How a backup store is laid out, and the engine of RocksDB that writes to it.
#ifndef GRANTLEDGER_LEDGER_BACKUP_LAYOUT_H_
#define GRANTLEDGER_LEDGER_BACKUP_LAYOUT_H_

#include <cstdint>
#include <memory>
#include <string>

#include <rocksdb/utilities/backup_engine.h>

#include <grantledger/status.h>

namespace grantledger {

inline constexpr const char* kDescriptions = "backups";
inline constexpr const char* kMetas = "meta";  ///< RocksDB's descriptions.
inline constexpr const char* kShared = "shared_checksum";
inline constexpr const char* kMaking = "MAKING";  ///< Is there while a backup is made.
inline constexpr const char* kLock = "LOCK";
/// So often progress is told, in bytes.
inline constexpr std::uint64_t kToldBytes = std::uint64_t{1} << 20;

Result<std::unique_ptr<rocksdb::BackupEngine>> OpenEngine(const std::string& path);
Result<std::unique_ptr<rocksdb::BackupEngineReadOnly>> OpenEngineToRead(const std::string& path);

/// The directory as RocksDB needs it: absolute, without a slash at its end.
std::string Absolute(const std::string& path);
/// Whether there is a store, or room for one. True: it is there. Errors: InvalidArgument.
Result<bool> LookForStore(const std::string& path);
/// The name of a file in the database: "shared_checksum/000012_sABC_345.sst" is 000012.sst.
std::string NameInLedger(const std::string& name);

}  // namespace grantledger

#endif  // GRANTLEDGER_LEDGER_BACKUP_LAYOUT_H_
