// What is said to PostgreSQL: the tables, and every statement, prepared once for a connection.
#ifndef GRANTLEDGER_BENCH_PEERS_POSTGRES_STATEMENTS_H_
#define GRANTLEDGER_BENCH_PEERS_POSTGRES_STATEMENTS_H_

#include <span>

namespace grantledger::bench {

extern const char* const kPostgresSchema;

struct PostgresStatement {
  const char* name;
  const char* sql;  ///< Parameters are $1, $2, …
};
std::span<const PostgresStatement> PostgresStatements();

}  // namespace grantledger::bench

#endif  // GRANTLEDGER_BENCH_PEERS_POSTGRES_STATEMENTS_H_
