// The folds of cohorts, kept in memory so that a read need not fold again what did not change.
#ifndef GRANTLEDGER_LEDGER_FOLD_CACHE_H_
#define GRANTLEDGER_LEDGER_FOLD_CACHE_H_

#include <array>
#include <atomic>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <rocksdb/cache.h>

#include "ledger/fold.h"
#include "ledger/meters.h"

namespace grantledger {

/// What folds take of memory, and of the cache that has blocks too: there it is reserved, so that
/// blocks make room for it. Thread-safe.
class FoldMemory {
 public:
  /// `cache` null: they have memory of their own.
  explicit FoldMemory(std::shared_ptr<rocksdb::Cache> cache) : cache_(std::move(cache)) {}
  ~FoldMemory();
  FoldMemory(const FoldMemory&) = delete;
  FoldMemory& operator=(const FoldMemory&) = delete;

  void Add(std::size_t bytes) noexcept;
  void Remove(std::size_t bytes) noexcept;
  /// Whether it is more than a quarter of the cache.
  [[nodiscard]] bool IsMuch() const;
  [[nodiscard]] std::size_t bytes() const { return bytes_; }

 private:
  /// What is reserved at a time.
  static constexpr std::size_t kPiece = std::size_t{256} << 10;
  /// As much as is needed, if there is memory for it.
  void Reserve() noexcept;
  void ReservePieces();

  const std::shared_ptr<rocksdb::Cache> cache_;
  std::atomic<std::size_t> bytes_ = 0;
  std::atomic<std::size_t> reserved_ = 0;
  std::mutex mutex_;  // of pieces_
  std::vector<rocksdb::Cache::Handle*> pieces_;
};

/// Thread-safe. What is in it never changes; a newer fold takes the place of an older one. When it
/// is full, what was asked for longest ago is forgotten, one fold at a time, so that nobody waits.
class FoldCache {
 public:
  FoldCache() : FoldCache(nullptr) {}
  /// Its memory is that of `cache`, of which it takes a quarter at most; null: 64 MB of its own.
  explicit FoldCache(std::shared_ptr<rocksdb::Cache> cache)
      : memory_(std::make_shared<FoldMemory>(std::move(cache))) {}

  [[nodiscard]] std::shared_ptr<const CellFold> Find(const std::string& key) {
    Shard& shard = ShardOf(key);
    const std::scoped_lock lock(shard.mutex);
    const auto found = shard.places.find(key);
    if (found == shard.places.end()) {
      ++this_thread_found.fold_misses;
      return nullptr;
    }
    ++this_thread_found.fold_hits;
    shard.lately.splice(shard.lately.begin(), shard.lately, found->second);
    return found->second->fold;
  }

  /// The fold, counted in the memory of the cache for as long as somebody has it.
  [[nodiscard]] std::shared_ptr<const CellFold> Share(CellFold fold);
  /// `fold` is of Share. May be kept by several keys.
  void Keep(std::string key, std::shared_ptr<const CellFold> fold);
  void Clear();
  /// Of the folds that somebody has, kept or not.
  [[nodiscard]] std::size_t bytes() const { return memory_->bytes(); }

 private:
  static constexpr std::size_t kShards = 16;
  static constexpr std::size_t kMostPerShard = 4096;
  struct Kept {
    std::string key;
    std::shared_ptr<const CellFold> fold;
  };
  struct Shard {
    std::mutex mutex;
    std::list<Kept> lately;  ///< What was asked for last comes first.
    std::unordered_map<std::string_view, std::list<Kept>::iterator> places;  ///< By Kept::key.
  };

  static void ForgetLast(Shard& shard, std::list<Kept>* gone);
  void MakeRoom();
  Shard& ShardOf(const std::string& key) {
    return shards_[std::hash<std::string>()(key) % kShards];
  }

  std::shared_ptr<FoldMemory> memory_;
  std::atomic<std::size_t> next_ = 0;  // shard that makes room
  std::array<Shard, kShards> shards_;
};

}  // namespace grantledger

#endif  // GRANTLEDGER_LEDGER_FOLD_CACHE_H_
