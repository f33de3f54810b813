#include "bench/peers/sqlite_statements.h"

namespace grantledger::bench {

// Statuses and reasons are the numbers of GrantStatus (3: ACTIVE, 7: DISABLED) and of Why. Rows of
// member_grant hold their product, so that the index of what is ACTIVE can be unique: by product
// first, since what a bulk change meets and makes there stands together then. A trigger keeps the
// versions behind the first. Columns that lists and checks need are in the index they go over. The
// first row of tally is the clock, so that a write touches one page less.
const char* const kSqliteSchema = R"(
CREATE TABLE account(account INTEGER PRIMARY KEY, stands INTEGER NOT NULL);
CREATE TABLE distribution(distribution INTEGER PRIMARY KEY, product INTEGER NOT NULL,
  setting INTEGER NOT NULL, conflict INTEGER NOT NULL, set_at INTEGER NOT NULL);
CREATE TABLE tally(distribution INTEGER PRIMARY KEY, active INTEGER NOT NULL,
  disabled INTEGER NOT NULL);
INSERT INTO tally VALUES(0, 0, 0);
CREATE TABLE member_grant(account INTEGER, distribution INTEGER, product INTEGER NOT NULL,
  status INTEGER NOT NULL, version INTEGER NOT NULL, why INTEGER NOT NULL, rival INTEGER NOT NULL,
  moment INTEGER NOT NULL, PRIMARY KEY(account, distribution)) WITHOUT ROWID;
CREATE INDEX by_status ON member_grant(distribution, status, account, version, why, rival);
CREATE UNIQUE INDEX active ON member_grant(product, account, status) WHERE status = 3;
CREATE TABLE history(account INTEGER, distribution INTEGER, version INTEGER, moment INTEGER NOT NULL,
  status INTEGER NOT NULL, why INTEGER NOT NULL, rival INTEGER NOT NULL,
  PRIMARY KEY(account, distribution, version)) WITHOUT ROWID;
CREATE TRIGGER changed AFTER UPDATE ON member_grant BEGIN
  INSERT INTO history VALUES(new.account, new.distribution, new.version, new.moment, new.status,
                             new.why, new.rival); END;
)";

