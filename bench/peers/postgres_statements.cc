#include "bench/peers/postgres_statements.h"

namespace grantledger::bench {

// Statuses and reasons are the numbers of GrantStatus (3: ACTIVE, 7: DISABLED) and of Why. What is
// ACTIVE is not UNIQUE by account and product: the statement that replaces changes both rows at
// once, and uniqueness would be checked in between. Versions are never changed, so their pages are
// full.
const char* const kPostgresSchema = R"(
CREATE SEQUENCE moment;
CREATE TABLE account(account bigint PRIMARY KEY, stands boolean NOT NULL);
CREATE TABLE distribution(distribution int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  product int NOT NULL, setting smallint NOT NULL, conflict smallint NOT NULL, set_at bigint NOT NULL);
CREATE TABLE tally(distribution int, status smallint, accounts bigint NOT NULL,
  PRIMARY KEY(distribution, status)) WITH (fillfactor = 50);
CREATE TABLE member_grant(account bigint, distribution int, product int NOT NULL,
  version int NOT NULL, rival int NOT NULL, moment bigint NOT NULL, status smallint NOT NULL,
  why smallint NOT NULL, PRIMARY KEY(account, distribution)) WITH (fillfactor = 70);
CREATE INDEX by_status ON member_grant(distribution, status, account);
CREATE INDEX active ON member_grant(account, product) INCLUDE (distribution) WHERE status = 3;
CREATE TABLE history(account bigint, distribution int, version int, rival int NOT NULL,
  moment bigint NOT NULL, status smallint NOT NULL, why smallint NOT NULL,
  PRIMARY KEY(account, distribution, version));
)";

