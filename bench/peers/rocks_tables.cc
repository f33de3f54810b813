#include "bench/peers/rocks_tables.h"

#include <algorithm>
#include <array>
#include <stdexcept>

#include <rocksdb/cache.h>
#include <rocksdb/db.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/merge_operator.h>
#include <rocksdb/slice_transform.h>
#include <rocksdb/table.h>
#include <rocksdb/version.h>

#include "bench/peers/eager_rows.h"
#include "bench/scratch.h"

namespace grantledger::bench {
namespace {

/// One batch holds about so many rows in each family, and is not much larger than a memtable.
constexpr std::size_t kRocksBulk = 20'000;
constexpr std::size_t kBlockBytes = std::size_t{8} << 10;
constexpr std::uint32_t kDictionaryBytes = std::uint32_t{16} << 10;

void CheckRocks(const rocksdb::Status& status) {
  if (!status.ok()) throw std::runtime_error("RocksDB: " + status.ToString());
}

rocksdb::Slice ToSlice(std::string_view bytes) { return {bytes.data(), bytes.size()}; }

/// So that writers of different accounts need not wait for one another to count.
class CountMerging : public rocksdb::AssociativeMergeOperator {
 public:
  bool Merge(const rocksdb::Slice& key, const rocksdb::Slice* before, const rocksdb::Slice& operand,
             std::string* after, rocksdb::Logger* /*log*/) const override {
    const auto row = before != nullptr ? before->ToStringView() : std::string_view();
    *after = MergeCount(key.ToStringView(), row, operand.ToStringView());
    return true;
  }
  [[nodiscard]] const char* Name() const override { return "CountMerging"; }
};

using Families = std::array<rocksdb::ColumnFamilyHandle*, kTableCount>;

/// What is behind all keys that begin with the prefix.
std::string EndOf(std::string_view prefix) {
  constexpr std::size_t kMostKeyBytes = 16;
  std::string end(prefix);
  while (!end.empty() && end.back() == '\xff') end.pop_back();
  if (end.empty()) return std::string(kMostKeyBytes, '\xff');
  ++end.back();
  return end;
}

/// Scans one family, again and again: making an iterator takes longer than a few rows do. What it
/// scanned last stays on disk until it scans again.
class FamilyScanner {
 public:
  void Scan(rocksdb::DB& db, rocksdb::ColumnFamilyHandle* family, std::string_view prefix,
            std::string_view from, const TableReader::Visitor& visit) {
    end_ = EndOf(prefix);
    end_slice_ = end_;
    Renew(db, family);
    for (rows_->Seek(ToSlice(std::max(prefix, from)));
         rows_->Valid() && visit(rows_->key().ToStringView(), rows_->value().ToStringView());
         rows_->Next()) {
    }
    CheckRocks(rows_->status());
  }

 private:
  void Renew(rocksdb::DB& db, rocksdb::ColumnFamilyHandle* family) {
    if (rows_ != nullptr) return CheckRocks(rows_->Refresh());
    rocksdb::ReadOptions options;
    options.iterate_upper_bound = &end_slice_;
    rows_.reset(db.NewIterator(options, family));
  }

  std::string end_;
  rocksdb::Slice end_slice_;  // every Seek looks at it anew
  std::unique_ptr<rocksdb::Iterator> rows_;
};

/// A Get reads the latest, and so does a new or renewed iterator: neither needs a snapshot.
class RocksReader : public TableReader {
 public:
  RocksReader(rocksdb::DB& db, const Families& families) : db_(db), families_(families) {}

  std::optional<std::string> Get(Table table, std::string_view key) override {
    std::string value;
    const rocksdb::Status found =
        db_.Get(options_, families_[static_cast<std::size_t>(table)], ToSlice(key), &value);
    if (found.IsNotFound()) return std::nullopt;
    CheckRocks(found);
    return value;
  }
  void Scan(Table table, std::string_view prefix, std::string_view from,
            const Visitor& visit) override {
    const auto number = static_cast<std::size_t>(table);
    scanners_[number].Scan(db_, families_[number], prefix, from, visit);
  }

