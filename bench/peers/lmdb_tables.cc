#include "bench/peers/lmdb_tables.h"

#include <lmdb.h>

#include <fcntl.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <mutex>
#include <stdexcept>
#include <utility>

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
bool FoundLmdb(int code) {
  if (code != MDB_NOTFOUND) CheckLmdb(code, "reading");
  return code != MDB_NOTFOUND;
}

MDB_val ToValue(std::string_view bytes) { return {bytes.size(), const_cast<char*>(bytes.data())}; }
std::string_view ToView(const MDB_val& value) {
  return {static_cast<const char*>(value.mv_data), value.mv_size};
}

/// Of a row in the one database: the table, and the key in it.
std::string RowKey(Table table, std::string_view key) {
  std::string row;
  row.reserve(1 + key.size());
  row.push_back(static_cast<char>(table));
  row.append(key);
  return row;
}
std::string_view WithoutTable(std::string_view row) { return row.substr(1); }

/// A transaction that is given up unless it is committed.
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

void ScanWith(MDB_cursor* cursor, Table table, std::string_view prefix, std::string_view from,
              const TableReader::Visitor& visit) {
  const std::string begin = RowKey(table, prefix);
  const std::string first = std::max(begin, RowKey(table, from));
  MDB_val key = ToValue(first);
  MDB_val value;
  MDB_cursor_op next = first.empty() ? MDB_FIRST : MDB_SET_RANGE;
  for (; FoundLmdb(mdb_cursor_get(cursor, &key, &value, next)) && ToView(key).starts_with(begin);
       next = MDB_NEXT) {
    if (!visit(WithoutTable(ToView(key)), ToView(value))) return;
  }
}

std::optional<std::string> GetIn(MDB_txn* transaction, MDB_dbi database, std::string_view row) {
  MDB_val key = ToValue(row);
  MDB_val value;
  if (!FoundLmdb(mdb_get(transaction, database, &key, &value))) return std::nullopt;
  return std::string(ToView(value));
}

/// Its transaction and its cursor are there for all that it reads, one after the other, and hold no
/// pages in between.
class LmdbReader : public TableReader {
 public:
  LmdbReader(MDB_env* environment, MDB_dbi database)
      : transaction_(environment, MDB_RDONLY), database_(database) {
    mdb_txn_reset(transaction_.get());
  }
  ~LmdbReader() override {
    if (cursor_ != nullptr) mdb_cursor_close(cursor_);
  }

  std::optional<std::string> Get(Table table, std::string_view key) override {
    const Renewed now(transaction_.get());
    return GetIn(transaction_.get(), database_, RowKey(table, key));
  }
  void Scan(Table table, std::string_view prefix, std::string_view from,
            const Visitor& visit) override {
    const Renewed now(transaction_.get());
    if (cursor_ == nullptr) {
      CheckLmdb(mdb_cursor_open(transaction_.get(), database_, &cursor_), "opening a cursor");
    } else {
      CheckLmdb(mdb_cursor_renew(transaction_.get(), cursor_), "renewing a cursor");
    }
    ScanWith(cursor_, table, prefix, from, visit);
  }

 private:
  class Renewed {
   public:
    explicit Renewed(MDB_txn* transaction) : transaction_(transaction) {
      CheckLmdb(mdb_txn_renew(transaction), "renewing a transaction");
    }
    ~Renewed() { mdb_txn_reset(transaction_); }
    Renewed(const Renewed&) = delete;
    Renewed& operator=(const Renewed&) = delete;

   private:
    MDB_txn* transaction_;
  };

  LmdbTransaction transaction_;
  MDB_dbi database_;
  MDB_cursor* cursor_ = nullptr;
};

/// Reads what it wrote itself. Each table has a cursor, since a bulk change writes rows of all of
/// them in the order of their keys: the next is most often in the same page.
class LmdbWriter : public TableWriter {
 public:
  LmdbWriter(MDB_env* environment, MDB_dbi database)
      : transaction_(environment, 0), database_(database) {}