namespace {

constexpr PostgresStatement kStatements[] = {
    {"next_moment", "SELECT nextval('moment')"},
    {"now", "SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM moment"},
    {"offers", "SELECT distribution, product, setting, conflict FROM distribution ORDER BY set_at"},
    // $1: accounts
    {"enter",
     "INSERT INTO account SELECT unnest($1::bigint[]), true "
     "ON CONFLICT (account) DO UPDATE SET stands = true"},
    {"left", "UPDATE account SET stands = false WHERE account = $1::bigint"},
    // $1 to $7: columns of rows, $8: {moment}
    {"store",
     "WITH new AS (INSERT INTO member_grant SELECT a, d, p, v, r, ($8::bigint[])[1], s, w "
     "FROM unnest($1::bigint[], $2::int[], $3::int[], $4::int[], $5::int[], $6::smallint[], "
     "$7::smallint[]) AS t(a, d, p, v, r, s, w) ON CONFLICT (account, distribution) DO UPDATE "
     "SET version = excluded.version, rival = excluded.rival, moment = excluded.moment, "
     "status = excluded.status, why = excluded.why RETURNING *) "
     "INSERT INTO history SELECT account, distribution, version, rival, moment, status, why "
     "FROM new"},
    // $1: account, $2: moment. Gives what was ACTIVE.
    {"leave",
     "WITH old AS (SELECT distribution, status FROM member_grant WHERE account = $1::bigint), "
     "new AS (UPDATE member_grant SET status = 7, why = 3, rival = 0, version = version + 1, "
     "moment = $2::bigint WHERE account = $1::bigint RETURNING *), "
     "past AS (INSERT INTO history SELECT account, distribution, version, rival, moment, status, "
     "why FROM new) SELECT distribution FROM old WHERE status = 3 ORDER BY distribution"},
    {"new_distribution",
     "INSERT INTO distribution(product, setting, conflict, set_at) "
     "VALUES ($1::int, 7, 0, $2::bigint) RETURNING distribution"},
    // $1: distribution, $2: product, $3: moment. Gives how many.
    {"distribute",
     "WITH new AS (INSERT INTO member_grant SELECT account, $1::int, $2::int, 1, 0, $3::bigint, 7, "
     "0 FROM account WHERE stands RETURNING *), "
     "past AS (INSERT INTO history SELECT account, distribution, version, rival, moment, status, "
     "why FROM new) SELECT count(*) FROM new"},
    {"set",
     "UPDATE distribution SET setting = $2::smallint, conflict = $3::smallint, "
     "set_at = $4::bigint WHERE distribution = $1::int RETURNING product"},
    // $1: distribution, $2: moment. Gives how many.
    {"deactivate",
     "WITH new AS (UPDATE member_grant SET status = 7, why = 0, rival = 0, version = version + 1, "
     "moment = $2::bigint WHERE distribution = $1::int AND status = 3 RETURNING *), "
     "past AS (INSERT INTO history SELECT account, distribution, version, rival, moment, status, "
     "why FROM new) SELECT count(*) FROM new"},
    // $1: distribution, $2: moment, $3: product, $4: 1 where others are replaced. Gives, by
    // distribution, how many became ACTIVE and how many DISABLED.
    {"activate",
     "WITH target AS (SELECT g.account, g.why, g.rival, coalesce(r.distribution, 0) AS other "
     "FROM member_grant g LEFT JOIN member_grant r ON r.account = g.account "
     "AND r.product = $3::int AND r.status = 3 "
     "WHERE g.distribution = $1::int AND g.status = 7 AND g.why <> 3), "
     "replaced AS (UPDATE member_grant r SET status = 7, why = 1, rival = $1::int, "
     "version = version + 1, moment = $2::bigint FROM target t "
     "WHERE $4::int = 1 AND r.account = t.account AND r.distribution = t.other RETURNING r.*), "
     "activated AS (UPDATE member_grant g SET status = 3, why = 0, rival = 0, "
     "version = version + 1, moment = $2::bigint FROM target t "
     "WHERE g.account = t.account AND g.distribution = $1::int "
     "AND (t.other = 0 OR $4::int = 1) RETURNING g.*), "
     "left_out AS (UPDATE member_grant g SET why = 2, rival = t.other, version = version + 1, "
     "moment = $2::bigint FROM target t WHERE g.account = t.account AND g.distribution = $1::int "
     "AND t.other <> 0 AND $4::int = 0 AND NOT (t.why = 2 AND t.rival = t.other) RETURNING g.*), "
     "new AS (SELECT * FROM replaced UNION ALL SELECT * FROM activated "
     "UNION ALL SELECT * FROM left_out), "
     "past AS (INSERT INTO history SELECT account, distribution, version, rival, moment, status, "
     "why FROM new) "
     "SELECT distribution, count(*) FILTER (WHERE status = 3), "
     "count(*) FILTER (WHERE status = 7 AND why = 1) FROM new GROUP BY distribution"},
    {"rival",
     "SELECT 1 FROM member_grant WHERE account = $1::bigint AND status = 3 "
     "AND distribution <> $2::int "
     "AND product = (SELECT product FROM distribution WHERE distribution = $2::int)"},
    // $1: account, $2: distribution, $3: status, $4: moment
    {"set_one",
     "WITH new AS (UPDATE member_grant SET status = $3::smallint, why = 0, rival = 0, "
     "version = version + 1, moment = $4::bigint WHERE account = $1::bigint "
     "AND distribution = $2::int RETURNING *) "
     "INSERT INTO history SELECT account, distribution, version, rival, moment, status, why "
     "FROM new"},
    {"tally",
     "INSERT INTO tally VALUES ($1::int, $2::smallint, $3::bigint) "
     "ON CONFLICT (distribution, status) DO UPDATE SET accounts = tally.accounts + $3::bigint"},
    {"get",
     "SELECT status, version, why, rival FROM member_grant WHERE account = $1::bigint "
     "AND distribution = $2::int"},
    // One at a time for each account, and none beside a bulk change, which locks the table.
    {"lock", "SELECT 1 FROM account WHERE account = $1::bigint FOR UPDATE"},
    {"get_locked",
     "SELECT g.status, g.version, g.why, g.rival FROM account a JOIN member_grant g "
     "USING (account) WHERE a.account = $1::bigint AND g.distribution = $2::int FOR UPDATE OF a"},
    {"list",
     "SELECT status, account, version, why, rival FROM member_grant WHERE distribution = $1::int "
     "AND (status, account) >= ($2::smallint, $3::bigint) ORDER BY status, account "
     "LIMIT $4::bigint"},
    {"list_status",
     "SELECT status, account, version, why, rival FROM member_grant WHERE distribution = $1::int "
     "AND status = $2::smallint AND account >= $3::bigint ORDER BY account LIMIT $4::bigint"},
    {"list_of",
     "SELECT distribution, status, version, why, rival FROM member_grant "
     "WHERE account = $1::bigint ORDER BY distribution"},
    {"check",
     "SELECT distribution FROM member_grant WHERE account = $1::bigint AND product = $2::int "
     "AND status = 3"},
    {"count", "SELECT status, accounts FROM tally WHERE distribution = $1::int AND accounts <> 0"},
    {"history",
     "SELECT status, version, why, rival FROM history WHERE account = $1::bigint "
     "AND distribution = $2::int ORDER BY version"},
    {"get_at",
     "SELECT status, version, why, rival FROM history WHERE account = $1::bigint "
     "AND distribution = $2::int AND moment <= $3::bigint ORDER BY version DESC LIMIT 1"},
};

}  // namespace

std::span<const PostgresStatement> PostgresStatements() { return kStatements; }

}  // namespace grantledger::bench
