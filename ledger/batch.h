// Batch: writes that are not committed yet, on top of a store, seen by its own reads.
#ifndef GRANTLEDGER_LEDGER_BATCH_H_
#define GRANTLEDGER_LEDGER_BATCH_H_

#include <array>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "ledger/store.h"

namespace grantledger {

/// Used by one thread. Reads what was stored when it was made, or last committed, and its own
/// writes. A row that is written many times, as a unit is while accounts join, is
/// committed once; a row that is read many times is read from the store once.
class Batch : public Rows {
 public:
  /// `store` is kept. What the batch reads must not be written by anything else until it is
  /// committed, but for rows of `activation`.
  explicit Batch(Store& store) : store_(store), stored_(std::make_unique<Snapshot>(store)) {}

  void Put(Family family, std::string_view key, std::string_view payload);
  void Delete(Family family, std::string_view key);
  void PutRecord(Lsn lsn, std::string_view payload);
  /// All at once. The batch is empty then.
  Status Commit();

  /// The writes of a family by key, framed; nullopt: it is deleted.
  using Writes = std::map<std::string, std::optional<std::string>, std::less<>>;

 private:
  using Read = std::unordered_map<std::string, std::optional<std::string>>;

  rocksdb::Status GetRow(Family family, const rocksdb::Slice& key,
                         rocksdb::PinnableSlice* value) const override;
  rocksdb::Iterator* NewIterator(Family family, const rocksdb::ReadOptions& options) const override;
  Writes& writes(Family family) { return writes_[static_cast<std::size_t>(family)]; }

  Store& store_;
  std::unique_ptr<Snapshot> stored_;
  std::array<Writes, kFamilyCount> writes_;
  mutable std::array<Read, kFamilyCount> read_;
};

}  // namespace grantledger

#endif  // GRANTLEDGER_LEDGER_BATCH_H_