  std::optional<std::string> Get(Table table, std::string_view key) override {
    const std::string row = RowKey(table, key);
    MDB_val name = ToValue(row);
    MDB_val value;
    if (!FoundLmdb(mdb_cursor_get(CursorOf(table), &name, &value, MDB_SET))) return std::nullopt;
    return std::string(ToView(value));
  }
  void Scan(Table table, std::string_view prefix, std::string_view from,
            const Visitor& visit) override {
    ScanWith(CursorOf(table), table, prefix, from, visit);
  }
  void Put(Table table, std::string_view key, std::string_view value) override {
    const std::string row = RowKey(table, key);
    MDB_val name = ToValue(row);
    MDB_val stored = ToValue(value);
    CheckLmdb(mdb_cursor_put(CursorOf(table), &name, &stored, 0), "writing");
  }
  void Delete(Table table, std::string_view key) override {
    const std::string row = RowKey(table, key);
    MDB_val name = ToValue(row);
    MDB_val stored;
    if (!FoundLmdb(mdb_cursor_get(CursorOf(table), &name, &stored, MDB_SET))) return;
    CheckLmdb(mdb_cursor_del(CursorOf(table), 0), "deleting");
  }
  void Merge(std::string_view key, std::string_view operand) override {
    const auto row = Get(Table::kCount, key);
    Put(Table::kCount, key, MergeCount(key, row ? *row : std::string(), operand));
  }
  void Commit() override { transaction_.Commit(); }

 private:
  /// Opened when it is asked for first; the end of the transaction closes it.
  MDB_cursor* CursorOf(Table table) {
    MDB_cursor*& cursor = cursors_[static_cast<std::size_t>(table)];
    if (cursor == nullptr) {
      CheckLmdb(mdb_cursor_open(transaction_.get(), database_, &cursor), "opening a cursor");
    }
    return cursor;
  }

  LmdbTransaction transaction_;
  MDB_dbi database_;
  std::array<MDB_cursor*, kTableCount> cursors_ = {};
};

/// The tables stand one behind the other in one B-tree, which takes fewer pages to change than one
/// for each, and no looking up of a root.
class LmdbTables : public OrderedTables {
 public:
  LmdbTables(const std::string& directory, Durability durability) : durability_(durability) {
    std::filesystem::create_directory(directory);
    CheckLmdb(mdb_env_create(&environment_), "creating");
    CheckLmdb(mdb_env_set_mapsize(environment_, kMapBytes), "setting the size");
    CheckLmdb(mdb_env_set_maxdbs(environment_, kTableCount), "setting the databases");
    CheckLmdb(mdb_env_set_maxreaders(environment_, kMaxReaders), "setting the readers");
    const unsigned flags = MDB_NOTLS | MDB_NORDAHEAD |
                           (durability == Durability::kBuffered ? unsigned{MDB_NOSYNC} : 0U);
    CheckLmdb(mdb_env_open(environment_, directory.c_str(), flags, 0644), "opening");
    LmdbTransaction transaction(environment_, 0);
    CheckLmdb(mdb_dbi_open(transaction.get(), nullptr, 0, &database_), "opening");
    transaction.Commit();
  }
  ~LmdbTables() override { mdb_env_close(environment_); }

  [[nodiscard]] std::string Name() const override {
    return std::string("LMDB ") + std::to_string(MDB_VERSION_MAJOR) + "." +
           std::to_string(MDB_VERSION_MINOR) + "." + std::to_string(MDB_VERSION_PATCH);
  }
  [[nodiscard]] std::vector<std::string> Settings() const override {
    return {durability_ == Durability::kSynced ? "synced commits" : "MDB_NOSYNC", "MDB_NORDAHEAD",
            "a bulk change is one transaction"};
  }
  std::unique_ptr<TableReader> Read() override {
    return std::make_unique<LmdbReader>(environment_, database_);
  }
  std::unique_ptr<TableWriter> Write() override {
    std::call_once(read_ahead_, [this] { ReadAhead(); });
    return std::make_unique<LmdbWriter>(environment_, database_);
  }
  void Settle() override { CheckLmdb(mdb_env_sync(environment_, 1), "syncing"); }
  /// As far as the file was written: it may be as long as the map.
  [[nodiscard]] std::uint64_t Bytes() const override {
    MDB_envinfo known;
    MDB_stat pages;
    CheckLmdb(mdb_env_info(environment_, &known), "asking");
    CheckLmdb(mdb_env_stat(environment_, &pages), "asking");
    return std::uint64_t{pages.ms_psize} * (known.me_last_pgno + 1);
  }
  [[nodiscard]] std::size_t BulkSize() const override { return kLmdbBulk; }

 private:
  /// Bulk changes go over most pages, which without read-ahead would be fetched one by one.
  void ReadAhead() {
    mdb_filehandle_t file = -1;
    CheckLmdb(mdb_env_get_fd(environment_, &file), "asking");
    (void)posix_fadvise(file, 0, static_cast<off_t>(Bytes()), POSIX_FADV_WILLNEED);
  }

  std::once_flag read_ahead_;
  Durability durability_;
  MDB_env* environment_ = nullptr;
  MDB_dbi database_ = 0;
};

}  // namespace

std::unique_ptr<OrderedTables> OpenLmdb(const std::string& directory, Durability durability) {
  return std::make_unique<LmdbTables>(directory, durability);
}

}  // namespace grantledger::bench
