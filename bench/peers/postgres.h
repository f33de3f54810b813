// The little of libpq that the store needs, with owners and exceptions.
#ifndef GRANTLEDGER_BENCH_PEERS_POSTGRES_H_
#define GRANTLEDGER_BENCH_PEERS_POSTGRES_H_

#include <libpq-fe.h>

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <vector>

namespace grantledger::bench {

/// The rows that a statement gave, all of them numbers.
class PostgresRows {
 public:
  explicit PostgresRows(PGresult* result) : result_(result) {}

  [[nodiscard]] int Size() const { return PQntuples(result_.get()); }
  /// In PostgreSQL's binary format: smallint, int or bigint, the most significant byte first.
  [[nodiscard]] std::int64_t At(int row, int column) const;

 private:
  struct Clear {
    void operator()(PGresult* result) const { PQclear(result); }
  };
  std::unique_ptr<PGresult, Clear> result_;
};

/// Failures throw std::runtime_error.
class PostgresConnection {
 public:
  explicit PostgresConnection(const std::string& address);

  void Do(const std::string& sql);
  [[nodiscard]] std::string Version() const;  ///< "15.18"
  /// Runs what PREPARE prepared under the name.
  PostgresRows Run(const char* name, std::initializer_list<std::int64_t> parameters);
  /// The one parameter is an array.
  PostgresRows RunOnArray(const char* name, const std::vector<std::int64_t>& numbers);

 private:
  PostgresRows RunOnTexts(const char* name, const std::vector<std::string>& parameters);
  PostgresRows Checked(PGresult* result) const;

  struct Close {
    void operator()(PGconn* connection) const { PQfinish(connection); }
  };
  std::unique_ptr<PGconn, Close> connection_;
};

}  // namespace grantledger::bench

#endif  // GRANTLEDGER_BENCH_PEERS_POSTGRES_H_
