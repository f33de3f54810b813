// BareRocks: the rows of a ledger read through RocksDB itself, without grantledger.
//
// It opens the directory of a ledger read-only beside it, with the options that the ledger's
// RocksDB wrote down (block size, filters, compression) and a block cache of its own of the same
// size. So both read the same files through caches of the same size, and RocksDB verifies its
// checksums of blocks for both. What the comparison charges to grantledger is everything above
// RocksDB: its own checksum of each row, decoding, folding, rights, and making the answer.
//
// REQUIRES: the ledger was settled before, and is not settled again while this is open.
#ifndef GRANTLEDGER_BENCH_BARE_ROCKS_H_
#define GRANTLEDGER_BENCH_BARE_ROCKS_H_

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <grantledger/types.h>

namespace grantledger::bench {

class BareRocks {
 public:
  /// Throws std::runtime_error.
  BareRocks(const std::string& directory, std::size_t cache_bytes);
  ~BareRocks();
  BareRocks(const BareRocks&) = delete;
  BareRocks& operator=(const BareRocks&) = delete;

  /// Passes every `member` row of a position (docs/FORMAT.md: tag 'm'), looks at key and value, and
  /// returns how many there are.
  std::uint64_t ScanMembers();
  /// Gets the row of an account (`state`, tag 'a'), and returns its size; 0: there is none.
  std::size_t GetAccount(AccountId account);

  /// As ScanMembers, but `rows` of them alone, from the first on.
  std::uint64_t ScanMembers(std::uint64_t rows);

  /// The rows of cells that compaction wrote (`activation`, tag 'a'), in order.
  std::vector<std::pair<std::string, std::string>> ReadCells();

  static std::string Version();

 private:
  struct Open;
  std::unique_ptr<Open> open_;
};

/// A new database into which go what the ledger writes where an account changes its own: as many
/// rows, of the same sizes, in one batch. Thread-safe.
class BareWriter {
 public:
  BareWriter(const std::string& directory, bool synced);
  ~BareWriter();
  BareWriter(const BareWriter&) = delete;
  BareWriter& operator=(const BareWriter&) = delete;

  void WriteOne(AccountId account);

 private:
  struct Open;
  std::unique_ptr<Open> open_;
};

/// Writes the rows into a new database in `directory`, in their order, unsynced, in batches of
/// `batch_bytes`; gives the seconds that it took.
double WriteBare(const std::string& directory,
                 const std::vector<std::pair<std::string, std::string>>& rows,
                 std::size_t batch_bytes);

}  // namespace grantledger::bench

#endif  // GRANTLEDGER_BENCH_BARE_ROCKS_H_
