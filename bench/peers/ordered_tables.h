// OrderedTables: what the eager stores on LMDB and on RocksDB have in common: named tables of rows
// in the order of their keys, changed in transactions.
#ifndef GRANTLEDGER_BENCH_PEERS_ORDERED_TABLES_H_
#define GRANTLEDGER_BENCH_PEERS_ORDERED_TABLES_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace grantledger::bench {

/// Their keys and values are told of in eager_rows.h.
enum class Table : std::uint8_t {
  kDistribution,
  kAccount,
  kGrant,
  kByStatus,
  kActive,
  kHistory,
  kCount,
};
inline constexpr std::size_t kTableCount = 7;
inline constexpr const char* kTableNames[kTableCount] = {
    "distribution", "account", "grant", "by_status", "active", "history", "count"};

/// Each Get and each Scan reads what is committed when it begins: two of them may be of different
/// moments. Made once and used often, by one thread. Failures throw std::runtime_error.
class TableReader {
 public:
  /// False: no more rows are wanted. Both are good until it returns. Reads nothing itself.
  using Visitor = std::function<bool(std::string_view key, std::string_view value)>;

  virtual ~TableReader() = default;
  TableReader(const TableReader&) = delete;
  TableReader& operator=(const TableReader&) = delete;

  virtual std::optional<std::string> Get(Table table, std::string_view key) = 0;
  /// The rows whose keys begin with `prefix`, from the first on that is not before `from`.
  virtual void Scan(Table table, std::string_view prefix, std::string_view from,
                    const Visitor& visit) = 0;

 protected:
  TableReader() = default;
};

/// One transaction: what it did not commit is not done. It may or may not read what it writes
/// itself, and what others commit beside it.
class TableWriter : public TableReader {
 public:
  virtual void Put(Table table, std::string_view key, std::string_view value) = 0;
  virtual void Delete(Table table, std::string_view key) = 0;
  /// Makes MergeCount of the row of kCount. Others may do so at the same time.
  virtual void Merge(std::string_view key, std::string_view operand) = 0;
  virtual void Commit() = 0;
};

class OrderedTables {
 public:
  virtual ~OrderedTables() = default;
  OrderedTables(const OrderedTables&) = delete;
  OrderedTables& operator=(const OrderedTables&) = delete;

  [[nodiscard]] virtual std::string Name() const = 0;
  [[nodiscard]] virtual std::vector<std::string> Settings() const = 0;
  virtual std::unique_ptr<TableReader> Read() = 0;
  virtual std::unique_ptr<TableWriter> Write() = 0;
  virtual void Settle() = 0;
  /// On disk.
  [[nodiscard]] virtual std::uint64_t Bytes() const = 0;
  /// How many member grants a bulk change puts into one transaction at most.
  [[nodiscard]] virtual std::size_t BulkSize() const = 0;

 protected:
  OrderedTables() = default;
};

}  // namespace grantledger::bench

#endif  // GRANTLEDGER_BENCH_PEERS_ORDERED_TABLES_H_
