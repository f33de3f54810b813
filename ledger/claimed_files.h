// Which files of a database its anchor claims, and whether they are there.
#ifndef GRANTLEDGER_LEDGER_CLAIMED_FILES_H_
#define GRANTLEDGER_LEDGER_CLAIMED_FILES_H_

#include <cstdint>
#include <optional>
#include <set>
#include <string>

#include <rocksdb/db.h>

#include <grantledger/status.h>

#include "ledger/anchor.h"
#include "ledger/wal_files.h"

namespace grantledger {

/// The manifest of an open database, up to the last entry that the database goes by, synced. An
/// entry that is being written may be whole in the file, and may let go of a write-ahead log that
/// the database still names as needed.
Result<ManifestPart> SyncManifest(rocksdb::DB& db, rocksdb::Env* env);

/// Whether the manifest is what is claimed, or a later one. Errors: Corruption, IoError.
Status CheckManifest(const std::string& directory, const AnchorClaim& claimed, rocksdb::Env* env);
/// Whether the manifest that is claimed is there, whatever CURRENT names.
bool HasClaimedManifest(const std::string& directory, const AnchorClaim& claimed,
                        rocksdb::Env* env);

/// Stands for the table files that a database needs: the sum of the XXH3-64 of the number and the
/// size of each, and 1.
std::uint64_t SumOfTables(rocksdb::DB& db);
/// The names of the table files in `directory` that have this sum; others, a few, may be there that
/// were not removed yet. Nullopt: some are missing or cut, or there are too many others.
std::optional<std::set<std::string>> FindTables(const std::string& directory, std::uint64_t sum,
                                                rocksdb::Env* env);

/// Whether the manifest is what is claimed or a later one, and the write-ahead logs are there.
/// Errors: Corruption, IoError.
Status CheckFiles(const std::string& directory, const AnchorClaim& claimed, rocksdb::Env* env);

/// Where the write-ahead logs of the ledger in `directory` begin, as far as its anchor tells. Where
/// files changed since, only the number is known, before which none is needed.
Result<WalStart> ClaimedWalStart(const std::string& directory, rocksdb::Env* env);

/// Corruption of a ledger that holds less than its anchor claims: what was found, what was
/// expected.
Status LessThanClaimed(const std::string& directory, const std::string& found,
                       const std::string& expected);

}  // namespace grantledger

#endif  // GRANTLEDGER_LEDGER_CLAIMED_FILES_H_
