#include "bench/peers/postgres_statements.h"

namespace grantledger::bench {

// Statuses and reasons are the numbers of GrantStatus (3: ACTIVE, 7: DISABLED) and of Why. What is
// ACTIVE is ordered by product first, so that what a bulk change meets and makes there stands
// together. Columns that pages and checks need are in the index they go over. Only tallies get room
// on their pages for HOT updates: every change of a member grant changes what an index holds, and
// versions never change.
const char* const kPostgresTables = R"(
CREATE SEQUENCE moment;
CREATE TABLE account(account bigint PRIMARY KEY, stands boolean NOT NULL);
CREATE TABLE distribution(distribution int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  product int NOT NULL, setting smallint NOT NULL, conflict smallint NOT NULL, set_at bigint NOT NULL);
CREATE TABLE member_grant(account bigint, distribution int, product int NOT NULL,
  version int NOT NULL, rival int NOT NULL, moment bigint NOT NULL, status smallint NOT NULL,
  why smallint NOT NULL, PRIMARY KEY(account, distribution));
CREATE INDEX by_status ON member_grant(distribution, status, account) INCLUDE (version, why, rival);
CREATE INDEX active ON member_grant(product, account) INCLUDE (distribution) WHERE status = 3;
CREATE TABLE history(account bigint, distribution int, version int, rival int NOT NULL,
  moment bigint NOT NULL, status smallint NOT NULL, why smallint NOT NULL,
  PRIMARY KEY(account, distribution, version));

-- Counters, whose sum counts: each connection adds to those of its slot, so that writers do not
-- wait for each other. Locked last, and in the order of distributions.
CREATE TABLE tally(distribution int, slot int, active bigint NOT NULL, disabled bigint NOT NULL,
  PRIMARY KEY(distribution, slot)) WITH (fillfactor = 50);
CREATE FUNCTION slot() RETURNS int LANGUAGE sql STABLE AS 'SELECT pg_backend_pid() % 16';

-- What an account that joins is given, the rule of arrival.h. Of those of a product that are set
-- ACTIVE, in the order in which they were, the first takes the product, and so does each that
-- replaces; of those the last keeps it.
CREATE VIEW arrival AS
WITH active AS (
  SELECT distribution, product, set_at,
    conflict = 1 OR set_at = min(set_at) OVER (PARTITION BY product) AS takes
  FROM distribution WHERE setting = 3),
turns AS (
  SELECT *, count(*) FILTER (WHERE takes) OVER (PARTITION BY product ORDER BY set_at) AS turn,
    lead(distribution) OVER (PARTITION BY product, takes ORDER BY set_at) AS next FROM active),
ends AS (
  SELECT distribution, CASE WHEN takes AND next IS NULL THEN 3 ELSE 7 END AS status,
    CASE WHEN NOT takes THEN 2 WHEN next IS NULL THEN 0 ELSE 1 END AS why,
    CASE WHEN takes THEN coalesce(next, 0) ELSE first_value(distribution)
      OVER (PARTITION BY product, turn ORDER BY set_at) END AS rival FROM turns)
SELECT distribution, product, coalesce(status, 7)::smallint AS status,
  coalesce(why, 0)::smallint AS why, coalesce(rival, 0) AS rival
FROM distribution LEFT JOIN ends USING (distribution);
)";

