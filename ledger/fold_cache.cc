#include "ledger/fold_cache.h"

#include <new>
#include <utility>

namespace grantledger {
namespace {

void NothingToDelete(const rocksdb::Slice& /*key*/, void* /*value*/) {}

}  // namespace

FoldMemory::~FoldMemory() {
  for (rocksdb::Cache::Handle* piece : pieces_) cache_->Release(piece, /*erase_if_last_ref=*/true);
}

void FoldMemory::Add(std::size_t bytes) noexcept {
  if (bytes_.fetch_add(bytes) + bytes > reserved_) Reserve();
}

void FoldMemory::Remove(std::size_t bytes) noexcept {
  const std::size_t left = bytes_.fetch_sub(bytes) - bytes;
  // Some pieces stay, so that one fold that comes and goes costs nothing.
  constexpr std::size_t kSpare = 4;
  if (left + kSpare * kPiece < reserved_) Reserve();
}

bool FoldMemory::IsMuch() const {
  constexpr std::size_t kShare = 4;
  constexpr std::size_t kOwn = std::size_t{64} << 20;
  return bytes_ > (cache_ == nullptr ? kOwn : cache_->GetCapacity() / kShare);
}

void FoldMemory::Reserve() noexcept {
  if (cache_ == nullptr) return;
  try {
    ReservePieces();
  } catch (const std::bad_alloc&) {
    return;  // the next one tries again
  }
}

void FoldMemory::ReservePieces() {
  const std::scoped_lock lock(mutex_);
  const std::size_t wanted = (bytes_ + kPiece - 1) / kPiece;
  while (pieces_.size() > wanted) {
    cache_->Release(pieces_.back(), /*erase_if_last_ref=*/true);
    pieces_.pop_back();
  }
  pieces_.reserve(wanted);
  while (pieces_.size() < wanted) {
    const std::string key = "grantledger folds " +
                            std::to_string(reinterpret_cast<std::uintptr_t>(this)) + " " +
                            std::to_string(pieces_.size());
    rocksdb::Cache::Handle* piece = nullptr;
    if (!cache_->Insert(key, nullptr, kPiece, &NothingToDelete, &piece).ok()) break;
    pieces_.push_back(piece);
  }
  reserved_ = pieces_.size() * kPiece;
}

std::shared_ptr<const CellFold> FoldCache::Share(CellFold fold) {
  const std::size_t bytes = fold.BytesInMemory();
  auto owned = std::make_unique<const CellFold>(std::move(fold));
  memory_->Add(bytes);
  const auto forget = [memory = memory_, bytes](const CellFold* gone) {
    delete gone;
    memory->Remove(bytes);
  };
  return {owned.release(), forget};
}

void FoldCache::ForgetLast(Shard& shard, std::list<Kept>* gone) {
  if (shard.lately.empty()) return;
  shard.places.erase(shard.lately.back().key);
  gone->splice(gone->begin(), shard.lately, std::prev(shard.lately.end()));
}

/// From one shard after another. Many may keep the same fold, and only the last gives it back.
void FoldCache::MakeRoom() {
  constexpr int kMostAtOnce = 64;
  for (int i = 0; i < kMostAtOnce && memory_->IsMuch(); ++i) {
    std::list<Kept> gone;  // ends behind the lock
    Shard& shard = shards_[next_++ % kShards];
    const std::scoped_lock lock(shard.mutex);
    ForgetLast(shard, &gone);
  }
}

void FoldCache::Keep(std::string key, std::shared_ptr<const CellFold> fold) {
  if (memory_->IsMuch()) MakeRoom();
  Shard& shard = ShardOf(key);
  std::list<Kept> gone;
  const std::scoped_lock lock(shard.mutex);
  if (const auto found = shard.places.find(key); found != shard.places.end()) {
    std::shared_ptr<const CellFold>& kept = found->second->fold;
    if (kept->last_lsn() <= fold->last_lsn()) kept = std::move(fold);
    return;
  }
  if (shard.lately.size() == kMostPerShard) ForgetLast(shard, &gone);
  shard.lately.push_front({std::move(key), std::move(fold)});
  shard.places.emplace(shard.lately.front().key, shard.lately.begin());
}

void FoldCache::Clear() {
  for (Shard& shard : shards_) {
    std::list<Kept> gone;
    const std::scoped_lock lock(shard.mutex);
    shard.places.clear();
    gone.swap(shard.lately);
  }
}

}  // namespace grantledger
