// The folds of cohorts, kept in memory so that a read need not fold again what did not change.
#ifndef GRANTLEDGER_LEDGER_FOLD_CACHE_H_
#define GRANTLEDGER_LEDGER_FOLD_CACHE_H_

#include <array>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "ledger/fold.h"

namespace grantledger {

/// Thread-safe. What is in it never changes; a newer fold takes the place of an older one. When it
/// is full, what was asked for longest ago is forgotten, one fold at a time, so that nobody waits.
class FoldCache {
 public:
  [[nodiscard]] std::shared_ptr<const CellFold> Find(const std::string& key) {
    Shard& shard = ShardOf(key);
    const std::scoped_lock lock(shard.mutex);
    const auto found = shard.places.find(key);
    if (found == shard.places.end()) return nullptr;
    shard.lately.splice(shard.lately.begin(), shard.lately, found->second);
    return found->second->fold;
  }

  void Keep(std::string key, std::shared_ptr<const CellFold> fold) {
    Shard& shard = ShardOf(key);
    const std::scoped_lock lock(shard.mutex);
    if (const auto found = shard.places.find(key); found != shard.places.end()) {
      std::shared_ptr<const CellFold>& kept = found->second->fold;
      if (kept->last_lsn() <= fold->last_lsn()) kept = std::move(fold);
      return;
    }
    if (shard.lately.size() == kMostPerShard) {
      shard.places.erase(shard.lately.back().key);
      shard.lately.pop_back();
    }
    shard.lately.push_front({std::move(key), std::move(fold)});
    shard.places.emplace(shard.lately.front().key, shard.lately.begin());
  }

  void Clear() {
    for (Shard& shard : shards_) {
      const std::scoped_lock lock(shard.mutex);
      shard.places.clear();
      shard.lately.clear();
    }
  }

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

  Shard& ShardOf(const std::string& key) {
    return shards_[std::hash<std::string>()(key) % kShards];
  }

  std::array<Shard, kShards> shards_;
};

}  // namespace grantledger

#endif  // GRANTLEDGER_LEDGER_FOLD_CACHE_H_
