#include "ledger/table_cache.h"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <new>
#include <string>
#include <utility>

#include <xxhash.h>

#include "ledger/meters.h"

namespace grantledger {
namespace {

/// A row's key in the cache. Longer than those of blocks, which have 16 bytes. Mostly short enough
/// to need no memory of its own: a read makes a dozen.
class CacheKey {
 public:
  CacheKey(std::uint64_t id, Family family, std::string_view key)
      : size_(kPrefix.size() + sizeof(id) + 1 + key.size()) {
    char* bytes = short_.data();
    if (size_ > short_.size()) {
      long_.resize(size_);
      bytes = long_.data();
    }
    bytes = std::ranges::copy(kPrefix, bytes).out;
    std::memcpy(bytes, &id, sizeof(id));
    bytes += sizeof(id);
    *bytes++ = static_cast<char>(family);
    std::ranges::copy(key, bytes);
  }
  [[nodiscard]] rocksdb::Slice slice() const {
    return {size_ > short_.size() ? long_.data() : short_.data(), size_};
  }

 private:
  static constexpr std::string_view kPrefix = "grantledger";
  static_assert(kPrefix.size() + sizeof(std::uint64_t) > 16);
  static constexpr std::size_t kShort = 64;

  std::size_t size_;
  std::array<char, kShort> short_;
  std::string long_;
};

/// What the list of the cache, its key and the table's owner take beside the table.
constexpr std::size_t kOverhead = 200;

/// The stripes of all keys of a batch.
class StripesOf : public rocksdb::WriteBatch::Handler {
 public:
  using StripeOf = std::size_t (*)(std::string_view key);
  StripesOf(StripeOf stripe_of, std::vector<std::size_t>& stripes)
      : stripe_of_(stripe_of), stripes_(stripes) {}
  rocksdb::Status PutCF(std::uint32_t /*family*/, const rocksdb::Slice& key,
                        const rocksdb::Slice& /*value*/) override {
    stripes_.push_back(stripe_of_(key.ToStringView()));
    return rocksdb::Status::OK();
  }
  rocksdb::Status DeleteCF(std::uint32_t /*family*/, const rocksdb::Slice& key) override {
    stripes_.push_back(stripe_of_(key.ToStringView()));
    return rocksdb::Status::OK();
  }

 private:
  StripeOf stripe_of_;
  std::vector<std::size_t>& stripes_;
};

}  // namespace

TableCache::TableCache(std::shared_ptr<rocksdb::Cache> cache, bool read_only)
    : cache_(std::move(cache)), id_(cache_->NewId()) {
  if (read_only) return;
  stripes_.reset(static_cast<Stripe*>(std::calloc(kStripes, sizeof(Stripe))));
  if (stripes_ == nullptr) throw std::bad_alloc();
}

std::size_t TableCache::StripeOf(std::string_view key) {
  return XXH3_64bits(key.data(), std::min(key.size(), kStripedBytes)) % kStripes;
}

/// Asks for writes that are under way first: one that ends in between has left its number then.
bool TableCache::IsUnwritten(std::string_view key, rocksdb::SequenceNumber since) const {
  if (stripes_ == nullptr) return true;
  Stripe& stripe = stripes_[StripeOf(key)];
  return std::atomic_ref(stripe.writing).load(std::memory_order_acquire) == 0 &&
         std::atomic_ref(stripe.written).load(std::memory_order_acquire) <= since;
}

void TableCache::Forget(const rocksdb::Slice& /*key*/, void* kept) {
  delete static_cast<Kept*>(kept);
}

std::optional<TableCache::Kept> TableCache::Look(Family family, std::string_view key,
                                                 rocksdb::SequenceNumber at) const {
  rocksdb::Cache::Handle* handle = cache_->Lookup(CacheKey(id_, family, key).slice());
  if (handle == nullptr) return std::nullopt;
  std::optional<Kept> kept = *static_cast<const Kept*>(cache_->Value(handle));
  cache_->Release(handle);
  if (kept->at > at) kept.reset();
  return kept;
}

std::optional<TableCache::Table> TableCache::Find(Family family, std::string_view key,
                                                  rocksdb::SequenceNumber at) const {
  std::optional<Kept> kept = Look(family, key, at);
  if (!kept || !IsUnwritten(key, kept->at)) {
    ++this_thread_found.row_misses;
    return std::nullopt;
  }
  ++this_thread_found.row_hits;
  return std::move(kept->table);
}

std::optional<TableCache::Table> TableCache::FindOlder(Family family, std::string_view key,
                                                       rocksdb::SequenceNumber at) const {
  std::optional<Kept> kept = Look(family, key, at);
  if (!kept) return std::nullopt;
  return std::move(kept->table);
}

void TableCache::Keep(Family family, std::string_view key, rocksdb::SequenceNumber at,
                      const Table& table, std::size_t bytes) {
  if (!IsUnwritten(key, at)) return;
  auto kept = std::make_unique<Kept>(Kept{table, at});
  const CacheKey cache_key(id_, family, key);
  const rocksdb::Status inserted =
      cache_->Insert(cache_key.slice(), kept.get(), bytes + key.size() + kOverhead, &Forget);
  // One that is not inserted is not the cache's to forget.
  if (inserted.ok()) (void)kept.release();
}

TableCache::Writing::Writing(TableCache& tables, const rocksdb::WriteBatch& batch)
    : tables_(tables) {
  stripes_.reserve(batch.Count());
  StripesOf handler(&TableCache::StripeOf, stripes_);
  status_ = batch.Iterate(&handler);
  for (const std::size_t stripe : stripes_) {
    std::atomic_ref(tables_.stripes_[stripe].writing).fetch_add(1, std::memory_order_acq_rel);
  }
}

void TableCache::Writing::End(rocksdb::SequenceNumber last) {
  for (const std::size_t index : stripes_) {
    const std::atomic_ref stripe_written(tables_.stripes_[index].written);
    rocksdb::SequenceNumber written = stripe_written.load(std::memory_order_relaxed);
    while (written < last && !stripe_written.compare_exchange_weak(written, last)) {
    }
    std::atomic_ref(tables_.stripes_[index].writing).fetch_sub(1, std::memory_order_acq_rel);
  }
}

}  // namespace grantledger
