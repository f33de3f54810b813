// Batch: writes that are not committed yet, on top of a store, seen by its own reads.
#ifndef GRANTLEDGER_LEDGER_BATCH_H_
#define GRANTLEDGER_LEDGER_BATCH_H_

#include <functional>
#include <map>
#include <memory>
#include <memory_resource>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "ledger/store.h"

namespace grantledger {

/// Used by one thread. Reads what was stored when it was made, or last committed, and its own
/// writes. A row that is written many times, as a unit is while accounts join, is
/// committed once; a row that is read many times is read from the store once.
class Batch : public Rows {
 public:
  /// `store` is kept. What the batch reads must not be written by anything else until it is
  /// committed, but for rows of `activation`.
  explicit Batch(Store& store)
      : store_(store), stored_(std::make_unique<Snapshot>(store)), rows_(std::in_place, &arena_) {}

  void Put(Family family, std::string_view key, std::string_view payload);
  void Delete(Family family, std::string_view key);
  void PutRecord(Lsn lsn, std::string_view payload);
  /// All at once. The batch is empty then.
  Status Commit();

  /// The writes of a family by key, framed; nullopt: it is deleted.
  using Writes = std::pmr::map<std::string_view, std::optional<std::string_view>>;

 private:
  using Read = std::pmr::unordered_map<std::string_view, std::optional<std::string_view>>;
  /// By family. Keys and values are in the arena, too.
  struct FamilyRows {
    explicit FamilyRows(std::pmr::memory_resource* arena)
        : written(kFamilyCount, arena), read(kFamilyCount, arena) {}
    std::pmr::vector<Writes> written;
    std::pmr::vector<Read> read;
  };

  rocksdb::Status GetRow(Family family, const rocksdb::Slice& key,
                         rocksdb::PinnableSlice* value) const override;
  rocksdb::Iterator* NewIterator(Family family, const rocksdb::ReadOptions& options) const override;
  [[nodiscard]] Writes& writes(Family family) const {
    return rows_->written[static_cast<std::size_t>(family)];
  }
  [[nodiscard]] Read& read(Family family) const {
    return rows_->read[static_cast<std::size_t>(family)];
  }
  void Set(Family family, std::string_view key, std::optional<std::string_view> value);
  [[nodiscard]] std::string_view Copy(std::string_view bytes) const;

  Store& store_;
  std::unique_ptr<Snapshot> stored_;
  // Thousands of small rows that live as long as the batch: given back all at once.
  mutable std::pmr::monotonic_buffer_resource arena_;
  mutable std::optional<FamilyRows> rows_;
};

}  // namespace grantledger

#endif  // GRANTLEDGER_LEDGER_BATCH_H_
