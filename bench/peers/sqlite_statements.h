// What is said to SQLite: the tables, and every statement, prepared once for a connection.
#ifndef GRANTLEDGER_BENCH_PEERS_SQLITE_STATEMENTS_H_
#define GRANTLEDGER_BENCH_PEERS_SQLITE_STATEMENTS_H_

#include "bench/peers/sqlite.h"

namespace grantledger::bench {

extern const char* const kSqliteSchema;

/// Parameters are ?1, ?2, …: see sqlite_statements.cc.
struct SqliteStatements {
  explicit SqliteStatements(SqliteConnection& connection);

  SqliteStatement begin;
  SqliteStatement commit;
  SqliteStatement rollback;
  SqliteStatement next_moment;
  SqliteStatement now;
  SqliteStatement offers;
  SqliteStatement enter;
  SqliteStatement left;
  SqliteStatement create;
  SqliteStatement created;
  SqliteStatement change;
  SqliteStatement lose_active;
  SqliteStatement lose_disabled;
  SqliteStatement new_distribution;
  SqliteStatement distribute;
  SqliteStatement distributed;
  SqliteStatement set;
  SqliteStatement deactivate;
  SqliteStatement replace;
  SqliteStatement activate;
  SqliteStatement activate_free;
  SqliteStatement leave_out;
  SqliteStatement before;
  SqliteStatement set_one;
  SqliteStatement tally;
  SqliteStatement get;
  SqliteStatement list;
  SqliteStatement list_status;
  SqliteStatement list_of;
  SqliteStatement check;
  SqliteStatement count;
  SqliteStatement history;
  SqliteStatement get_at;
};

}  // namespace grantledger::bench

#endif  // GRANTLEDGER_BENCH_PEERS_SQLITE_STATEMENTS_H_
