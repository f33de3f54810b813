#include "bench/peers/lmdb_tables.h"

#include <lmdb.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <stdexcept>

#include "bench/peers/eager_rows.h"

namespace grantledger::bench {
namespace {

constexpr std::size_t kMapBytes = std::size_t{256} << 30;  // address space, not memory
constexpr unsigned kMaxReaders = 256;
/// The whole of a bulk change is one transaction.
constexpr std::size_t kLmdbBulk = 100'000'000;

void CheckLmdb(int code, const char* what) {
  if (code != MDB_SUCCESS)
    throw std::runtime_error(std::string("LMDB, ") + what + ": " + mdb_strerror(code));
}

/// False: there is none.
bool IsThere(int code) {
  if (code == MDB_NOTFOUND) return false;
  CheckLmdb(code, "reading");
  return true;
}

MDB_val ToValue(std::string_view bytes) { return {bytes.size(), const_cast<char*>(bytes.data())}; }
std::string_view ToView(const MDB_val& value) {
  return {static_cast<const char*>(value.mv_data), value.mv_size};
}

using Databases = std::array<MDB_dbi, kTableCount>;

/// Given up unless it is committed.
class LmdbTransaction {
 public:
  LmdbTransaction(MDB_env* environment, unsigned flags) {
    CheckLmdb(mdb_txn_begin(environment, nullptr, flags, &transaction_), "beginning");
  }
  ~LmdbTransaction() {
    if (transaction_ != nullptr) mdb_txn_abort(transaction_);
  }
  LmdbTransaction(const LmdbTransaction&) = delete;
  LmdbTransaction& operator=(const LmdbTransaction&) = delete;

  [[nodiscard]] MDB_txn* get() const { return transaction_; }
  void Commit() { CheckLmdb(mdb_txn_commit(std::exchange(transaction_, nullptr)), "committing"); }

 private:
  MDB_txn* transaction_ = nullptr;
};

/// One for each table, opened when it is asked for first.
class Cursors {
 public:
  Cursors(MDB_txn* transaction, const Databases& databases)
      : transaction_(transaction), databases_(databases) {}

  [[nodiscard]] bool IsOpen(Table table) const { return cursors_[Number(table)] != nullptr; }
  MDB_cursor* Of(Table table) {
    MDB_cursor*& cursor = cursors_[Number(table)];
    if (cursor == nullptr) {
      CheckLmdb(mdb_cursor_open(transaction_, databases_[Number(table)], &cursor), "opening");
    }
    return cursor;
  }
  /// Of a transaction that reads. The end of one that writes does it itself.
  void Close() {
    for (MDB_cursor* cursor : cursors_) {
      if (cursor != nullptr) mdb_cursor_close(cursor);
    }
  }

 private:
  static std::size_t Number(Table table) { return static_cast<std::size_t>(table); }

  MDB_txn* transaction_;
  const Databases& databases_;
  std::array<MDB_cursor*, kTableCount> cursors_ = {};
};

std::optional<std::string> GetBy(MDB_cursor* cursor, std::string_view key) {
  MDB_val name = ToValue(key);
  MDB_val value;
  if (!IsThere(mdb_cursor_get(cursor, &name, &value, MDB_SET))) return std::nullopt;
  return std::string(ToView(value));
}

void ScanBy(MDB_cursor* cursor, std::string_view prefix, std::string_view from,
            const TableReader::Visitor& visit) {
  const std::string_view first = std::max(prefix, from);
  MDB_val key = ToValue(first);
  MDB_val value;
  MDB_cursor_op go = first.empty() ? MDB_FIRST : MDB_SET_RANGE;  // there are no empty keys
  for (; IsThere(mdb_cursor_get(cursor, &key, &value, go)); go = MDB_NEXT) {
    if (!ToView(key).starts_with(prefix) || !visit(ToView(key), ToView(value))) return;
  }
}

/// All that it reads is read in one transaction, which is renewed each time, and holds no pages in
/// between.
class LmdbReader : public TableReader {
 public:
  LmdbReader(MDB_env* environment, const Databases& databases)
      : transaction_(environment, MDB_RDONLY), cursors_(transaction_.get(), databases) {
    mdb_txn_reset(transaction_.get());
  }
  ~LmdbReader() override { cursors_.Close(); }

  std::optional<std::string> Get(Table table, std::string_view key) override {
    const Renewed renewed(transaction_.get());
    return GetBy(CursorOf(table), key);
  }
  void Scan(Table table, std::string_view prefix, std::string_view from,
            const Visitor& visit) override {
    const Renewed renewed(transaction_.get());
    ScanBy(CursorOf(table), prefix, from, visit);
  }

 private:
  class Renewed {
   public:
    explicit Renewed(MDB_txn* transaction) : transaction_(transaction) {
      CheckLmdb(mdb_txn_renew(transaction), "renewing");
    }
    ~Renewed() { mdb_txn_reset(transaction_); }
    Renewed(const Renewed&) = delete;
    Renewed& operator=(const Renewed&) = delete;

   private:
    MDB_txn* transaction_;
  };

