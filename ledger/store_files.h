// The files of a store, looked at from outside: which of them RocksDB's own checksums do not prove.
#ifndef GRANTLEDGER_LEDGER_STORE_FILES_H_
#define GRANTLEDGER_LEDGER_STORE_FILES_H_

#include <functional>
#include <istream>
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

/// Reads every table file of the store. `between` hears how many are done, of how many; false stops
/// it, with what was found by then.
std::vector<DamagedFile> FindDamagedFiles(
    const Store& store, const std::function<bool(std::uint64_t done, std::uint64_t all)>& between);

/// A write-ahead log that is not whole.
struct BrokenWal {
  std::string name = {};
  std::uint64_t size = 0;   ///< Of the file.
  std::uint64_t whole = 0;  ///< Up to here its writes are whole and have their checksums.
  /// It ends within a write, which is what a crash leaves; else something in it is damaged.
  bool torn = false;
};

/// Reads a write-ahead log from its beginning, up to what is not whole. Nullopt: it is whole. The
/// name and the size are left out.
std::optional<BrokenWal> ReadWal(std::istream& log);

/// The write-ahead logs in `directory` that are not whole, and are not being written.
std::vector<BrokenWal> FindBrokenWals(const std::string& directory);

}  // namespace grantledger

#endif  // GRANTLEDGER_LEDGER_STORE_FILES_H_
