#include "ledger/tuning.h"

#include <algorithm>
#include <limits>
#include <utility>

#include <rocksdb/cache.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/table.h>

#include "codec/keys.h"
#include "ledger/info_log.h"
#include "ledger/machine_files.h"

namespace grantledger {
namespace {

struct BlockShape {
  std::size_t bytes = 0;
  rocksdb::CompressionType compression = rocksdb::kZSTD;
  std::uint32_t dictionary_bytes = 0;  ///< Of each file; 0: none.
};

/// Of the files that are merged. A point read that misses the cache decompresses a block: one of
/// LZ4 in half the time of one of ZSTD, which is affordable where a family is small. What is read
/// in order, or seldom, is better small itself. Rows are small and much alike, so that a dictionary
/// pays for itself in all but the smallest files; it is stored as it is, and loaded for each block.
BlockShape BlocksOf(Family family) {
  constexpr std::size_t kKiB = 1024;
  switch (family) {
    case Family::kLog:
      return {32 * kKiB, rocksdb::kZSTD, 4 * kKiB};
    case Family::kState:
      return {4 * kKiB, rocksdb::kZSTD, 4 * kKiB};
    case Family::kIndex:
    case Family::kActivation:
      return {8 * kKiB, rocksdb::kLZ4HCCompression, 0};
    case Family::kMember:
    case Family::kBase:
      break;
  }
  return {8 * kKiB, rocksdb::kZSTD, 16 * kKiB};
}

/// Files at the bottom are written once and read often.
rocksdb::CompressionOptions CompressionAtTheBottom(const BlockShape& blocks) {
  constexpr int kThoroughly = 6;
  constexpr std::uint32_t kSamplesOfDictionary = 100;
  rocksdb::CompressionOptions options;
  options.enabled = true;
  if (blocks.compression == rocksdb::kZSTD) options.level = kThoroughly;
  options.max_dict_bytes = blocks.dictionary_bytes;
  options.zstd_max_train_bytes = kSamplesOfDictionary * blocks.dictionary_bytes;
  return options;
}

/// Rows are written once and merged seldom; ids and hashes do not
/// compress, keys and FlatBuffers tables very well.
rocksdb::ColumnFamilyOptions FamilyOptions(Family family,
                                           const std::shared_ptr<rocksdb::Cache>& cache) {
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = cache;
  table.format_version = 5;
  const BlockShape blocks = BlocksOf(family);
  table.block_size = blocks.bytes;
  // Point reads that find nothing (an account without own events, a token) should cost nothing.
  if (family != Family::kLog) table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  table.cache_index_and_filter_blocks = true;
  // Each point read looks into both, of every file on its way; in the cache they are found by a
  // lock and a hash, pinned at once.
  table.metadata_cache_options.unpartitioned_pinning = rocksdb::PinningTier::kAll;
  rocksdb::ColumnFamilyOptions options;
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  options.compression = rocksdb::kLZ4Compression;
  options.bottommost_compression = blocks.compression;
  options.bottommost_compression_opts = CompressionAtTheBottom(blocks);
  constexpr std::size_t kLeastBuffer = std::size_t{8} << 20;
  constexpr std::size_t kMostBuffer = std::size_t{64} << 20;
  options.write_buffer_size = std::clamp(cache->GetCapacity() / 4, kLeastBuffer, kMostBuffer);
  options.memtable_whole_key_filtering = true;
  // Filled with zeros whenever a memtable is begun, six times at each opening: 320 KiB of 64 MiB.
  options.memtable_prefix_bloom_size_ratio = 0.005;
  // Where merging lags, writes are slowed, and where it fails, never stopped: who waits for it
  // would wait for a disk.
  options.level0_stop_writes_trigger = std::numeric_limits<int>::max();
  options.hard_pending_compaction_bytes_limit = 0;
  return options;
}

}  // namespace

std::shared_ptr<rocksdb::Cache> MakeCache(std::size_t bytes) {
  constexpr std::size_t kLeastShard = std::size_t{16} << 20;
  constexpr int kMostShardBits = 6;
  int shard_bits = 0;
  while (shard_bits < kMostShardBits && (kLeastShard << (shard_bits + 1)) <= bytes) ++shard_bits;
  return rocksdb::NewLRUCache(bytes, shard_bits);
}

rocksdb::DBOptions DatabaseOptions(const Options& options, rocksdb::Env* env,
                                   std::shared_ptr<Logger> logger) {
  rocksdb::DBOptions database;
  database.env = env != nullptr ? env : MachineEnv();
  database.create_if_missing = options.create_if_missing;
  database.create_missing_column_families = true;
  database.paranoid_checks = true;
  // What it is given to read is whole (ledger/wal_files.h).
  database.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
  database.max_background_jobs = 2;
  // The anchor reads it whenever files change.
  database.max_manifest_file_size = std::uint64_t{4} << 20;
  // What opening reads again after a crash, and beside a writer. RocksDB would let it grow to 1.8
  // GB, since a family that is seldom written keeps the log that its few rows are in; at a quarter
  // of this, filling a ledger takes a third longer.
  database.max_total_wal_size = std::uint64_t{256} << 20;
  database.info_log = MakeInfoLog(std::move(logger));
  // Threads that are started while the database works can't be refused: it is in the middle of
  // something. So files are opened by one, and it is asked to go on after an error (DB::Resume)
  // instead of trying by itself. It told of itself in LOG alone, which are warnings now.
  database.max_file_opening_threads = 1;
  database.max_bgerror_resume_count = 0;
  // All rows are in the log: what is not (Store::BeginLogAnew) is none. So nothing is flushed, and
  // no merging waited for, where it is closed.
  database.avoid_flush_during_shutdown = true;
  database.stats_dump_period_sec = 0;
  database.stats_persist_period_sec = 0;
  // A reader keeps all files open, so that a writer beside it can't remove them under its hands.
  database.max_open_files = options.read_only ? -1 : 512;
  return database;
}

std::vector<rocksdb::ColumnFamilyDescriptor> Descriptors(
    const std::shared_ptr<rocksdb::Cache>& cache) {
  std::vector<rocksdb::ColumnFamilyDescriptor> families;
  for (int i = 0; i < kFamilyCount; ++i) {
    const auto family = static_cast<Family>(i);
    families.emplace_back(std::string(FamilyName(family)), FamilyOptions(family, cache));
  }
  families.emplace_back(rocksdb::kDefaultColumnFamilyName, rocksdb::ColumnFamilyOptions());
  return families;
}

std::vector<rocksdb::ColumnFamilyDescriptor> DescriptorsToRead(
    const std::shared_ptr<rocksdb::Cache>& cache, std::uint64_t wal_bytes) {
  constexpr std::uint64_t kLeastBuffer = std::uint64_t{1} << 20;
  auto families = Descriptors(cache);
  // Nothing is flushed; it is the measure of the memtables' filters and of their first memory.
  for (auto& family : families) {
    family.options.write_buffer_size = static_cast<std::size_t>(std::min<std::uint64_t>(
        family.options.write_buffer_size, std::max(kLeastBuffer, wal_bytes)));
  }
  return families;
}

}  // namespace grantledger
