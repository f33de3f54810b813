// TableCache: the tables of rows that are read often, decoded, in the memory that blocks have too.
#ifndef GRANTLEDGER_LEDGER_TABLE_CACHE_H_
#define GRANTLEDGER_LEDGER_TABLE_CACHE_H_

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include <rocksdb/cache.h>
#include <rocksdb/types.h>
#include <rocksdb/write_batch.h>

#include "codec/keys.h"

namespace grantledger {

/// Thread-safe. Keeps what was read at a snapshot, and gives it to later snapshots for as long as
/// the row was not written since.
///
/// Nobody who writes looks for what is kept. Instead, keys are spread over stripes by their first
/// bytes, and each stripe knows the sequence number of the last write to any of its rows: what was
/// read before is not given out any more. That two rows share a stripe costs one of them a read.
class TableCache {
 public:
  /// Rows are in the stripe of this much of their keys. What follows from all rows under a prefix
  /// may be kept by that prefix, where it is as long.
  static constexpr std::size_t kStripedBytes = 8;

  /// A table of codec/schema/state.fbs, a number, or what follows from the rows under a prefix.
  /// Null: there is no such row.
  using Table = std::shared_ptr<const void>;

  /// The cache may have blocks, and the tables of others. `read_only`: no row is ever written
  /// (REQUIRES: no Writing), so that all that is kept stays true.
  TableCache(std::shared_ptr<rocksdb::Cache> cache, bool read_only);

  /// Where the tables are, and blocks.
  [[nodiscard]] const std::shared_ptr<rocksdb::Cache>& cache() const { return cache_; }

  /// As the snapshot with the sequence number `at` sees it; nullopt: it is not kept.
  [[nodiscard]] std::optional<Table> Find(Family family, std::string_view key,
                                          rocksdb::SequenceNumber at) const;
  /// The same as some snapshot that is not later saw it, whatever was written since.
  [[nodiscard]] std::optional<Table> FindOlder(Family family, std::string_view key,
                                               rocksdb::SequenceNumber at) const;
  /// `bytes`: what it takes, about.
  void Keep(Family family, std::string_view key, rocksdb::SequenceNumber at, const Table& table,
            std::size_t bytes);

  /// From before a write to behind it: nothing is given out meanwhile of what it writes.
  class Writing {
   public:
    Writing(TableCache& tables, const rocksdb::WriteBatch& batch);
    /// `last`: a sequence number that is not before the write's.
    void End(rocksdb::SequenceNumber last);
    [[nodiscard]] const rocksdb::Status& status() const { return status_; }

   private:
    TableCache& tables_;
    std::vector<std::size_t> stripes_;
    rocksdb::Status status_;
  };

 private:
  struct Kept {
    Table table;
    rocksdb::SequenceNumber at = 0;
  };
  /// Zeros at first, of pages that take no memory, and no time at opening, until one is written to.
  struct Stripe {
    std::uint32_t writing;  ///< Writes that are under way. By `std::atomic_ref`, as all of it.
    rocksdb::SequenceNumber written;
  };
  static constexpr std::size_t kStripes = std::size_t{1} << 17;
  struct Free {
    void operator()(void* memory) const { std::free(memory); }
  };
  [[nodiscard]] std::optional<Kept> Look(Family family, std::string_view key,
                                         rocksdb::SequenceNumber at) const;
  static void Forget(const rocksdb::Slice& key, void* kept);
  static std::size_t StripeOf(std::string_view key);
  [[nodiscard]] bool IsUnwritten(std::string_view key, rocksdb::SequenceNumber since) const;

  std::shared_ptr<rocksdb::Cache> cache_;
  const std::uint64_t id_;                   // in the keys of its tables
  std::unique_ptr<Stripe[], Free> stripes_;  // null: read-only
};

}  // namespace grantledger

#endif  // GRANTLEDGER_LEDGER_TABLE_CACHE_H_