// A change by an account locks the account's row, and a bulk change the table of all. What follows
// a lock sees what was committed before it. Bulk changes go in the order of accounts, in which
// their rows were made.
const char* const kPostgresFunctions = R"(
-- What was held before is DISABLED since the account left, and is of a version above 1 now.
CREATE FUNCTION join_accounts(accounts bigint[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE now bigint;
BEGIN
  LOCK TABLE account IN EXCLUSIVE MODE;
  now := nextval('moment');
  WITH new AS (
    INSERT INTO member_grant AS held
      SELECT a, distribution, product, 1, rival, now, status, why
      FROM unnest(accounts) AS a CROSS JOIN arrival
      ON CONFLICT (account, distribution) DO UPDATE SET version = held.version + 1,
        rival = excluded.rival, moment = now, status = excluded.status, why = excluded.why
      WHERE (held.status, held.why, held.rival) <> (excluded.status, excluded.why, excluded.rival)
      RETURNING *),
  past AS (INSERT INTO history
    SELECT account, distribution, version, rival, moment, status, why FROM new)
  INSERT INTO tally AS t
    SELECT distribution, slot(), count(*) FILTER (WHERE status = 3),
      count(*) FILTER (WHERE status = 7) - count(*) FILTER (WHERE version > 1)
    FROM new GROUP BY distribution
    ON CONFLICT (distribution, slot) DO UPDATE
    SET active = t.active + excluded.active, disabled = t.disabled + excluded.disabled;
  INSERT INTO account SELECT unnest(accounts), true
    ON CONFLICT (account) DO UPDATE SET stands = true;
END $$;

CREATE FUNCTION leave(of_account bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE now bigint;
BEGIN
  UPDATE account SET stands = false WHERE account = of_account;
  now := nextval('moment');
  WITH lost AS (
    SELECT distribution FROM member_grant WHERE account = of_account AND status = 3),
  new AS (
    UPDATE member_grant SET status = 7, why = 3, rival = 0, version = version + 1, moment = now
    WHERE account = of_account RETURNING *),
  past AS (INSERT INTO history
    SELECT account, distribution, version, rival, moment, status, why FROM new)
  INSERT INTO tally AS t SELECT distribution, slot(), -1, 1 FROM lost ORDER BY distribution
    ON CONFLICT (distribution, slot) DO UPDATE
    SET active = t.active - 1, disabled = t.disabled + 1;
END $$;

CREATE FUNCTION distribute(of_product int) RETURNS int LANGUAGE plpgsql AS $$
DECLARE now bigint; made int; accounts bigint;
BEGIN
  LOCK TABLE account IN EXCLUSIVE MODE;
  now := nextval('moment');
  INSERT INTO distribution(product, setting, conflict, set_at) VALUES (of_product, 7, 0, now)
    RETURNING distribution INTO made;
  WITH new AS (
    INSERT INTO member_grant SELECT account, made, of_product, 1, 0, now, 7, 0
    FROM account WHERE stands ORDER BY account RETURNING account)
  INSERT INTO history SELECT account, made, 1, 0, now, 7, 0 FROM new;
  GET DIAGNOSTICS accounts = ROW_COUNT;
  INSERT INTO tally VALUES (made, slot(), 0, accounts);
  RETURN made;
END $$;

CREATE FUNCTION deactivate_all(of_distribution int, now bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  WITH new AS (
    UPDATE member_grant SET status = 7, why = 0, rival = 0, version = version + 1, moment = now
    WHERE distribution = of_distribution AND status = 3 RETURNING *),
  past AS (INSERT INTO history
    SELECT account, distribution, version, rival, moment, status, why FROM new)
  INSERT INTO tally AS t SELECT of_distribution, slot(), -count(*), count(*) FROM new
    ON CONFLICT (distribution, slot) DO UPDATE
    SET active = t.active + excluded.active, disabled = t.disabled + excluded.disabled;
END $$;

CREATE FUNCTION replace_all(of_distribution int, of_product int, now bigint)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  WITH new AS (
    UPDATE member_grant SET status = 7, why = 1, rival = of_distribution, version = version + 1,
      moment = now
    WHERE product = of_product AND status = 3 AND account IN (
      SELECT account FROM member_grant
      WHERE distribution = of_distribution AND status = 7 AND why <> 3)
    RETURNING *),
  past AS (INSERT INTO history
    SELECT account, distribution, version, rival, moment, status, why FROM new)
  INSERT INTO tally AS t
    SELECT distribution, slot(), -count(*), count(*) FROM new GROUP BY distribution
    ON CONFLICT (distribution, slot) DO UPDATE
    SET active = t.active + excluded.active, disabled = t.disabled + excluded.disabled;
END $$;

CREATE FUNCTION activate_all(of_distribution int, of_product int, now bigint)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  WITH new AS (
    UPDATE member_grant AS g SET status = 3, why = 0, rival = 0, version = version + 1, moment = now
    WHERE distribution = of_distribution AND status = 7 AND why <> 3 AND NOT EXISTS (
      SELECT FROM member_grant AS r
      WHERE r.account = g.account AND r.product = of_product AND r.status = 3)
    RETURNING *),
  past AS (INSERT INTO history
    SELECT account, distribution, version, rival, moment, status, why FROM new)
  INSERT INTO tally AS t SELECT of_distribution, slot(), count(*), -count(*) FROM new
    ON CONFLICT (distribution, slot) DO UPDATE
    SET active = t.active + excluded.active, disabled = t.disabled + excluded.disabled;
END $$;

-- Those where another of the product is ACTIVE.
CREATE FUNCTION leave_out_all(of_distribution int, of_product int, now bigint)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  WITH new AS (
    UPDATE member_grant AS g SET why = 2, rival = r.distribution, version = g.version + 1,
      moment = now FROM member_grant AS r
    WHERE g.distribution = of_distribution AND g.status = 7 AND g.why <> 3
      AND r.account = g.account AND r.product = of_product AND r.status = 3
      AND (g.why, g.rival) <> (2, r.distribution)
    RETURNING g.*)
  INSERT INTO history SELECT account, distribution, version, rival, moment, status, why FROM new;
END $$;

-- Statistics do not know a distribution that was just made, of which the planner expects a row or
-- two, and would join all accounts in a loop.
CREATE FUNCTION set_all(of_distribution int, becomes smallint, on_conflict smallint)
RETURNS void LANGUAGE plpgsql SET enable_nestloop = off AS $$
DECLARE now bigint; of_product int;
BEGIN
  LOCK TABLE account IN EXCLUSIVE MODE;
  now := nextval('moment');
  UPDATE distribution SET setting = becomes, conflict = on_conflict, set_at = now
    WHERE distribution = of_distribution RETURNING product INTO of_product;
  IF becomes <> 3 THEN
    PERFORM deactivate_all(of_distribution, now);
  ELSIF on_conflict = 1 THEN
    PERFORM replace_all(of_distribution, of_product, now);
    PERFORM activate_all(of_distribution, of_product, now);
  ELSE
    PERFORM activate_all(of_distribution, of_product, now);
    PERFORM leave_out_all(of_distribution, of_product, now);
  END IF;
END $$;

-- 0: refused, since another of the product is ACTIVE.
CREATE FUNCTION set_one(of_account bigint, of_distribution int, becomes smallint)
RETURNS int LANGUAGE plpgsql AS $$
DECLARE was smallint; of_product int; now bigint; change int;
BEGIN
  PERFORM FROM account WHERE account = of_account FOR UPDATE;
  SELECT status, product INTO was, of_product FROM member_grant
    WHERE account = of_account AND distribution = of_distribution;
  IF NOT FOUND THEN RAISE 'the account % has no grant', of_account; END IF;
  IF becomes = 3 AND was <> 3 THEN
    PERFORM FROM member_grant WHERE account = of_account AND product = of_product AND status = 3;
    IF FOUND THEN RETURN 0; END IF;
  END IF;
  now := nextval('moment');
  WITH new AS (
    UPDATE member_grant SET status = becomes, why = 0, rival = 0, version = version + 1,
      moment = now
    WHERE account = of_account AND distribution = of_distribution RETURNING *)
  INSERT INTO history SELECT account, distribution, version, rival, moment, status, why FROM new;
  IF becomes <> was THEN
    change := CASE becomes WHEN 3 THEN 1 ELSE -1 END;
    INSERT INTO tally AS t VALUES (of_distribution, slot(), change, -change)
      ON CONFLICT (distribution, slot) DO UPDATE
      SET active = t.active + excluded.active, disabled = t.disabled + excluded.disabled;
  END IF;
  RETURN 1;
END $$;
)";

const char* const kPostgresStatements = R"(
PREPARE enter(bigint[]) AS SELECT join_accounts($1);
PREPARE leave(bigint) AS SELECT leave($1);
PREPARE distribute(int) AS SELECT distribute($1);
PREPARE set_all(int, smallint, smallint) AS SELECT set_all($1, $2, $3);
PREPARE set_one(bigint, int, smallint) AS SELECT set_one($1, $2, $3);
PREPARE get(bigint, int) AS
  SELECT status, version, why, rival FROM member_grant WHERE account = $1 AND distribution = $2;
PREPARE list(int, smallint, bigint, bigint) AS
  SELECT status, account, version, why, rival FROM member_grant
  WHERE distribution = $1 AND (status, account) >= ($2, $3) ORDER BY status, account LIMIT $4;
PREPARE list_status(int, smallint, bigint, bigint) AS
  SELECT status, account, version, why, rival FROM member_grant
  WHERE distribution = $1 AND status = $2 AND account >= $3 ORDER BY account LIMIT $4;
PREPARE list_of(bigint) AS
  SELECT distribution, status, version, why, rival FROM member_grant WHERE account = $1
  ORDER BY distribution;
PREPARE entitled(bigint, int) AS
  SELECT distribution FROM member_grant WHERE account = $1 AND product = $2 AND status = 3;
PREPARE tally(int) AS
  SELECT coalesce(sum(active), 0)::bigint, coalesce(sum(disabled), 0)::bigint FROM tally
  WHERE distribution = $1;
PREPARE history(bigint, int) AS
  SELECT status, version, why, rival FROM history WHERE account = $1 AND distribution = $2
  ORDER BY version;
PREPARE get_at(bigint, int, bigint) AS
  SELECT status, version, why, rival FROM history
  WHERE account = $1 AND distribution = $2 AND moment <= $3 ORDER BY version DESC LIMIT 1;
PREPARE now AS SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM moment;
)";

}  // namespace grantledger::bench
