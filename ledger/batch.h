// Batch: writes that are not committed yet, on top of a store, seen by its own reads.
#ifndef GRANTLEDGER_LEDGER_BATCH_H_
#define GRANTLEDGER_LEDGER_BATCH_H_

#include <functional>
#include <map>
#include <memory>
#include <memory_resource>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ledger/store.h"

namespace grantledger {

/// Used by one thread. Reads what was stored when it was made, or last committed, and its own
/// writes. A row that is written many times, as a unit is while accounts join, is
/// committed once. What was written since a savepoint can be taken back.
class Batch : public Rows {
 public:
  /// `store` is kept. What the batch reads must not be written by anything else until it is
  /// committed, but for rows of `activation`.
  explicit Batch(Store& store) : store_(store), stored_(store.Latest()) { Clear(); }

  void Put(Family family, std::string_view key, std::string_view payload);
  void Delete(Family family, std::string_view key);
  void PutRecord(Lsn lsn, std::string_view payload);
  /// All at once. The batch is empty then; where it fails, it is as it was, and may be committed
  /// again.
  Status Commit();
  [[nodiscard]] bool empty() const;

  /// What is written from here on, up to the next savepoint, can be taken back. Costs nothing.
  void SetSavepoint() noexcept;
  /// Whether something was written since the savepoint.
  [[nodiscard]] bool ChangedSinceSavepoint() const { return !undo_->empty(); }
  /// Takes back what was written since the savepoint. Nobody may be reading from the batch.
  /// REQUIRES: SetSavepoint was called since the batch was made or committed.
  void RollBack() noexcept;

  [[nodiscard]] std::optional<TableCache::Table> FindKept(Family family,
                                                          std::string_view key) const override {
    if (IsWritten(family, key)) return std::nullopt;
    if (const Kept* mine = FindMine(family, key)) return mine->table;
    return stored_->FindKept(family, key);
  }
  [[nodiscard]] std::optional<TableCache::Table> FindOlder(Family family,
                                                           std::string_view key) const override {
    if (const Kept* mine = FindMine(family, key)) return mine->table;
    return stored_->FindOlder(family, key);
  }
  void Keep(Family family, std::string_view key, const TableCache::Table& table,
            std::size_t bytes) const override {
    if (!IsWritten(family, key)) stored_->Keep(family, key, table, bytes);
  }
  void KeepCommitted(Family family, std::string_view key, const TableCache::Table& table,
                     std::size_t bytes) const override;

  /// The writes of a family by key, framed; nullopt: it is deleted.
  using Writes = std::pmr::map<std::string_view, std::optional<std::string_view>>;

 private:
  rocksdb::Status GetRow(Family family, const rocksdb::Slice& key,
                         rocksdb::PinnableSlice* value) const override;
  rocksdb::Iterator* NewIterator(Family family, const rocksdb::ReadOptions& options) const override;
  [[nodiscard]] const Writes& writes(Family family) const {
    return (*written_)[static_cast<std::size_t>(family)];
  }
  /// What a write since the savepoint has to be undone by.
  struct Undo {
    Writes* rows = nullptr;
    Writes::iterator row;  ///< The end: nothing was changed.
    bool is_new = false;
    std::optional<std::string_view> value;  ///< That it had; it is in the arena still.
  };
  /// What others may have once the batch is committed, by family and key.
  struct Kept {
    TableCache::Table table;
    std::size_t bytes = 0;
  };
  using KeptByKey = std::map<std::pair<Family, std::string>, Kept>;
  /// The row, or one under it as a prefix.
  [[nodiscard]] bool IsWritten(Family family, std::string_view key) const {
    const auto row = writes(family).lower_bound(key);
    return row != writes(family).end() && row->first.starts_with(key);
  }
  /// Of what is kept for the time after the commit; null: it is not.
  [[nodiscard]] const Kept* FindMine(Family family, std::string_view key) const;
  void Clear();
  void Set(Family family, std::string_view key, std::optional<std::string_view> value);
  [[nodiscard]] std::string_view Copy(std::string_view bytes);

  Store& store_;
  std::shared_ptr<const Snapshot> stored_;
  // Thousands of small rows that live as long as the batch: given back all at once.
  std::pmr::monotonic_buffer_resource arena_;
  // By family. Keys and values are in the arena, too.
  std::optional<std::pmr::vector<Writes>> written_;
  bool undoes_ = false;                         // a savepoint was set
  std::optional<std::pmr::vector<Undo>> undo_;  // of the writes since then, in the arena
  mutable KeptByKey kept_;
  mutable std::vector<KeptByKey::key_type> kept_since_;  // the savepoint
};

}  // namespace grantledger

#endif  // GRANTLEDGER_LEDGER_BATCH_H_
