#include "bench/peers/lmdb_tables.h"

#include <lmdb.h>

#include <algorithm>
#include <array>
#include <cstring>
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

MDB_val ToValue(std::string_view bytes) { return {bytes.size(), const_cast<char*>(bytes.data())}; }
std::string_view ToView(const MDB_val& value) {
  return {static_cast<const char*>(value.mv_data), value.mv_size};
}

using Databases = std::array<MDB_dbi, kTableCount>;

/// A cursor that is closed.
class Cursor {
 public:
  Cursor(MDB_txn* transaction, MDB_dbi database) {
    CheckLmdb(mdb_cursor_open(transaction, database, &cursor_), "opening a cursor");
  }
  ~Cursor() { mdb_cursor_close(cursor_); }
  Cursor(const Cursor&) = delete;
  Cursor& operator=(const Cursor&) = delete;

  /// False: there is none.
  bool Go(MDB_cursor_op how) {
    const int code = mdb_cursor_get(cursor_, &key_, &value_, how);
    if (code == MDB_NOTFOUND) return false;
    CheckLmdb(code, "reading");
    return true;
  }
  bool Seek(std::string_view key) {
    key_ = ToValue(key);
    return Go(MDB_SET_RANGE);
  }
  [[nodiscard]] std::string_view key() const { return ToView(key_); }
  [[nodiscard]] std::string_view value() const { return ToView(value_); }

 private:
  MDB_cursor* cursor_ = nullptr;
  MDB_val key_ = {};
  MDB_val value_ = {};
};

class LmdbTransaction : public TableWriter {
 public:
  LmdbTransaction(MDB_env* environment, const Databases& databases, unsigned flags)
      : databases_(databases) {
    CheckLmdb(mdb_txn_begin(environment, nullptr, flags, &transaction_), "beginning");
  }
  ~LmdbTransaction() override {
    if (transaction_ != nullptr) mdb_txn_abort(transaction_);
  }

  std::optional<std::string> Get(Table table, std::string_view key) override {
    MDB_val name = ToValue(key);
    MDB_val value;
    const int code = mdb_get(transaction_, DatabaseOf(table), &name, &value);
    if (code == MDB_NOTFOUND) return std::nullopt;
    CheckLmdb(code, "reading");
    return std::string(ToView(value));
  }

  void Scan(Table table, std::string_view prefix, std::string_view from,
            const Visitor& visit) override {
    Cursor rows(transaction_, DatabaseOf(table));
    const std::string_view first = std::max(prefix, from);
    for (bool more = first.empty() ? rows.Go(MDB_FIRST) : rows.Seek(first);
         more && rows.key().starts_with(prefix) && visit(rows.key(), rows.value());
         more = rows.Go(MDB_NEXT)) {
    }
  }

  std::int64_t Number(std::string_view key) override {
    auto row = Get(Table::kCount, CounterKey(key));
    if (!row) return 0;
    std::string_view rest = *row;
    return static_cast<std::int64_t>(TakeNumber(&rest, 8));
  }

  void Put(Table table, std::string_view key, std::string_view value) override {
    MDB_val name = ToValue(key);
    MDB_val stored = ToValue(value);
    CheckLmdb(mdb_put(transaction_, DatabaseOf(table), &name, &stored, 0), "writing");
  }

  void Delete(Table table, std::string_view key) override {
    MDB_val name = ToValue(key);
    const int code = mdb_del(transaction_, DatabaseOf(table), &name, nullptr);
    if (code != MDB_NOTFOUND) CheckLmdb(code, "deleting");
  }

  void Add(std::string_view key, std::int64_t number) override {
    std::string value;
    PutNumber(&value, static_cast<std::uint64_t>(Number(key) + number), 8);
    Put(Table::kCount, CounterKey(key), value);
  }

  void Commit() override {
    CheckLmdb(mdb_txn_commit(std::exchange(transaction_, nullptr)), "committing");
  }

 private:
  /// LMDB has no empty keys.
  static std::string CounterKey(std::string_view key) { return "#" + std::string(key); }
  [[nodiscard]] MDB_dbi DatabaseOf(Table table) const {
    return databases_[static_cast<std::size_t>(table)];
  }

  MDB_txn* transaction_ = nullptr;
  const Databases& databases_;
};

class LmdbTables : public OrderedTables {
 public:
  LmdbTables(const std::string& directory, Durability durability) : durability_(durability) {
    std::filesystem::create_directory(directory);
    CheckLmdb(mdb_env_create(&environment_), "creating");
    CheckLmdb(mdb_env_set_mapsize(environment_, kMapBytes), "setting the size");
    CheckLmdb(mdb_env_set_maxdbs(environment_, kTableCount), "setting the databases");
    CheckLmdb(mdb_env_set_maxreaders(environment_, kMaxReaders), "setting the readers");
    const unsigned flags =
        MDB_NOTLS | MDB_NORDAHEAD | (durability == Durability::kBuffered ? MDB_NOSYNC : 0U);
    CheckLmdb(mdb_env_open(environment_, directory.c_str(), flags, 0644), "opening");
    MDB_txn* transaction = nullptr;
    CheckLmdb(mdb_txn_begin(environment_, nullptr, 0, &transaction), "beginning");
    for (std::size_t i = 0; i < kTableCount; ++i) {
      CheckLmdb(mdb_dbi_open(transaction, kTableNames[i], MDB_CREATE, &databases_[i]), "opening");
    }
    CheckLmdb(mdb_txn_commit(transaction), "committing");
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
    return std::make_unique<LmdbTransaction>(environment_, databases_, MDB_RDONLY);
  }
  std::unique_ptr<TableWriter> Write() override {
    return std::make_unique<LmdbTransaction>(environment_, databases_, 0);
  }
  void Settle() override { CheckLmdb(mdb_env_sync(environment_, 1), "syncing"); }
  [[nodiscard]] std::size_t BulkSize() const override { return kLmdbBulk; }

 private:
  Durability durability_;
  MDB_env* environment_ = nullptr;
  Databases databases_ = {};
};

}  // namespace

std::unique_ptr<OrderedTables> OpenLmdb(const std::string& directory, Durability durability) {
  return std::make_unique<LmdbTables>(directory, durability);
}

}  // namespace grantledger::bench
