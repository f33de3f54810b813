// What is said to PostgreSQL: the tables, with functions that write, and every statement.
#ifndef GRANTLEDGER_BENCH_PEERS_POSTGRES_STATEMENTS_H_
#define GRANTLEDGER_BENCH_PEERS_POSTGRES_STATEMENTS_H_

namespace grantledger::bench {

/// Made once, in an empty database: tables, and then a function for every kind of write, so that
/// each is one round trip and one transaction.
extern const char* const kPostgresTables;
extern const char* const kPostgresFunctions;
/// Prepares every statement for a connection, in one round trip.
extern const char* const kPostgresStatements;

}  // namespace grantledger::bench

#endif  // GRANTLEDGER_BENCH_PEERS_POSTGRES_STATEMENTS_H_