  MDB_cursor* CursorOf(Table table) {
    if (!cursors_.IsOpen(table)) return cursors_.Of(table);
    CheckLmdb(mdb_cursor_renew(transaction_.get(), cursors_.Of(table)), "renewing");
    return cursors_.Of(table);
  }

  LmdbTransaction transaction_;
  Cursors cursors_;
};

/// Reads what it wrote itself. A bulk change writes to every table in the order of the keys: its
/// cursor is in the right page most often, and needs not come down from the root.
class LmdbWriter : public TableWriter {
 public:
  LmdbWriter(MDB_env* environment, const Databases& databases)
      : transaction_(environment, 0), cursors_(transaction_.get(), databases) {}

  std::optional<std::string> Get(Table table, std::string_view key) override {
    return GetBy(cursors_.Of(table), key);
  }
  void Scan(Table table, std::string_view prefix, std::string_view from,
            const Visitor& visit) override {
    ScanBy(cursors_.Of(table), prefix, from, visit);
  }
  void Put(Table table, std::string_view key, std::string_view value) override {
    MDB_val name = ToValue(key);
    MDB_val stored = ToValue(value);
    CheckLmdb(mdb_cursor_put(cursors_.Of(table), &name, &stored, 0), "writing");
  }
  void Delete(Table table, std::string_view key) override {
    MDB_val name = ToValue(key);
    MDB_val stored;
    MDB_cursor* cursor = cursors_.Of(table);
    if (!IsThere(mdb_cursor_get(cursor, &name, &stored, MDB_SET))) return;
    CheckLmdb(mdb_cursor_del(cursor, 0), "deleting");
  }
  void Merge(std::string_view key, std::string_view operand) override {
    const std::string row = Get(Table::kCount, key).value_or(std::string());
    Put(Table::kCount, key, MergeCount(key, row, operand));
  }
  void Commit() override { transaction_.Commit(); }

 private:
  LmdbTransaction transaction_;
  Cursors cursors_;
};

class LmdbTables : public OrderedTables {
 public:
  LmdbTables(const std::string& directory, Durability durability)
      : is_map_written_(durability == Durability::kBuffered) {
    std::filesystem::create_directory(directory);
    CheckLmdb(mdb_env_create(&environment_), "creating");
    CheckLmdb(mdb_env_set_mapsize(environment_, kMapBytes), "setting the size");
    CheckLmdb(mdb_env_set_maxdbs(environment_, kTableCount), "setting the databases");
    CheckLmdb(mdb_env_set_maxreaders(environment_, kMaxReaders), "setting the readers");
    // Synced, writing to the file is faster than syncing the map.
    const unsigned flags =
        MDB_NOTLS | MDB_NORDAHEAD | (is_map_written_ ? MDB_WRITEMAP | MDB_NOSYNC : 0U);
    CheckLmdb(mdb_env_open(environment_, directory.c_str(), flags, 0644), "opening");
    LmdbTransaction transaction(environment_, 0);
    for (std::size_t i = 0; i < kTableCount; ++i) {
      CheckLmdb(mdb_dbi_open(transaction.get(), kTableNames[i], MDB_CREATE, &databases_[i]),
                "opening");
    }
    transaction.Commit();
  }
  ~LmdbTables() override { mdb_env_close(environment_); }

  [[nodiscard]] std::string Name() const override {
    return std::string("LMDB ") + std::to_string(MDB_VERSION_MAJOR) + "." +
           std::to_string(MDB_VERSION_MINOR) + "." + std::to_string(MDB_VERSION_PATCH);
  }
  [[nodiscard]] std::vector<std::string> Settings() const override {
    return {is_map_written_ ? "MDB_WRITEMAP, MDB_NOSYNC" : "synced commits", "MDB_NORDAHEAD",
            "a bulk change is one transaction"};
  }
  std::unique_ptr<TableReader> Read() override {
    return std::make_unique<LmdbReader>(environment_, databases_);
  }
  std::unique_ptr<TableWriter> Write() override {
    return std::make_unique<LmdbWriter>(environment_, databases_);
  }
  void Settle() override { CheckLmdb(mdb_env_sync(environment_, 1), "syncing"); }
  /// Of the pages that were ever used: the file itself may be as long as the map.
  [[nodiscard]] std::uint64_t Bytes() const override {
    MDB_envinfo known;
    MDB_stat pages;
    CheckLmdb(mdb_env_info(environment_, &known), "asking");
    CheckLmdb(mdb_env_stat(environment_, &pages), "asking");
    return std::uint64_t{pages.ms_psize} * (known.me_last_pgno + 1);
  }
  [[nodiscard]] std::size_t BulkSize() const override { return kLmdbBulk; }

 private:
  bool is_map_written_;
  MDB_env* environment_ = nullptr;
  Databases databases_ = {};
};

}  // namespace

std::unique_ptr<OrderedTables> OpenLmdb(const std::string& directory, Durability durability) {
  return std::make_unique<LmdbTables>(directory, durability);
}

}  // namespace grantledger::bench
