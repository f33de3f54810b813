// The folds of cohorts, kept in memory so that a read need not fold again what did not change.
#ifndef GRANTLEDGER_LEDGER_FOLD_CACHE_H_
#define GRANTLEDGER_LEDGER_FOLD_CACHE_H_

#include <array>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <utility>

#include "ledger/fold.h"

namespace grantledger {

/// Thread-safe. What is in it never changes; a newer fold takes the place of an older one. What was
/// asked for lately stays: it is young, and when there are too many of these they become old, and
/// what was old is forgotten.
class FoldCache {
 public:
  [[nodiscard]] std::shared_ptr<const CellFold> Find(const std::string& key) {
    Shard& shard = ShardOf(key);
    const std::scoped_lock lock(shard.mutex);
    const auto young = shard.young.find(key);
    if (young != shard.young.end()) return young->second;
    if (!shard.old.contains(key)) return nullptr;
    return shard.MakeYoung(key);
  }

  void Keep(const std::string& key, std::shared_ptr<const CellFold> fold) {
    Shard& shard = ShardOf(key);
    const std::scoped_lock lock(shard.mutex);
    std::shared_ptr<const CellFold>& kept = shard.MakeYoung(key);
    if (kept == nullptr || kept->last_lsn() <= fold->last_lsn()) kept = std::move(fold);
  }

  void Clear() {
    for (Shard& shard : shards_) {
      const std::scoped_lock lock(shard.mutex);
      shard.young.clear();
      shard.old.clear();
    }
  }

 private:
  static constexpr std::size_t kShards = 16;
  static constexpr std::size_t kYoungPerShard = 2048;
  using Folds = std::unordered_map<std::string, std::shared_ptr<const CellFold>>;
  struct Shard {
    /// Of a key that may be neither young nor old yet.
    std::shared_ptr<const CellFold>& MakeYoung(const std::string& key) {
      const auto known = young.find(key);
      if (known != young.end()) return known->second;
      std::shared_ptr<const CellFold> before;
      if (const auto found = old.find(key); found != old.end()) {
        before = std::move(found->second);
        old.erase(found);
      }
      if (young.size() == kYoungPerShard) old = std::exchange(young, {});
      return young[key] = std::move(before);
    }

    std::mutex mutex;
    Folds young;
    Folds old;
  };

  Shard& ShardOf(const std::string& key) {
    return shards_[std::hash<std::string>()(key) % kShards];
  }

  std::array<Shard, kShards> shards_;
};

}  // namespace grantledger

#endif  // GRANTLEDGER_LEDGER_FOLD_CACHE_H_