 private:
  rocksdb::DB& db_;
  const Families& families_;
  rocksdb::ReadOptions options_;
  std::array<FamilyScanner, kTableCount> scanners_;
};

/// REQUIRES: nobody else writes what it reads.
class RocksWriter : public TableWriter {
 public:
  RocksWriter(rocksdb::DB& db, const Families& families, const rocksdb::WriteOptions& how)
      : db_(db), families_(families), how_(how), reader_(db, families) {}

  std::optional<std::string> Get(Table table, std::string_view key) override {
    return reader_.Get(table, key);
  }
  void Scan(Table table, std::string_view prefix, std::string_view from,
            const Visitor& visit) override {
    reader_.Scan(table, prefix, from, visit);
  }
  void Put(Table table, std::string_view key, std::string_view value) override {
    CheckRocks(batch_.Put(FamilyOf(table), ToSlice(key), ToSlice(value)));
  }
  void Delete(Table table, std::string_view key) override {
    CheckRocks(batch_.Delete(FamilyOf(table), ToSlice(key)));
  }
  void Merge(std::string_view key, std::string_view operand) override {
    CheckRocks(batch_.Merge(FamilyOf(Table::kCount), ToSlice(key), ToSlice(operand)));
  }
  void Commit() override { CheckRocks(db_.Write(how_, &batch_)); }

 private:
  [[nodiscard]] rocksdb::ColumnFamilyHandle* FamilyOf(Table table) const {
    return families_[static_cast<std::size_t>(table)];
  }

  rocksdb::DB& db_;
  const Families& families_;
  const rocksdb::WriteOptions& how_;
  RocksReader reader_;
  rocksdb::WriteBatch batch_;
};

/// In few shards: a filter that fits into none would be read anew by every Get.
std::shared_ptr<rocksdb::Cache> NewCache(std::size_t bytes) {
  constexpr std::size_t kLeastShard = std::size_t{16} << 20;
  constexpr int kMostShardBits = 6;
  int shard_bits = 0;
  while (shard_bits < kMostShardBits && (kLeastShard << (shard_bits + 1)) <= bytes) ++shard_bits;
  return rocksdb::NewLRUCache(bytes, shard_bits);
}

/// It needs no filters.
bool IsOnlyScanned(Table table) { return table == Table::kByStatus || table == Table::kHistory; }

rocksdb::BlockBasedTableOptions TableOptionsOf(Table of,
                                               const std::shared_ptr<rocksdb::Cache>& cache) {
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = cache;
  table.block_size = kBlockBytes;
  if (!IsOnlyScanned(of)) table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  table.cache_index_and_filter_blocks = true;
  table.metadata_cache_options.unpartitioned_pinning = rocksdb::PinningTier::kAll;
  return table;
}

rocksdb::ColumnFamilyOptions FamilyOptionsOf(Table of,
                                             const std::shared_ptr<rocksdb::Cache>& cache) {
  constexpr int kThoroughly = 6;
  rocksdb::ColumnFamilyOptions family;
  family.table_factory.reset(rocksdb::NewBlockBasedTableFactory(TableOptionsOf(of, cache)));
  family.compression = rocksdb::kLZ4Compression;
  family.bottommost_compression = rocksdb::kZSTD;
  family.bottommost_compression_opts.enabled = true;
  family.bottommost_compression_opts.level = kThoroughly;
  family.bottommost_compression_opts.max_dict_bytes = kDictionaryBytes;
  family.bottommost_compression_opts.zstd_max_train_bytes = 100 * kDictionaryBytes;
  // What is asked for in the others is there, which their largest level needs no filter to say.
  family.optimize_filters_for_hits = of != Table::kActive && of != Table::kAccount;
  family.write_buffer_size = std::size_t{64} << 20;
  family.memtable_whole_key_filtering = !IsOnlyScanned(of);
  family.memtable_prefix_bloom_size_ratio = IsOnlyScanned(of) ? 0 : 0.02;
  // A bulk change goes through each table in the order of its keys, through that by status at two
  // places at once: so the next row is put in near the last, instead of searched for from the top.
  const std::size_t apart = of == Table::kByStatus ? kOrdinalBytes + kEnumBytes : 0;
  family.memtable_insert_with_hint_prefix_extractor.reset(rocksdb::NewCappedPrefixTransform(apart));
  if (of == Table::kCount) family.merge_operator = std::make_shared<CountMerging>();
  return family;
}

class RocksTables : public OrderedTables {
 public:
  RocksTables(const std::string& directory, Durability durability, std::size_t cache_bytes)
      : directory_(directory), durability_(durability), cache_bytes_(cache_bytes) {
    how_.sync = durability == Durability::kSynced;
    const auto cache = NewCache(cache_bytes);
    rocksdb::DBOptions database;
    database.create_if_missing = true;
    database.create_missing_column_families = true;
    database.max_background_jobs = 2;
    database.info_log_level = rocksdb::WARN_LEVEL;
    std::vector<rocksdb::ColumnFamilyDescriptor> all;
    for (std::size_t i = 0; i < kTableCount; ++i) {
      all.emplace_back(kTableNames[i], FamilyOptionsOf(static_cast<Table>(i), cache));
    }
    all.emplace_back(rocksdb::kDefaultColumnFamilyName, rocksdb::ColumnFamilyOptions());
    rocksdb::DB* db = nullptr;
    CheckRocks(rocksdb::DB::Open(database, directory, all, &handles_, &db));
    db_.reset(db);
    for (std::size_t i = 0; i < kTableCount; ++i) families_[i] = handles_[i];
  }
  ~RocksTables() override {
    for (auto* handle : handles_) (void)db_->DestroyColumnFamilyHandle(handle);
  }

