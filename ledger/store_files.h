// The files of a store, looked at from outside: which of them RocksDB's own checksums do not prove.
#ifndef GRANTLEDGER_LEDGER_STORE_FILES_H_
#define GRANTLEDGER_LEDGER_STORE_FILES_H_

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "ledger/store.h"

namespace grantledger {

/// A table file that is missing or damaged.
struct DamagedFile {
  std::string name = {};
  std::string family = {};
  std::string first_key = {};  ///< Its rows are between these, both included.
  std::string last_key = {};
  Status problem = {};
};

/// Reads every table file of the store, but those that a writer beside it merged and removed since.
/// `between` hears how many are done, of how many; false stops it, with what was found by then.
std::vector<DamagedFile> FindDamagedFiles(
    const Store& store, const std::function<bool(std::uint64_t done, std::uint64_t all)>& between);

/// Where reading a family may go on, where a block or a file can't be read in which the row of
/// `key` would be: with the next block, by the index of its table file, or else behind that. It is
/// greater than `key`. Nullopt: no table file has anything there or behind it.
std::optional<std::string> NextBlock(const Store& store, Family family, const std::string& key);

/// "records 8 to 136" of `log`, and keys of another family.
std::string WhatIsBetween(const std::string& family, const std::string& first_key,
                          const std::string& last_key);

/// Why the ledger in `directory` can't be opened, where RocksDB names a table file in what it says:
/// which it is, what was in it, and how to go on. Nullopt: it names none, or it is no damage.
std::optional<Status> ExplainTable(const rocksdb::Status& opened, const std::string& directory,
                                   const Options& options);

}  // namespace grantledger

#endif  // GRANTLEDGER_LEDGER_STORE_FILES_H_
