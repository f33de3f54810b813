// Write-ahead logs: what ours says is usable is what RocksDB then applies, to the write; what comes
// before damage is usable, and nothing after it.
#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include <rocksdb/db.h>
#include <rocksdb/write_batch.h>

#include "ledger/wal_files.h"
#include "tests/fuzz/targets.h"

namespace grantledger::fuzz {
namespace {

constexpr std::size_t kBlock = 32768;
constexpr std::size_t kHeader = 7;
constexpr std::size_t kLengthBytes = 4;
constexpr unsigned kByteBits = 8;
const std::string kDirectory = "/wals";

/// Bit by bit: the reader has a table.
std::uint32_t Crc32c(std::string_view bytes) {
  constexpr std::uint32_t kPolynomial = 0x82f63b78;
  std::uint32_t crc = 0xffffffff;
  for (const char byte : bytes) {
    crc ^= static_cast<unsigned char>(byte);
    for (unsigned bit = 0; bit < kByteBits; ++bit) {
      crc = (crc & 1) != 0 ? crc >> 1 ^ kPolynomial : crc >> 1;
    }
  }
  return ~crc;
}

void AppendFragment(char type, std::string_view payload, std::string* log) {
  std::string typed(1, type);
  typed += payload;
  const std::uint32_t crc = Crc32c(typed);
  constexpr std::uint32_t kDelta = 0xa282ead8;
  const std::uint32_t rotated = (crc >> 15 | crc << 17) + kDelta;
  for (unsigned i = 0; i < kLengthBytes; ++i) {
    log->push_back(static_cast<char>(rotated >> (i * kByteBits) & 0xff));
  }
  log->push_back(static_cast<char>(payload.size() & 0xff));
  log->push_back(static_cast<char>(payload.size() >> kByteBits));
  log->append(typed);
}

/// As RocksDB writes it: in fragments, none of which stands across the end of a block.
void AppendToWal(std::string_view write, std::string* log) {
  constexpr char kFull = 1;
  constexpr char kFirst = 2;
  constexpr char kMiddle = 3;
  constexpr char kLast = 4;
  for (bool begins = true; begins || !write.empty(); begins = false) {
    std::size_t left = kBlock - log->size() % kBlock;
    if (left < kHeader) {
      log->append(left, '\0');
      left = kBlock;
    }
    const std::string_view part = write.substr(0, left - kHeader);
    write.remove_prefix(part.size());
    const bool ends = write.empty();
    if (begins) {
      AppendFragment(ends ? kFull : kFirst, part, log);
    } else {
      AppendFragment(ends ? kLast : kMiddle, part, log);
    }
  }
}

rocksdb::Options DatabaseOptions(rocksdb::Env* env) {
  rocksdb::Options options;
  options.env = env;
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
  options.avoid_flush_during_recovery = true;
  options.info_log_level = rocksdb::InfoLogLevel::HEADER_LEVEL;
  return options;
}

/// A database in memory that has a write-ahead log and nothing else, closed.
class Database {
 public:
  Database() : env_(rocksdb::NewMemEnv(rocksdb::Env::Default())) {
    rocksdb::Options options = DatabaseOptions(env_.get());
    options.create_if_missing = true;
    rocksdb::DB* db = nullptr;
    Check(rocksdb::DB::Open(options, kDirectory, &db).ok(), "there is a new database");
    const std::unique_ptr<rocksdb::DB> opened(db);
    const auto wals = ListWals(kDirectory, 0, env_.get());
    Check(wals && wals->size() == 1, "a new database has one write-ahead log");
    start_ = {wals->begin()->first, db->GetLatestSequenceNumber() + 1};
    wal_ = kDirectory + "/" + wals->begin()->second;
  }

  [[nodiscard]] const WalStart& start() const { return start_; }

  void Put(const std::string& log) {
    Check(rocksdb::WriteStringToFile(env_.get(), log, wal_).ok(), "memory takes a file");
  }

  /// What of the log is usable.
  std::uint64_t Look(std::size_t bytes) {
    const auto files = LookAtWals(kDirectory, env_.get(), start_);
    Check(files && files->size() == 1, "the log is looked at");
    const WalFile& file = files->front();
    Check(file.bytes == bytes && file.usable <= bytes, "what is usable is a part of the log");
    Check(!file.whole || !file.cut || file.usable < bytes,
          "what is cut has an end that is missing");
    const auto whole = WholeBytesOfLog(wal_, env_.get());
    Check(whole && file.usable <= *whole && *whole <= bytes, "what is usable is whole");
    return file.usable;
  }

  /// The values that RocksDB has after it read what it is given to read.
  std::vector<std::string> Recover() {
    const auto plan = PlanReading(kDirectory, env_.get(), start_, /*writes=*/false);
    Check(plan.has_value(), "there are limits to reading");
    const auto limited = NewLimitingEnv(env_.get(), *plan);
    rocksdb::DB* db = nullptr;
    const auto opened =
        rocksdb::DB::OpenForReadOnly(DatabaseOptions(limited.get()), kDirectory, &db);
    Check(opened.ok(), "RocksDB reads what is usable: " + opened.ToString());
    const std::unique_ptr<rocksdb::DB> owner(db);
    std::vector<std::string> values;
    const std::unique_ptr<rocksdb::Iterator> row(db->NewIterator(rocksdb::ReadOptions()));
    for (row->SeekToFirst(); row->Valid(); row->Next()) {
      values.push_back(row->key().ToString() + row->value().ToString());
    }
    Check(row->status().ok(), "what RocksDB read can be read");
    return values;
  }