SqliteStatements::SqliteStatements(SqliteConnection& connection)
    : begin(connection, "BEGIN IMMEDIATE"),
      commit(connection, "COMMIT"),
      rollback(connection, "ROLLBACK"),
      next_moment(connection,
                  "UPDATE tally SET active = active + 1 WHERE distribution = 0 RETURNING active"),
      now(connection, "SELECT active FROM tally WHERE distribution = 0"),
      offers(connection,
             "SELECT distribution, product, setting, conflict FROM distribution ORDER BY set_at"),
      enter(connection, "INSERT INTO account VALUES(?1, 1) ON CONFLICT DO UPDATE SET stands = 1"),
      left(connection, "UPDATE account SET stands = 0 WHERE account = ?1"),
      create(connection, "INSERT INTO member_grant VALUES(?1, ?2, ?3, ?4, 1, ?5, ?6, ?7)"),
      created(connection, "INSERT INTO history VALUES(?1, ?2, 1, ?6, ?3, ?4, ?5)"),
      change(connection,
             "UPDATE member_grant SET status = ?3, version = ?4, why = ?5, rival = ?6, moment = ?7 "
             "WHERE account = ?1 AND distribution = ?2"),
      lose_active(connection,
                  "UPDATE member_grant SET status = 7, why = 3, rival = 0, version = version + 1, "
                  "moment = ?2 WHERE account = ?1 AND status = 3 RETURNING distribution"),
      lose_disabled(
          connection,
          "UPDATE member_grant SET why = 3, rival = 0, version = version + 1, moment = ?2 "
          "WHERE account = ?1 AND why <> 3"),
      new_distribution(
          connection,
          "INSERT INTO distribution(product, setting, conflict, set_at) VALUES(?1, 7, 0, ?2) "
          "RETURNING distribution"),
      distribute(connection,
                 "INSERT INTO member_grant SELECT account, ?1, ?2, 7, 1, 0, 0, ?3 FROM account "
                 "WHERE stands = 1"),
      distributed(connection,
                  "INSERT INTO history SELECT account, ?1, 1, ?2, 7, 0, 0 FROM account "
                  "WHERE stands = 1"),
      set(connection,
          "UPDATE distribution SET setting = ?2, conflict = ?3, set_at = ?4 WHERE distribution = "
          "?1 "
          "RETURNING product"),
      deactivate(connection,
                 "UPDATE member_grant SET status = 7, why = 0, rival = 0, version = version + 1, "
                 "moment = ?2 WHERE distribution = ?1 AND status = 3"),
      replace(connection,
              "UPDATE member_grant SET status = 7, why = 1, rival = ?1, version = version + 1, "
              "moment = ?2 WHERE product = ?3 AND status = 3 AND EXISTS "
              "(SELECT 1 FROM member_grant AS own WHERE own.account = member_grant.account "
              "AND own.distribution = ?1 AND own.status = 7 AND own.why <> 3) "
              "RETURNING distribution"),
      activate(connection,
               "UPDATE member_grant SET status = 3, why = 0, rival = 0, version = version + 1, "
               "moment = ?2 WHERE distribution = ?1 AND status = 7 AND why <> 3"),
      activate_free(connection,
                    "UPDATE member_grant SET status = 3, why = 0, rival = 0, "
                    "version = version + 1, moment = ?2 "
                    "WHERE distribution = ?1 AND status = 7 AND why <> 3 AND NOT EXISTS "
                    "(SELECT 1 FROM member_grant AS other WHERE other.product = ?3 "
                    "AND other.account = member_grant.account AND other.status = 3)"),
      leave_out(connection,
                "UPDATE member_grant SET why = 2, rival = other.distribution, "
                "version = member_grant.version + 1, moment = ?2 FROM member_grant AS other "
                "WHERE member_grant.distribution = ?1 AND member_grant.status = 7 "
                "AND member_grant.why <> 3 AND other.account = member_grant.account "
                "AND other.product = ?3 AND other.status = 3 "
                "AND NOT (member_grant.why = 2 AND member_grant.rival = other.distribution)"),
      before(connection,
             "SELECT status, product FROM member_grant WHERE account = ?1 AND distribution = ?2"),
      set_one(connection,
              "UPDATE member_grant SET status = ?3, why = 0, rival = 0, version = version + 1, "
              "moment = ?4 WHERE account = ?1 AND distribution = ?2"),
      tally(connection,
            "INSERT INTO tally VALUES(?1, ?2, ?3) ON CONFLICT DO UPDATE "
            "SET active = active + ?2, disabled = disabled + ?3"),
      get(connection,
          "SELECT status, version, why, rival FROM member_grant "
          "WHERE account = ?1 AND distribution = ?2"),
      list(connection,
           "SELECT status, account, version, why, rival FROM member_grant WHERE distribution = ?1 "
           "AND (status, account) >= (?2, ?3) ORDER BY status, account LIMIT ?4"),
      list_status(
          connection,
          "SELECT status, account, version, why, rival FROM member_grant WHERE distribution = ?1 "
          "AND status = ?2 AND account >= ?3 ORDER BY account LIMIT ?4"),
      list_of(
          connection,
          "SELECT distribution, status, version, why, rival FROM member_grant WHERE account = ?1 "
          "ORDER BY distribution"),
      check(connection,
            "SELECT distribution FROM member_grant WHERE account = ?1 AND product = ?2 AND status "
            "= 3"),
      count(connection, "SELECT active, disabled FROM tally WHERE distribution = ?1"),
      history(connection,
              "SELECT status, version, why, rival FROM history WHERE account = ?1 AND distribution "
              "= ?2 "
              "ORDER BY version"),
      get_at(connection,
             "SELECT status, version, why, rival FROM history WHERE account = ?1 AND distribution "
             "= ?2 "
             "AND moment <= ?3 ORDER BY version DESC LIMIT 1") {}

}  // namespace grantledger::bench
