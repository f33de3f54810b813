// The folds of cohorts, kept in memory so that a read need not fold again what did not change.
#ifndef GRANTLEDGER_LEDGER_FOLD_CACHE_H_
#define GRANTLEDGER_LEDGER_FOLD_CACHE_H_

#include <array>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

#include "ledger/fold.h"

namespace grantledger {

/// Thread-safe. What is in it never changes; a newer fold takes the place of an older one.
class FoldCache {
 public:
  [[nodiscard]] std::shared_ptr<const CellFold> Find(const std::string& key) const {
    const Shard& shard = ShardOf(key);
    const std::scoped_lock lock(shard.mutex);
    const auto found = shard.folds.find(key);
    return found == shard.folds.end() ? nullptr : found->second;
  }

  void Keep(const std::string& key, std::shared_ptr<const CellFold> fold) {
    Shard& shard = ShardOf(key);
    const std::scoped_lock lock(shard.mutex);
    if (shard.folds.size() >= kFoldsPerShard) shard.folds.erase(shard.folds.begin());
    std::shared_ptr<const CellFold>& kept = shard.folds[key];
    if (kept == nullptr || kept->last_lsn() <= fold->last_lsn()) kept = std::move(fold);
  }

  void Clear() {
    for (Shard& shard : shards_) {
      const std::scoped_lock lock(shard.mutex);
      shard.folds.clear();
    }
  }

 private:
  static constexpr std::size_t kShards = 16;
  static constexpr std::size_t kFoldsPerShard = 4096;
  struct Shard {
    mutable std::mutex mutex;
    std::unordered_map<std::string, std::shared_ptr<const CellFold>> folds;
  };

  [[nodiscard]] std::size_t IndexOf(const std::string& key) const {
    return std::hash<std::string>()(key) % kShards;
  }
  Shard& ShardOf(const std::string& key) { return shards_[IndexOf(key)]; }
  [[nodiscard]] const Shard& ShardOf(const std::string& key) const { return shards_[IndexOf(key)]; }

  std::array<Shard, kShards> shards_;
};

}  // namespace grantledger

#endif  // GRANTLEDGER_LEDGER_FOLD_CACHE_H_
