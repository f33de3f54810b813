// The little of SQLite's API that the store needs, with owners and exceptions.
#ifndef GRANTLEDGER_BENCH_PEERS_SQLITE_H_
#define GRANTLEDGER_BENCH_PEERS_SQLITE_H_

#include <sqlite3.h>

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <stdexcept>
#include <string>

namespace grantledger::bench {

/// Used by one thread at a time. Failures throw std::runtime_error, as of a Statement.
class SqliteConnection {
 public:
  explicit SqliteConnection(const std::string& file, const std::string& pragmas = "") {
    sqlite3* opened = nullptr;
    const int code =
        sqlite3_open_v2(file.c_str(), &opened,
                        SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
    connection_.reset(opened);
    Check(code);
    Do(pragmas);
  }

  void Do(const std::string& sql) {
    Check(sqlite3_exec(connection_.get(), sql.c_str(), nullptr, nullptr, nullptr));
  }
  void Check(int code) const {
    if (code == SQLITE_OK || code == SQLITE_ROW || code == SQLITE_DONE) return;
    throw std::runtime_error(std::string("SQLite: ") + sqlite3_errmsg(connection_.get()));
  }
  [[nodiscard]] std::int64_t Changes() const { return sqlite3_changes64(connection_.get()); }
  [[nodiscard]] sqlite3* get() const { return connection_.get(); }

 private:
  struct Close {
    void operator()(sqlite3* connection) const { sqlite3_close(connection); }
  };
  std::unique_ptr<sqlite3, Close> connection_;
};

/// A prepared statement, all of whose parameters and columns are integers.
class SqliteStatement {
 public:
  SqliteStatement(SqliteConnection& connection, const std::string& sql) : connection_(connection) {
    sqlite3_stmt* prepared = nullptr;
    connection.Check(sqlite3_prepare_v3(connection.get(), sql.c_str(), -1,
                                        SQLITE_PREPARE_PERSISTENT, &prepared, nullptr));
    statement_.reset(prepared);
  }

  /// Begins with these parameters; Next gives the rows.
  SqliteStatement& Bind(std::initializer_list<std::int64_t> parameters) {
    sqlite3_reset(statement_.get());
    int index = 0;
    for (const std::int64_t parameter : parameters) {
      connection_.Check(sqlite3_bind_int64(statement_.get(), ++index, parameter));
    }
    return *this;
  }
  /// False: there are no more, and the statement is at rest.
  bool Next() {
    const int code = sqlite3_step(statement_.get());
    if (code == SQLITE_ROW) return true;
    sqlite3_reset(statement_.get());
    connection_.Check(code);
    return false;
  }
  /// To its end, whatever rows it has.
  void Run(std::initializer_list<std::int64_t> parameters) {
    Bind(parameters);
    while (Next()) {
    }
  }
  [[nodiscard]] std::int64_t Column(int index) const {
    return sqlite3_column_int64(statement_.get(), index);
  }
  /// Ends it before its last row.
  void Stop() { sqlite3_reset(statement_.get()); }

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  };
  SqliteConnection& connection_;
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

}  // namespace grantledger::bench

#endif  // GRANTLEDGER_BENCH_PEERS_SQLITE_H_