  [[nodiscard]] std::string Name() const override {
    return "RocksDB " + rocksdb::GetRocksVersionAsString() + ", eager";
  }
  [[nodiscard]] std::vector<std::string> Settings() const override {
    return {
        durability_ == Durability::kSynced ? "synced commits" : "commits are not synced",
        "cache of " + std::to_string(cache_bytes_ >> 20) + " MiB",
        "blocks of 8 KiB, LZ4, at the bottom ZSTD with a dictionary, filters of 10 bits a key",
        "a bulk change is committed " + std::to_string(kRocksBulk) + " member grants at a time"};
  }
  std::unique_ptr<TableReader> Read() override {
    return std::make_unique<RocksReader>(*db_, families_);
  }
  std::unique_ptr<TableWriter> Write() override {
    return std::make_unique<RocksWriter>(*db_, families_, how_);
  }
  void Settle() override {
    const std::vector<rocksdb::ColumnFamilyHandle*> all(families_.begin(), families_.end());
    CheckRocks(db_->Flush(rocksdb::FlushOptions(), all));
    rocksdb::CompactRangeOptions options;
    options.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForceOptimized;
    for (auto* family : all) CheckRocks(db_->CompactRange(options, family, nullptr, nullptr));
  }
  [[nodiscard]] std::uint64_t Bytes() const override { return BytesIn(directory_); }
  [[nodiscard]] std::size_t BulkSize() const override { return kRocksBulk; }

 private:
  std::string directory_;
  Durability durability_;
  std::size_t cache_bytes_;
  rocksdb::WriteOptions how_;
  std::unique_ptr<rocksdb::DB> db_;
  std::vector<rocksdb::ColumnFamilyHandle*> handles_;
  Families families_ = {};
};

}  // namespace

std::unique_ptr<OrderedTables> OpenRocks(const std::string& directory, Durability durability,
                                         std::size_t cache_bytes) {
  return std::make_unique<RocksTables>(directory, durability, cache_bytes);
}

}  // namespace grantledger::bench
