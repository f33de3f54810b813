#include "bench/peers/rocks_tables.h"

#include <array>
#include <stdexcept>

#include <rocksdb/cache.h>
#include <rocksdb/db.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/merge_operator.h>
#include <rocksdb/table.h>
#include <rocksdb/version.h>

#include "bench/peers/eager_rows.h"

namespace grantledger::bench {
namespace {

/// One batch holds about so many rows in each family, and is not much larger than a memtable.
constexpr std::size_t kRocksBulk = 20'000;

void CheckRocks(const rocksdb::Status& status) {
  if (!status.ok()) throw std::runtime_error("RocksDB: " + status.ToString());
}

std::int64_t ToNumber(std::string_view value) {
  return static_cast<std::int64_t>(TakeNumber(&value, 8));
}

/// Adds numbers, so that writers of different accounts need not wait for one another to count.
class Adding : public rocksdb::AssociativeMergeOperator {
 public:
  bool Merge(const rocksdb::Slice& /*key*/, const rocksdb::Slice* before,
             const rocksdb::Slice& added, std::string* after,
             rocksdb::Logger* /*log*/) const override {
    const std::int64_t sum =
        (before != nullptr ? ToNumber(before->ToStringView()) : 0) + ToNumber(added.ToStringView());
    PutNumber(after, static_cast<std::uint64_t>(sum), 8);
    return true;
  }
  [[nodiscard]] const char* Name() const override { return "Adding"; }
};

using Families = std::array<rocksdb::ColumnFamilyHandle*, kTableCount>;

class RocksTransaction : public TableWriter {
 public:
  RocksTransaction(rocksdb::DB& db, const Families& families, const rocksdb::WriteOptions& how)
      : db_(db), families_(families), how_(how) {
    options_.snapshot = db.GetSnapshot();
  }
  ~RocksTransaction() override { db_.ReleaseSnapshot(options_.snapshot); }

  std::optional<std::string> Get(Table table, std::string_view key) override {
    std::string value;
    const rocksdb::Status found =
        db_.Get(options_, FamilyOf(table), rocksdb::Slice(key.data(), key.size()), &value);
    if (found.IsNotFound()) return std::nullopt;
    CheckRocks(found);
    return value;
  }

  void Scan(Table table, std::string_view prefix, std::string_view from,
            const Visitor& visit) override {
    std::string end(prefix);
    while (!end.empty() && static_cast<unsigned char>(end.back()) == 0xff) end.pop_back();
    if (!end.empty()) ++end.back();
    const rocksdb::Slice upper(end);
    rocksdb::ReadOptions options = options_;
    if (!end.empty()) options.iterate_upper_bound = &upper;
    const std::unique_ptr<rocksdb::Iterator> rows(db_.NewIterator(options, FamilyOf(table)));
    const std::string_view first = std::max(prefix, from);
    for (rows->Seek(rocksdb::Slice(first.data(), first.size()));
         rows->Valid() && visit(rows->key().ToStringView(), rows->value().ToStringView());
         rows->Next()) {
    }
    CheckRocks(rows->status());
  }

  std::int64_t Number(std::string_view key) override {
    const auto row = Get(Table::kCount, key);
    return row ? ToNumber(*row) : 0;
  }

  void Put(Table table, std::string_view key, std::string_view value) override {
    CheckRocks(batch_.Put(FamilyOf(table), rocksdb::Slice(key.data(), key.size()),
                          rocksdb::Slice(value.data(), value.size())));
  }
  void Delete(Table table, std::string_view key) override {
    CheckRocks(batch_.Delete(FamilyOf(table), rocksdb::Slice(key.data(), key.size())));
  }
  void Add(std::string_view key, std::int64_t number) override {
    std::string value;
    PutNumber(&value, static_cast<std::uint64_t>(number), 8);
    CheckRocks(
        batch_.Merge(FamilyOf(Table::kCount), rocksdb::Slice(key.data(), key.size()), value));
  }
  void Commit() override { CheckRocks(db_.Write(how_, &batch_)); }

 private:
  [[nodiscard]] rocksdb::ColumnFamilyHandle* FamilyOf(Table table) const {
    return families_[static_cast<std::size_t>(table)];
  }

  rocksdb::DB& db_;
  const Families& families_;
  const rocksdb::WriteOptions& how_;
  rocksdb::ReadOptions options_;
  rocksdb::WriteBatch batch_;
};

class RocksTables : public OrderedTables {
 public:
  RocksTables(const std::string& directory, Durability durability, std::size_t cache_bytes)
      : durability_(durability), cache_bytes_(cache_bytes) {
    how_.sync = durability == Durability::kSynced;
    rocksdb::BlockBasedTableOptions table;
    table.block_cache = rocksdb::NewLRUCache(cache_bytes, 4);
    table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
    table.cache_index_and_filter_blocks = true;
    table.metadata_cache_options.unpartitioned_pinning = rocksdb::PinningTier::kAll;
    rocksdb::ColumnFamilyOptions family;
    family.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
    family.compression = rocksdb::kLZ4Compression;
    family.bottommost_compression = rocksdb::kZSTD;
    family.write_buffer_size = std::size_t{64} << 20;
    family.merge_operator = std::make_shared<Adding>();
    rocksdb::DBOptions database;
    database.create_if_missing = true;
    database.create_missing_column_families = true;
    database.max_background_jobs = 2;
    std::vector<rocksdb::ColumnFamilyDescriptor> all;
    for (const char* name : kTableNames) all.emplace_back(name, family);
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
        "LZ4, ZSTD at the bottom, filters of 10 bits a key",
        "a bulk change is committed " + std::to_string(kRocksBulk) + " member grants at a time"};
  }
  std::unique_ptr<TableReader> Read() override { return Write(); }
  std::unique_ptr<TableWriter> Write() override {
    return std::make_unique<RocksTransaction>(*db_, families_, how_);
  }
  void Settle() override {
    const std::vector<rocksdb::ColumnFamilyHandle*> all(families_.begin(), families_.end());
    CheckRocks(db_->Flush(rocksdb::FlushOptions(), all));
    rocksdb::CompactRangeOptions options;
    options.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForceOptimized;
    for (auto* family : all) CheckRocks(db_->CompactRange(options, family, nullptr, nullptr));
  }
  [[nodiscard]] std::size_t BulkSize() const override { return kRocksBulk; }

 private:
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