 private:
  std::unique_ptr<rocksdb::Env> env_;
  WalStart start_;
  std::string wal_;
};

/// A log of whole writes, and what is expected of it.
struct Written {
  std::string log;
  std::vector<std::size_t> ends;    ///< Of each write.
  std::vector<std::size_t> rows;    ///< Up to the end of each write.
  std::vector<std::string> values;  ///< Of each row, with its key.
  std::size_t run = 0;              ///< So many writes have no gap between them.
};

/// The key of the nth row: in the order in which they are written.
std::string KeyOf(std::size_t n) {
  return {static_cast<char>(n >> kByteBits & 0xff), static_cast<char>(n & 0xff)};
}

/// Each write has some rows; one may leave out a sequence number before it.
Written WriteAll(InputReader* in, std::uint64_t sequence) {
  constexpr int kMostWrites = 8;
  constexpr int kMostRows = 4;
  constexpr std::size_t kStretch = 64;  // makes writes of several blocks
  constexpr std::uint8_t kGap = 128;
  Written written;
  bool gap = false;
  for (int writes = in->Byte() % kMostWrites; writes > 0; --writes) {
    rocksdb::WriteBatch batch;
    const std::uint8_t shape = in->Byte();
    const std::uint64_t size = in->Number(2);
    const int rows = 1 + shape % kMostRows;
    for (int row = 0; row < rows; ++row) {
      const std::string key = KeyOf(written.values.size());
      const std::string value(size % (kBlock * 3 / kStretch) * (row == 0 ? kStretch : 1), 'v');
      Check(batch.Put(key, value).ok(), "a batch takes rows");
      written.values.push_back(key + value);
    }
    if (shape >= kGap) {
      ++sequence;
      gap = true;
    }
    std::string bytes = batch.Data();
    for (unsigned i = 0; i < sizeof(sequence); ++i) {
      bytes[i] = static_cast<char>(sequence >> (i * kByteBits) & 0xff);
    }
    sequence += static_cast<std::uint64_t>(rows);
    AppendToWal(bytes, &written.log);
    written.ends.push_back(written.log.size());
    written.rows.push_back(written.values.size());
    if (!gap) ++written.run;
  }
  return written;
}

/// Replaces, zeros, cuts off and takes out what `in` says.
void Damage(InputReader* in, std::string* log) {
  constexpr int kMostDamages = 3;
  constexpr int kWays = 4;
  for (int damages = in->Byte() % kMostDamages; damages > 0 && !log->empty(); --damages) {
    const int way = in->Byte() % kWays;
    constexpr int kOffsetBytes = 3;
    const std::size_t at = in->Number(kOffsetBytes) % log->size();
    const auto byte = static_cast<char>(in->Byte());
    const std::size_t bytes = std::min<std::size_t>(in->Number(2), log->size() - at);
    if (way == 0) {
      (*log)[at] = byte;
    } else if (way == 1) {
      std::fill_n(log->begin() + static_cast<std::ptrdiff_t>(at), bytes, '\0');
    } else if (way == 2) {
      log->resize(at);
    } else {
      log->erase(at, bytes);
    }
  }
}

/// Writes, some damage, and then what follows: zeros or other bytes.
void GoOver(InputReader in) {
  Database database;
  Written written = WriteAll(&in, database.start().sequence);
  std::string log = written.log;
  Damage(&in, &log);
  log.append(in.rest());
  const auto same = std::mismatch(log.begin(), log.end(), written.log.begin(), written.log.end());
  const auto damaged = static_cast<std::size_t>(same.first - log.begin());
  database.Put(log);
  const std::uint64_t usable = database.Look(log.size());
  std::size_t writes = 0;
  while (writes < written.run && written.ends[writes] <= damaged) ++writes;
  Check(usable == (writes == 0 ? 0 : written.ends[writes - 1]),
        "what comes before damage is usable, and nothing after it");
  std::vector<std::string> expected = std::move(written.values);
  expected.resize(writes == 0 ? 0 : written.rows[writes - 1]);
  Check(database.Recover() == expected, "RocksDB applies what is usable");
}

}  // namespace

void FuzzWals(std::string_view input) {
  InputReader in(input);
  constexpr std::uint8_t kRaw = 1;
  constexpr std::uint8_t kEntries = 2;
  const std::uint8_t kind = in.Byte();
  if ((kind & (kRaw | kEntries)) == 0) return GoOver(in);
  // Any bytes, and any entries that have their checksums: of these RocksDB may refuse some.
  std::string log((kind & kRaw) != 0 ? in.rest() : std::string_view());
  while ((kind & kRaw) == 0 && !in.AtEnd()) AppendToWal(in.Block(), &log);
  Database database;
  database.Put(log);
  (void)database.Look(log.size());
}

}  // namespace grantledger::fuzz
